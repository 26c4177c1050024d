"""Kinds, shapes, and dimensions that are made equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Kind(IntEnum):
    """What a symbol as a whole is."""

    SCALAR = 0
    COLUMN = 1
    ROW = 2
    MATRIX = 3


Family = tuple[str, int]
"""A symbol's key and how many indices it carries."""


Kinds = Mapping[Family, Kind]


Dim = object
"""One, a fixed size, or a name in the union-find."""


Shape = tuple[Dim, Dim]


NUMBER: Shape = (1, 1)


FREE = ("I", "𝟏")
"""Symbols that take whatever size stands beside them."""


class ShapeError(Exception):
    """Shapes that do not fit together; ``families`` are those that met."""

    def __init__(self, why: str, families: frozenset[Family] = frozenset()) -> None:
        super().__init__(why)
        self.why = why
        self.families = families
        self.defined = False
        """The definitions conform; the step does not."""


@dataclass
class Dims:
    """A union-find over dimensions. Integers stand for themselves; 1 is never a free size."""

    parent: dict[Dim, Dim] = field(default_factory=dict)
    rigid: set[Dim] = field(default_factory=set)

    def find(self, dim: Dim) -> Dim:
        """The representative of a dimension."""
        while self.parent.get(dim, dim) != dim:
            dim = self.parent[dim]
        return dim

    def unify(self, one: Dim, two: Dim) -> None:
        """Make two dimensions equal. Raises :class:`ShapeError`."""
        a, b = self.find(one), self.find(two)
        if a == b:
            return
        if (isinstance(a, int) and isinstance(b, int)) or 1 in (a, b):
            raise ShapeError("the shapes do not fit")
        if a in self.rigid and b in self.rigid:
            raise ShapeError("the shapes do not fit")
        if isinstance(b, int) or (b in self.rigid and not isinstance(a, int)):
            a, b = b, a
        self.parent[b] = a
        self.parent.setdefault(a, a)
        if b in self.rigid:
            self.rigid.add(a)

    def freeze(self) -> None:
        """From here on, classes that are known must not be made equal."""
        self.rigid = {self.find(d) for d in self.parent} | {
            d for d in self.rigid if isinstance(d, int)
        }
