"""Reading and writing at places: indexing, take, where, clip, sort, at_set, at_add."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaultbp.engine.backward import unbroadcast
from vaultbp.engine.op import Kink, Op
from vaultbp.engine.protocols import plain
from vaultbp.engine.table import composed, general
from vaultbp.engine.tensor import Array, Tensor, values

Shape = tuple[int, ...]


def _getitem_back(g: Any, x_shape: Shape, index: Any) -> Any:
    return scatter(g, index, x_shape)


def _at_set_back(g: Any, index: Any) -> Any:
    return at_set(g, index, 0.0)


@general(
    about={"example": "x[1:, ::2]", "shapes": {"x": (3, 4)}},
    x=_getitem_back,
)
def getitem(x: Array, index: Any) -> Array:
    """x[index], for every kind of index that numpy knows."""
    return x[index]


@general(
    about={"example": "scatter(x, (np.array([0, 2, 0]),), (4,))", "shapes": {"x": (3,)}},
    x=lambda g, index: g[index],
)
def scatter(x: Array, index: Any, shape: Shape) -> Array:
    """Zeros of `shape` with `x` added at `index`, repeated places adding up."""
    out = np.zeros(shape, dtype=x.dtype)
    if is_basic(index):
        out[index] += x
    else:
        np.add.at(out, index, x)
    return out


def is_basic(index: Any) -> bool:
    """Whether an index names each place once at most (no integer arrays)."""
    items = index if isinstance(index, tuple) else (index,)
    return all(
        item is None or item is Ellipsis or isinstance(item, int | slice | np.integer)
        for item in items
    )


def _getitem(self: Tensor, index: Any) -> Any:
    return getitem(self, plain(index))


setattr(Tensor, "__getitem__", _getitem)  # noqa: B010


@general(
    about={"example": "at_set(x, slice(1, 3), y)", "shapes": {"x": (4,), "y": (2,)}},
    x=_at_set_back,
    y=lambda g, index, y_shape: unbroadcast(g[index], y_shape),
)
def at_set(x: Array, index: Any, y: Array) -> Array:
    """A copy of `x` with `y` written at `index`: what `x[index] = y` would give."""
    out = np.array(x, dtype=np.result_type(x, y))
    out[index] = y
    return out


@general(
    about={"example": "at_add(x, [0, 2, 0], y)", "shapes": {"x": (4,), "y": (3,)}},
    x=lambda g: g,
    y=lambda g, index, y_shape: unbroadcast(g[index], y_shape),
)
def at_add(x: Array, index: Any, y: Array) -> Array:
    """A copy of `x` with `y` added at `index`, repeated places adding up."""
    out = np.array(x, dtype=np.result_type(x, y))
    np.add.at(out, index, y)
    return out


@composed(
    np.take, attach="take", about={"example": "np.take(x, [0, 2], axis=1)", "shapes": {"x": (2, 3)}}
)
def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Entries of `x` at `indices` along `axis`."""
    if axis is None:
        return np.reshape(x, (-1,))[indices]
    return x[(slice(None),) * (axis % len(x.shape)) + (indices,)]


@composed(
    np.take_along_axis,
    about={
        "example": "np.take_along_axis(x, np.array([[0], [2]]), axis=1)",
        "shapes": {"x": (2, 3)},
    },
)
def take_along_axis(x: Any, indices: Any, axis: int) -> Any:
    """Entries of `x` at `indices`, matching the other axes one by one."""
    grid = list(np.indices(np.shape(indices), sparse=True))
    grid[axis] = indices
    return x[tuple(grid)]


@general(
    np.where,
    about={"example": "np.where(x > y, x, y)", "shapes": {"x": (2, 3), "y": (3,)}},
    x=lambda g, condition, x_shape: unbroadcast(np.where(condition, g, 0.0), x_shape),
    y=lambda g, condition, y_shape: unbroadcast(np.where(condition, 0.0, g), y_shape),
)
def where(condition: Array, x: Array, y: Array) -> Array:
    """x where the condition holds, else y."""
    return np.where(condition, x, y)


