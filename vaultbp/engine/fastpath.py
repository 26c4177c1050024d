"""Ops of one or two arrays without the general loops: what scalar code spends its time in.

`Elementwise` is a ufunc, `Pair` a product of arrays. Both apply themselves by a closure over the
op, which does what `Op.__call__` does, argument by argument.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import float64, ndarray

from vaultbp.engine.op import FLOAT64, Frame, Op, Rule, misfit, recast, warn_step
from vaultbp.engine.tensor import Array, Edge, Fit, Tensor, is_recording, pauses, result, watch


class Elementwise(Op):
    """A ufunc of one or two arguments: broadcasting is undone after the rule."""

    def __init__(self, ufunc: Any, rules: dict[str, Rule], operator: Any = None, **about: Any):
        super().__init__(ufunc, rules, **about)
        self.operator = operator or ufunc
        """Faster than the ufunc on scalars; decides dtype and value like it."""
        self.savers = [SAVERS[names] for names in self.reads]
        self.apply = (unary if self.arity == 1 else binary)(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.apply(*(args if not kwargs else self.bind(args, kwargs)))


SAVERS: dict[tuple[str, ...], Callable[[Array, Array, Array], Frame]] = {
    (): lambda out, x, y: (),
    ("x",): lambda out, x, y: (x,),
    ("y",): lambda out, x, y: (y,),
    ("out",): lambda out, x, y: (out,),
    ("x", "y"): lambda out, x, y: (x, y),
    ("out", "x"): lambda out, x, y: (out, x),
    ("out", "y"): lambda out, x, y: (out, y),
    ("x_shape", "y"): lambda out, x, y: (x.shape, y),
    ("x", "y_shape"): lambda out, x, y: (x, y.shape),
}
"""What a rule of the fast paths may read (a plain call is faster than picking from a frame)."""


def unary(op: Elementwise) -> Callable[[Any], Any]:
    forward, save, quiet = op.operator, op.savers[0], not op.step

    def apply(x: Any) -> Any:
        if type(x) is not Tensor:
            return forward(x)
        data, node = x._data, x._node
        out = forward(data)
        if node is None or (pauses.open and not is_recording()):
            return Tensor(out, None)
        if not quiet:
            warn_step(op.name)
        double = out.dtype is FLOAT64 and data.dtype is FLOAT64
        fit = None if double else misfit(op, data, out)
        tensor = result(out, op, ((0, node, save(out, data, None), fit),))
        return watch(tensor, (x,)) if pauses.open else tensor

    return apply


def binary(op: Elementwise) -> Callable[[Any, Any], Any]:
    forward, (save_x, save_y), quiet = op.operator, op.savers, not op.step

    def apply(x: Any, y: Any) -> Any:
        x_node = y_node = None
        x_data, y_data = x, y
        if type(x) is Tensor:
            x_data, x_node = x._data, x._node
        if type(y) is Tensor:
            y_data, y_node = y._data, y._node
        try:
            out = forward(x_data, y_data)
        except ValueError as error:
            raise op.shape_error((x_data, y_data), error) from error
        if (x_node is None and y_node is None) or (pauses.open and not is_recording()):
            return Tensor(out, None) if type(x) is Tensor or type(y) is Tensor else out
        if not quiet:
            warn_step(op.name)
        x_fit: Fit | None = None
        y_fit: Fit | None = None
        if type(out) is ndarray:
            shape, double = out.shape, out.dtype is FLOAT64
            if x_node is not None:
                if not double or x_data.dtype is not FLOAT64:
                    x_fit = misfit(op, x_data, out)
                elif x_data.shape != shape:
                    x_fit = x_data.shape, FLOAT64, (shape, FLOAT64)
            if y_node is not None:
                if not double or y_data.dtype is not FLOAT64:
                    y_fit = misfit(op, y_data, out)
                elif y_data.shape != shape:
                    y_fit = y_data.shape, FLOAT64, (shape, FLOAT64)
        else:
            if x_node is not None and not (type(x_data) is float64 is type(out)):
                x_fit = misfit(op, x_data, out)
            if y_node is not None and not (type(y_data) is float64 is type(out)):
                y_fit = misfit(op, y_data, out)
        if y_node is None:
            assert x_node is not None
            tensor = result(out, op, ((0, x_node, save_x(out, x_data, y_data), x_fit),))
            return watch(tensor, (x, y)) if pauses.open else tensor
        edges: tuple[Edge, ...] = ((1, y_node, save_y(out, x_data, y_data), y_fit),)
        if x_node is not None:
            edges = ((0, x_node, save_x(out, x_data, y_data), x_fit), *edges)
        tensor = result(out, op, edges)
        return watch(tensor, (x, y)) if pauses.open else tensor

    return apply


class Pair(Op):
    """A function of two arrays whose rules restore their shapes: Op.__call__ without the loops."""

    def __init__(self, forward: Any, rules: dict[str, Rule], **about: Any) -> None:
        super().__init__(forward, rules, **about)
        self.savers = [SAVERS[names] for names in self.reads]
        self.apply = pair(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.apply(*(args if not kwargs else self.bind(args, kwargs)))


def pair(op: Pair) -> Callable[[Any, Any], Any]:
    forward, (save_x, save_y) = op.forward, op.savers

    def apply(x: Any, y: Any) -> Any:
        x_node = y_node = None
        x_tensor, y_tensor = type(x) is Tensor, type(y) is Tensor
        x_data, y_data = x, y
        if x_tensor:
            x_data, x_node = x._data, x._node
        elif type(x) is not ndarray:
            x_data = np.asarray(x)
        if y_tensor:
            y_data, y_node = y._data, y._node
        elif type(y) is not ndarray:
            y_data = np.asarray(y)
        try:
            out = forward(x_data, y_data)
        except ValueError as error:
            raise op.shape_error((x_data, y_data), error) from error
        if (x_node is None and y_node is None) or (pauses.open and not is_recording()):
            return Tensor(out, None) if x_tensor or y_tensor else out
        double = out.dtype is FLOAT64
        edges: tuple[Edge, ...] = ()
        if x_node is not None:
            fit = None if double and x_data.dtype is FLOAT64 else recast(op, x_data, out)
            edges = ((0, x_node, save_x(out, x_data, y_data), fit),)
        if y_node is not None:
            fit = None if double and y_data.dtype is FLOAT64 else recast(op, y_data, out)
            edges = (*edges, (1, y_node, save_y(out, x_data, y_data), fit))
        tensor = result(out, op, edges)
        tensor._node.form = out.shape, out.dtype  # type: ignore[union-attr]
        return watch(tensor, (x, y)) if pauses.open else tensor

    return apply
