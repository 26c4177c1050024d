"""Neighbouring entries: differences, integrals, evenly spaced numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaultbp.engine.op import Domain, Kink
from vaultbp.engine.ops.joining import concatenate
from vaultbp.engine.table import composed
from vaultbp.engine.tensor import values


@composed(np.diff, about={"example": "np.diff(x, axis=1)", "shapes": {"x": (2, 4)}})
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """Differences of neighbours, n times."""
    before = (slice(None),) * (axis % len(a.shape))
    for _ in range(n):
        a = a[(*before, slice(1, None))] - a[(*before, slice(None, -1))]
    return a


@composed(np.linspace, about={"example": "np.linspace(x, y, 4)", "shapes": {"x": (2,), "y": ()}})
def linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True) -> Any:
    """Evenly spaced numbers from start to stop."""
    return start + _shares(start, stop, num, endpoint) * (stop - start)


def _shares(start: Any, stop: Any, num: int, endpoint: bool) -> Any:
    """How much of the way each number has gone, along a first axis of its own."""
    shares = np.arange(num) / max(num - 1 if endpoint else num, 1)
    return np.reshape(shares, (num,) + (1,) * max(np.ndim(start), np.ndim(stop)))


@composed(np.logspace, about={"example": "np.logspace(x, y, 4)", "shapes": {"x": (2,), "y": ()}})
def logspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0) -> Any:
    """Powers of a base with evenly spaced exponents from start to stop."""
    return base ** linspace(start, stop, num, endpoint)


@composed(
    np.geomspace,
    about={
        "example": "np.geomspace(x, y, 4)",
        "shapes": {"x": (2,), "y": ()},
        "domain": Domain("both > 0", 0.3, 3.0),
    },
)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True) -> Any:
    """Numbers from start to stop, each the same multiple of the one before."""
    return start * (stop / start) ** _shares(start, stop, num, endpoint)


@composed(np.ediff1d, about={"example": "np.ediff1d(x)", "shapes": {"x": (2, 3)}})
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """Differences of neighbours in the flattened array, with more before and after."""
    parts = [to_begin, diff(np.reshape(ary, (-1,))), to_end]
    return concatenate([np.reshape(part, (-1,)) for part in parts if part is not None])


@composed(
    np.unwrap,
    about={
        "example": "np.unwrap(x * 4)",
        "shapes": {"x": (5,)},
        "kinks": (Kink("a step of half a period", "1"),),
    },
)
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: float = 2 * np.pi) -> Any:
    """Angles with whole periods added, so that neighbours differ by no more than half of one."""
    plain = values(p)
    return p + (np.unwrap(plain, discont, axis, period=period) - plain)


@composed(
    np.apply_along_axis,
    about={"example": "np.apply_along_axis(np.cumsum, 1, x)", "shapes": {"x": (2, 3)}},
)
def apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """A function of vectors, of each vector along an axis."""
    axis %= np.ndim(arr)
    last = np.moveaxis(arr, axis, -1)
    rows = np.reshape(last, (-1, last.shape[-1]))
    done = np.stack([func1d(rows[k], *args, **kwargs) for k in range(len(rows))])
    inner = done.shape[1:]
    out = np.reshape(done, (*last.shape[:-1], *inner))
    before = len(last.shape) - 1
    places = tuple(range(before, before + len(inner)))
    return np.moveaxis(out, places, tuple(range(axis, axis + len(inner))))


@composed(np.gradient, about={"example": "np.gradient(x, axis=1)", "shapes": {"x": (2, 4)}})
def gradient(f: Any, *spacing: float, axis: Any = None) -> Any:
    """Central differences inside, one-sided ones at the ends, with constant spacings."""
    rank = len(f.shape)
    axes = range(rank) if axis is None else [axis] if isinstance(axis, int) else axis
    steps = list(spacing) if len(spacing) > 1 else [*spacing, 1.0][:1] * len(list(axes))
    out = []
    for a, h in zip(axes, steps, strict=True):
        before = (slice(None),) * (a % rank)

        def cut(start: int | None, stop: int | None, before: Any = before) -> Any:
            return f[(*before, slice(start, stop))]

        inner = (cut(2, None) - cut(None, -2)) / (2.0 * h)
        ends = (cut(1, 2) - cut(0, 1)) / h, (cut(-1, None) - cut(-2, -1)) / h
        out.append(concatenate([ends[0], inner, ends[1]], a))
    return out[0] if len(out) == 1 else out


@composed(np.trapezoid, about={"example": "np.trapezoid(x)", "shapes": {"x": (4,)}})
def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """Integral by the trapezoid rule."""
    before = (slice(None),) * (axis % len(y.shape))
    width = dx if x is None else np.diff(x, axis=-1 if np.ndim(x) == 1 else axis)
    if x is not None and np.ndim(x) == 1:
        width = np.reshape(width, (-1,) + (1,) * (len(y.shape) - 1 - axis % len(y.shape)))
    halves = 0.5 * (y[(*before, slice(1, None))] + y[(*before, slice(None, -1))])
    return np.sum(width * halves, axis=axis)
