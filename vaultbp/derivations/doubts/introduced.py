"""Symbols that a note writes a single time: ``MC = C'(q)`` may say what ``M`` or ``MC`` is."""

from __future__ import annotations

from collections import Counter

from vaultbp.derivations.meaning.notebook import Notebook, Stated, once
from vaultbp.derivations.meaning.terms import Sym, walk
from vaultbp.derivations.numerics.compare import family


def introduced(book: Notebook, stated: Stated) -> set[str]:
    """The families, as ``key/slots``, that the note writes once, at the left of this chain."""
    here = {family(t) for t in walk(stated.sides[0]) if isinstance(t, Sym)}
    return {family for family in here if _written(book)[family] == 1}


@once
def _written(book: Notebook) -> Counter[str]:
    """How often the note writes each family."""
    sides = (side for stated in book.stated for side in stated.sides)
    return Counter(family(t) for side in sides for t in walk(side) if isinstance(t, Sym))
