"""Small numbers for the dimensions that unification leaves apart."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

from vaultbp.derivations.arrays.clocks import identity
from vaultbp.derivations.arrays.dims import FREE, Dim, Dims, Kind, Kinds
from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.ranges import Member, Ranges
from vaultbp.derivations.meaning.scope import Ground

DRAWN = (3, 2, 4, 5)


AGAIN = (2, 4, 3, 5)


@dataclass(frozen=True)
class Sizes:
    """Concrete shapes of nodes, and index ranges that go with them."""

    kinds: Kinds
    dims: Dims
    chosen: Mapping[Dim, int]
    ranges: Ranges
    clocks: frozenset[Member] = frozenset()

    def of(self, node: Ground) -> tuple[int, ...]:
        """The shape of a node as a whole; numbers and entries have none."""
        kind = self.kinds.get((node.key, len(node.slots)), Kind.SCALAR)
        if kind is Kind.SCALAR:
            return ()
        free = node.key in FREE or node.key.startswith("I_")
        name: object = ("free", node.key) if free else identity(node, self.ranges, self.clocks)
        first: Dim = ("dim", name, 0)
        second: Dim = first if free and node.key != "𝟏" else ("dim", name, 1)
        one, two = self._size(first), self._size(second)
        return {Kind.COLUMN: (one, 1), Kind.ROW: (1, two), Kind.MATRIX: (one, two)}[kind]

    def _size(self, dim: Dim) -> int:
        return self.chosen.get(self.dims.find(dim), 3)


def drawn_sizes(
    book: Notebook, kinds: Kinds, dims: Dims, clocks: frozenset[Member], again: bool
) -> Sizes:
    """Small sizes for all dimensions, distinct where nothing makes them equal."""
    drawn = AGAIN if again else DRAWN
    base = book.ranges(1 if again else 0)
    ranges = copy(base)
    ranges._sizes = dict(base._sizes)
    chosen: dict[Dim, int] = {}
    taken: dict[Dim, object] = {}
    roots = sorted({dims.find(d) for d in dims.parent}, key=str)
    for dim in sorted(dims.parent, key=str):
        if isinstance(dim, tuple) and dim[0] == "range":
            taken.setdefault(dims.find(dim), dim[1])
    turn = 0
    for root in roots:
        if isinstance(root, int):
            chosen[root] = root
            continue
        member = taken.get(root)
        if member is not None and (member in base.fixed or base.is_stepped_member(member)):  # type: ignore[arg-type]
            chosen[root] = base.size(member)  # type: ignore[arg-type]
            continue
        chosen[root] = drawn[turn % len(drawn)]
        turn += 1
    for dim in dims.parent:
        if isinstance(dim, tuple) and dim[0] == "range":
            ranges._sizes[ranges.find(dim[1])] = chosen[dims.find(dim)]
    return Sizes(kinds, dims, chosen, ranges, clocks)
