"""Arrays made of arrays: joined, split, with entries put in or left out."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from vaultbp.engine.errors import ShapeError
from vaultbp.engine.op import Op
from vaultbp.engine.table import composed

Shape = tuple[int, ...]


@composed(
    np.concatenate,
    about={"example": "np.concatenate([x, y], axis=1)", "shapes": {"x": (2, 1), "y": (2, 3)}},
)
def concatenate(arrays: Any, axis: int | None = 0) -> Any:
    """Arrays joined along an axis that they have."""
    parts = list(arrays)
    if axis is None:
        parts, axis = [np.reshape(part, (-1,)) for part in parts], 0
    shapes = [np.shape(part) for part in parts]
    if not parts or any(len(shape) != len(shapes[0]) or not shape for shape in shapes):
        raise ShapeError(f"concatenate needs arrays with as many axes as each other, got {shapes}")
    axis %= len(shapes[0])
    return _concatenate_op(tuple([shape[axis] for shape in shapes]), axis)(*parts)


@lru_cache(maxsize=512)
def _concatenate_op(sizes: Shape, axis: int) -> Op:
    names = tuple(f"x{k}" for k in range(len(sizes)))
    ends = np.cumsum(sizes).tolist()

    def part(k: int) -> Any:
        place = (slice(None),) * axis + (slice(ends[k] - sizes[k], ends[k]),)
        return lambda g: g[place]

    return Op(
        lambda *arrays: np.concatenate(arrays, axis),
        {name: part(k) for k, name in enumerate(names)},
        name="concatenate",
        arguments=names,
    )


@composed(np.stack, about={"example": "np.stack([x, y], axis=1)", "shapes": {"x": (3,), "y": (3,)}})
def stack(arrays: Any, axis: int = 0) -> Any:
    """Arrays joined along a new axis."""
    parts = list(arrays)
    shapes = {np.shape(part) for part in parts}
    if len(shapes) != 1:
        raise ShapeError(f"stack needs arrays of one shape, got {sorted(shapes)}")
    place = axis % (len(shapes.pop()) + 1)
    return concatenate([np.expand_dims(part, place) for part in parts], place)


@composed(np.vstack, about={"example": "np.vstack([x, y])", "shapes": {"x": (3,), "y": (2, 3)}})
def vstack(arrays: Any, dtype: Any = None, casting: str = "same_kind") -> Any:
    """Arrays joined as rows."""
    return concatenate([np.atleast_2d(a) for a in arrays], 0)


@composed(np.hstack, about={"example": "np.hstack([x, y])", "shapes": {"x": (2, 1), "y": (2, 3)}})
def hstack(arrays: Any) -> Any:
    """Arrays joined side by side."""
    parts = [np.atleast_1d(a) for a in arrays]
    return concatenate(parts, 0 if len(parts[0].shape) == 1 else 1)


@composed(
    np.column_stack,
    about={"example": "np.column_stack([x, y])", "shapes": {"x": (2,), "y": (2, 3)}},
)
def column_stack(arrays: Any) -> Any:
    """Vectors as columns, matrices as they are."""
    return concatenate([a if len(np.shape(a)) > 1 else np.reshape(a, (-1, 1)) for a in arrays], 1)


@composed(np.dstack, about={"example": "np.dstack([x, y])", "shapes": {"x": (2, 3), "y": (2, 3)}})
def dstack(arrays: Any) -> Any:
    """Arrays joined along a third axis."""
    return concatenate([np.atleast_3d(a) for a in arrays], 2)


@composed(np.append, about={"example": "np.append(x, y)", "shapes": {"x": (2,), "y": (2, 3)}})
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """y after x."""
    return concatenate([arr, values], axis)


@composed(np.atleast_1d, about={"example": "np.atleast_1d(x)", "shapes": {"x": ()}})
def atleast_1d(x: Any) -> Any:
    """At least one axis."""
    return x if np.ndim(x) else np.reshape(x, (1,))


@composed(np.atleast_2d, about={"example": "np.atleast_2d(x)", "shapes": {"x": (3,)}})
def atleast_2d(x: Any) -> Any:
    """At least two axes."""
    return x if np.ndim(x) > 1 else np.reshape(x, (1, -1))


@composed(np.atleast_3d, about={"example": "np.atleast_3d(x)", "shapes": {"x": (2, 3)}})
def atleast_3d(x: Any) -> Any:
    """At least three axes."""
    if np.ndim(x) > 2:
        return x
    return np.reshape(x, (*np.shape(x), 1) if np.ndim(x) == 2 else (1, -1, 1))


@composed(
    np.block,
    about={"example": "np.block([[x, y], [y, x]])", "shapes": {"x": (2, 2), "y": (2, 2)}},
)
def block(arrays: Any) -> Any:
    """Blocks in nested lists joined: the innermost along the last axis."""
    depth, first = 0, arrays
    while isinstance(first, list):
        depth, first = depth + 1, first[0]
    found = list(_blocks(arrays))
    rank = max(depth, *[np.ndim(a) for a in found])
    return _joined(arrays, depth, rank)


def _blocks(arrays: Any) -> Any:
    for item in arrays if isinstance(arrays, list) else [arrays]:
        yield from _blocks(item) if isinstance(item, list) else [item]


def _joined(arrays: Any, depth: int, rank: int) -> Any:
    if not isinstance(arrays, list):
        return np.reshape(arrays, (1,) * (rank - np.ndim(arrays)) + np.shape(arrays))
    return concatenate([_joined(item, depth - 1, rank) for item in arrays], rank - depth)


@composed(
    np.insert,
    about={"example": "np.insert(x, 1, y, axis=0)", "shapes": {"x": (3,), "y": ()}},
)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """`values` put in before the places `obj`, which count in the array as it was."""
    if axis is None:
        arr, axis = np.reshape(arr, (-1,)), 0
    axis %= np.ndim(arr)
    shape = np.shape(arr)
    # Where numpy puts numbers, old and new ones: found by inserting their places.
    old = np.arange(shape[axis])
    single = np.ndim(obj) == 0 and not isinstance(obj, slice)
    new = values
    if single and np.ndim(values) == len(shape):
        count = np.shape(values)[axis]
    else:
        if single and np.ndim(values) < len(shape):
            new = np.expand_dims(values, axis) if np.ndim(values) else values
        count = len(np.insert(old, obj, -1)) - len(old)
    where = obj if not single else [obj] * count
    marks = np.insert(old, where, np.arange(count) + len(old))
    full = (*shape[:axis], count, *shape[axis + 1 :])
    return np.take(concatenate([arr, np.broadcast_to(new, full)], axis), marks, axis)


@composed(np.delete, about={"example": "np.delete(x, [0, 2], axis=1)", "shapes": {"x": (2, 4)}})
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    """Without the entries at the places `obj`."""
    if axis is None:
        arr, axis = np.reshape(arr, (-1,)), 0
    return np.take(arr, np.delete(np.arange(np.shape(arr)[axis]), obj), axis)


@composed(
    np.compress,
    about={"example": "np.compress([True, False, True], x, axis=1)", "shapes": {"x": (2, 3)}},
)
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    """The entries along `axis` at which the condition holds."""
    return np.take(a, np.flatnonzero(np.asarray(condition)), axis)


@composed(np.extract, about={"example": "np.extract(x > x.mean(), x)", "shapes": {"x": (2, 3)}})
def extract(condition: Any, arr: Any) -> Any:
    """All entries at which the condition holds, in one axis."""
    return np.take(arr, np.flatnonzero(np.asarray(condition)))


def _bounds(size: int, sections: Any, exact: bool) -> list[tuple[int, int]]:
    if isinstance(sections, int | np.integer):
        if exact and size % sections:
            raise ShapeError(f"an axis of {size} cannot be split into {sections} equal parts")
        parts = [len(part) for part in np.array_split(np.arange(size), sections)]
        ends = np.cumsum(parts).tolist()
    else:
        ends = [*list(sections), size]
    return list(zip([0, *ends[:-1]], ends, strict=True))


@composed(np.split, about={"example": "np.split(x, 2, axis=1)[1]", "shapes": {"x": (2, 4)}})
def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Equal parts along `axis`, or parts between given places."""
    return _parts(x, _bounds(x.shape[axis], indices_or_sections, True), axis)


