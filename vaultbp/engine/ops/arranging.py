"""Functions that only move entries: reshape, transpose, flip, repeat, pad."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaultbp.engine.backward import unbroadcast
from vaultbp.engine.errors import UnsupportedError
from vaultbp.engine.table import BY_FUNCTION, composed, general
from vaultbp.engine.tensor import Array, Tensor, detach, values

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


@composed(np.full_like, about={"example": "np.full_like(x, x[0])", "shapes": {"x": (3,)}})
def full_like(a: Any, fill_value: Any, dtype: Any = None, *, shape: Shape | None = None) -> Any:
    """`fill_value` repeated to the shape of `a`, in its dtype."""
    full = broadcast_to(fill_value, np.shape(a) if shape is None else shape)
    like = values(a).dtype if dtype is None else dtype
    return full.astype(like) if isinstance(full, Tensor) else np.array(full, like)


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


@composed(
    np.matrix_transpose,
    np.linalg.matrix_transpose,
    about={"example": "np.matrix_transpose(x)", "shapes": {"x": (2, 1, 3)}},
)
def matrix_transpose(x: Any) -> Any:
    """The last two axes exchanged."""
    return swapaxes(x, -1, -2)


@composed(
    np.broadcast_arrays,
    about={"example": "np.add(*np.broadcast_arrays(x, y))", "shapes": {"x": (3,), "y": (2, 1)}},
)
def broadcast_arrays(*args: Any) -> tuple[Any, ...]:
    """Each repeated to the shape of all together."""
    shape = np.broadcast_shapes(*[np.shape(a) for a in args])
    return tuple([np.broadcast_to(a, shape) for a in args])


@composed(
    np.meshgrid,
    about={"example": "np.multiply(*np.meshgrid(x, y))", "shapes": {"x": (3,), "y": (2,)}},
)
def meshgrid(*xi: Any, indexing: str = "xy", sparse: bool = False) -> tuple[Any, ...]:
    """Coordinates of a grid from those along each axis."""
    n = len(xi)
    order = [1, 0, *range(2, n)] if indexing == "xy" and n > 1 else list(range(n))
    axes = [
        np.reshape(x, tuple([-1 if order[k] == place else 1 for place in range(n)]))
        for k, x in enumerate(xi)
    ]
    return tuple(axes) if sparse else broadcast_arrays(*axes)


@composed(np.resize, about={"example": "np.resize(x, (2, 4))", "shapes": {"x": (3,)}})
def resize(a: Any, new_shape: Any) -> Any:
    """The entries over and over until the new shape is full."""
    shape = (new_shape,) if np.ndim(new_shape) == 0 else tuple(new_shape)
    places = np.arange(int(np.prod(shape))) % int(np.prod(np.shape(a)))
    return np.reshape(np.take(a, places), shape)


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


REPEATING = ("edge", "reflect", "symmetric", "wrap")
"""Ways to pad with entries of the array itself."""


@composed(np.pad, about={"example": "np.pad(x, ((1, 0), (0, 2)))", "shapes": {"x": (2, 3)}})
def pad(array: Any, pad_width: Any, mode: str = "constant", constant_values: Any = 0.0) -> Any:
    """Entries added around: constant, or (edge, reflect, symmetric, wrap) entries of x again."""
    if mode != "constant" and mode not in REPEATING:
        raise UnsupportedError(
            f"np.pad of a tensor has no mode {mode!r}: one of constant, {', '.join(REPEATING)}"
        )
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


for _name, _method in {"reshape": _reshape, "transpose": _transpose}.items():
    setattr(Tensor, _name, _method)
setattr(Tensor, "astype", lambda self, dtype, copy=True: astype(self, dtype, copy))  # noqa: B010
if hasattr(np, "astype"):  # since numpy 2.1
    BY_FUNCTION[np.astype] = astype
setattr(Tensor, "T", property(transpose))  # noqa: B010
