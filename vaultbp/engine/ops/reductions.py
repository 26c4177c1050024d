"""Functions that reduce axes: sums, means, extrema, norms, and running sums."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from vaultbp.engine.op import FLOAT64, Kink
from vaultbp.engine.table import composed, general
from vaultbp.engine.tensor import Array, Tensor, conjugated, values

Axis: TypeAlias = int | tuple[int, ...] | None
Shape: TypeAlias = tuple[int, ...]

# Typed loosely: numpy's annotations know no `keepdims` that is not a literal.
add_up: Any = np.add.reduce
multiply_up: Any = np.multiply.reduce
largest: Any = np.maximum.reduce
smallest: Any = np.minimum.reduce


def axes_of(axis: Axis, ndim: int) -> tuple[int, ...]:
    """The reduced axes, none negative."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(a % ndim for a in (axis if isinstance(axis, tuple | list) else (axis,)))


def kept(shape: Shape, axis: Axis) -> Shape:
    """`shape` with every reduced axis of length 1."""
    axes = axes_of(axis, len(shape))
    return tuple([1 if place in axes else size for place, size in enumerate(shape)])


def count(shape: Shape, axis: Axis) -> int:
    """Number of entries that go into one result."""
    n = 1
    for a in axes_of(axis, len(shape)):
        n *= shape[a]
    return n


def restore(g: Any, shape: Shape, axis: Axis, keepdims: bool) -> Any:
    """`g` with its reduced axes back, as length 1, so that it broadcasts to `shape`."""
    if not shape or keepdims or (axis is None and g.shape == ()):
        return g
    return g.reshape(kept(shape, axis))


def repeat(g: Any, shape: Shape, axis: Axis, keepdims: bool) -> Any:
    """`g` repeated along the reduced axes, as a read-only view."""
    if not shape:
        return g
    if type(g) is np.float64:
        return np.ndarray(shape, FLOAT64, g, 0, (0,) * len(shape))  # read-only as g is
    g = restore(g, shape, axis, keepdims)
    if isinstance(g, Tensor) or not g.flags.c_contiguous:
        return np.broadcast_to(g, shape)
    # What broadcast_to gives, in a fifth of the time.
    strides = [0 if size == 1 else step for size, step in zip(g.shape, g.strides, strict=True)]
    view = np.ndarray(shape, g.dtype, g, 0, strides or (0,) * len(shape))
    view.flags.writeable = False
    return view


@general(
    np.sum,
    attach="sum",
    about={"example": "np.sum(x, axis=1)", "shapes": {"x": (3, 4)}},
    x=lambda g, x_shape, axis, keepdims: repeat(g, x_shape, axis, keepdims),
)
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Sum over `axis`."""
    return add_up(x, axis=axis, keepdims=keepdims)


@general(
    np.mean,
    attach="mean",
    about={"example": "np.mean(x, axis=0)", "shapes": {"x": (3, 4)}},
    x=lambda g, x_shape, axis, keepdims: repeat(g / count(x_shape, axis), x_shape, axis, keepdims),
)
def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Arithmetic mean over `axis`."""
    return add_up(x, axis=axis, keepdims=keepdims) / count(np.shape(x), axis)


