"""Integrals between bounds at all sample points at once, by Gauss and Legendre's rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from vaultbp.derivations.numerics.functions import real

FEW, MANY = 10, 18
"""Places of the two rules that must agree."""
CLOSE = 1e-8
"""How far they may differ (relative): else the integrand is not smooth enough to be trusted."""
SQUARES_CLOSE = 1e-5
TINY = 1e-300


@cache
def _rule(count: int) -> tuple[tuple[float, float], ...]:
    """Places between -1 and 1, and their weights."""
    places, weights = np.polynomial.legendre.leggauss(count)
    return tuple(zip(places.tolist(), weights.tolist(), strict=True))


def between(lower: Any, upper: Any, body: Callable[[Any], Any]) -> Any:
    """The integral of ``body`` from one bound to the other; not a number where it is not known."""
    middle, half = (lower + upper) * 0.5, (upper - lower) * 0.5
    rough, rough_square = _summed(middle, half, body, FEW)
    fine, square = _summed(middle, half, body, MANY)
    # Relative to how large the integrand is: a peak between the places of both rules shows.
    large = np.sqrt(np.abs(square) * np.abs(real(half))) + np.abs(real(fine))
    near = np.abs(real(rough) - real(fine)) <= CLOSE * large
    # What cancels on two sides of a pole does not in the squares.
    near &= np.abs(rough_square - square) <= SQUARES_CLOSE * np.abs(square) + TINY
    return fine + np.where(near, 0.0, np.nan)


def _summed(middle: Any, half: Any, body: Callable[[Any], Any], count: int) -> tuple[Any, Any]:
    """The integral by one rule, and that of the square of its real part."""
    total: Any = 0.0
    square: Any = 0.0
    for place, weight in _rule(count):
        value = body(middle + half * place)
        total = total + value * weight
        square = square + real(value) ** 2 * weight
    return total * half, square * real(half)
