"""A line through points: the gradient of the mean error is the mean of the pairs' gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaultbp.engine.transforms import grad


def pair_error(w1: Any, w2: Any, x: Any, y: Any) -> Any:
    """Squared error of the line w1·x + w2 at one point."""
    residual = y - (w1 * x + w2)
    return residual * residual


def line_fit_gradient(w1: float, w2: float, x: Any, y: Any) -> tuple[float, float]:
    """(∂C/∂w1, ∂C/∂w2) of the mean error C: one backward pass per pair, then the average."""
    pairs = [grad(pair_error, (0, 1))(w1, w2, xi, yi) for xi, yi in zip(x, y, strict=True)]
    first, second = np.mean(np.array(pairs), axis=0)
    return float(first), float(second)


def line_fit_gradient_by_hand(w1: float, w2: float, x: Any, y: Any) -> tuple[float, float]:
    """The same by the formulas: the mean of -2·residual·x and of -2·residual."""
    residual = np.asarray(y) - (w1 * np.asarray(x) + w2)
    return float(np.mean(-2.0 * residual * x)), float(np.mean(-2.0 * residual))
