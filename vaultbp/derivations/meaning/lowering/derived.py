"""Derivatives and gradients, parts of them, and where they are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultbp.derivations.meaning.lexicon import plain_key
from vaultbp.derivations.meaning.lowering.products import without_slips
from vaultbp.derivations.meaning.terms import (
    HESSIAN,
    At,
    Call,
    Deriv,
    Grad,
    Idx,
    Opaque,
    Sym,
    Term,
    Transposed,
)
from vaultbp.latex import tree

if TYPE_CHECKING:
    from vaultbp.derivations.meaning.lower import Lowering


def derivative(low: Lowering, node: tree.Derivative) -> Term:
    if node.of is None:
        return Opaque("d/dx", "a derivative of nothing")
    wrt: list[Term] = []
    for each in node.wrt:
        if not isinstance(each.order, int) or each.order > 4:
            return Opaque("d^n", "a derivative of symbolic order")
        body = _variable(low, each.body)
        if isinstance(body, Idx):
            body = Sym(body.name)
        wrt.extend([body] * each.order)
    if not wrt or not isinstance(node.order, int) or node.order != len(wrt):
        return Opaque("d", "the orders above and below the bar differ")
    return Deriv(low.term(node.of), tuple(wrt), node.kind)


def _variable(low: Lowering, node: tree.Node) -> Term:
    """What a derivative is by; ``xj`` may be typed for ``x_j``."""
    if isinstance(node, tree.Product):
        factors, _ = without_slips(low, node.factors, node.ops)
        if len(factors) == 1:
            return low.term(factors[0])
    return low.term(node)


def derivative_at(low: Lowering, node: tree.Derivative, args: tuple[tree.Node, ...]) -> Term | None:
    """``∂f/∂x (a, b)``: the derivative of ``f(x, y)`` where x is a and y is b.

    ``None`` where one bracket after a derivative may be a factor.
    """
    func, by = node.of, [each.body for each in node.wrt]
    simple = isinstance(args[0], tree.Name | tree.Number) or (
        isinstance(args[0], tree.MaybeCall) and args[0].func in by
    )
    if len(args) == 1 and not simple:
        return None
    names = _parameters(low, func, by, len(args)) if isinstance(func, tree.Name) else None
    if len(args) == 1 and isinstance(args[0], tree.Name) and args[0] not in by:
        inner = {plain_key(each) for each in by if isinstance(each, tree.Name)}
        names = None if inner & low.lexicon.functions else names  # ``dg/dh (x)`` at h(x)
    whole = derivative(low, node)
    if names is None or not isinstance(whole, Deriv) or not isinstance(whole.of, Sym):
        return Opaque("call", "a derivative at a place; write it with a bar |_{x=…}")
    symbols = tuple(Sym(name) for name in names)
    places = tuple(zip(symbols, map(low.term, args), strict=True))
    moved = Deriv(Call(whole.of, symbols), whole.wrt, whole.kind)
    return moved if all(one == two for one, two in places) else At(moved, places)


def _parameters(
    low: Lowering, func: tree.Name, by: list[tree.Node], count: int
) -> tuple[str, ...] | None:
    """The names of a function's arguments: as the note applies it, or as usual."""
    names = [each for each in by if isinstance(each, tree.Name)]
    letters = [each.base for each in names if each == tree.Name(each.base)]
    if len(letters) != len(by) or plain_key(func) not in low.lexicon.functions:
        return None
    known = sorted(low.lexicon.arguments.get(plain_key(func), ()))
    known += [("x", "y", "z", "w")[:count], (letters[0],)]
    fitting = (each for each in known if len(each) == count == len(set(each)))
    return next((each for each in fitting if set(letters) <= set(each)), None)


def gradient(low: Lowering, node: tree.Gradient) -> Term:
    """``∇f(x)``, its transpose ``∇f(x)^T``, and the matrix of second derivatives ``∇^2 f(x)``."""
    if node.of is None or len(node.wrt) > 1:
        return Opaque("∇", "a gradient of nothing")
    below = low.term(node.of)
    of = below.body if isinstance(below, Transposed) else below
    by = low.term(node.wrt[0]) if node.wrt else gradient_variable(of)
    found: Term = Grad(of, by)
    if node.order == 2:
        if by is None:
            return Opaque("∇²", "second derivatives that do not say by what")
        found = Deriv(of, (by, by), HESSIAN)
    return found if of is below else Transposed(found)


def evaluated(low: Lowering, node: tree.Evaluated) -> Term:
    if node.upper is not None:
        return Opaque("|", "a difference of two evaluations")
    places = []
    for condition in node.conditions:
        if not isinstance(condition, tree.Relation) or condition.op != "=":
            return Opaque("|", "where this is evaluated is not of the form x = …")
        places.append((low.term(condition.left), low.term(condition.right)))
    return At(low.term(node.body), tuple(places))


def gradient_variable(body: Term) -> Term | None:
    """By what ``∇f(x)`` is taken when nothing is written: the only argument, or the parameters."""
    if not isinstance(body, Call):
        return None
    symbols = [a for a in body.args if isinstance(a, Sym)]
    if len(body.args) == 1 and symbols:
        return symbols[0]
    named = [a for a in symbols if a.key in ("θ", "w", "φ", "ϕ")]
    return named[0] if len(named) == 1 else None
