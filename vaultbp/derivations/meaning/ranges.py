"""How far indices run: small distinct sizes for the ranges of a note's indices.

Indices, index places of families and the counts in sums' bounds are united where the note uses
one for the other; each class of them gets its own size, so that swapped indices show.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite

from vaultbp.derivations.meaning.terms import Add, Fold, Idx, Neg, Num, Sym, Term, walk

SIZES = (3, 2, 4, 5, 3, 2, 4, 5)
TOP = 3
"""The last layer or time step of a recursion."""

Member = tuple[str, object]


@dataclass
class Ranges:
    """Sizes of index classes. ``shift`` rotates the sizes, to draw them a second time."""

    shift: int = 0
    uniform: int = 0
    """One size for all classes, where vectors and matrices have one."""
    parent: dict[Member, Member] = field(default_factory=dict)
    fixed: dict[Member, int] = field(default_factory=dict)
    stepped: set[Member] = field(default_factory=set)
    """Classes with arithmetic (``l+1``): layers and time steps."""
    zero_based: set[Member] = field(default_factory=set)
    """Indices whose sums start at 0 and stop before their count."""
    members: dict[str, int] = field(default_factory=dict)
    """Labels that are one value of an index, and which."""
    given: dict[str, int] = field(default_factory=dict)
    """Counts of layers or time steps to which the note gives a number: ``T = 4``."""
    _sizes: dict[Member, int] = field(default_factory=dict)
    _stepped_roots: set[Member] = field(default_factory=set)

    def find(self, member: Member) -> Member:
        """The representative of a member's class."""
        root = member
        while self.parent.get(root, root) != root:
            root = self.parent[root]
        while self.parent.get(member, member) != root:
            self.parent[member], member = root, self.parent[member]
        return root

    def unite(self, one: Member, two: Member) -> None:
        """Make two members run over the same range."""
        self.parent.setdefault(one, one)
        self.parent.setdefault(two, two)
        a, b = self.find(one), self.find(two)
        if a != b:
            self.parent[max(a, b, key=str)] = min(a, b, key=str)

    def learn(self, terms: Iterable[Term]) -> None:
        """Unite what the terms use for each other."""
        for term in terms:
            for each in walk(term):
                if isinstance(each, Sym):
                    self._learn_slots(each)
                elif isinstance(each, Fold):
                    self._learn_fold(each)
        self.settle()

    def _learn_slots(self, symbol: Sym) -> None:
        for place, slot in enumerate(symbol.slots):
            here = ("slot", (symbol.key, len(symbol.slots), place))
            match slot.index:
                case Idx(name=name):
                    self.unite(("index", name), here)
                case Add(terms=terms) if not _is_offset(terms):
                    for term in terms:
                        body = term.body if isinstance(term, Neg) else term
                        if isinstance(body, Idx):
                            self.unite(("index", body.name), here)
                            self.stepped.add(("index", body.name))
                        elif isinstance(body, Sym):
                            self.unite(("count", body.key), here)
                            self.stepped.add(("count", body.key))
                case Sym(key=key, slots=()) if key in self.members:
                    continue
                case Sym(key=key, slots=()):
                    self.unite(("count", key), here)
                    if slot.place == "^":
                        self.stepped.add(("count", key))
                case _:
                    continue

    def _learn_fold(self, fold: Fold) -> None:
        if not fold.index:
            return
        self.parent.setdefault(("index", fold.index), ("index", fold.index))
        if isinstance(fold.upper, Sym) and not fold.upper.slots:
            self.unite(("index", fold.index), ("count", fold.upper.key))
        elif isinstance(fold.upper, Add) and isinstance(fold.lower, Num) and not fold.lower.value:
            for term in fold.upper.terms:
                if isinstance(term, Sym) and not term.slots:
                    self.unite(("index", fold.index), ("count", term.key))
            self.zero_based.add(("index", fold.index))
        elif isinstance(fold.upper, Num) and isinstance(fold.lower, Num):
            if not (isfinite(fold.lower.value) and fold.upper.value >= fold.lower.value):
                return
            low, high = int(fold.lower.value), int(min(fold.upper.value, 10_000))
            if 0 <= low <= high:
                self.fixed[("index", fold.index)] = high if low else high + 1
            if low == 0:
                self.zero_based.add(("index", fold.index))

    def settle(self) -> None:
        """Give every class a size, in an order that does not depend on hashing."""
        self._sizes = {}
        stepped = self._stepped_roots = {self.find(m) for m in self.stepped}
        fixed = {self.find(m): size for m, size in self.fixed.items()}
        given = {self.find(("count", key)): number for key, number in self.given.items()}
        roots = sorted({self.find(m) for m in self.parent}, key=str)
        turn = self.shift
        for root in roots:
            if root in fixed:
                self._sizes[root] = fixed[root]
            elif root in stepped:
                self._sizes[root] = given.get(root, TOP)
            elif self.uniform:
                self._sizes[root] = self.uniform
            else:
                self._sizes[root] = SIZES[turn % len(SIZES)]
                turn += 1
        self._spread_zero_based()

    def _spread_zero_based(self) -> None:
        roots = {self.find(m) for m in self.zero_based}
        self.zero_based |= {m for m in self.parent if m[0] == "index" and self.find(m) in roots}

    def is_stepped(self, name: str) -> bool:
        """Whether an index counts layers or time steps."""
        return self.is_stepped_member(("index", name))

    def is_stepped_member(self, member: Member) -> bool:
        """Whether an index, an index place or a count belongs to layers or time steps."""
        return self.find(member) in self._stepped_roots

    def size(self, member: Member) -> int:
        """How many values a class takes; three where nothing is known."""
        return self._sizes.get(self.find(member), 3)

    def index(self, name: str) -> int:
        """The size of an index's range."""
        return self.size(("index", name))

    def count(self, key: str) -> int | None:
        """The number that a count such as ``n`` or ``L`` stands for, if it is one."""
        if key in self.members:
            return self.members[key]
        member = ("count", key)
        return self.size(member) if member in self.parent else None

    def counts(self, keys: Iterable[str]) -> dict[str, int]:
        """The numbers that some of these stand for."""
        found = {key: self.count(key) for key in sorted(keys)}
        return {key: count for key, count in found.items() if count is not None}


def _is_offset(terms: tuple[Term, ...]) -> bool:
    """``x_{i+k}``: one index counts from another on, and neither is a step of a recursion."""
    bodies = [term.body if isinstance(term, Neg) else term for term in terms]
    return sum(isinstance(body, Idx) for body in bodies) > 1
