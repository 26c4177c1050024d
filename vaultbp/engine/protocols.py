"""numpy's protocols: plain `np.exp(t)`, `np.sum(t)`, `array * t` on tensors find the op table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from vaultbp.engine.errors import InPlaceError, UnsupportedError
from vaultbp.engine.table import BY_FUNCTION
from vaultbp.engine.tensor import Tensor, values

REDUCTIONS: dict[tuple[Any, str], Callable[..., Any]] = {
    (np.add, "reduce"): np.sum,
    (np.multiply, "reduce"): np.prod,
    (np.maximum, "reduce"): np.max,
    (np.minimum, "reduce"): np.min,
    (np.add, "accumulate"): np.cumsum,
    (np.multiply, "outer"): np.outer,
}
"""ufunc methods that are another function of the table."""

CONSTANT: set[Any] = {
    np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like,
    np.result_type, np.iscomplexobj, np.isrealobj, np.argmax, np.argmin, np.argsort, np.nonzero,
    np.array_equal, np.allclose, np.isclose, np.any, np.all, np.count_nonzero, np.searchsorted,
    np.array_repr, np.array_str, np.array2string, np.may_share_memory, np.shares_memory,
    np.min_scalar_type, np.can_cast, np.common_type, np.isneginf, np.isposinf, np.nanargmax,
    np.nanargmin, np.digitize, np.histogram, np.argpartition, np.lexsort, np.argwhere,
    np.flatnonzero, np.iscomplex, np.isreal, np.issubdtype,
    np.array_equiv,
}  # fmt: skip
"""Functions whose result does not carry a gradient: they see the plain values."""

COMPARISONS: tuple[Any, ...] = (
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.isnan,
    np.isfinite, np.isinf, np.signbit, np.logical_and, np.logical_or, np.logical_not,
    np.logical_xor,
)  # fmt: skip
"""ufuncs that answer yes or no: their result is a plain array."""


def array_ufunc(self: Tensor, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    if method == "__call__" and not kwargs:
        op = BY_FUNCTION.get(ufunc)
        if op is not None:
            return op.apply(*inputs)
    return rarer_use(ufunc, method, inputs, kwargs)


def rarer_use(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Comparisons, reductions, keyword arguments; what is not supported is refused."""
    if kwargs.get("out") is not None:
        raise InPlaceError(
            f"np.{ufunc.__name__} cannot write into an existing array: the backward pass would "
            f"read the new values. Write y = np.{ufunc.__name__}(...) without out=, "
            "and y = y + t instead of y += t where y is a plain array"
        )
    if method == "__call__":
        op = BY_FUNCTION.get(ufunc)
        if op is not None:
            return op(*inputs, **kwargs)
        if ufunc in COMPARISONS:
            return ufunc(*[values(x) for x in inputs], **kwargs)
    else:
        function = REDUCTIONS.get((ufunc, method))
        if function is not None:
            if method == "reduce" and "axis" not in kwargs and len(inputs) == 1:
                kwargs["axis"] = 0
            return BY_FUNCTION[function](*inputs, **kwargs)
    label = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
    raise unsupported(label)


def array_function(
    self: Tensor, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    op = BY_FUNCTION.get(function)
    if op is not None:
        return op(*args, **kwargs)
    if function in CONSTANT:
        weights = kwargs.get("weights")
        if isinstance(weights, Tensor) and weights.tracked:
            raise unsupported(f"{function.__name__} with weights")
        return function(*plain(args), **plain(kwargs))
    raise unsupported(getattr(function, "__name__", str(function)))


def plain(x: Any) -> Any:
    """`x` with every tensor in it replaced by its values."""
    if isinstance(x, Tensor):
        return x._data
    if isinstance(x, list | tuple):
        return type(x)([plain(item) for item in x])
    if isinstance(x, dict):
        return {key: plain(value) for key, value in x.items()}
    return x


def unsupported(name: str) -> UnsupportedError:
    return UnsupportedError(
        f"the engine has no derivative rule for np.{name}: write it with functions that have one "
        "(vaultbp.engine.op_table() lists them), or pass t.detach().data if no gradient is wanted"
    )


def compare(ufunc: Any) -> Callable[[Tensor, Any], Any]:
    return lambda self, other: ufunc(self._data, values(other))


def attach() -> None:
    """Give Tensor the protocols and the comparisons."""
    Tensor.__array_ufunc__ = array_ufunc  # type: ignore[attr-defined]
    Tensor.__array_function__ = array_function  # type: ignore[attr-defined]
    for name, ufunc in {
        "__eq__": np.equal, "__ne__": np.not_equal, "__lt__": np.less, "__le__": np.less_equal,
        "__gt__": np.greater, "__ge__": np.greater_equal,
    }.items():  # fmt: skip
        setattr(Tensor, name, compare(ufunc))
