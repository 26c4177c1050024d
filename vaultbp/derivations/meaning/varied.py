"""Letters that count elsewhere in a note and vary in a chain: the ``k`` of ``d/dk (k ln k)``."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from vaultbp.derivations.meaning.terms import (
    Fold,
    Idx,
    Sym,
    Term,
    rebuilt,
    variables_of,
    walk,
)


def varied(sides: tuple[Term, ...]) -> tuple[Term, ...]:
    """A chain with a symbol for each index by which it differentiates, and with which it numbers
    nothing."""
    inside = [t for side in sides for t in walk(side)]
    names = {name for t in inside for name in _variables(t)}
    names &= {t.name for t in inside if isinstance(t, Idx)}
    if not names:
        return sides
    counting = {t.index for t in inside if isinstance(t, Fold)}
    counting |= {
        each.name
        for t in inside
        if isinstance(t, Sym)
        for slot in t.slots
        for each in walk(slot.index)
        if isinstance(each, Idx)
    }
    names -= counting
    return tuple(_varied(side, names) for side in sides) if names else sides


def _variables(term: Term) -> Iterator[str]:
    for each in variables_of(term):
        if isinstance(each, Idx):
            yield each.name
        elif isinstance(each, Sym) and not each.slots:
            yield each.key


def _varied(term: Term, names: Collection[str]) -> Term:
    if isinstance(term, Idx):
        return Sym(term.name) if term.name in names else term
    return rebuilt(term, lambda part: _varied(part, names))
