"""The elementary functions on arrays of points, complex or real, and on engine tensors.

Where a function is undefined the result is NaN: that point is not used. Piecewise functions choose
their piece by the real part, which makes the complex step valid on each piece; points too close to a
kink are NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

KINK = 1e-3


def real(x: Any) -> Any:
    """The plain real values of an array or tensor."""
    data = getattr(x, "data", x) if not isinstance(x, np.ndarray | float | int | complex) else x
    return np.real(np.asarray(data))


def _only(x: Any, mask: Any) -> Any:
    """``x`` where the mask holds, NaN elsewhere."""
    if np.all(mask):
        return x
    return x * np.where(mask, 1.0, np.nan)


def _positive(x: Any) -> Any:
    return _only(x, real(x) > 0)


def _sigmoid(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-1.0 * x))


def _relu(x: Any) -> Any:
    at = real(x)
    return _only(x, np.abs(at) > KINK) * np.where(at > 0, 1.0, 0.0)


def _absolute(x: Any) -> Any:
    at = real(x)
    return _only(x, np.abs(at) > KINK) * np.where(at > 0, 1.0, -1.0)


def _sign(x: Any) -> Any:
    at = real(x)
    return _only(0.0 * x, np.abs(at) > KINK) + np.where(at > 0, 1.0, -1.0)


def _larger(x: Any, y: Any) -> Any:
    gap = real(x) - real(y)
    first = np.where(gap > 0, 1.0, 0.0)
    return _only(x, np.abs(gap) > KINK) * first + y * (1.0 - first)


def _smaller(x: Any, y: Any) -> Any:
    return -1.0 * _larger(-1.0 * x, -1.0 * y)


def power(x: Any, y: Any) -> Any:
    """``x ** y``; a broken power of a negative number is NaN."""
    exponent = real(y)
    plain = isinstance(y, np.ndarray | float | int) and not np.iscomplexobj(y)
    if plain and exponent.size and np.all(exponent == exponent.flat[0]):
        number = float(exponent.flat[0])
        if number.is_integer() and abs(number) <= 64:
            base = x if number >= 0 else _only(x, real(x) != 0)
            return base ** int(number) if number >= 0 else 1.0 / base ** int(-number)
        return np.exp(number * np.log(_positive(x)))
    return np.exp(y * np.log(_positive(x)))


ONE: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp,
    "log": lambda x: np.log(_positive(x)),
    "log10": lambda x: np.log(_positive(x)) / np.log(10.0),
    "sqrt": lambda x: np.sqrt(_positive(x)),
    "sin": np.sin,
    "cos": np.cos,
    "tan": lambda x: np.sin(x) / np.cos(x),
    "sinh": lambda x: 0.5 * (np.exp(x) - np.exp(-1.0 * x)),
    "cosh": lambda x: 0.5 * (np.exp(x) + np.exp(-1.0 * x)),
    "tanh": np.tanh,
    "arcsin": lambda x: np.arcsin(_only(x, np.abs(real(x)) < 1)),
    "arccos": lambda x: np.arccos(_only(x, np.abs(real(x)) < 1)),
    "arctan": np.arctan,
    "arcsinh": lambda x: np.log(x + np.sqrt(x * x + 1.0)),
    "arctanh": lambda x: 0.5 * (np.log(_positive(1.0 + x)) - np.log(_positive(1.0 - x))),
    "sigmoid": _sigmoid,
    "relu": _relu,
    "softplus": lambda x: np.log(1.0 + np.exp(x)),
    "abs": _absolute,
    "sign": _sign,
}
"""Functions of one argument, element by element."""

PIECEWISE = frozenset(
    ("abs", "sign", "relu", "max", "min", "sqrt", "arcsin", "arccos", "arctan", "arctanh")
)
"""Functions made of pieces, or with a branch: what holds near zero may fail elsewhere."""

TWO: dict[str, Callable[[Any, Any], Any]] = {"max": _larger, "min": _smaller}
"""Functions of any number of arguments, folded from the left."""
