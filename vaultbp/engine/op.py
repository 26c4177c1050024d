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
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from vaultbp.engine.errors import (
    DtypeError,
    EngineError,
    PrecisionWarning,
    ShapeError,
    StepFunctionWarning,
    UnsupportedError,
)
from vaultbp.engine.tensor import Array, Fit, Tensor, is_recording, pauses, result, watch

FLOAT64 = np.dtype(np.float64)
Rule: TypeAlias = Callable[..., Any]
Frame: TypeAlias = tuple[Any, ...]
"""(out, argument 0, argument 1, …)"""

_MISSING = object()


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


def hand_on(g: Any) -> Any:
    """The rule of a sum."""
    return g


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
        casts: bool = False,
        extras: tuple[str, ...] = (),
        through: Rule | None = None,
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
        self.casts = casts
        """Changes the precision on purpose."""
        self.extras = extras
        """Further results of `forward` that rules may read, as plain values."""
        self.doc = doc or (forward.__doc__ or "" if inspect.isfunction(forward) else "")
        self.arguments, self.defaults = (
            _parameters(forward) if arguments is None else (arguments, {})
        )
        self.rules: list[Rule | None] = [rules.get(name) for name in self.arguments]
        self.reads: list[tuple[str, ...]] = [names_read(rule) for rule in self.rules]
        self.sources = [tuple(self._source_of(n) for n in names) for names in self.reads]
        """For each value a rule reads: argument number, -1 for `out`, None for a plain value."""
        self.through = through
        """Applied to `g` once, before the rules: a step that all arguments share."""
        self.arity = len(self.arguments)
        self.place = {name: k for k, name in enumerate(self.arguments)}
        self.tail = [self.defaults.get(name, _MISSING) for name in self.arguments]
        self.required = len(self.arguments) - len(self.defaults)
        """How many arguments have no default; they come first."""
        shapes_read = {n for names in self.reads for n in names if self._is_shape(n)}
        self.shaped = [k for k, n in enumerate(self.arguments) if f"{n}_shape" in shapes_read]
        """Arguments of which a rule reads the shape."""
        self.keep = [
            None if rule is None else picker(self.places(k)) for k, rule in enumerate(self.rules)
        ]
        self.keep_local = picker([self._place(name) for name in names_read(through)])
        self.local_sources = tuple(self._source_of(name) for name in names_read(through))
        unknown = set(rules) - set(self.arguments)
        if unknown:
            raise TypeError(f"{self.name}: rules for unknown arguments {sorted(unknown)}")
        self.apply: Callable[..., Any] = self.__call__
        """The op as a plain function of its positional arguments."""
        self.__doc__ = self.doc

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def _is_shape(self, name: str) -> bool:
        return name.endswith("_shape") and name not in self.arguments

    def _source_of(self, name: str) -> int | None:
        if name == "out":
            return -1
        return self.arguments.index(name) if name in self.arguments else None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != self.arity:
            args = self.bind(args, kwargs)
        data = list(args)
        tracked: list[int] = []
        any_tensor = False
        for position, argument in enumerate(args):
            kind = type(argument)
            if kind is Tensor:
                any_tensor = True
                data[position] = argument._data
                if argument._node is not None:
                    tracked.append(position)
            elif kind is list and self.rules[position] is not None:
                data[position] = np.asarray(argument)
        try:
            out = self.forward(*data)
        except ValueError as error:
            raise self.shape_error(data, error) from error
        if type(out) is complex:  # Python's own product 1j * float64
            out = np.complex128(out)
        extras: list[Any] = []
        if self.extras:
            out, *extras = out
        if not tracked or (pauses.open and not is_recording()):
            return Tensor(out, None) if any_tensor else out
        if self.step:
            warn_step(self.name)
        shapes = [getattr(data[k], "shape", ()) for k in self.shaped] if self.shaped else ()
        frame = (out, *data, *shapes, *extras)
        dtype, edges = out.dtype, []
        for position in tracked:
            keep = self.keep[position]
            if keep is None:
                raise self.no_rule(position)
            fit = self.fit(data[position], out, dtype)
            edges.append((position, args[position]._node, keep(frame), fit))
        tensor = result(out, self, tuple(edges))
        made: Any = tensor._node
        made.form = out.shape, dtype
        if self.through is not None:
            made.local = self.keep_local(frame)
        return watch(tensor, args) if pauses.open else tensor

    def fit(self, data: Array, out: Array, dtype: Any) -> Fit | None:
        """What the rule leaves to do: it restores the shape, so only the dtype may differ."""
        if dtype is FLOAT64 and data.dtype is FLOAT64:
            return None
        return recast(self, data, out)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Positional values for all arguments. Raises TypeError for unknown or missing ones."""
        if not kwargs and self.required <= len(args) <= self.arity:
            return (*args, *self.tail[len(args) :])
        if len(args) > self.arity:
            raise TypeError(f"{self.name} takes at most {self.arity} arguments")
        values = [*args, *self.tail[len(args) :]]
        for name, value in kwargs.items():
            place = self.place.get(name, -1)
            if place < len(args):
                raise self.no_argument(name, known=place >= 0)
            values[place] = value
        for place in range(len(args), self.required):
            if values[place] is _MISSING:
                raise TypeError(f"{self.name} needs the argument {self.arguments[place]!r}")
        return tuple(values)

    def no_argument(self, name: str, known: bool) -> EngineError:
        if known:
            return UnsupportedError(f"{self.name} is given the argument {name!r} twice")
        return UnsupportedError(
            f"{self.name} of a tensor does not take {name}= (it takes {', '.join(self.arguments)})"
        )

    def shape_error(self, data: Sequence[Any], error: Exception) -> ShapeError:
        shapes = " and ".join(str(np.shape(a)) for a in data if isinstance(a, np.ndarray))
        return ShapeError(f"{self.name} of shapes {shapes or '()'}: {error}")

    def no_rule(self, position: int) -> UnsupportedError:
        name = self.arguments[position]
        return UnsupportedError(
            f"{self.name} has no derivative with respect to {name!r}: "
            f"pass a constant, for instance detach({name})"
        )

    def places(self, position: int) -> list[int]:
        """Where in the frame the values lie that a rule reads."""
        return [self._place(name) for name in self.reads[position]]

    def _place(self, name: str) -> int:
        if name == "out":
            return 0
        if name in self.arguments:
            return 1 + self.arguments.index(name)
        if name in self.extras:
            return 1 + self.arity + len(self.shaped) + self.extras.index(name)
        return 1 + self.arity + self.shaped.index(self.arguments.index(name.removesuffix("_shape")))


def _parameters(forward: Callable[..., Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Names of the arguments, and the defaults of those that have one."""
    if isinstance(forward, np.ufunc):
        return ("x", "y", "z")[: forward.nin], {}
    if plain_function(forward):
        code, defaults = forward.__code__, forward.__defaults__ or ()
        names = code.co_varnames[: code.co_argcount]
        return names, dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    parameters = inspect.signature(forward).parameters
    return tuple(parameters), {
        n: p.default for n, p in parameters.items() if p.default is not p.empty
    }


