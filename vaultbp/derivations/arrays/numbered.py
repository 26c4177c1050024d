"""Columns whose entries are numbered from 0: ``Σ_{j=0}^n a_j b_j = aᵀb``."""

from __future__ import annotations

from collections.abc import Iterator

from vaultbp.derivations.meaning.terms import Fold, Idx, Num, Sym, Term, walk


def numbered_from_zero(left: Term, right: Term) -> frozenset[str]:
    """The names that a step writes whole, and of which it writes the entry number 0 too."""
    terms = [t for side in (left, right) for t in walk(side)]
    whole = {t.key for t in terms if isinstance(t, Sym) and not t.slots}
    return frozenset(whole.intersection(_from_zero(terms)))


def _from_zero(terms: list[Term]) -> Iterator[str]:
    """The families of which an entry number 0 is written beside another one, or in a sum that begins
    there. A ``c_0`` alone beside ``c`` is the one before it, as of a cell in time."""
    for term in terms:
        if isinstance(term, Sym) and len(term.slots) == 1 and _is_nought(term.slots[0].index):
            entries = (t for t in terms if isinstance(t, Sym) and t.key == term.key and t.slots)
            if any(entry.slots != term.slots for entry in entries):
                yield term.key
        elif isinstance(term, Fold) and _is_nought(term.lower):
            inside = (t for t in walk(term.body) if isinstance(t, Sym) and len(t.slots) == 1)
            yield from (t.key for t in inside if t.slots[0].index == Idx(term.index))


def _is_nought(term: Term | None) -> bool:
    return isinstance(term, Num) and not term.value
