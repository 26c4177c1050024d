"""Equations that hold as they are read and prove nothing.

``n = n_0`` holds by ``n := n_0``, which another formula of the note says in the same words, and
``gh = hg`` because numbers commute, which is what the equation asks of things that may be no numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from vaultbp.derivations.meaning.ground import fix
from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.scope import Definition
from vaultbp.derivations.meaning.terms import Call, Idx, Mul, Sym, Term
from vaultbp.derivations.numerics.forms import derives


def proves_nothing(
    stated: Stated, left: Term, right: Term, used: Iterable[Definition]
) -> str | None:
    """Why an equation that holds is not verified, or ``None``.

    One in a longer chain is a step of it, and a derivative says something of its own.
    """
    if len(stated.sides) > 2 or derives(left, right):
        return None
    one, two = _factors(left), _factors(right)
    if one and two and one != two and Counter(one) == Counter(two):
        return "it says that its factors commute"
    pair = (fix(left, {}), fix(right, {}))
    for definition in used:
        said = (fix(_head(definition), {}), fix(definition.body, {}))
        if definition.order != stated.order and pair in (said, said[::-1]):
            return "the note says the same elsewhere, which proves nothing"
    return None


def _head(definition: Definition) -> Term:
    """What a definition says something of: a name, or a function of its arguments."""
    if definition.params is None:
        return definition.head
    return Call(definition.head, definition.params)


def _factors(side: Term) -> tuple[Term, ...]:
    """The names of a product of nothing but names."""
    if isinstance(side, Mul) and all(isinstance(f, Sym | Idx) for f in side.factors):
        return side.factors
    return ()
