"""Symbols that a note writes a single time: ``MC = C'(q)`` may say what ``M`` or ``MC`` is."""

from __future__ import annotations

from collections import Counter

from vaultbp.derivations.meaning.notebook import Notebook, Stated, once
from vaultbp.derivations.meaning.terms import Sym, Term, walk
from vaultbp.derivations.numerics.compare import family
from vaultbp.derivations.numerics.forms import derives


def introduced(book: Notebook, stated: Stated, left: Term, right: Term) -> set[str]:
    """The families, as ``key/slots``, that the note writes once, at the left of this chain or of a step
    that takes no derivative and writes more in their place."""
    spelt_out = not derives(left, right) and len(walk(right)) > len(walk(left))
    sides = (stated.sides[0], left) if spelt_out else stated.sides[:1]
    here = {family(t) for side in sides for t in walk(side) if isinstance(t, Sym)}
    return {family for family in here if _written(book)[family] == 1}


@once
def _written(book: Notebook) -> Counter[str]:
    """How often the note writes each family."""
    sides = (side for stated in book.stated for side in stated.sides)
    return Counter(family(t) for side in sides for t in walk(side) if isinstance(t, Sym))
