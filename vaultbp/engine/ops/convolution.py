"""Convolution and pooling: sliding windows, and their transpose, the folding back."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from vaultbp.engine.errors import ShapeError
from vaultbp.engine.op import Kink
from vaultbp.engine.table import composed, general
from vaultbp.engine.tensor import Array

Pair = tuple[int, ...]


def pair(n: int | Pair, rank: int) -> Pair:
    return (n,) * rank if isinstance(n, int) else tuple(n)


def _windows_back(g: Any, x_shape: Pair, stride: Pair) -> Any:
    return fold(g, x_shape, stride)


@general(
    about={"example": "windows(x, (2, 2), (1, 1))", "shapes": {"x": (3, 4)}},
    x=_windows_back,
)
def windows(x: Array, size: Pair, stride: Pair) -> Array:
    """Views of `size` over the last axes, every `stride`: shape (…, places…, size…)."""
    axes = tuple(range(-len(size), 0))
    view: Any = np.lib.stride_tricks.sliding_window_view(x, size, axes)
    steps = tuple(slice(None, None, s) for s in stride)
    return view[(..., *steps, *[slice(None)] * len(size))]


@general(
    about={"example": "fold(x, (3,), (1,))", "shapes": {"x": (2, 2)}},
    x=lambda g, x_shape, stride: windows(g, x_shape[len(x_shape) - len(stride) :], stride),
)
def fold(x: Array, shape: Pair, stride: Pair) -> Array:
    """Windows added back where they came from: the transpose of `windows`."""
    rank = len(stride)
    out: Any = np.zeros(shape, x.dtype)
    places, size = x.shape[-2 * rank : -rank], x.shape[-rank:]
    for offset in product(*[range(n) for n in size]):
        target = [
            slice(o, o + s * (p - 1) + 1, s) for o, s, p in zip(offset, stride, places, strict=True)
        ]
        out[(..., *target)] += x[(..., *offset)]
    return out


def _convolution(x: Any, w: Any, b: Any, stride: Any, padding: Any, rank: int) -> Any:
    if len(x.shape) != rank + 2 or len(w.shape) != rank + 2 or x.shape[1] != w.shape[1]:
        raise ShapeError(
            f"conv{rank}d takes x (batch, channels, …) and w (filters, channels, …) with {rank} "
            f"further axes, got {x.shape} and {w.shape}"
        )
    around = [(0, 0), (0, 0), *[(p, p) for p in pair(padding, rank)]]
    padded = np.pad(x, around) if any(pair(padding, rank)) else x
    seen = windows(padded, tuple(w.shape[2:]), pair(stride, rank))
    summed = [1, *range(2 + rank, 2 + 2 * rank)], [1, *range(2, 2 + rank)]
    out = np.moveaxis(np.tensordot(seen, w, summed), -1, 1)
    return out if b is None else out + np.reshape(b, (-1,) + (1,) * rank)


@composed(about={"example": "conv1d(x, y, padding=1)", "shapes": {"x": (2, 2, 4), "y": (3, 2, 3)}})
def conv1d(x: Any, w: Any, b: Any = None, stride: Any = 1, padding: Any = 0) -> Any:
    """Cross-correlation of x (batch, channels, n) with w (filters, channels, k)."""
    return _convolution(x, w, b, stride, padding, 1)


@composed(
    about={
        "example": "conv2d(x, y, stride=2, padding=1)",
        "shapes": {"x": (2, 2, 4, 3), "y": (3, 2, 2, 3)},
    }
)
def conv2d(x: Any, w: Any, b: Any = None, stride: Any = 1, padding: Any = 0) -> Any:
    """Cross-correlation of x (batch, channels, h, w) with w (filters, channels, kh, kw)."""
    return _convolution(x, w, b, stride, padding, 2)


def _pool(reduce: Any, x: Any, size: Any, stride: Any) -> Any:
    sizes = pair(size, 2)
    seen = windows(x, sizes, pair(sizes if stride is None else stride, 2))
    return reduce(seen, axis=(-2, -1))


@composed(
    about={
        "example": "max_pool2d(x, 2)",
        "shapes": {"x": (1, 2, 4, 4)},
        "kinks": (Kink("several entries of a window attain it", "equal parts for each"),),
    }
)
def max_pool2d(x: Any, size: Any, stride: Any = None) -> Any:
    """Largest entry of each window over the last two axes."""
    return _pool(np.max, x, size, stride)


@composed(about={"example": "mean_pool2d(x, 2)", "shapes": {"x": (1, 2, 4, 4)}})
def mean_pool2d(x: Any, size: Any, stride: Any = None) -> Any:
    """Mean of each window over the last two axes."""
    return _pool(np.mean, x, size, stride)
