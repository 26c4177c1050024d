"""From what single members of a note's families are computed: ``z_4`` from ``z_3``, and not from all z."""

from __future__ import annotations

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import Num, Sym, walk


def computed_from(book: Notebook, start: Sym, around: Sym | None = None) -> set[Sym] | None:
    """The symbols that the definition of one uses, directly or not, but for those that only ``around``
    uses; ``None`` where a formula of a whole family goes into it."""
    found: set[Sym] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if any(not isinstance(slot.index, Num) for slot in here.slots):
            return None
        definitions = book.scope.symbols.get(here.key, ())
        if any(not isinstance(s.index, Num) for d in definitions for s in d.head.slots):
            return None
        bodies = [d.body for d in definitions if d.head == here]
        new = {t for body in bodies for t in walk(body) if isinstance(t, Sym)} - found - {start}
        new -= {around}
        found |= new
        waiting += new
    return found
