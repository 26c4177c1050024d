"""Statistics of samples: covariance, quantiles, interpolation, and reductions that skip nan."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaultbp.engine.errors import UnsupportedError
from vaultbp.engine.op import Kink, refuse_complex
from vaultbp.engine.ops.reductions import TIES, Axis, axes_of, kept
from vaultbp.engine.table import composed
from vaultbp.engine.tensor import Tensor, conjugated, values


@composed(np.cov, about={"example": "np.cov(x)", "shapes": {"x": (2, 4)}})
def cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None
) -> Any:
    """Covariances of the rows (of the columns without `rowvar`), divided by n - 1."""
    samples = _samples(m, rowvar)
    if y is not None:
        samples = np.concatenate([samples, _samples(y, rowvar)])
    n = samples.shape[1] - ((0 if bias else 1) if ddof is None else ddof)
    centred = samples - np.mean(samples, axis=1, keepdims=True)
    found = centred @ conjugated(np.transpose(centred)) / n
    return found[0, 0] if found.shape == (1, 1) else found


def _samples(m: Any, rowvar: bool) -> Any:
    rows = np.atleast_2d(m)
    return rows if rowvar or np.ndim(m) < 2 else np.transpose(rows)


@composed(np.corrcoef, about={"example": "np.corrcoef(x)", "shapes": {"x": (2, 4)}})
def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    """Correlations of the rows."""
    found = cov(x, y, rowvar)
    if not np.shape(found):
        return found / found
    spread = np.sqrt(np.real(np.diagonal(found)))
    return found / np.outer(spread, spread)


ORDER = (Kink("entries equal", "that of one of them"),)


@composed(
    np.quantile,
    about={"example": "np.quantile(x, 0.3, axis=1)", "shapes": {"x": (2, 5)}, "kinks": ORDER},
)
def quantile(
    a: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    """The value below which a share `q` of the entries lies, between two entries linearly."""
    if method != "linear":
        raise UnsupportedError(f"np.quantile of a tensor has no method {method!r}, only 'linear'")
    refuse_complex(a, "quantile")
    shares = q if isinstance(q, Tensor) else np.asarray(q)
    flat, rest = _last(a, axis)
    ordered = np.sort(flat, axis=-1)
    place = shares * (flat.shape[-1] - 1)
    below = np.clip(np.floor(values(place)).astype(int), 0, flat.shape[-1] - 1)
    above = np.minimum(below + 1, flat.shape[-1] - 1)
    low, high = ordered[..., below], ordered[..., above]
    found = low + (high - low) * (place - below)
    if shares.ndim:
        found = np.moveaxis(found, tuple(range(-shares.ndim, 0)), tuple(range(shares.ndim)))
    return found.reshape((*shares.shape, *rest)) if keepdims else found


def _last(a: Any, axis: Axis) -> tuple[Any, tuple[int, ...]]:
    """The reduced axes as one last axis, and the shape with each of them of length 1."""
    shape = np.shape(a)
    axes = axes_of(axis, len(shape))
    others = [k for k in range(len(shape)) if k not in axes]
    moved = np.transpose(a, (*others, *axes))
    return np.reshape(moved, (*[shape[k] for k in others], -1)), kept(shape, axis)


@composed(
    np.percentile,
    about={"example": "np.percentile(x, 30)", "shapes": {"x": (5,)}, "kinks": ORDER},
)
def percentile(
    a: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    """The quantile of q / 100."""
    share = (q if isinstance(q, Tensor) else np.asarray(q)) / 100.0
    return quantile(a, share, axis, method=method, keepdims=keepdims)


@composed(
    np.interp,
    about={
        "example": "np.interp(x, np.array([-2.0, 0.1, 2.0]), y)",
        "shapes": {"x": (4,), "y": (3,)},
        "kinks": (Kink("x at an inner point", "that of the part to its right"),),
    },
)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    """Through the points (xp, fp) in straight lines, constant outside of them."""
    x, xp, fp = [a if isinstance(a, Tensor) else np.asarray(a) for a in (x, xp, fp)]
    refuse_complex(x, "interp")
    at, nodes = values(x), values(xp)
    k = np.clip(np.searchsorted(nodes, at, side="right") - 1, 0, len(nodes) - 2)
    inside = (at >= nodes[0]) & (at <= nodes[-1])
    share = (np.where(inside, x, nodes[0]) - xp[k]) / (xp[k + 1] - xp[k])
    found = fp[k] + share * (fp[k + 1] - fp[k])
    found = np.where(at < nodes[0], fp[0] if left is None else left, found)
    return np.where(at > nodes[-1], fp[-1] if right is None else right, found)


# --- entries that are nan do not count ----------------------------------------------------------------


def _present(a: Any) -> Any:
    return ~np.isnan(values(a))


def _without(a: Any, instead: float) -> Any:
    """`a` with another number in place of nan."""
    return np.where(_present(a), a, instead)


def _count(a: Any, axis: Axis, keepdims: bool) -> Any:
    return np.sum(_present(a), axis=axis, keepdims=keepdims)


@composed(np.nansum, about={"example": "np.nansum(x, axis=1)", "shapes": {"x": (2, 3)}})
def nansum(a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Sum of what is not nan."""
    return np.sum(_without(a, 0.0), axis=axis, keepdims=keepdims)


