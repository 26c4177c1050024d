"""numpy's polynomials: coefficients from the highest power down."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaultbp.engine.table import composed


@composed(np.polyval, about={"example": "np.polyval(x, y)", "shapes": {"x": (4,), "y": (3,)}})
def polyval(p: Any, x: Any) -> Any:
    """The polynomial with coefficients `p` at `x`, by Horner's rule."""
    total = x * 0.0
    for k in range(len(p)):
        total = total * x + p[k]
    return total


@composed(np.polyadd, about={"example": "np.polyadd(x, y)", "shapes": {"x": (4,), "y": (2,)}})
def polyadd(a1: Any, a2: Any) -> Any:
    """Sum of two polynomials."""
    a, b = np.atleast_1d(a1), np.atleast_1d(a2)
    n = max(len(a), len(b))
    return np.pad(a, (n - len(a), 0)) + np.pad(b, (n - len(b), 0))


@composed(np.polysub, about={"example": "np.polysub(x, y)", "shapes": {"x": (2,), "y": (4,)}})
def polysub(a1: Any, a2: Any) -> Any:
    """Difference of two polynomials."""
    return polyadd(a1, -np.atleast_1d(a2))


@composed(np.polymul, about={"example": "np.polymul(x, y)", "shapes": {"x": (3,), "y": (2,)}})
def polymul(a1: Any, a2: Any) -> Any:
    """Product of two polynomials."""
    return np.convolve(np.atleast_1d(a1), np.atleast_1d(a2))


@composed(np.polyder, about={"example": "np.polyder(x, 2)", "shapes": {"x": (5,)}})
def polyder(p: Any, m: int = 1) -> Any:
    """The m-th derivative of a polynomial."""
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


@composed(np.polyint, about={"example": "np.polyint(x, 2)", "shapes": {"x": (3,)}})
def polyint(p: Any, m: int = 1) -> Any:
    """An antiderivative of a polynomial, m times over; the constants are 0."""
    for _ in range(m):
        p = np.pad(p / np.arange(len(p), 0, -1), (0, 1))
    return p


@composed(np.vander, about={"example": "np.vander(x, 3)", "shapes": {"x": (4,)}})
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """Powers of the entries as columns, from the highest down unless `increasing`."""
    powers = np.arange(len(x) if N is None else N)
    return np.reshape(x, (-1, 1)) ** (powers if increasing else powers[::-1])


@composed(
    np.polyfit,
    about={"example": "np.polyfit(x, y, 1)", "shapes": {"x": (5,), "y": (5,)}},
)
def polyfit(x: Any, y: Any, deg: int) -> Any:
    """Coefficients of the polynomial of degree `deg` through the points, by least squares."""
    powers = vander(x, deg + 1)
    return np.linalg.pinv(powers) @ y
