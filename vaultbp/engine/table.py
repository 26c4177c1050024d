"""The one registry of ops, and how the files in `ops/` put their blocks into it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from inspect import CO_VARKEYWORDS
from typing import Any

import numpy as np

from vaultbp.engine.fastpath import Elementwise, Single
from vaultbp.engine.op import Op, Rule, names_read
from vaultbp.engine.tensor import Array, Tensor

TABLE: dict[str, Op] = {}
"""Every op by name, in the order of the files in `ops/`."""

BY_FUNCTION: dict[Any, Op] = {}
"""numpy function -> op, for numpy's protocols."""


def register(op: Op, functions: tuple[Any, ...] = (), attach: tuple[str, ...] = ()) -> Op:
    """Put `op` into the table, for the numpy `functions`, and attach it as methods of Tensor."""
    if op.name in TABLE:
        raise TypeError(f"the op {op.name} is in the table twice")
    TABLE[op.name] = op
    op.family = op.family or family_of(op)
    for function in functions:
        BY_FUNCTION[function] = op
    for method in attach:
        setattr(Tensor, method, as_method(op))
    return op


def family_of(op: Op) -> str:
    """The file of the table that is being read."""
    frame = sys._getframe(1)
    while frame.f_back and not frame.f_globals["__name__"].startswith("vaultbp.engine.ops."):
        frame = frame.f_back
    return str(frame.f_globals["__name__"]).rpartition(".")[2]


def as_method(op: Op) -> Callable[..., Any]:
    apply = op.apply

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
    apply: Any = op.apply
    for word in operators.split():
        reflected = word.startswith("r") and word[1:] in operators.split()
        # Not reflected: the bare closure, one call less on the hottest path.
        method = (lambda self, other: apply(other, self)) if reflected else apply
        setattr(Tensor, f"__{word}__", method)
    return op


def general(
    *functions: Any, attach: str = "", about: dict[str, Any] | None = None, **rules: Rule
) -> Callable[[Callable[..., Array]], Op]:
    """A block of the table for any other function, as a decorator of its forward."""

    def declare(forward: Callable[..., Array]) -> Op:
        kind = Single if _is_single(forward, rules, about or {}) else Op
        op = kind(forward, rules, **(about or {}))
        return register(op, functions, tuple(attach.split()))

    return declare


def _is_single(forward: Any, rules: dict[str, Rule], about: dict[str, Any]) -> bool:
    first = forward.__code__.co_varnames[0]
    return list(rules) == [first] and not about.get("step") and "through" not in about


def custom_op(forward: Callable[..., Array], *, name: str = "", **rules: Rule) -> Op:
    """An op of your own: `forward` on plain arrays, and a rule for each argument to differentiate.

    ::

        cube = custom_op(lambda x: x**3, name="cube", x=lambda g, x: g * 3 * x**2)

    Check it with `gradcheck`.
    """
    rules = {argument: lent(rule) for argument, rule in rules.items()}
    if isinstance(forward, np.ufunc):
        return Op(forward, rules, name=name)

    @wraps(forward)
    def to_numpy(*args: Any, **kwargs: Any) -> Array:
        return np.asarray(forward(*args, **kwargs))[()]

    return Op(to_numpy, rules, name=name)


def lent(rule: Rule) -> Rule:
    """`rule` with a view for its result: adjoints are added up in place, but not in views."""

    def back(g: Any, *saved: Any) -> Any:
        new = rule(g, *saved)
        return new.view() if isinstance(new, np.ndarray) else new

    back.reads = names_read(rule)  # type: ignore[attr-defined]
    return back


class Composed(Op):
    """A function written with other ops: their rules are its rule."""

    def __init__(self, function: Callable[..., Any], rules: dict[str, Rule], **about: Any) -> None:
        super().__init__(function, rules, **about)
        self.apply = function
        self.passes_on = bool(function.__code__.co_flags & CO_VARKEYWORDS)
        """Takes any keyword argument."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        for name in kwargs:
            if name not in self.place and not self.passes_on:
                raise self.no_argument(name, known=False)
        return self.forward(*args, **kwargs)


def composed(
    *functions: Any, attach: str = "", about: dict[str, Any] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A block of the table for a function whose body uses other ops, as a decorator.

    The function itself stays as it is.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        register(Composed(function, {}, **(about or {})), functions, tuple(attach.split()))
        return function

    return declare
