"""From what single members of a note's families are computed: ``z_4`` from ``z_3``, and not from all z."""

from __future__ import annotations

from vaultbp.derivations.meaning.ground import ground
from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import Num, Sym, walk


def computed_from(
    book: Notebook, start: Sym, order: int, around: Sym | None = None
) -> set[Sym] | None:
    """The symbols that the formula of one uses, directly or not, as seen from a place, but for those
    that only ``around`` uses; ``None`` where a formula of a whole family goes into it."""
    found: set[Sym] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if not _is_single(here):
            return None
        meant = book.scope.symbol(ground(here, {}, lambda _: None), order)
        if meant is None:
            continue
        if not _is_single(meant[0].head):
            return None
        new = {t for t in walk(meant[0].body) if isinstance(t, Sym)} - found - {start, around}
        found |= new
        waiting += new
    return found


def _is_single(symbol: Sym) -> bool:
    return all(isinstance(slot.index, Num) for slot in symbol.slots)