@composed(np.array_split, about={"example": "np.array_split(x, 3)[0]", "shapes": {"x": (4,)}})
def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Nearly equal parts along `axis`."""
    return _parts(x, _bounds(x.shape[axis], indices_or_sections, False), axis)


@composed(np.vsplit, about={"example": "np.vsplit(x, 2)[0]", "shapes": {"x": (4, 2)}})
def vsplit(x: Any, sections: Any) -> Any:
    """Parts of the rows."""
    return split(x, sections, 0)


@composed(np.hsplit, about={"example": "np.hsplit(x, 2)[0]", "shapes": {"x": (2, 4)}})
def hsplit(x: Any, sections: Any) -> Any:
    """Parts of the columns."""
    return split(x, sections, 1 if len(x.shape) > 1 else 0)


@composed(np.dsplit, about={"example": "np.dsplit(x, 2)[0]", "shapes": {"x": (1, 2, 4)}})
def dsplit(x: Any, sections: Any) -> Any:
    """Parts along the third axis."""
    return split(x, sections, 2)


def _parts(x: Any, bounds: list[tuple[int, int]], axis: int) -> list[Any]:
    before = (slice(None),) * (axis % len(x.shape))
    return [x[(*before, slice(start, stop))] for start, stop in bounds]


if hasattr(np, "unstack"):  # since numpy 2.1

    @composed(np.unstack, about={"example": "np.unstack(x, axis=1)[0]", "shapes": {"x": (2, 3)}})
    def unstack(x: Any, *, axis: int = 0) -> tuple[Any, ...]:
        """The parts along an axis, without it."""
        return tuple([np.take(x, k, axis) for k in range(np.shape(x)[axis])])