@general(
    np.prod,
    attach="prod",
    about={"example": "np.prod(x, axis=1)", "shapes": {"x": (2, 3)}},
    x=lambda g, x, axis, keepdims: restore(g, x.shape, axis, keepdims) * others(x, axis),
)
def prod(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Product over `axis`; right also where factors are zero."""
    return multiply_up(x, axis=axis, keepdims=keepdims)


def others(x: Any, axis: Axis) -> Any:
    """For each entry, the product of all other entries along the reduced axes."""
    shape = x.shape
    if not shape:
        return np.ones(())
    axes = axes_of(axis, len(shape))
    rest = tuple(a for a in range(len(shape)) if a not in axes)
    flat = np.transpose(x, rest + axes).reshape((*[shape[a] for a in rest], -1))
    n = flat.shape[-1]
    ones = np.ones((*flat.shape[:-1], 1))
    before = np.cumprod(np.concatenate([ones, flat[..., :-1]], axis=-1), axis=-1)
    after = np.cumprod(np.concatenate([ones, flat[..., :0:-1]], axis=-1), axis=-1)[..., ::-1]
    product = (before * after) if n > 1 else np.ones(flat.shape)
    back = product.reshape(tuple(shape[a] for a in rest + axes))
    return np.transpose(back, tuple(np.argsort(rest + axes)))


def share(x: Any, out: Any, axis: Axis, keepdims: bool) -> Any:
    """Weights of the entries that attain the extremum: 1, or equal parts of it among ties."""
    x, out = values(x), values(out)
    attained = np.equal(x, restore(out, np.shape(x), axis, keepdims))
    if not np.shape(x):
        return attained * 1.0
    return attained / add_up(attained, axis=axis, keepdims=True)


TIES = (Kink("several entries attain it", "equal parts for each"),)


def _extremum(g: Any, out: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    return restore(g, x.shape, axis, keepdims) * share(x, out, axis, keepdims)


@general(
    np.max,
    np.amax,
    attach="max",
    about={"example": "np.max(x, axis=1)", "shapes": {"x": (3, 4)}, "kinks": TIES},
    x=_extremum,
)
def max(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Largest entry over `axis`."""
    return largest(x, axis=axis, keepdims=keepdims)


@general(
    np.min,
    np.amin,
    attach="min",
    about={"example": "np.min(x, axis=1)", "shapes": {"x": (3, 4)}, "kinks": TIES},
    x=_extremum,
)
def min(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Smallest entry over `axis`."""
    return smallest(x, axis=axis, keepdims=keepdims)


def deviation(x: Any, axis: Axis) -> Any:
    n = count(x.shape, axis)
    return x - add_up(x, axis=axis, keepdims=True) / n if x.shape else x * 0.0


def nonzero(x: Any) -> Any:
    """x with 1 in place of 0, to divide something that vanishes there too."""
    return np.where(np.equal(values(x), 0.0), 1.0, x)


@general(
    np.var,
    attach="var",
    about={"example": "np.var(x, axis=1, ddof=1)", "shapes": {"x": (3, 4)}},
    x=lambda g, x, axis, ddof, keepdims: (
        (restore(g, x.shape, axis, keepdims) * 2.0 / (count(x.shape, axis) - ddof))
        * conjugated(deviation(x, axis))
    ),
)
def var(x: Array, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """Variance over `axis`, the sum of squares divided by n - ddof."""
    return np.var(x, axis=axis, ddof=ddof, keepdims=keepdims)


@general(
    np.std,
    attach="std",
    about={
        "example": "np.std(x, axis=1, ddof=1)",
        "shapes": {"x": (3, 4)},
        "kinks": (Kink("all entries equal", "0"),),
    },
    x=lambda g, out, x, axis, ddof, keepdims: (
        (restore(g / nonzero(out), x.shape, axis, keepdims) / (count(x.shape, axis) - ddof))
        * conjugated(deviation(x, axis))
    ),
)
def std(x: Array, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Array:
    """Standard deviation over `axis`, the sum of squares divided by n - ddof."""
    return np.std(x, axis=axis, ddof=ddof, keepdims=keepdims)


def _cumsum_back(g: Any, x_shape: Shape, axis: int | None) -> Any:
    if axis is None:
        return np.cumsum(g[::-1])[::-1].reshape(x_shape)
    return np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)


@general(
    np.cumsum,
    attach="cumsum",
    about={"example": "np.cumsum(x, axis=1)", "shapes": {"x": (3, 4)}},
    x=_cumsum_back,
)
def cumsum(x: Array, axis: int | None = None) -> Array:
    """Running sums along `axis` (of the flattened array if None)."""
    return np.cumsum(x, axis=axis)


def _cumprod_back(g: Any, x: Any, axis: int | None) -> Any:
    """d out_j / d x_i = product of x_k, k <= j, k != i: exact also where entries are zero."""
    if axis is None:
        return _cumprod_back(g, x.reshape(-1), 0).reshape(x.shape)
    x, g = np.moveaxis(x, axis, -1), np.moveaxis(g, axis, -1)
    n = x.shape[-1]
    columns = []
    for i in range(n):
        parts = [x[..., :i], np.ones((*x.shape[:-1], 1)), x[..., i + 1 :]]
        without = np.cumprod(np.concatenate(parts, axis=-1), axis=-1)
        columns.append(add_up(g[..., i:] * without[..., i:], axis=-1))
    return np.moveaxis(np.stack(columns, axis=-1), -1, axis)


@general(
    np.cumprod,
    attach="cumprod",
    about={"example": "np.cumprod(x, axis=1)", "shapes": {"x": (2, 4)}},
    x=_cumprod_back,
)
def cumprod(x: Array, axis: int | None = None) -> Array:
    """Running products along `axis` (of the flattened array if None); O(n²) derivative."""
    return np.cumprod(x, axis=axis)


def _running(function: Any, first: float, x: Any, axis: int | None, include_initial: bool) -> Any:
    if axis is None:
        if len(x.shape) != 1:
            raise ValueError("axis must be given for an array of more than one axis")
        axis = 0
    found = function(x, axis)
    if not include_initial:
        return found
    start = np.full(
        tuple([1 if k == axis % len(x.shape) else n for k, n in enumerate(x.shape)]), first
    )
    return np.concatenate([start, found], axis=axis)


def _cumulative_sum(x: Any, /, *, axis: int | None = None, include_initial: bool = False) -> Any:
    """Running sums along `axis`, from 0 on with `include_initial`."""
    return _running(cumsum, 0.0, x, axis, include_initial)


def _cumulative_prod(x: Any, /, *, axis: int | None = None, include_initial: bool = False) -> Any:
    """Running products along `axis`, from 1 on with `include_initial`."""
    return _running(cumprod, 1.0, x, axis, include_initial)


for _form in (_cumulative_sum, _cumulative_prod):
    _name = _form.__name__[1:]
    if hasattr(np, _name):  # since numpy 2.1
        _about = {
            "name": _name,
            "example": f"np.{_name}(x, axis=1, include_initial=True)",
            "shapes": {"x": (2, 3)},
        }
        composed(getattr(np, _name), about=_about)(_form)


@composed(np.ptp, about={"example": "np.ptp(x, axis=1)", "shapes": {"x": (2, 3)}, "kinks": TIES})
def ptp(a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Largest minus smallest entry."""
    return max(a, axis, keepdims) - min(a, axis, keepdims)


@composed(
    np.average,
    about={"example": "np.average(x, axis=0, weights=y)", "shapes": {"x": (3,), "y": (3,)}},
)
def average(a: Any, axis: int | None = None, weights: Any = None) -> Any:
    """Weighted mean."""
    if weights is None:
        return mean(a, axis)
    if len(np.shape(weights)) == 1 and axis is not None and len(a.shape) > 1:
        weights = np.reshape(weights, (-1,) + (1,) * (len(a.shape) - 1 - axis % len(a.shape)))
    total = np.sum(np.broadcast_to(weights, a.shape), axis=axis)
    return np.sum(a * weights, axis=axis) / total


def _logsumexp_back(g: Any, out: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    shape = x.shape
    return restore(g, shape, axis, keepdims) * np.exp(x - restore(out, shape, axis, keepdims))


@general(
    about={"example": "logsumexp(x, axis=1)", "shapes": {"x": (3, 4)}},
    x=_logsumexp_back,
)
def logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """log Σ exp x over `axis`, without overflow."""
    top = largest(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    total = np.log(add_up(np.exp(x - top), axis=axis, keepdims=True)) + top
    return total if keepdims else total.reshape(add_up(x, axis=axis).shape)
