"""Which step indices count times, so that all steps share their arrays."""

from __future__ import annotations

from collections.abc import Iterator

from vaultbp.derivations.arrays.dims import Family, Kind, Kinds
from vaultbp.derivations.meaning.notebook import Notebook, once
from vaultbp.derivations.meaning.ranges import Member, Ranges
from vaultbp.derivations.meaning.scope import Ground
from vaultbp.derivations.meaning.terms import Call, Idx, Sym, Term, walk


def identity(node: Ground, ranges: Ranges, clocks: frozenset[Member]) -> object:
    """What tells the shape of a node from its siblings': layers and labels do, samples and times
    do not."""
    kept = []
    for place, (where, value) in enumerate(node.slots):
        member = ("slot", (node.key, len(node.slots), place))
        layer = ranges.is_stepped_member(member) and ranges.find(member) not in clocks
        if layer or member not in ranges.parent:
            kept.append((where, str(value)))
    return (node.key, len(node.slots), tuple(kept))


def clocks(book: Notebook, kinds: Kinds) -> frozenset[Member]:
    """The classes of step indices that count times and no layers: arrays are shared by all steps.

    ``h_t = W h_{t-1}`` makes all h of one size, ``a^l = W^l a^{l-1}`` does not.
    """
    return frozenset(
        root
        for root, shared in _shared_by_steps(book)
        if any(kinds.get(family, Kind.SCALAR) for family in shared)
    )


@once
def _shared_by_steps(book: Notebook) -> list[tuple[Member, frozenset[Family]]]:
    """For every recursion its class of indices, and the families without such an index in it."""
    ranges = book.ranges()
    found = []
    for definition in (d for table in book.scope.symbols.values() for d in table):
        for root in {r for r, index in _steps(definition.head, ranges) if isinstance(index, Idx)}:
            called = {id(t.func) for t in walk(definition.body) if isinstance(t, Call)}
            shared = frozenset(
                (t.key, len(t.slots))
                for t in walk(definition.body)
                if isinstance(t, Sym) and id(t) not in called
                if root not in {r for r, _ in _steps(t, ranges)}
            )
            found.append((root, shared))
    return found


def _steps(symbol: Sym, ranges: Ranges) -> Iterator[tuple[Member, Term]]:
    """The slots of a symbol that count steps: their class and their index."""
    for place, slot in enumerate(symbol.slots):
        member = ("slot", (symbol.key, len(symbol.slots), place))
        if ranges.is_stepped_member(member):
            yield ranges.find(member), slot.index
