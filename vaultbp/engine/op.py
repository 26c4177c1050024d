"""The op table: what an entry is, and how applying one records a node.

A derivative rule asks *by parameter name* for what it reads, and exactly that is saved::

    elementwise(np.multiply, x=lambda g, y: g * y, y=lambda g, x: g * x)
    elementwise(np.tanh, x=lambda g, out: g * (1 - out * out))

`g` is the adjoint (cotangent) of the result, `out` the result, `x_shape` the shape of argument
`x`; other names are arguments. A rule returns the adjoint of the argument it is named after. It is
written with operators and numpy functions, so the same rule serves plain arrays (first order) and
tensors (higher orders). Rules must be linear in `g`: forward mode transposes them.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from vaultbp.engine.errors import (
    DtypeError,
    PrecisionWarning,
    ShapeError,
    StepFunctionWarning,
    UnsupportedError,
)
from vaultbp.engine.tensor import Array, Edge, Fit, Node, Tensor, mode

Rule: TypeAlias = Callable[..., Any]
Frame: TypeAlias = tuple[Any, ...]
"""(out, argument 0, argument 1, …)"""


@dataclass(frozen=True)
class Domain:
    """Where a function is differentiable: words for people, bounds for drawing test points."""

    text: str
    low: float = -2.0
    high: float = 2.0


REALS = Domain("all real numbers")
POSITIVE = Domain("x > 0", 0.2, 3.0)
NONZERO = Domain("x ≠ 0", 0.3, 3.0)
UNIT = Domain("-1 < x < 1", -0.9, 0.9)


@dataclass(frozen=True)
class Kink:
    """A point where the derivative does not exist, and the value that the engine gives there."""

    where: str
    derivative: str


class Op:
    """One entry of the table. Calling it applies it to tensors, arrays and numbers."""

    def __init__(
        self,
        forward: Callable[..., Array],
        rules: dict[str, Rule],
        *,
        name: str = "",
        family: str = "",
        domain: Domain = REALS,
        kinks: tuple[Kink, ...] = (),
        example: str = "",
        shapes: dict[str, tuple[int, ...]] | None = None,
        step: bool = False,
        extras: tuple[str, ...] = (),
        arguments: tuple[str, ...] | None = None,
        doc: str = "",
    ) -> None:
        self.forward = forward
        self.name = name or forward.__name__
        self.family = family
        self.domain = domain
        self.kinks = kinks
        self.example = example
        self.shapes = shapes or {}
        self.step = step
        self.extras = extras
        """Further results of `forward` that rules may read, as plain values."""
        self.doc = doc or (forward.__doc__ or "" if inspect.isfunction(forward) else "")
        self.arguments, self.defaults = (
            _parameters(forward) if arguments is None else (arguments, {})
        )
        self.rules: list[Rule | None] = [rules.get(name) for name in self.arguments]
        self.reads: list[tuple[str, ...]] = [_reads(rule) for rule in self.rules]
        self.sources = [tuple(self._source_of(n) for n in names) for names in self.reads]
        """For each value a rule reads: argument number, -1 for `out`, None for a plain value."""
        unknown = set(rules) - set(self.arguments)
        if unknown:
            raise TypeError(f"{self.name}: rules for unknown arguments {sorted(unknown)}")
        self.__doc__ = self.doc

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def _source_of(self, name: str) -> int | None:
        if name == "out":
            return -1
        return self.arguments.index(name) if name in self.arguments else None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        arguments = self.bind(args, kwargs)
        data, nodes = split(arguments)
        out = self.compute(data)
        kept: list[Any] = []
        if self.extras:
            out, *kept = out
        if not any(nodes) or not mode.recording:
            return Tensor(out, None) if any(type(a) is Tensor for a in arguments) else out
        self.check_tracked(nodes, out)
        frame = dict(zip(self.arguments, data, strict=True), out=out)
        if kept:
            frame.update(zip(self.extras, kept, strict=True))
        edges: list[Edge] = []
        for position, node in enumerate(nodes):
            if node is not None:
                saved = tuple([_read(frame, name) for name in self.reads[position]])
                edges.append((position, node, saved, recast(self, data[position], out)))
        return record(self, edges, out)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Positional values for all arguments. Raises TypeError for unknown or missing ones."""
        if len(args) > len(self.arguments):
            raise TypeError(f"{self.name} takes at most {len(self.arguments)} arguments")
        values = list(args)
        for name in self.arguments[len(args) :]:
            value = (
                kwargs.pop(name, self.defaults.get(name, _MISSING))
                if kwargs
                else (self.defaults.get(name, _MISSING))
            )
            if value is _MISSING:
                raise TypeError(f"{self.name} needs the argument {name!r}")
            values.append(value)
        if kwargs:
            names = ", ".join(f"{name}=" for name in kwargs)
            raise UnsupportedError(
                f"{self.name} of a tensor does not take {names} (it takes "
                f"{', '.join(self.arguments)})"
            )
        return tuple(values)

    def compute(self, data: Frame) -> Array:
        """The result on plain arrays. Raises ShapeError with the shapes in it."""
        try:
            return self.forward(*data)
        except ValueError as error:
            raise self.shape_error(data, error) from error

    def shape_error(self, data: Frame, error: Exception) -> ShapeError:
        shapes = " and ".join(str(np.shape(a)) for a in data if isinstance(a, np.ndarray))
        return ShapeError(f"{self.name} of shapes {shapes or '()'}: {error}")

    def check_tracked(self, nodes: list[Node | None], out: Array) -> None:
        for name, rule, node in zip(self.arguments, self.rules, nodes, strict=True):
            if node is not None and rule is None:
                raise UnsupportedError(
                    f"{self.name} has no derivative with respect to {name!r}: "
                    f"pass a constant, for instance detach({name})"
                )
        if self.step:
            warn_step(self.name)


