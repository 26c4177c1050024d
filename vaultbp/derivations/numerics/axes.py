"""The axes of values: the points first, then the rows and columns of an array."""

from __future__ import annotations

from typing import Any


def aligned(a: Any, b: Any) -> tuple[Any, Any]:
    """Give two values the same number of axes: a scalar meets every cell of an array."""
    if a.ndim < b.ndim:
        a = a[(slice(None),) + (None,) * (b.ndim - a.ndim)]
    elif b.ndim < a.ndim:
        b = b[(slice(None),) + (None,) * (a.ndim - b.ndim)]
    return a, b


def components(value: Any) -> list[Any]:
    """The scalars of a value, in row order."""
    if value.ndim == 1:
        return [value]
    flat = value.reshape(value.shape[0], -1)
    return [flat[:, k] for k in range(flat.shape[1])]


def broadcasts(one: tuple[int, ...], two: tuple[int, ...]) -> bool:
    """Whether two shapes meet entry by entry."""
    return all(a == b or 1 in (a, b) for a, b in zip(one, two, strict=False))
