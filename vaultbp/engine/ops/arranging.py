"""Functions that only move entries: reshape, transpose, join, split, repeat, pad."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from vaultbp.engine.backward import unbroadcast
from vaultbp.engine.errors import ShapeError
from vaultbp.engine.op import Op
from vaultbp.engine.table import composed, general
from vaultbp.engine.tensor import Array, Tensor, detach

Shape = tuple[int, ...]


@general(
    np.reshape,
    about={"example": "np.reshape(x, (2, 6))", "shapes": {"x": (3, 4)}},
    x=lambda g, x_shape: g.reshape(x_shape),
)
def reshape(x: Array, shape: Any, order: str = "C") -> Array:
    """The same entries in another shape (row by row)."""
    if order != "C":
        raise ValueError("only order='C'; transpose first for column order")
    return np.reshape(x, shape)


def _reshape(self: Tensor, *shape: Any) -> Any:
    return reshape(self, shape[0] if len(shape) == 1 else shape)


@general(
    np.transpose,
    about={"example": "np.transpose(x, (1, 0, 2))", "shapes": {"x": (2, 3, 2)}},
    x=lambda g, axes: g.T if axes is None else np.transpose(g, tuple(np.argsort(axes))),
)
def transpose(x: Array, axes: Any = None) -> Array:
    """Axes in another order, reversed if none is given."""
    return np.transpose(x, axes)


def _transpose(self: Tensor, *axes: Any) -> Any:
    if not axes:
        return transpose(self)
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
    return transpose(self, None if order is None else tuple([a % self.ndim for a in order]))


@general(
    np.broadcast_to,
    about={"example": "np.broadcast_to(x, (2, 3))", "shapes": {"x": (3,)}},
    x=lambda g, x_shape: unbroadcast(g, x_shape),
)
def broadcast_to(x: Array, shape: Shape) -> Array:
    """x repeated to a larger shape."""
    return np.broadcast_to(x, shape)


@general(
    about={"example": "x.astype(np.float64)", "shapes": {"x": (3,)}, "casts": True},
    x=lambda g: g,  # the edge brings the dtype back
)
def astype(x: Array, dtype: Any, copy: bool = True) -> Array:
    """x in another floating dtype."""
    if np.dtype(dtype).kind not in "fc":
        raise ValueError(f"dtype {np.dtype(dtype)} has no derivative; use t.data.astype(...)")
    return x.astype(dtype, copy=copy)


@composed(np.copy, attach="copy", about={"example": "np.copy(x)", "shapes": {"x": (3,)}})
def copy(x: Any) -> Any:
    """x itself: tensors are never written to."""
    return x


@composed(
    np.ravel, attach="ravel flatten", about={"example": "np.ravel(x)", "shapes": {"x": (2, 3)}}
)
def ravel(x: Any, order: str = "C") -> Any:
    """All entries in one axis."""
    return reshape(x if order == "C" else transpose(x), (-1,))


@composed(
    np.squeeze, attach="squeeze", about={"example": "np.squeeze(x)", "shapes": {"x": (1, 3, 1)}}
)
def squeeze(x: Any, axis: Any = None) -> Any:
    """Without axes of length 1 (all of them, or those named)."""
    return reshape(x, np.squeeze(np.broadcast_to(0.0, x.shape), axis).shape)


@composed(np.expand_dims, about={"example": "np.expand_dims(x, 1)", "shapes": {"x": (3,)}})
def expand_dims(x: Any, axis: Any) -> Any:
    """With new axes of length 1."""
    return reshape(x, np.expand_dims(np.broadcast_to(0.0, x.shape), axis).shape)


def _order(function: Any, x: Any, *args: Any) -> tuple[int, ...]:
    """The axes that `function` would leave, read off a probe whose axis k has length k + 2."""
    probe = np.broadcast_to(0.0, [k + 2 for k in range(len(x.shape))])
    return tuple([n - 2 for n in function(probe, *args).shape])


@composed(
    np.swapaxes,
    attach="swapaxes",
    about={"example": "np.swapaxes(x, 0, 2)", "shapes": {"x": (2, 1, 3)}},
)
def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """Two axes exchanged."""
    return transpose(x, _order(np.swapaxes, x, axis1, axis2))


@composed(np.moveaxis, about={"example": "np.moveaxis(x, 0, -1)", "shapes": {"x": (2, 1, 3)}})
def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """Axes moved to other places."""
    return transpose(x, _order(np.moveaxis, x, source, destination))


@composed(np.rollaxis, about={"example": "np.rollaxis(x, 2)", "shapes": {"x": (2, 1, 3)}})
def rollaxis(x: Any, axis: int, start: int = 0) -> Any:
    """One axis rolled back to `start`."""
    return transpose(x, _order(np.rollaxis, x, axis, start))


@general(
    np.flip,
    about={"example": "np.flip(x, 1)", "shapes": {"x": (2, 3)}},
    x=lambda g, axis: np.flip(g, axis),
)
def flip(x: Array, axis: Any = None) -> Array:
    """Order of the entries reversed along `axis`."""
    return np.flip(x, axis)


@composed(np.flipud, about={"example": "np.flipud(x)", "shapes": {"x": (2, 3)}})
def flipud(x: Any) -> Any:
    """Rows in reverse order."""
    return flip(x, 0)


@composed(np.fliplr, about={"example": "np.fliplr(x)", "shapes": {"x": (2, 3)}})
def fliplr(x: Any) -> Any:
    """Columns in reverse order."""
    return flip(x, 1)


@general(
    np.roll,
    about={"example": "np.roll(x, 1, axis=1)", "shapes": {"x": (2, 3)}},
    x=lambda g, shift, axis: np.roll(
        g, tuple(-s for s in np.atleast_1d(shift)) if np.ndim(shift) else -shift, axis
    ),
)
def roll(x: Array, shift: Any, axis: Any = None) -> Array:
    """Entries moved round by `shift`."""
    return np.roll(x, shift, axis)


@composed(np.rot90, about={"example": "np.rot90(x)", "shapes": {"x": (2, 3)}})
def rot90(x: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """Turned by 90 degrees k times."""
    first, second = axes
    for _ in range(k % 4):
        x = flip(swapaxes(x, first, second), first)
    return x


# --- joining and splitting -------------------------------------------------------------------------


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


# --- repeating and padding -------------------------------------------------------------------------


@composed(
    np.repeat,
    attach="repeat",
    about={"example": "np.repeat(x, 2, axis=1)", "shapes": {"x": (2, 3)}},
)
def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Each entry several times over."""
    if axis is None:
        x, axis = np.reshape(x, (-1,)), 0
    return np.take(x, np.repeat(np.arange(x.shape[axis]), repeats), axis)