_MISSING = object()


def _parameters(forward: Callable[..., Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    if isinstance(forward, np.ufunc):
        return ("x", "y", "z")[: forward.nin], {}
    parameters = inspect.signature(forward).parameters
    defaults = {n: p.default for n, p in parameters.items() if p.default is not p.empty}
    return tuple(parameters), defaults


def _reads(rule: Rule | None) -> tuple[str, ...]:
    """Names the rule asks for after `g` (parameters with a default are its own)."""
    if rule is None:
        return ()
    if hasattr(rule, "reads"):
        return tuple(rule.reads)
    parameters = list(inspect.signature(rule).parameters.values())[1:]
    return tuple(p.name for p in parameters if p.default is p.empty)


def _read(frame: dict[str, Any], name: str) -> Any:
    if name in frame:
        return frame[name]
    return np.shape(frame[name.removesuffix("_shape")])


def split(arguments: tuple[Any, ...]) -> tuple[Frame, list[Node | None]]:
    """Plain values and nodes of the arguments."""
    data: list[Any] = []
    nodes: list[Node | None] = []
    for argument in arguments:
        if type(argument) is Tensor:
            data.append(argument._data)
            nodes.append(argument._node)
        else:
            data.append(argument)
            nodes.append(None)
    return tuple(data), nodes


def record(op: Op, edges: list[Edge], out: Array) -> Tensor:
    """`out` as a tensor made by `op`."""
    node = Node(op, edges)
    node.form = np.shape(out), np.asarray(out).dtype
    return Tensor(out, node)


def recast(op: Op, data: Array, out: Array) -> Fit | None:
    """The fit of an argument whose rule restores the shape: only the dtype may differ."""
    if data.dtype is out.dtype:
        return None
    misfit(op, data, out)
    return np.shape(data), data.dtype, (np.shape(out), np.asarray(out).dtype)


def warn_step(name: str) -> None:
    warnings.warn(
        f"{name} is a step function: its derivative is zero almost everywhere, so no gradient "
        "flows through it. Use a smooth stand-in (sigmoid or tanh for a step) to learn from it, "
        "or detach() to say that none is wanted",
        StepFunctionWarning,
        stacklevel=4,
    )


# --- elementwise ops: the hot path -----------------------------------------------------------------


class Elementwise(Op):
    """A ufunc of one or two arguments: broadcasting is undone after the rule."""

    def __init__(self, ufunc: Any, rules: dict[str, Rule], operator: Any = None, **about: Any):
        super().__init__(ufunc, rules, **about)
        self.operator = operator or ufunc
        """Faster than the ufunc on scalars; decides dtype and value like it."""
        self.keep = [_keep(names, self.arguments) for names in self.reads]
        self.apply = (unary if len(self.arguments) == 1 else binary)(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.apply(*(args if not kwargs else self.bind(args, kwargs)))


def _keep(names: tuple[str, ...], arguments: tuple[str, ...]) -> Callable[[Frame], Frame]:
    """Picks from the frame what a rule reads, as a tuple."""
    places = [0 if name == "out" else 1 + arguments.index(name) for name in names]
    if len(places) > 1:
        return itemgetter(*places)
    return itemgetter(slice(places[0], places[0] + 1) if places else slice(0, 0))


def unary(op: Elementwise) -> Callable[[Any], Any]:
    forward, keep, quiet = op.operator, op.keep[0], not op.step

    def apply(x: Any) -> Any:
        if type(x) is not Tensor:
            return forward(x)
        data, node = x._data, x._node
        out = forward(data)
        if node is None or not mode.recording:
            return Tensor(out, None)
        if not quiet:
            warn_step(op.name)
        fit = None if type(out) is type(data) and out.dtype is data.dtype else misfit(op, data, out)
        return Tensor(out, Node(op, [(0, node, keep((out, data)), fit)]))

    return apply


def binary(op: Elementwise) -> Callable[[Any, Any], Any]:
    forward, (keep_x, keep_y), quiet = op.operator, op.keep, not op.step

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
        if (x_node is None and y_node is None) or not mode.recording:
            return Tensor(out, None) if type(x) is Tensor or type(y) is Tensor else out
        if not quiet:
            warn_step(op.name)
        frame, kind = (out, x_data, y_data), type(out)
        edges: list[Edge] = []
        if x_node is not None:
            fit = None
            if type(x_data) is not kind or (
                kind is np.ndarray and (x_data.shape != out.shape or x_data.dtype is not out.dtype)
            ):
                fit = misfit(op, x_data, out)
            edges.append((0, x_node, keep_x(frame), fit))
        if y_node is not None:
            fit = None
            if type(y_data) is not kind or (
                kind is np.ndarray and (y_data.shape != out.shape or y_data.dtype is not out.dtype)
            ):
                fit = misfit(op, y_data, out)
            edges.append((1, y_node, keep_y(frame), fit))
        return Tensor(out, Node(op, edges))

    return apply


def misfit(op: Op, data: Array, out: Array) -> Fit | None:
    """How the adjoint of `out` must be brought back to the shape and dtype of `data`."""
    want, have = np.asarray(data).dtype, np.asarray(out).dtype
    if have.kind not in "fc":
        raise DtypeError(
            f"{op.name} of a tensor and an object of another kind gives dtype {have}: "
            "use numbers and numeric arrays"
        )
    if want.kind == have.kind and want.itemsize < have.itemsize:
        warnings.warn(
            f"{op.name} mixes {want} and {have}; the result is {have}. Convert one side: "
            f"x.astype(np.{want}) or t.astype(np.{have})",
            PrecisionWarning,
            stacklevel=4,
        )
    shape = np.shape(data)
    if shape == np.shape(out) and want == have:
        return None
    return shape, want, (np.shape(out), have)


# --- the registry ----------------------------------------------------------------------------------

TABLE: dict[str, Op] = {}
"""Every op by name, in the order of the files in `ops/`."""

BY_FUNCTION: dict[Any, Op] = {}
"""numpy function -> op, for numpy's protocols."""


def register(op: Op, functions: tuple[Any, ...] = (), attach: tuple[str, ...] = ()) -> Op:
    """Put `op` into the table, for the numpy `functions`, and attach it as methods of Tensor."""
    if op.name in TABLE:
        raise TypeError(f"the op {op.name} is in the table twice")
    TABLE[op.name] = op
    for function in functions:
        BY_FUNCTION[function] = op
    for method in attach:
        setattr(Tensor, method, as_method(op))
    return op


def as_method(op: Op) -> Callable[..., Any]:
    apply = op.apply if isinstance(op, Elementwise) else op.__call__

    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        return apply(self, *args, **kwargs)

    method.__name__, method.__doc__ = op.name, op.doc
    return method


def elementwise(
    ufunc: Any,
    *,
    operators: str = "",
    operator: Any = None,
    x: Rule,
    y: Rule | None = None,
    **about: Any,
) -> Op:
    """A block of the table for a ufunc. `operators` names special methods, e.g. "add radd"."""
    rules = {"x": x} if y is None else {"x": x, "y": y}
    op = Elementwise(ufunc, rules, operator, **about)
    register(op, (ufunc,))
    apply = op.apply
    for word in operators.split():
        if word.startswith("r") and f"{word[1:]}" in operators.split():
            setattr(Tensor, f"__{word}__", lambda self, other: apply(other, self))
        elif y is None:
            setattr(Tensor, f"__{word}__", lambda self: apply(self))
        else:
            # The bare closure: one call less on the hottest path.
            setattr(Tensor, f"__{word}__", apply)
    return op


def general(
    *functions: Any, attach: str = "", about: dict[str, Any] | None = None, **rules: Rule
) -> Callable[[Callable[..., Array]], Op]:
    """A block of the table for any other function, as a decorator of its forward."""

    def declare(forward: Callable[..., Array]) -> Op:
        op = Op(forward, rules, **(about or {}))
        return register(op, functions, tuple(attach.split()))

    return declare


class Composed(Op):
    """A function written with other ops: their rules are its rule."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.forward(*args, **kwargs)


def composed(
    *functions: Any, attach: str = "", about: dict[str, Any] | None = None
) -> Callable[[Callable[..., Any]], Op]:
    """A block of the table for a function whose body uses other ops, as a decorator."""

    def declare(function: Callable[..., Any]) -> Op:
        return register(Composed(function, {}, **(about or {})), functions, tuple(attach.split()))

    return declare
