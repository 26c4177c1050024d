"""Names that look like differentials: dw for ∂J/∂w."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.terms import Add, Deriv, Diff, Mul, Neg, Sym, Term, walk


def shorthands_named(stated: list[Stated]) -> list[Stated]:
    """Turn ``dw`` into a name where the note uses it for ``∂J/∂w``: ``dw = …``."""
    names: set[str] = set()
    for each in stated:
        if _names_derivative(each):
            names.update(_differentials(stated))
        if not each.relations or not isinstance(each.sides[0], Diff):
            continue
        inner = each.sides[0].body
        rest = [t for side in each.sides[1:] for t in walk(side)]
        if isinstance(inner, Sym) and not any(isinstance(t, Diff) for t in rest):
            names.add(inner.key)
    if not names:
        return stated
    return [replace(s, sides=tuple(_named(side, names) for side in s.sides)) for s in stated]


def _names_derivative(each: Stated) -> bool:
    """Whether a chain says ``dw = ∂J/∂w``: then a d before a symbol makes a name in this note."""
    return any(
        isinstance(one, Diff) and isinstance(two, Deriv) and two.wrt == (one.body,)
        for pair in zip(each.sides, each.sides[1:], strict=False)
        for one, two in (pair, pair[::-1])
    )


def _differentials(stated: list[Stated]) -> Iterable[str]:
    """The symbols that stand after a d."""
    for each in stated:
        for side in each.sides:
            for term in walk(side):
                body = _before_bracket(term.body) if isinstance(term, Diff) else None
                if isinstance(body, Sym):
                    yield body.key


def _before_bracket(body: Term) -> Term:
    """The r of ``dr (1 - r²)``, which reads like the differential of a product."""
    if isinstance(body, Mul) and len(body.factors) == 2 and isinstance(body.factors[1], Add):
        return body.factors[0]
    return body


def _named(term: Term, names: set[str]) -> Term:
    if isinstance(term, Diff):
        name = _before_bracket(term.body)
        if isinstance(name, Sym) and name.key in names:
            short = Sym("d" + name.key, name.slots)
            if isinstance(term.body, Mul):
                return Mul((short, *term.body.factors[1:]), term.body.ops)
            return short
    if isinstance(term, Mul):
        return Mul(tuple(_named(f, names) for f in term.factors), term.ops)
    if isinstance(term, Add):
        return Add(tuple(_named(t, names) for t in term.terms))
    if isinstance(term, Neg):
        return Neg(_named(term.body, names))
    return term