def plain_function(function: Any) -> bool:
    """Whether its code names all it takes: 50 times faster to read than its signature."""
    return (
        inspect.isfunction(function)
        and not hasattr(function, "__wrapped__")
        and not function.__code__.co_kwonlyargcount
        and not function.__code__.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS)
    )


def names_read(rule: Rule | None) -> tuple[str, ...]:
    """Names the rule asks for after `g` (parameters with a default are its own)."""
    if rule is None:
        return ()
    if hasattr(rule, "reads"):
        return tuple(rule.reads)
    names, defaults = _parameters(rule)
    return tuple(name for name in names[1:] if name not in defaults)


def picker(places: list[int]) -> Callable[[Frame], Frame]:
    """Takes from a frame the values at `places`, as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    return itemgetter(slice(places[0], places[0] + 1) if places else slice(0, 0))


def frames_inside() -> int:
    """For `stacklevel`: how far above the warning function the user's line is."""
    depth, frame = 2, sys._getframe(2)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("vaultbp.engine."):
        depth, frame = depth + 1, frame.f_back
    return depth


def recast(op: Op, data: Array, out: Array) -> Fit | None:
    """The fit of an argument whose rule restores the shape: only the dtype may differ."""
    misfit(op, data, out)  # for its checks
    return data.shape, data.dtype, (out.shape, out.dtype)


def warn_step(name: str) -> None:
    warnings.warn(
        f"{name} is a step function: its derivative is zero almost everywhere, so no gradient "
        "flows through it. Use a smooth stand-in (sigmoid or tanh for a step) to learn from it, "
        "or detach() to say that none is wanted",
        StepFunctionWarning,
        stacklevel=frames_inside(),
    )


def refuse_complex(x: Any, name: str) -> None:
    """For a rule that holds for real numbers only. Raises DtypeError for a complex `x`."""
    dtype = x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype
    if dtype.kind == "c":
        raise DtypeError(
            f"the engine has a derivative rule for np.{name} of real numbers only, here they are "
            f"{dtype}: take np.real, np.imag or np.abs before it"
        )


def misfit(op: Op, data: Array, out: Array) -> Fit | None:
    """How the adjoint of `out` must be brought back to the shape and dtype of `data`."""
    want, have = np.asarray(data).dtype, np.asarray(out).dtype
    if have.kind not in "fc":
        raise DtypeError(
            f"{op.name} of a tensor and an object of another kind gives dtype {have}: "
            "use numbers and numeric arrays"
        )
    if want.kind == have.kind and want.itemsize < have.itemsize and not op.casts:
        warnings.warn(
            f"{op.name} mixes {want} and {have}; the result is {have}. Convert one side: "
            f"x.astype(np.{want}) or t.astype(np.{have})",
            PrecisionWarning,
            stacklevel=frames_inside(),
        )
    shape = np.shape(data)
    if shape == np.shape(out) and want == have == FLOAT64:
        return None
    return shape, want, (np.shape(out), have)
