"""Sums over one axis of a vector or matrix: BLAS takes half to a quarter of `np.add.reduce`'s time."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy import ndarray

from vaultbp.engine.op import FLOAT64

_ONES: Final = np.ones(4096)
_ONES.flags.writeable = False


def sum_rows(x: Any) -> Any:
    """`np.add.reduce(x, axis=0)`, all rows added up. Shapes (m, n) -> (n,), (m,) -> (); others as that
    does."""
    if type(x) is ndarray and x.dtype is FLOAT64 and 0 < x.ndim <= 2 and len(x) <= 4096:
        return _ONES[: len(x)].dot(x)
    return np.add.reduce(x, axis=0)


def sum_each_row(x: Any) -> Any:
    """`np.add.reduce(x, axis=-1, keepdims=True)`. Shapes (m, n) -> (m, 1); others likewise."""
    if type(x) is ndarray and x.dtype is FLOAT64 and x.ndim == 2 and x.shape[1] <= 4096:
        return x.dot(_ONES[: x.shape[1], None])
    return np.add.reduce(x, axis=-1, keepdims=True)
