"""The training loop. Batch, stochastic and mini-batch are one loop with another batch size."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeAlias

import numpy as np

from vaultbp.engine.errors import EngineError, ShapeError
from vaultbp.engine.tensor import values
from vaultbp.engine.training.optimisers import Optimiser
from vaultbp.engine.transforms import value_and_grad
from vaultbp.engine.trees import leaves, map_leaves

Loss: TypeAlias = Callable[..., Any]
Data: TypeAlias = tuple[Any, ...]


class DivergedError(EngineError, ArithmeticError):
    """The loss is no longer a finite number."""


@dataclass(frozen=True)
class Epoch:
    """One pass over the data."""

    number: int
    loss: float
    """Mean over the samples of the losses met during the epoch, before each update."""
    validation: float | None
    """Loss on the validation data after the epoch."""
    updates: int
    """Updates of the parameters so far."""


@dataclass
class Training:
    """What came out: the parameters and how it went."""

    params: Any
    history: list[Epoch] = field(default_factory=list)
    stopped_early: bool = False
    best: Epoch | None = None
    """The epoch whose parameters are returned when early stopping is on."""

    @property
    def losses(self) -> list[float]:
        return [epoch.loss for epoch in self.history]


def train(
    loss: Loss,
    params: Any,
    data: Data,
    optimiser: Optimiser,
    *,
    epochs: int,
    batch_size: int | None = None,
    seed: int = 0,
    shuffle: bool = True,
    validation: Data | None = None,
    patience: int | None = None,
    progress: bool | None = None,
) -> Training:
    """Lower loss(params, *batch) by gradient steps over batches of `data`.

    `data` is a tuple of arrays whose first axis counts the samples. `batch_size` None takes them
    all at once (batch mode), 1 is stochastic, anything between is mini-batch. `params`, a nested
    list or dict of arrays, is copied, not changed. The same seed gives the same run. With
    `patience`, training stops after that many epochs without a lower loss (on `validation` if
    given) and returns the best parameters. `progress` shows a line on standard error; None means
    on a terminal only. Raises DivergedError, ShapeError.
    """
    own = map_leaves(lambda p: np.array(values(p), dtype=np.float64), params)
    flat = list(leaves(own))
    size = sample_count(data)
    rng = np.random.default_rng(seed)
    evaluate = value_and_grad(loss)
    out = Training(own)
    shown = Progress(epochs, progress)
    best_params, waited, updates = own, 0, 0
    for number in range(1, epochs + 1):
        total = 0.0
        for places in batches(size, batch_size, rng if shuffle else None):
            batch = data if len(places) == size and not shuffle else take(data, places)
            value, gradient = evaluate(own, *batch)
            check_finite(float(values(value)), number)
            optimiser.update(flat, list(leaves(gradient)))
            total += float(values(value)) * len(places)
            updates += 1
        held_out = None if validation is None else float(values(loss(own, *validation)))
        epoch = Epoch(number, total / size, held_out, updates)
        out.history.append(epoch)
        shown.show(epoch)
        if patience is not None:
            if out.best is None or score(epoch) < score(out.best):
                out.best, waited = epoch, 0
                best_params = map_leaves(np.copy, own)
            else:
                waited += 1
            if waited >= patience:
                out.stopped_early = True
                break
    shown.close()
    if patience is not None:
        out.params = best_params
    return out


def score(epoch: Epoch) -> float:
    return epoch.loss if epoch.validation is None else epoch.validation


def sample_count(data: Data) -> int:
    """Length of the first axis, the same for all arrays. Raises ShapeError."""
    if not isinstance(data, tuple) or not data:
        raise ShapeError("data is a tuple of arrays, for instance (x, y)")
    sizes = [len(part) for part in data]
    if len(set(sizes)) != 1 or not sizes[0]:
        raise ShapeError(f"the arrays of data must hold the same number of samples, got {sizes}")
    return sizes[0]


def batches(size: int, batch_size: int | None, rng: np.random.Generator | None) -> Iterator[Any]:
    """The samples' numbers in batches, in random order if there is a generator."""
    if batch_size is not None and batch_size < 1:
        raise ShapeError(f"batch_size must be at least 1, got {batch_size}")
    order = np.arange(size) if rng is None else rng.permutation(size)
    step = size if batch_size is None else batch_size
    for start in range(0, size, step):
        yield order[start : start + step]


def take(data: Data, places: Any) -> Data:
    return tuple(np.asarray(part)[places] for part in data)


def check_finite(value: float, epoch: int) -> None:
    if not np.isfinite(value):
        raise DivergedError(
            f"the loss became {value} in epoch {epoch}: lower the learning rate, scale the data, "
            "or check the loss for log(0) and division by zero"
        )


class Progress:
    """One line on a terminal, rewritten at most ten times a second."""

    def __init__(self, epochs: int, wanted: bool | None) -> None:
        self.epochs = epochs
        self.wanted = sys.stderr.isatty() if wanted is None else wanted
        self.next = monotonic() + 0.5
        self.begun = False

    def show(self, epoch: Epoch) -> None:
        if self.wanted and monotonic() >= self.next:
            self.next = monotonic() + 0.1
            self.begun = True
            print(f"\repoch {epoch.number}/{self.epochs}  loss {epoch.loss:.6g}  ",
                  end="", file=sys.stderr, flush=True)  # fmt: skip

    def close(self) -> None:
        if self.begun:
            print(file=sys.stderr)