@composed(
    np.clip,
    attach="clip",
    about={
        "example": "np.clip(x, -0.5, 0.5)",
        "shapes": {"x": (2, 3)},
        "kinks": (Kink("x at a bound", "½, as minimum(maximum(x, low), high)"),),
    },
)
def clip(x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """x kept between the bounds, each under either of its names."""
    low = a_min if min is None else min
    high = a_max if max is None else max
    if low is not None:
        x = np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


@composed(
    np.unique,
    about={
        "example": "np.unique(x)",
        "shapes": {"x": (4,)},
        "kinks": (Kink("equal entries", "that of the first of them"),),
    },
)
def unique(
    x: Any, return_index: bool = False, return_inverse: bool = False, return_counts: bool = False
) -> Any:
    """The different entries in ascending order, and where and how often they stand, if asked for."""
    find: Any = np.unique  # its annotations know no flags that are not literals
    _, index, *others = find(values(x), True, return_inverse, return_counts)
    found = np.reshape(x, (-1,))[index]
    rest = (*((index,) if return_index else ()), *others)
    return (found, *rest) if rest else found


@composed(
    np.sort,
    about={
        "example": "np.sort(x, axis=1)",
        "shapes": {"x": (2, 4)},
        "kinks": (Kink("equal entries", "as the stable order"),),
    },
)
def sort(x: Any, axis: int | None = -1) -> Any:
    """Entries in ascending order along `axis`."""
    if axis is None:
        x, axis = np.reshape(x, (-1,)), 0
    order = np.argsort(values(x), axis=axis, kind="stable")
    return take_along_axis(x, order, axis % len(x.shape))


@composed(np.diagonal, np.diag, about={"example": "np.diagonal(x)", "shapes": {"x": (3, 3)}})
def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The entries on a diagonal, as a last axis."""
    x = np.moveaxis(x, (axis1, axis2), (-2, -1))
    rows = np.arange(max(-offset, 0), max(-offset, 0) + _diagonal_length(x.shape, offset))
    return x[..., rows, rows + offset]


def _diagonal_length(shape: Shape, offset: int) -> int:
    rows, columns = shape[-2:]
    return max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)


@composed(np.diag, about={"example": "np.diag(x)", "shapes": {"x": (3,)}})
def diag(v: Any, k: int = 0) -> Any:
    """A diagonal matrix from a vector, the diagonal of a matrix."""
    if len(v.shape) == 2:
        return diagonal(v, k)
    size = v.shape[0] + abs(k)
    rows = np.arange(v.shape[0]) + max(-k, 0)
    return scatter(v, (rows, rows + k), (size, size))


@composed(np.diagflat, about={"example": "np.diagflat(x)", "shapes": {"x": (1, 3)}})
def diagflat(v: Any, k: int = 0) -> Any:
    """A diagonal matrix from all entries."""
    return diag(np.reshape(v, (-1,)), k)


@composed(
    np.partition,
    about={"example": "np.partition(x, 1, axis=1)", "shapes": {"x": (2, 4)}},
)
def partition(a: Any, kth: Any, axis: int | None = -1) -> Any:
    """The kth entry where sorting would put it, smaller ones before it."""
    if axis is None:
        a, axis = np.reshape(a, (-1,)), 0
    order = np.argpartition(values(a), kth, axis=axis)
    return take_along_axis(a, order, axis % len(a.shape))


@composed(
    np.median,
    about={
        "example": "np.median(x, axis=1)",
        "shapes": {"x": (2, 4)},
        "kinks": (Kink("equal entries in the middle", "as the stable order"),),
    },
)
def median(a: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The middle entry, or the mean of the two middle ones."""
    shape = np.median(np.zeros(a.shape), axis, keepdims=keepdims).shape
    ordered = sort(a, axis)
    place = 0 if axis is None else axis
    n = ordered.shape[place]
    middle = np.take(ordered, [(n - 1) // 2, n // 2], place)
    return np.reshape(np.mean(middle, axis=place), shape)


@composed(
    np.select,
    about={"example": "np.select([x > 1, x > 0], [x * x, x], 0.0)", "shapes": {"x": (2, 3)}},
)
def select(condlist: Any, choicelist: Any, default: Any = 0.0) -> Any:
    """The first choice whose condition holds."""
    result = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = np.where(condition, choice, result)
    return result


__all__ = ["Op", "at_add", "at_set", "clip", "getitem", "scatter", "sort", "where"]
