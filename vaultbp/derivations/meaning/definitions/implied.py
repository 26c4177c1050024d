"""What a note says of its names without a formula for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vaultbp.derivations.meaning.definitions.conditional import says_some
from vaultbp.derivations.meaning.notebook import DEFINING, Stated
from vaultbp.derivations.meaning.scope import Definition, Scope, definition_of, is_to_solve
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Div,
    Fn,
    Grad,
    Idx,
    Mul,
    Neg,
    Num,
    Opaque,
    Pow,
    Sym,
    Term,
    walk,
)


def imply(each: Stated, scope: Scope) -> None:
    """``dp/dx = d/dx (a + bx)`` says what an otherwise undefined ``p`` is."""
    for left, right, op in zip(each.sides, each.sides[1:], each.relations, strict=False):
        if op not in DEFINING or not (isinstance(left, Deriv) and isinstance(right, Deriv)):
            continue
        name, body = left.of, right.of
        if not isinstance(name, Sym) or isinstance(body, Sym | Call) or left.wrt != right.wrt:
            continue
        if name.key in scope.symbols or name.key in scope.functions:
            continue
        definition = definition_of(name, body, each.order, each.section, each.chain.source)
        if definition is not None and not any(isinstance(t, Deriv | Grad) for t in walk(body)):
            says = f"{show(name)} := {show(body)}"
            scope.add(replace(definition, assumption=says, implied=True))


def declare_by_usage(stated: list[Stated], scope: Scope) -> None:
    """``f(x(t), y(t))`` says on what f depends, and x and y, where nothing else does."""
    numerators: set[str] = set()
    usage: dict[str, Call] = {}
    for each in stated:
        for side in each.sides:
            for term in walk(side):
                if isinstance(term, Deriv):
                    numerators.update(t.key for t in (term.of, *term.wrt) if isinstance(t, Sym))
                elif isinstance(term, Call) and term.order == 0 and not term.func.slots:
                    named = all(isinstance(a, Sym | Call) for a in term.args)
                    itself = any(t == term.func for a in term.args for t in walk(a))
                    if named and not itself and not term.func.key.startswith("#"):
                        usage.setdefault(term.func.key, term)
    for key, call in usage.items():
        inner = any(isinstance(a, Call) for a in call.args)
        if key in scope.symbols or key in scope.functions:
            continue
        if key in numerators or inner or any(_argument_of(usage, key)):
            scope.symbols[key] = [Definition(call.func, call, -2)]


def _argument_of(usage: dict[str, Call], key: str) -> Iterable[bool]:
    return (isinstance(a, Call) and a.func.key == key for call in usage.values() for a in call.args)


def define_by_example(each: Stated, scope: Scope) -> None:
    """``a = σ(z) = 1/(1 + e^{-z})`` also says what σ is."""
    for left, right, op in zip(each.sides, each.sides[1:], each.relations, strict=False):
        if op not in DEFINING or not isinstance(left, Call) or len(left.args) != 1:
            continue
        if left.order or left.func.slots or left.func.key in scope.functions:
            continue
        if is_to_solve(left, right) or says_some(each):
            continue
        if isinstance(left.args[0], Num) or any(isinstance(t, Opaque | Deriv) for t in walk(right)):
            continue
        parameter = Sym("#u")
        body = _swapped(right, left.args[0], parameter)
        others = [t for t in walk(body) if isinstance(t, Sym | Call | Idx) and t != parameter]
        if body != right and not others:
            text = f"{left.func.key} as in {each.chain.source.strip()[:60]}"
            scope.functions[left.func.key] = [
                Definition(left.func, body, each.order, each.section, (parameter,), text)
            ]


def _swapped(term: Term, old: Term, new: Term) -> Term:
    if term == old:
        return new
    if isinstance(term, Mul) and isinstance(old, Mul):
        size = len(old.factors)
        for start in range(len(term.factors) - size + 1):
            if term.factors[start : start + size] == old.factors:
                factors = (*term.factors[:start], new, *term.factors[start + size :])
                if len(factors) == 1:
                    return new
                ops = (*term.ops[:start], *term.ops[start + size - 1 :])
                return _swapped(Mul(factors, ops), old, new)
    match term:
        case Add(terms=terms):
            return Add(tuple(_swapped(t, old, new) for t in terms))
        case Mul(factors=factors, ops=ops):
            return Mul(tuple(_swapped(t, old, new) for t in factors), ops)
        case Neg(body=body):
            return Neg(_swapped(body, old, new))
        case Div(num=num, den=den):
            return Div(_swapped(num, old, new), _swapped(den, old, new))
        case Pow(base=base, exponent=exponent):
            return Pow(_swapped(base, old, new), _swapped(exponent, old, new))
        case Fn(name=name, args=args):
            return Fn(name, tuple(_swapped(a, old, new) for a in args))
        case _:
            return term
