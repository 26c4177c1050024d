"""Shapes by unification: which sizes the rows and columns of a step's vectors and matrices have.

Given a kind for each family of symbols (number, column, row or matrix), every node of the graph gets
two dimensions. The definitions that a step uses make dimensions equal; after them the dimensions are
*rigid*: the step itself may bind what the definitions left open, and must not make two rigid ones
equal, or else a forgotten transpose would make every matrix square. What cannot be reconciled raises
:class:`ShapeError`. Distinct dimensions get distinct small sizes, drawn twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from vaultbp.derivations.meaning.ground import Indices, NotGround, ground
from vaultbp.derivations.meaning.links import Link, telescoped
from vaultbp.derivations.meaning.notebook import Notebook, once
from vaultbp.derivations.meaning.ranges import Member, Ranges
from vaultbp.derivations.meaning.scope import NEVER, Definition, Ground, Scope, match_slots
from vaultbp.derivations.meaning.terms import (
    CHAIN,
    Add,
    Array,
    At,
    Call,
    Cases,
    Deriv,
    Diff,
    Div,
    Fn,
    Fold,
    Grad,
    Held,
    Idx,
    Indicator,
    Inner,
    Limit,
    Mul,
    Neg,
    Norm,
    Num,
    Pow,
    Spread,
    Stacked,
    Sym,
    Term,
    Transposed,
    walk,
)
from vaultbp.derivations.numerics.values.arithmetic import ELEMENTWISE_SIGNS
from vaultbp.derivations.numerics.values.calls import LOSS_LETTERS
from vaultbp.derivations.numerics.world import Options


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
DRAWN = (3, 2, 4, 5)
AGAIN = (2, 4, 3, 5)
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

    # The two passes

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
        shape = self.shape(definition.body, at)
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
            one, two = self.shape(left, at), self.shape(right, at)
            self.equal(one, two)
        except ShapeError as error:
            raise ShapeError(error.why, frozenset(self.met)) from error

    # Nodes

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
        shape = {
            Kind.COLUMN: (first, 1),
            Kind.ROW: (1, second),
            Kind.MATRIX: (first, second),
        }[kind]
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

    # Shapes of terms

    def equal(self, one: Shape, two: Shape) -> None:
        """Make two shapes equal; a number is no array. Raises :class:`ShapeError`."""
        for a, b in zip(one, two, strict=True):
            self.dims.unify(a, b)

    def is_number(self, shape: Shape) -> bool:
        """Whether a shape is that of a number."""
        return self.dims.find(shape[0]) == 1 and self.dims.find(shape[1]) == 1

    def shape(self, term: Term, at: Indices) -> Shape:
        """The shape of a term. Raises :class:`ShapeError`."""
        match term:
            case Num() | Idx() | Norm() | Indicator() | Spread():
                for part in walk(term):
                    if isinstance(part, Norm):
                        self.shape(part.body, at)
                return NUMBER
            case Sym():
                return self._symbol(term, at)
            case Neg(body=body) | Diff(body=body) | Held(body=body):
                return self.shape(body, at)
            case Add(terms=terms):
                return self._sum(terms, at)
            case Mul():
                return self._product(term, at)
            case Div(num=num, den=den):
                return self._quotient(self.shape(num, at), self.shape(den, at))
            case Pow(base=base, exponent=exponent):
                return self._power(self.shape(base, at), exponent)
            case Fn():
                return self._function(term, at)
            case Call():
                return self._call(term, at)
            case Deriv(of=of, wrt=wrt):
                shape = self.shape(of, at)
                for by in wrt:
                    shape = self.derivative(shape, self.shape(by, at))
                return shape
            case Grad(of=of, wrt=wrt) if wrt is not None:
                return self.derivative(self.shape(of, at), self.shape(wrt, at))
            case Fold(index=name, body=body):
                return self.shape(body, {**at, name: at.get(name, 1)} if name else at)
            case Transposed(body=body):
                return self.shape(body, at)[::-1]
            case Inner(left=left, right=right):
                self.equal(self.shape(left, at), self.shape(right, at))
                return NUMBER
            case Cases(rows=rows):
                return self.shape(rows[0][0], at)
            case At(body=body) | Limit(body=body):
                return self.shape(body, at)
            case Array(rows=rows):
                return self._written(rows, at)
            case Stacked(indices=names):
                sizes = [self._range(name) for name in names]
                return (sizes[0], sizes[1] if len(sizes) > 1 else 1)
            case _:
                raise ShapeError("it has a part whose shape is not known")

    def _range(self, name: str) -> Dim:
        return ("range", self.ranges.find(("index", name)))

    def _symbol(self, symbol: Sym, at: Indices) -> Shape:
        try:
            node = ground(symbol, self._complete(at), self.ranges.count)
        except NotGround:
            return NUMBER
        return self.node(node)

    def _sum(self, terms: tuple[Term, ...], at: Indices) -> Shape:
        literal, result = True, NUMBER
        for each in terms:
            bare = each.body if isinstance(each, Neg) else each
            shape = self.shape(each, at)
            if literal and self.is_number(result):
                result = shape
            elif isinstance(bare, Num) and self.is_number(shape):
                continue
            elif self._is_row_beside(shape, result):
                self.dims.unify(shape[1], result[1])
            else:
                self.equal(result, shape)
            literal = literal and isinstance(bare, Num)
        return result

    def _is_row_beside(self, row: Shape, matrix: Shape) -> bool:
        """``XW + b`` with one row ``b`` for all samples."""
        find = self.dims.find
        return find(row[0]) == 1 and find(row[1]) != 1 and 1 not in map(find, matrix)

    def _product(self, term: Mul, at: Indices) -> Shape:
        if self.options.chained:
            links = self._links(term, at)
            if links is not None:
                return self.derivative(self.shape(links[0][0], {}), self.shape(links[-1][1], {}))
        shapes = [self.shape(each, at) for each in term.factors]
        before = copy(self.dims.parent)
        try:
            return self._folded(shapes, term.ops, True)
        except ShapeError:
            self.dims.parent = before
            return self._folded(shapes, term.ops, False)

    def _links(self, term: Mul, at: Indices) -> list[Link] | None:
        scope = self.scope
        assert scope is not None
        return telescoped(
            term,
            self._complete(at),
            lambda node: scope.symbol(node, self.order, self.exclude),
            self.ranges.count,
        )

    def _folded(self, shapes: list[Shape], signs: tuple[str, ...], grouped: bool) -> Shape:
        """The shape of a product, elementwise signs last or in their turn."""
        if grouped and any(s in ELEMENTWISE_SIGNS for s in signs):
            groups, between = split(shapes, signs)
            parts = [self._folded(list(g), tuple(s), False) for g, s in groups]
            return self._folded(parts, tuple(between), False)
        result = shapes[0]
        for sign, shape in zip(signs, shapes[1:], strict=True):
            result = self.times(result, shape, sign)
        return result

    def times(self, one: Shape, two: Shape, sign: str) -> Shape:
        """The shape of a product of two, by the sign between them. Raises :class:`ShapeError`."""
        if self.is_number(one):
            return two
        if self.is_number(two):
            return one
        if sign in ELEMENTWISE_SIGNS:
            self.equal(one, two)
            return one
        find = self.dims.find
        if (find(one[1]) == 1) == (find(two[0]) == 1):
            self.dims.unify(one[1], two[0])
            return one[0], two[1]
        loose = sign in ("·", "*", "×", CHAIN) or (sign == "" and self.options.entrywise)
        if loose and (find(one[1]) == 1) == (find(two[1]) == 1):
            self.equal(one, two)
            return NUMBER if self.options.dot_inner else one
        raise ShapeError("the shapes of a product do not fit")

    def _quotient(self, num: Shape, den: Shape) -> Shape:
        if self.is_number(den):
            return num
        if self.is_number(num):
            return den
        self.equal(num, den)
        return num

    def _power(self, base: Shape, exponent: Term) -> Shape:
        inverse = isinstance(exponent, Neg) or (isinstance(exponent, Num) and exponent.value < 0)
        if inverse and 1 not in map(self.dims.find, base):
            self.dims.unify(base[0], base[1])
        return base

    def _function(self, term: Fn, at: Indices) -> Shape:
        shape = self.shape(term.args[0], at)
        matrix = 1 not in map(self.dims.find, shape)
        if term.name in ("tr", "det") or (term.name == "abs" and matrix):
            self.dims.unify(shape[0], shape[1])
            return NUMBER
        if term.name == "diag":
            if self.dims.find(shape[1]) != 1:
                raise ShapeError("diag of a matrix")
            return shape[0], shape[0]
        return shape

    def _call(self, term: Call, at: Indices) -> Shape:
        assert self.scope is not None
        args = [self.shape(a, at) for a in term.args]
        key = term.func.key
        if key.startswith("#"):
            return args[0]
        definitions = self.scope.function(key, self.order, self.exclude)
        for definition in definitions:
            params = definition.params or ()
            node = ground(term.func, self._complete(at), self.ranges.count)
            bound = match_slots(definition.head.slots, node.slots, self.scope.tops)
            if bound is None or len(params) != len(args):
                continue
            if term.order or key in self._calling:
                return args[0]
            outer = dict(self.env)
            for param, shape in zip(params, args, strict=True):
                if isinstance(param, Sym):
                    place = ground(param, self._complete(bound), self.ranges.count)
                    self.env[place] = shape
            self._calling.add(key)
            try:
                return self.shape(definition.body, bound)
            finally:
                self._calling.discard(key)
                self.env = outer
        if len(args) == 1 and key[:1] not in LOSS_LETTERS:
            return args[0]
        return NUMBER

    def _written(self, rows: tuple[tuple[Term, ...], ...], at: Indices) -> Shape:
        for cell in (c for row in rows for c in row):
            self.equal(self.shape(cell, at), NUMBER)
        return len(rows), len(rows[0])

    def derivative(self, of: Shape, by: Shape) -> Shape:
        """The shape of a derivative in the layout of the reading. Raises :class:`ShapeError`."""
        if self.is_number(of):
            return by[::-1] if self.options.rows else by
        if self.is_number(by):
            return of
        if self.options.elementwise:
            self.equal(of, by)
            return by
        long = [next((d for d in shape if self.dims.find(d) != 1), 1) for shape in (of, by)]
        if any(1 not in map(self.dims.find, shape) for shape in (of, by)):
            raise ShapeError("a derivative of an array by a matrix has more than two dimensions")
        return (long[1], long[0]) if self.options.denominator else (long[0], long[1])

    # Sizes

    def sizes(self, again: bool) -> Sizes:
        """Small sizes for all dimensions, distinct where nothing makes them equal."""
        drawn = AGAIN if again else DRAWN
        base = self.book.ranges(1 if again else 0)
        ranges = copy(base)
        ranges._sizes = dict(base._sizes)
        chosen: dict[Dim, int] = {}
        taken: dict[Dim, object] = {}
        roots = sorted({self.dims.find(d) for d in self.dims.parent}, key=str)
        for dim in sorted(self.dims.parent, key=str):
            if isinstance(dim, tuple) and dim[0] == "range":
                taken.setdefault(self.dims.find(dim), dim[1])
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
        for dim in self.dims.parent:
            if isinstance(dim, tuple) and dim[0] == "range":
                ranges._sizes[ranges.find(dim[1])] = chosen[self.dims.find(dim)]
        return Sizes(self.kinds, self.dims, chosen, ranges, self.clocks)


class _OneElse(dict[str, int]):
    """Index values; an index without one is 1."""

    def get(self, key: str, default: object = None) -> int:
        """The value of an index; whatever the default asked for."""
        return super().get(key, 1)


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


Groups = tuple[list[tuple[list[Any], list[str]]], list[str]]


def split(items: Sequence[Any], signs: Sequence[str]) -> Groups:
    """Cut a product at its elementwise signs: the groups with their own signs, and the cuts."""
    groups: list[tuple[list[Any], list[str]]] = [([items[0]], [])]
    between: list[str] = []
    for sign, item in zip(signs, items[1:], strict=True):
        if sign in ELEMENTWISE_SIGNS:
            between.append(sign)
            groups.append(([item], []))
        else:
            groups[-1][1].append(sign)
            groups[-1][0].append(item)
    return groups, between
