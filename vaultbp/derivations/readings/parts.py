"""Derivatives by one variable of a whole and of its parts: ``∂L/∂W = Σ_t ∂L_t/∂W`` of an ``L = Σ_t L_t``.

How the parts depend on the variable the note does not show, or not all of it. Whatever they are
functions of it, the formula of the whole says how the derivatives go together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from vaultbp.derivations.meaning.ground import renaming
from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.scope import Definition, Scope, overlap
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import (
    Call,
    Deriv,
    Grad,
    Idx,
    Spread,
    Sym,
    Term,
    variables_of,
    walk,
)
from vaultbp.derivations.numerics.differentiate import spell
from vaultbp.derivations.readings.losses import derivatives_of, leads_to
from vaultbp.derivations.readings.trial import Question, Trial, Tried

Pairs = Collection[tuple[str, str]]
"""What is differentiated and by what, as they are spelt, where no path is known."""


def with_parts_opened(book: Notebook, asked: Question, unlinked: Pairs) -> Iterator[Trial]:
    """The step with the parts as any functions of the one variable of all its derivatives."""
    derivatives = [t for t in asked.terms() if isinstance(t, Deriv | Grad)]
    variables = {by for each in derivatives for by in variables_of(each)}
    by = next(iter(variables)) if len(variables) == 1 else None
    if not isinstance(by, Sym) or any(len(variables_of(each)) != 1 for each in derivatives):
        return
    written = {_name(each.of) for each in derivatives}
    tops = [s for s in written if s is not None and (spell(s), spell(by)) in unlinked]
    parts = [s for s in tops if not _leads_to_another(book, s, tops)]
    heads = _heads(parts)
    joined = len(parts) < len(tops) or None in written  # a formula says how they go together
    if heads is None or not parts or len(written) < 2 or not joined:
        return
    siblings = _siblings(book, tops, heads)
    symbols = dict(book.scope.symbols)
    for head in (*heads, *siblings):
        says = f"{show(head)} depends on {show(by)} as it may"
        body = Spread(head.key, (by,), head.slots)
        others = [d for d in symbols.get(head.key, ()) if not overlap(d.head.slots, head.slots)]
        symbols[head.key] = [*others, Definition(head, body, -1, assumption=says)]
    scope = book.scope
    opened = Scope(symbols, scope.functions, scope.numbers, scope.tops)
    yield Trial(scope=opened, parts=not siblings)


def differing_parts(book: Notebook, asked: Question, tried: Tried) -> Tried:
    """The reading in which a step fails for any functions of one variable, if it says of each summand
    how it goes with one derivative, of names with at most one formula."""
    opened = [(t, c) for t, c in tried if t.parts and c.different and not c.unlinked]
    if not opened or any(c.equal and not c.zero for _, c in tried):
        return []
    tops = [_name(t.of) for t in asked.terms() if isinstance(t, Deriv | Grad)]
    if any(top is None or len(_formulas(book, top)) > 1 for top in tops):
        return []
    keys = {top.key for top in tops if top is not None}
    linear = all(derivatives_of(book, side, keys) == 1 for side in asked.sides)
    return opened if linear else []


def _formulas(book: Notebook, top: Sym) -> list[Definition]:
    table = book.scope.symbols.get(top.key, ())
    return [d for d in table if len(d.head.slots) == len(top.slots)]


def _name(of: Term) -> Sym | None:
    """The name of what is differentiated, if it is one: an expression is made of others."""
    of = of.func if isinstance(of, Call) and not of.order else of
    return of if isinstance(of, Sym) else None


def _leads_to_another(book: Notebook, top: Sym, tops: list[Sym]) -> bool:
    return any(leads_to(book, top, each) for each in tops)


def _siblings(book: Notebook, tops: list[Sym], heads: list[Sym]) -> list[Sym]:
    """The other members of the families of parts of which a whole is made: the ``E_2`` beside ``E_1``."""
    bodies = [d.body for top in tops for d in _formulas(book, top) if top not in heads]
    inside = {t for body in bodies for t in walk(body) if isinstance(t, Sym)}
    return [
        each
        for each in sorted(inside, key=show)
        if any(each.key == head.key and _is_beside(each, head) for head in heads)
    ]


def _is_beside(one: Sym, other: Sym) -> bool:
    return len(one.slots) == len(other.slots) and not overlap(one.slots, other.slots)


def _heads(parts: list[Sym]) -> list[Sym] | None:
    """A general member of each family; ``None`` where the step writes several and none is general."""
    found: dict[tuple[str, int], Sym] = {}
    for part in sorted(parts, key=lambda p: not all(isinstance(s.index, Idx) for s in p.slots)):
        head = found.setdefault((part.key, len(part.slots)), part)
        if head != part and renaming(head.slots, part.slots) is None:
            return None
    return list(found.values())
