"""Shapes by unification: which sizes the rows and columns of a step's vectors and matrices have.

Given a kind for each family of symbols (number, column, row or matrix), every node of the graph gets
two dimensions. The definitions that a step uses make dimensions equal; after them the dimensions are
*rigid*: the step itself may bind what the definitions left open, and must not make two rigid ones
equal, or else a forgotten transpose would make every matrix square. What cannot be reconciled raises
:class:`ShapeError`. Distinct dimensions get distinct small sizes, drawn twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field

from vaultbp.derivations.arrays.clocks import clocks, identity
from vaultbp.derivations.arrays.dims import (
    FREE,
    NUMBER,
    Dim,
    Dims,
    Family,
    Kind,
    Kinds,
    Shape,
    ShapeError,
)
from vaultbp.derivations.arrays.forms import shape_of
from vaultbp.derivations.arrays.sizes import Sizes, drawn_sizes
from vaultbp.derivations.meaning.ground import Indices, NotGround, ground
from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.scope import NEVER, Definition, Ground, Scope
from vaultbp.derivations.meaning.terms import Call, Deriv, Grad, Sym, Term, walk
from vaultbp.derivations.numerics.world import Options


class _OneElse(dict[str, int]):
    """Index values; an index without one is 1."""

    def get(self, key: str, default: object = None) -> int:
        """The value of an index; whatever the default asked for."""
        return super().get(key, 1)


@dataclass
class Shaping:
    """Shapes of the nodes that one step uses, under one assignment of kinds."""

    book: Notebook
    kinds: Kinds
    order: int = 0
    exclude: int = NEVER
    options: Options = field(default_factory=Options)
    scope: Scope | None = None
    dims: Dims = field(default_factory=Dims)
    seen: set[Ground] = field(default_factory=set)
    waiting: list[Ground] = field(default_factory=list)
    bound: set[Ground] = field(default_factory=set)
    """Nodes that a definition speaks of."""
    met: set[Family] = field(default_factory=set)
    env: dict[Ground, Shape] = field(default_factory=dict)
    _calling: set[str] = field(default_factory=set)
    """The functions whose formula is being followed: one that calls itself is followed once."""
    fresh: int = 0
    derived: bool = False
    """A definition takes a derivative: its shape depends on the layout."""
    visited: dict[object, None] = field(default_factory=dict)
    """The definitions followed, each as :meth:`_mark` marks it."""

    def __post_init__(self) -> None:
        self.ranges = self.book.ranges()
        self.clocks = clocks(self.book, self.kinds)
        if self.scope is None:
            self.scope = self.book.scope
        tops = {k: n for k in self.book.lexicon.tops if (n := self.ranges.count(k)) is not None}
        self.scope = Scope(self.scope.symbols, self.scope.functions, self.scope.numbers, tops)

    def under(self, options: Options) -> Shaping:
        """A copy for another reading of the step; what is unified so far holds in both."""
        other = copy(self)
        other.options = options
        other.dims = Dims(dict(self.dims.parent), set(self.dims.rigid))
        other.env = dict(self.env)
        other.seen, other.bound, other.met = set(self.seen), set(self.bound), set(self.met)
        other.waiting = list(self.waiting)
        return other

    def define(self, terms: list[Term], places: Sequence[Indices]) -> None:
        """Unify what the definitions behind some terms say. Raises :class:`ShapeError`."""
        for term in terms:
            for each in walk(term):
                if isinstance(each, Sym):
                    for at in places:
                        self.note(each, at)
        self.settle()
        for family, dims in self.book.declared_dims.items():
            self._declare(family, dims)
        self.dims.freeze()

    def _declare(self, family: Family, dims: tuple[object, ...]) -> None:
        for node in [n for n in self.seen if (n.key, len(n.slots)) == family]:
            shape = self.node(node)
            own = [d for d in shape if d != 1]
            if len(own) == len(dims):
                for one, two in zip(own, dims, strict=True):
                    if two is not None:
                        self.dims.unify(one, self._named(two))

    def _named(self, dim: object) -> Dim:
        if isinstance(dim, int):
            return dim
        member = ("count", dim)
        if member in self.ranges.parent and not self.ranges.is_stepped_member(member):
            return ("range", self.ranges.find(member))
        return ("named", dim)

    def note(self, symbol: Sym, at: Indices) -> None:
        """Look at the definition of a symbol later."""
        try:
            node = ground(symbol, self._complete(at), self.ranges.count)
        except NotGround:
            return
        rest = tuple(s for s in node.slots if s[0] != "_")
        whole = Ground(node.key, rest)
        for each in (node, whole) if self.kinds.get((node.key, len(rest))) else (node,):
            if each not in self.seen:
                self.seen.add(each)
                self.waiting.append(each)

    def _binds(self, symbol: Sym, at: Indices) -> None:
        try:
            self.bound.add(ground(symbol, self._complete(at), self.ranges.count))
        except NotGround:
            return

    def settle(self) -> None:
        """Follow the definitions of all nodes seen so far."""
        assert self.scope is not None
        count = 0
        while self.waiting and count < 200:
            count += 1
            node = self.waiting.pop()
            found = self.scope.symbol(node, self.order, self.exclude)
            if found is None or (self._outside(node) and not found[0].concrete):
                continue
            definition, at = found
            self.bound.add(node)
            for each in walk(definition.body):
                self.derived |= isinstance(each, Deriv | Grad)
                if isinstance(each, Sym):
                    self.note(each, at)
                    self._binds(each, at)
            mark = self._mark(definition, at)
            self.visited[mark] = None
            try:
                self._conform(node, definition, at)
            except ShapeError as error:
                self._learn(mark, node, definition, at)
                raise ShapeError(error.why, frozenset(self.met)) from error

    def _conform(self, node: Ground, definition: Definition, at: Indices) -> None:
        self.met = set()
        shape = shape_of(self, definition.body, at)
        self.met.add((node.key, len(node.slots)))
        self.equal(self.node(node), shape)

    def _mark(self, definition: Definition, at: Indices) -> object:
        """What the conformity of a definition by itself depends on, besides the kinds."""
        mark: tuple[object, ...] = (id(definition), *sorted(at.items()))
        if any(isinstance(t, Call | Deriv | Grad) for t in walk(definition.body)):
            mark = (*mark, self.order, self.exclude, self.options)
        return (*mark, self.options.dot_inner)

    def _learn(self, mark: object, node: Ground, definition: Definition, at: Indices) -> None:
        """If a definition does not even conform by itself, remember under which kinds."""
        alone = Shaping(self.book, self.kinds, self.order, self.exclude, self.options, self.scope)
        try:
            alone._conform(node, definition, at)
        except ShapeError:
            kinds = {each: self.kinds.get(each, Kind.SCALAR) for each in alone.met}
            self.book.misfits.setdefault(mark, []).append(kinds)

    def _outside(self, node: Ground) -> bool:
        for place, (_, value) in enumerate(node.slots):
            member = ("slot", (node.key, len(node.slots), place))
            if isinstance(value, int) and self.ranges.is_stepped_member(member):
                if value <= 0 or value > self.ranges.size(member) + 1:
                    return True
        return False

    def _complete(self, at: Indices) -> Indices:
        return _OneElse(at)

    def claim(self, left: Term, right: Term, at: Indices) -> None:
        """Check that the two sides of a step conform. Raises :class:`ShapeError`."""
        self.met = set()
        try:
            one, two = shape_of(self, left, at), shape_of(self, right, at)
            self.equal(one, two)
        except ShapeError as error:
            raise ShapeError(error.why, frozenset(self.met)) from error

    def node(self, node: Ground) -> Shape:
        """The shape of a node of the graph."""
        if node in self.env:
            return self.env[node]
        family = (node.key, len(node.slots))
        self.met.add(family)
        kind = self.kinds.get(family, Kind.SCALAR)
        if kind is Kind.SCALAR:
            self._tie_entry(node)
            return NUMBER
        if node.key in FREE or node.key.startswith("I_"):
            self.fresh += 1
            return self._sized(("free", node.key), kind, node.key != "𝟏")
        shape = self._sized(identity(node, self.ranges, self.clocks), kind)
        self._tie_whole(node, shape)
        return shape

    def _sized(self, name: object, kind: Kind, square: bool = False) -> Shape:
        first: Dim = ("dim", name, 0)
        second: Dim = first if square else ("dim", name, 1)
        shape = {Kind.COLUMN: (first, 1), Kind.ROW: (1, second), Kind.MATRIX: (first, second)}[kind]
        for dim in shape:
            if dim != 1:
                self.dims.parent.setdefault(dim, dim)
        return shape

    def _tie_whole(self, node: Ground, shape: Shape) -> None:
        """A whole ``z`` that the note defines by its entries ``z_j`` has as many as the index runs."""
        assert self.scope is not None
        free = [dim for dim in shape if dim != 1]
        size = len(node.slots) + len(free)
        heads = {len(d.head.slots) for d in self.scope.symbols.get(node.key, ())}
        if size not in heads or len(node.slots) in heads:
            return
        for place, dim in enumerate(free):
            member = ("slot", (node.key, size, place))
            if member in self.ranges.parent and not self.ranges.is_stepped_member(member):
                self.dims.unify(dim, ("range", self.ranges.find(member)))

    def _tie_entry(self, node: Ground) -> None:
        """An entry ``z_j`` of a whole ``z`` ties the range of its index to the whole's size."""
        lower = [p for p, (where, _) in enumerate(node.slots) if where == "_"]
        rest = tuple(s for s in node.slots if s[0] != "_")
        whole = Ground(node.key, rest)
        kind = self.kinds.get((whole.key, len(rest)))
        if not lower or kind is None or kind is Kind.SCALAR:
            return
        free = [d for d in self.node(whole) if d != 1]
        if len(free) != len(lower):
            return
        for dim, place in zip(free, lower, strict=True):
            member = ("slot", (node.key, len(node.slots), place))
            if member in self.ranges.parent:
                self.dims.unify(dim, ("range", self.ranges.find(member)))

    def equal(self, one: Shape, two: Shape) -> None:
        """Make two shapes equal; a number is no array. Raises :class:`ShapeError`."""
        for a, b in zip(one, two, strict=True):
            self.dims.unify(a, b)

    def is_number(self, shape: Shape) -> bool:
        """Whether a shape is that of a number."""
        return self.dims.find(shape[0]) == 1 and self.dims.find(shape[1]) == 1

    def sizes(self, again: bool) -> Sizes:
        """Small sizes for all dimensions, distinct where nothing makes them equal."""
        return drawn_sizes(self.book, self.kinds, self.dims, self.clocks, again)