@composed(np.nanprod, about={"example": "np.nanprod(x, axis=1)", "shapes": {"x": (2, 3)}})
def nanprod(a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Product of what is not nan."""
    return np.prod(_without(a, 1.0), axis=axis, keepdims=keepdims)


@composed(np.nancumsum, about={"example": "np.nancumsum(x, axis=1)", "shapes": {"x": (2, 3)}})
def nancumsum(a: Any, axis: int | None = None) -> Any:
    """Running sums of what is not nan."""
    return np.cumsum(_without(a, 0.0), axis=axis)


@composed(np.nancumprod, about={"example": "np.nancumprod(x, axis=1)", "shapes": {"x": (2, 3)}})
def nancumprod(a: Any, axis: int | None = None) -> Any:
    """Running products of what is not nan."""
    return np.cumprod(_without(a, 1.0), axis=axis)


@composed(
    np.nanmax, about={"example": "np.nanmax(x, axis=1)", "shapes": {"x": (2, 3)}, "kinks": TIES}
)
def nanmax(a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Largest entry that is not nan; nan if there is none."""
    return _known(np.max(_without(a, -np.inf), axis=axis, keepdims=keepdims), a, axis, keepdims)


@composed(
    np.nanmin, about={"example": "np.nanmin(x, axis=1)", "shapes": {"x": (2, 3)}, "kinks": TIES}
)
def nanmin(a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Smallest entry that is not nan; nan if there is none."""
    return _known(np.min(_without(a, np.inf), axis=axis, keepdims=keepdims), a, axis, keepdims)


def _known(found: Any, a: Any, axis: Axis, keepdims: bool) -> Any:
    return np.where(_count(a, axis, keepdims) > 0, found, np.nan)


@composed(np.nanmean, about={"example": "np.nanmean(x, axis=1)", "shapes": {"x": (2, 3)}})
def nanmean(a: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Mean of what is not nan."""
    return nansum(a, axis, keepdims) / _count(a, axis, keepdims)


@composed(np.nanvar, about={"example": "np.nanvar(x, axis=1)", "shapes": {"x": (2, 3)}})
def nanvar(a: Any, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Any:
    """Variance of what is not nan, the sum of squares divided by n - ddof."""
    off = _without(a - nanmean(a, axis, True), 0.0)
    squares = np.real(off * conjugated(off))
    return np.sum(squares, axis=axis, keepdims=keepdims) / (_count(a, axis, keepdims) - ddof)


@composed(
    np.nanstd,
    about={
        "example": "np.nanstd(x, axis=1)",
        "shapes": {"x": (2, 3)},
        "kinks": (Kink("all entries equal", "inf or nan"),),
    },
)
def nanstd(a: Any, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> Any:
    """Standard deviation of what is not nan."""
    return np.sqrt(nanvar(a, axis, ddof, keepdims))
