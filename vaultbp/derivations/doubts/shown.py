"""Arrays of which a note shows some entries: ``y = (0, …, 1, …, 0)``, ``u = (1/K, …, 1/K)``."""

from __future__ import annotations

from itertools import pairwise

from vaultbp.derivations.meaning.notebook import Notebook, once
from vaultbp.derivations.meaning.scope import is_dots, lists_entries
from vaultbp.derivations.meaning.terms import Array, Sym, Term, Transposed, walk
from vaultbp.derivations.numerics.compare import Comparison


def gone_for_its_entries(book: Notebook, found: Comparison) -> str | None:
    """A name of one side alone for which the other one may have what its entries are."""
    keys = {family.rsplit("/", 1)[0] for family in found.leaves_left ^ found.leaves_right}
    return min(keys & _shown(book), default=None)


@once
def _shown(book: Notebook) -> frozenset[str]:
    """The names that the note gives as an array with dots in it, and entries of another name."""
    pairs = (pair for stated in book.stated for pair in pairwise(stated.sides))
    return frozenset(
        one.key
        for one, other in pairs
        if isinstance(one, Sym) and _is_cut_short(other) and not _names_entries(one, other)
    )


def _names_entries(name: Sym, other: Term) -> bool:
    """``y = (y_1, …, y_n)``, which says nothing of what the entries are."""
    return lists_entries(name, other) and any(isinstance(t, Sym) for t in walk(other))


def _is_cut_short(term: Term) -> bool:
    body = term.body if isinstance(term, Transposed) else term
    return isinstance(body, Array) and any(is_dots(t) for t in walk(body))