@composed(np.tile, about={"example": "np.tile(x, (2, 1))", "shapes": {"x": (2, 3)}})
def tile(A: Any, reps: Any) -> Any:
    """The whole array several times over."""
    counts = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    shape = A.shape
    rank = max(len(shape), len(counts))
    shape = (1,) * (rank - len(shape)) + shape
    counts = (1,) * (rank - len(counts)) + counts
    single = np.reshape(A, [n for size in shape for n in (1, size)])
    many = np.broadcast_to(
        single, [n for c, size in zip(counts, shape, strict=True) for n in (c, size)]
    )
    return np.reshape(many, [c * size for c, size in zip(counts, shape, strict=True)])


@composed(np.pad, about={"example": "np.pad(x, ((1, 0), (0, 2)))", "shapes": {"x": (2, 3)}})
def pad(array: Any, pad_width: Any, mode: str = "constant", constant_values: Any = 0.0) -> Any:
    """Entries added around: constant, or (edge, reflect, symmetric, wrap) entries of x again."""
    rank = len(array.shape)
    widths = np.broadcast_to(np.asarray(pad_width), (rank, 2)).tolist()
    if mode == "constant":
        place = tuple(slice(a, a + n) for (a, _), n in zip(widths, array.shape, strict=True))
        frame = np.pad(np.zeros(array.shape), widths, constant_values=detach(constant_values))
        from vaultbp.engine.ops.indexing import at_set

        return at_set(frame, place, array)
    for axis, (before, after) in enumerate(widths):
        places = np.pad(np.arange(array.shape[axis]), (before, after), mode=mode)  # type: ignore[call-overload]
        array = np.take(array, places, axis)
    return array


def below(m: Any, k: int) -> Array:
    """True on and below the k-th diagonal."""
    rows, columns = m.shape[-2:]
    return np.arange(columns) <= np.arange(rows)[:, None] + k


@composed(np.tril, about={"example": "np.tril(x)", "shapes": {"x": (3, 3)}})
def tril(m: Any, k: int = 0) -> Any:
    """Zeros above the k-th diagonal."""
    return np.where(below(m, k), m, 0.0)


@composed(np.triu, about={"example": "np.triu(x)", "shapes": {"x": (3, 3)}})
def triu(m: Any, k: int = 0) -> Any:
    """Zeros below the k-th diagonal."""
    return np.where(below(m, k - 1), 0.0, m)


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
    rank = max(np.ndim(start), np.ndim(stop))
    steps = np.arange(num) / max(num - 1 if endpoint else num, 1)
    return start + np.reshape(steps, (num,) + (1,) * rank) * (stop - start)


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


for _name, _method in {"reshape": _reshape, "transpose": _transpose}.items():
    setattr(Tensor, _name, _method)
setattr(Tensor, "astype", lambda self, dtype, copy=True: astype(self, dtype, copy))  # noqa: B010
setattr(Tensor, "T", property(transpose))  # noqa: B010
