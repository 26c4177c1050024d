"""One backward pass against one forward difference per weight, as the number of weights grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np

from vaultbp.engine.ops.activations import linear
from vaultbp.engine.transforms import value_and_grad


@dataclass(frozen=True)
class GradientCost:
    """Costs for one network, times in CPU seconds."""

    weights: int
    forward: float
    """One forward pass in plain numpy."""
    backprop: float
    """Value and all derivatives by one forward and one backward pass."""
    differences: float
    """All derivatives by forward differences: weights + 1 forward passes."""
    disagreement: float
    """Largest difference between the two gradients, relative to the largest entry."""

    @property
    def backprop_in_passes(self) -> float:
        return self.backprop / self.forward

    @property
    def differences_in_passes(self) -> float:
        return self.differences / self.forward


def network_loss(params: Any, x: Any, y: Any) -> Any:
    hidden = linear(x, params["W"], params["b"], "tanh")
    return np.mean((hidden @ params["v"] - y) ** 2)


def forward_differences(f: Callable[[Any], Any], params: Any, step: float = 1e-7) -> Any:
    """The gradient by one extra evaluation of f per weight."""
    base = f(params)
    out = {}
    for name, array in params.items():
        slopes = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            moved = array.copy()
            moved[place] += step
            slopes[place] = (f({**params, name: moved}) - base) / step
        out[name] = slopes
    return out


def cpu_seconds(f: Callable[[], Any], repeats: int) -> float:
    """Least CPU time of `repeats` runs."""
    times = []
    for _ in range(repeats):
        start = process_time()
        f()
        times.append(process_time() - start)
    return min(times)


def gradient_costs(
    hidden_sizes: tuple[int, ...] = (4, 16, 64), inputs: int = 16, batch: int = 256, seed: int = 0
) -> list[GradientCost]:
    """Costs for networks with one hidden layer of growing size."""
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((batch, inputs)), rng.standard_normal(batch)
    rows = []
    for size in hidden_sizes:
        params = {
            "W": rng.standard_normal((inputs, size)) / np.sqrt(inputs),
            "b": np.zeros(size),
            "v": rng.standard_normal(size) / np.sqrt(size),
        }

        def f(p: Any) -> Any:
            return network_loss(p, x, y)

        evaluate = value_and_grad(f)
        engine = evaluate(params)[1]
        differences = forward_differences(f, params)
        scale = max(float(np.max(np.abs(g))) for g in engine.values())
        gap = max(float(np.max(np.abs(engine[k] - differences[k]))) for k in engine)
        rows.append(
            GradientCost(
                sum(p.size for p in params.values()),
                cpu_seconds(lambda f=f, p=params: f(p), 50),  # type: ignore[misc]
                cpu_seconds(lambda e=evaluate, p=params: e(p), 50),  # type: ignore[misc]
                cpu_seconds(lambda f=f, p=params: forward_differences(f, p), 1),  # type: ignore[misc]
                gap / scale,
            )
        )
    return rows
