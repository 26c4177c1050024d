"""Batch, stochastic and mini-batch descent: what each is said to be good at, measured."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from vaultbp.engine.training.loop import train
from vaultbp.engine.training.optimisers import SGD

MODES: dict[str, int | None] = {"batch": None, "mini-batch": 10, "stochastic": 1}


@dataclass(frozen=True)
class ModeResult:
    """How one mode did on the line fit."""

    mode: str
    batch_size: int | None
    passes: int | None
    """Passes over the data until the error came within 5 % of the least possible; None if never."""
    updates: int
    """Updates of the weights in all passes."""
    roughness: float
    """Mean rise of the error from one pass to the next, relative to the least error."""
    final: float
    """Error at the end, relative to the least possible error."""


def noisy_line(samples: int, rng: np.random.Generator) -> tuple[Any, Any]:
    x = rng.uniform(-1.0, 1.0, samples)
    return x, 1.5 * x - 0.5 + rng.normal(0.0, 0.3, samples)


def line_loss(params: Any, x: Any, y: Any) -> Any:
    return np.mean((params["slope"] * x + params["shift"] - y) ** 2)


def compare_modes(
    rate: float = 0.1, passes: int = 60, samples: int = 100, seed: int = 0
) -> list[ModeResult]:
    """The three modes on the same noisy line, start and rate: one loop, three batch sizes."""
    rng = np.random.default_rng(seed)
    data = noisy_line(samples, rng)
    design = np.stack([data[0], np.ones(samples)], axis=1)
    best = float(np.mean((design @ np.linalg.lstsq(design, data[1])[0] - data[1]) ** 2))
    rows = []
    for mode, batch_size in MODES.items():
        start = {"slope": np.array(-1.0), "shift": np.array(1.0)}
        done = train(
            line_loss, start, data, SGD(rate),
            epochs=passes, batch_size=batch_size, seed=seed, validation=data,
        )  # fmt: skip
        errors = [float(e.validation or 0.0) / best for e in done.history]
        rises = [max(b - a, 0.0) for a, b in pairwise(errors)]
        near = [k for k, error in enumerate(errors, start=1) if error < 1.05]
        rows.append(
            ModeResult(
                mode,
                batch_size,
                near[0] if near else None,
                done.history[-1].updates,
                float(np.mean(rises)),
                errors[-1],
            )
        )
    return rows


def double_well(params: Any, slopes: Any) -> Any:
    """(w² - 1)² + 0.3·w + mean(slopes)·w: a shallow well near w = 1, the deep one near -1."""
    w = params["w"]
    return (w * w - 1.0) ** 2 + 0.3 * w + np.mean(slopes) * w


def escapes(
    mode: str, runs: int = 20, passes: int = 30, noise: float = 4.0, rate: float = 0.05
) -> float:
    """Share of seeded runs that start in the shallow well and end in the deep one.

    Each of 40 samples tilts the well by a random slope; over all samples the slopes cancel, so
    batch descent sees the smooth double well and the others see it shaken.
    """
    out = 0
    for seed in range(runs):
        slopes = np.random.default_rng(seed).normal(0.0, noise, 40)
        slopes -= slopes.mean()
        done = train(
            double_well, {"w": np.array(1.1)}, (slopes,), SGD(rate),
            epochs=passes, batch_size=MODES[mode], seed=seed,
        )  # fmt: skip
        out += bool(done.params["w"] < 0.0)
    return out / runs
