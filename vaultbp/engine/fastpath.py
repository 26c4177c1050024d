"""Ops of one or two arrays without the general loops: what scalar code spends its time in.

`Elementwise` is a ufunc, `Single` a function of one array and settings, `Pair` a product of arrays,
`Layer` a linear layer. Each applies itself by a closure over the op, which does what `Op.__call__`
does, argument by argument, and leaves to that what is rare: paused recording, pictures of the graph,
untracked tensors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy import complex128, float64, ndarray

from vaultbp.engine.op import FLOAT64, Frame, Op, Rule, misfit, recast
from vaultbp.engine.tensor import Array, Fit, Node, Tensor, indices, new, pauses, result


class Elementwise(Op):
    """A ufunc of one or two arguments: broadcasting is undone after the rule."""

    def __init__(self, ufunc: Any, rules: dict[str, Rule], operator: Any = None, **about: Any):
        super().__init__(ufunc, rules, **about)
        if operator is not None:
            self.forward = operator  # faster than the ufunc on scalars, with the same result
        self.in_general = super().__call__
        if self.step:
            in_general = self.in_general
            self.apply = lambda *args: in_general(*args)  # a function: it may become a method
        else:
            self.savers = [SAVERS[names] for names in self.reads]
            self.apply = (unary if self.arity == 1 else binary)(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.apply(*(args if not kwargs else self.bind(args, kwargs)))

    def fit(self, data: Array, out: Array, dtype: Any) -> Fit | None:
        return misfit(self, data, out)


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
    forward, save, in_general = op.forward, op.savers[0], op.in_general

    def apply(x: Any) -> Any:
        if type(x) is not Tensor:
            return forward(x)
        node = x._node
        if node is None or pauses.open:
            return in_general(x)
        data = x._data
        out = forward(data)
        fit = None
        if not (out.dtype is FLOAT64 and data.dtype is FLOAT64):
            fit = misfit(op, data, out)
        edges = ((0, node, save(out, data, None), fit),)
        # What result() does, without the call.
        node = new(Node)
        node.index = next(indices)
        node.op = op
        node.edges = edges
        tensor = new(Tensor)
        tensor._data = out
        tensor._node = node
        return tensor

    return apply


def binary(op: Elementwise) -> Callable[[Any, Any], Any]:
    forward, (save_x, save_y), in_general = op.forward, op.savers, op.in_general
    saves = any(op.reads)

    def apply(x: Any, y: Any) -> Any:
        x_fit: Fit | None = None
        y_fit: Fit | None = None
        if type(x) is Tensor:
            a, x_node = x._data, x._node
        else:
            a, x_node = x, None
        if type(y) is Tensor:
            b, y_node = y._data, y._node
        else:
            b, y_node = y, None
        if pauses.open or (x_node is None and y_node is None):
            return in_general(x, y)
        try:
            out = forward(a, b)
        except ValueError as error:
            raise op.shape_error((a, b), error) from error
        if type(out) is float64:
            if x_node is not None and type(a) is not float64:
                x_fit = misfit(op, a, out)
            if y_node is not None and type(b) is not float64:
                y_fit = misfit(op, b, out)
        else:
            if type(out) is complex:  # Python's own product 1j * float64
                out = complex128(out)
            shape = out.shape
            double = out.dtype is FLOAT64
            if x_node is not None:
                if not double or a.dtype is not FLOAT64:
                    x_fit = misfit(op, a, out)
                elif a.shape != shape:
                    x_fit = a.shape, FLOAT64, (shape, FLOAT64)
            if y_node is not None:
                if not double or b.dtype is not FLOAT64:
                    y_fit = misfit(op, b, out)
                elif b.shape != shape:
                    y_fit = b.shape, FLOAT64, (shape, FLOAT64)
        edges: Any
        if y_node is None:
            edges = ((0, x_node, save_x(out, a, b) if saves else (), x_fit),)
        elif x_node is None:
            edges = ((1, y_node, save_y(out, a, b) if saves else (), y_fit),)
        elif saves:
            left = 0, x_node, save_x(out, a, b), x_fit
            edges = left, (1, y_node, save_y(out, a, b), y_fit)
        else:
            edges = (0, x_node, (), x_fit), (1, y_node, (), y_fit)
        # What result() does, without the call.
        node = new(Node)
        node.index = next(indices)
        node.op = op
        node.edges = edges
        tensor = new(Tensor)
        tensor._data = out
        tensor._node = node
        return tensor

    return apply


class Single(Op):
    """A function with a rule for its first argument only, which restores its shape; no step."""

    def __init__(self, forward: Any, rules: dict[str, Rule], **about: Any) -> None:
        super().__init__(forward, rules, **about)
        self.in_general = super().__call__
        self.apply = single(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.apply(*args, **kwargs)


def single(op: Single) -> Callable[..., Any]:
    forward, in_general, keep, arity = op.forward, op.in_general, op.keep[0], op.arity
    shaped, extras = op.shaped, op.extras
    assert keep is not None

    def apply(*args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != arity:
            args = op.bind(args, kwargs)
        x, *rest = args
        node = x._node if type(x) is Tensor else None
        if node is None or pauses.open or Tensor in map(type, rest):
            return in_general(*args)
        data = x._data
        try:
            out = forward(data, *rest)
        except ValueError as error:
            raise op.shape_error((data, *rest), error) from error
        frame: Frame
        if extras:
            out, *more = out
            frame = out, data, *rest, *more
        elif shaped:
            frame = out, data, *rest, data.shape
        else:
            frame = out, data, *rest
        dtype, fit = out.dtype, None
        if not (dtype is FLOAT64 and data.dtype is FLOAT64):
            fit = recast(op, data, out)
        tensor = result(out, op, ((0, node, keep(frame), fit),))
        tensor._node.form = out.shape, dtype  # type: ignore[union-attr]
        return tensor

    return apply


class Pair(Op):
    """A function of two arrays whose rules restore their shapes: Op.__call__ without the loops."""

    def __init__(self, forward: Any, rules: dict[str, Rule], **about: Any) -> None:
        super().__init__(forward, rules, **about)
        self.savers = [SAVERS[names] for names in self.reads]
        self.in_general = super().__call__
        self.apply = pair(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.apply(*(args if not kwargs else self.bind(args, kwargs)))


def pair(op: Pair) -> Callable[[Any, Any], Any]:
    forward, (save_x, save_y), in_general = op.forward, op.savers, op.in_general

    def apply(x: Any, y: Any) -> Any:
        a, b = x, y
        x_node: Any = None
        y_node: Any = None
        x_fit = y_fit = None
        if type(x) is Tensor:
            a, x_node = x._data, x._node
        if type(y) is Tensor:
            b, y_node = y._data, y._node
        if pauses.open or (x_node is None and y_node is None):
            return in_general(x, y)
        if not (type(a) is type(b) is ndarray):
            return in_general(x, y)
        try:
            out = forward(a, b)
        except ValueError as error:
            raise op.shape_error((a, b), error) from error
        edges: tuple[Any, ...] = ()
        double = out.dtype is FLOAT64
        if x_node is not None:
            if not (double and a.dtype is FLOAT64):
                x_fit = recast(op, a, out)
            edges = ((0, x_node, save_x(out, a, b), x_fit),)
        if y_node is not None:
            if not (double and b.dtype is FLOAT64):
                y_fit = recast(op, b, out)
            edges = (*edges, (1, y_node, save_y(out, a, b), y_fit))
        tensor = result(out, op, edges)
        tensor._node.form = out.shape, out.dtype  # type: ignore[union-attr]
        return tensor

    return apply


class Layer(Op):
    """A function of inputs, weights and biases, mostly all float64: Op.__call__ without loops."""

    def __init__(self, forward: Any, rules: dict[str, Rule], **about: Any) -> None:
        super().__init__(forward, rules, **about)
        self.in_general = super().__call__
        self.apply = layer(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.apply(*(args if not kwargs else self.bind(args, kwargs)))


def layer(op: Layer) -> Callable[[Any, Any, Any], Any]:
    forward, in_general = op.forward, op.in_general

    def apply(x: Any, W: Any, b: Any) -> Any:
        data, x_node = (x._data, x._node) if type(x) is Tensor else (x, None)
        if (
            pauses.open
            or not (type(data) is ndarray and type(W) is type(b) is Tensor)
            or not data.dtype is W._data.dtype is b._data.dtype is FLOAT64
            or W._node is None
            or b._node is None
        ):
            return in_general(x, W, b)
        try:
            out = forward(data, W._data, b._data)
        except ValueError as error:
            raise op.shape_error((data, W._data, b._data), error) from error
        edges: Any = ((1, W._node, (data,), None), (2, b._node, (), None))
        if x_node is not None:
            edges = ((0, x_node, (W._data,), None), *edges)
        # What result() does, without the call.
        node = new(Node)
        node.index = next(indices)
        node.op = op
        node.edges = edges
        node.form = out.shape, FLOAT64
        node.local = (out,)
        tensor = new(Tensor)
        tensor._data = out
        tensor._node = node
        return tensor

    return apply
