"""A step function cannot be trained through: its derivative is zero wherever it exists."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaultbp.engine.errors import StepFunctionWarning
from vaultbp.engine.ops.activations import sigmoid
from vaultbp.engine.training.loop import train
from vaultbp.engine.training.optimisers import SGD


@dataclass(frozen=True)
class StepResult:
    """Training one neuron with one activation."""

    activation: str
    before: float
    after: float
    """Share of the points classified wrongly, before and after training."""
    moved: float
    """How far the weights moved."""
    warned: bool
    """Whether the engine said that no gradient flows."""


def step_against_sigmoid(epochs: int = 200, seed: int = 0) -> list[StepResult]:
    """The same neuron, data and training; only the activation differs."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((100, 2))
    y = (x @ np.array([1.0, -2.0]) > 0.3).astype(float)
    start = {"w": np.array([-0.5, 0.5]), "b": np.array(0.0)}
    rows = []
    for name, activate in (("step", lambda z: np.heaviside(z, 0.5)), ("sigmoid", sigmoid)):

        def loss(params: Any, x: Any, y: Any, activate: Any = activate) -> Any:
            return np.mean((activate(x @ params["w"] + params["b"]) - y) ** 2)

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            done = train(loss, start, (x, y), SGD(2.0), epochs=epochs, seed=seed)
        rows.append(
            StepResult(
                name,
                wrong_share(start, x, y),
                wrong_share(done.params, x, y),
                float(np.linalg.norm(done.params["w"] - start["w"])),
                any(issubclass(w.category, StepFunctionWarning) for w in caught),
            )
        )
    return rows


def wrong_share(params: Any, x: Any, y: Any) -> float:
    return float(np.mean((x @ params["w"] + params["b"] > 0) != (y > 0.5)))
