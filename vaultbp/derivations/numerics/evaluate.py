"""The value of a term at the sample points, through the graph of definitions.

One evaluator serves three number systems: real numpy, complex numpy (a complex step is hidden in
the imaginary part) and engine tensors. Nodes of the graph are made on demand, one for each symbol
with concrete indices, and remembered. A derivative cuts the graph at a node: in a new frame the
node has a value of its own, and everything downstream is computed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from vaultbp.derivations.meaning.ground import Indices, fix, ground, integer
from vaultbp.derivations.meaning.links import Link, telescoped
from vaultbp.derivations.meaning.ranges import TOP, Ranges
from vaultbp.derivations.meaning.scope import NEVER, Definition, Ground, Scope, match_slots
from vaultbp.derivations.meaning.terms import (
    IMMEDIATE,
    Add,
    Array,
    At,
    Call,
    Cases,
    Cond,
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
    Integral,
    Limit,
    Mul,
    Neg,
    Norm,
    Num,
    Opaque,
    Pow,
    Slot,
    Spread,
    Stacked,
    Sym,
    Term,
    Transposed,
    free_indices,
    is_slotwise,
    walk,
)
from vaultbp.derivations.numerics import functions, limits, sample
from vaultbp.derivations.numerics.quadrature import between

LOSS_LETTERS = frozenset("LJCEℓQR")
ELEMENTWISE_SIGNS = frozenset(("⊙", "∘"))
CALL = 4
"""What opening a frame for a call costs, in steps."""
INTEGRAL = 400
"""What an integral costs beside its integrand."""


class CannotEvaluate(Exception):  # noqa: N818
    """A term has no value here. The message says why, in words for people."""

    def __init__(self, why: str, hint: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


class TooLarge(CannotEvaluate):
    """The budget of one step is spent."""


@dataclass(slots=True)
class Budget:
    """How many more terms may be evaluated; one for all readings of a step."""

    left: int = 60_000

    def spend(self, steps: int = 1) -> None:
        """Take steps off. Raises :class:`TooLarge`."""
        self.left -= steps
        if self.left < 0:
            raise TooLarge("too large: evaluating it takes too many steps")


@dataclass(frozen=True)
class Options:
    """One admissible reading of a note's notation."""

    immediate: bool = False
    """``∂A/∂B`` holds fixed every other symbol in A's own formula."""
    slotwise: bool = False
    """``∂f(x, h)/∂x`` holds fixed what else is written in the bracket."""
    one_step: bool = False
    """A derivative at a step of a recursion holds fixed what came before that step."""
    counted: bool = False
    """A sum from 0 to N has N terms."""
    einstein: bool = False
    """A repeated index in a product is summed."""
    log_base: float = 0.0
    """The base of ``log``; zero for the natural logarithm."""
    normalised: frozenset[str] = frozenset()
    """Families that sum to one, as targets and probabilities do."""
    elementwise: bool = False
    """``∂a/∂z`` of two columns is taken entry by entry."""
    rows: bool = False
    """The gradient of a number by a column is a row."""
    denominator: bool = False
    """The derivative of a column by a column has a row for each entry below the bar."""
    chained: bool = False
    """A product of derivatives that join end to end is the composition of their linear maps."""
    upstream: str = ""
    """The derivative of a quantity by what is computed from it: nought, ``inverse`` (one over the
    other way round) or ``turned`` (the other way round)."""
    dot_inner: bool = False
    """The product of two columns is their inner product, not element by element."""
    entrywise: bool = False
    """Two columns side by side are multiplied entry by entry."""
    moving: frozenset[str] = frozenset()
    """What a differential moves; empty for everything free."""
    down: bool = False
    """The softmax of a matrix is that of its columns, not of its rows."""


class Sized(Protocol):
    """Says the shape of a node: ``()`` for a number, ``(rows, columns)`` for an array."""

    def of(self, node: Ground) -> tuple[int, ...]: ...


@dataclass(slots=True)
class Trail:
    """What an evaluation came across."""

    nodes: set[Ground] = field(default_factory=set)
    """Every node whose value was asked for."""
    leaves: set[Ground] = field(default_factory=set)
    abstract: set[str] = field(default_factory=set)
    used: dict[int, Definition] = field(default_factory=dict)
    unlinked: dict[tuple[str, str], None] = field(default_factory=dict)
    """Derivatives along which the graph has no path."""
    linked: dict[tuple[str, str], None] = field(default_factory=dict)
    """Derivatives along which it has one, for some indices."""
    vanishing: dict[tuple[str, str], None] = field(default_factory=dict)
    """Derivatives of a quantity by what is computed from it: zero, and hardly ever meant."""
    uncovered: bool = False
    """Whether no row of several cases held at some points."""
    piecewise: bool = False
    """Whether a function made of pieces was evaluated: then points far out count too."""
    local: bool = False
    """Whether an index took the claim's own value."""

    def extend(self, other: Trail) -> None:
        """Come across everything that another evaluation did."""
        self.nodes |= other.nodes
        self.leaves |= other.leaves
        self.abstract |= other.abstract
        self.used.update(other.used)
        self.unlinked.update(other.unlinked)
        self.linked.update(other.linked)
        self.vanishing.update(other.vanishing)
        self.piecewise |= other.piecewise
        self.uncovered |= other.uncovered
        self.local |= other.local


class Known(NamedTuple):
    """The value of a node, and what computing it came across."""

    value: Any
    trail: Trail


@dataclass
class World:
    """What a claim is evaluated in: scope, ranges, reading, seed, and what was used on the way."""

    scope: Scope
    ranges: Ranges
    order: int
    exclude: int = NEVER
    options: Options = field(default_factory=Options)
    seed: int = 0
    numeric: bool = False
    shapes: Sized | None = None
    """The shapes of vectors and matrices, if the claim speaks of them."""
    losses: Mapping[str, Spread] = field(default_factory=dict)
    """Quantities that the note leaves open, as functions of what they depend on."""
    given: Mapping[str, float] = field(default_factory=dict)
    """Families of free symbols that have one value for once."""
    entry_keys: Mapping[str, str] = field(default_factory=dict)
    """The family that holds an array's entries where its name differs: ``w_{ij}`` of ``W``."""
    budget: Budget = field(default_factory=Budget)
    trail: Trail = field(default_factory=lambda: Trail())
    asked: set[str] = field(default_factory=set)
    """The options that made a difference, or could have."""
    draws: dict[Any, Any] = field(default_factory=dict)
    fixed: dict[Any, tuple[Term, Term]] = field(default_factory=dict)
    """Terms with concrete indices, by the identity of the term, which is kept alive here."""
    known: dict[tuple[type, Ground], Known] = field(default_factory=dict)
    """Nodes that no cut reached, by the kind of evaluator that computed them."""

    def count(self, key: str) -> int | None:
        """The number that a count stands for."""
        return self.ranges.count(key)

    def option(self, name: str) -> Any:
        """What the reading says on one point; the points asked for are remembered."""
        self.asked.add(name)
        return getattr(self.options, name)

    def says_of(self, other: World) -> bool:
        """Whether another reading, alike in all but options, must say what this one said."""
        return self.losses == other.losses and all(
            getattr(self.options, name) == getattr(other.options, name) for name in self.asked
        )


@dataclass
class Cut:
    """A variable of differentiation, and how often the graph led to it."""

    hits: int = 0


@dataclass
class Frame:
    """Values that cut the graph, and the nodes computed under them."""

    overrides: dict[Ground, Any] = field(default_factory=dict)
    patterns: list[tuple[Term, Any, Cut]] = field(default_factory=list)
    cuts: dict[Ground, Cut] = field(default_factory=dict)
    memo: dict[Ground, Known] = field(default_factory=dict)
    base: Frame | None = None
    held: bool = False
    """A cut: an immediate partial holds every other node at the value it has without it."""
    immediate: bool = False
    """Whether this cut is that of an immediate partial, whatever the reading says of others."""
    tangents: float = 0.0
    busy: set[Ground] = field(default_factory=set)
    depth: int = 0


class Evaluator:
    """Evaluates terms in one world. Subclasses differ in how they differentiate."""

    _immediate = False
    """The derivative asked for next is an immediate partial."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.frame = Frame()
        self.claim_at: Indices = {}
        self._fixed = world.fixed

    # Entry points

    def value(self, term: Term, at: Indices) -> Any:
        """The value of a term, shape ``(POINTS, …)``. Raises :class:`CannotEvaluate`."""
        self.world.budget.spend()
        if self.frame.patterns and isinstance(term, Add | Mul | Div | Pow | Fn | Call | Neg):
            hit = self._pattern(term, at)
            if hit is not None:
                return hit
        method = self._methods.get(type(term))
        if method is None:
            raise CannotEvaluate("it has a part that cannot be evaluated")
        return method(self, term, at)

    def _pattern(self, term: Term, at: Indices) -> Any:
        kind = type(term)
        alike = [p for p in self.frame.patterns if type(p[0]) is kind or kind is Neg]
        if not alike:
            return None
        here = self.fixed(term, at)
        for pattern, value, cut in alike:
            if here == pattern:
                cut.hits += 1
                return value
            if isinstance(here, Neg) and here.body == pattern:
                cut.hits += 1
                return -1.0 * value
        return None

    def fixed(self, term: Term, at: Indices) -> Term:
        """The term with concrete indices, in its fixed order."""
        key = (id(term), tuple(sorted(at.items())))
        found = self._fixed.get(key)
        if found is None:
            found = self._fixed[key] = (term, fix(term, at))
        return found[1]

    # Atoms

    def _num(self, term: Num, at: Indices) -> Any:
        return np.full(sample.POINTS, term.value)

    def _idx(self, term: Idx, at: Indices) -> Any:
        if term.name in at:
            return np.full(sample.POINTS, float(at[term.name]))
        return self.symbol(Ground(term.name))

    def _sym(self, term: Sym, at: Indices) -> Any:
        return self.symbol(ground(term, at, self.world.count))

    def symbol(self, node: Ground) -> Any:
        """The value of a node: cut, remembered, defined, counted or free, in this order."""
        frame, world = self.frame, self.world
        world.trail.nodes.add(node)
        if node in frame.overrides:
            cut = frame.cuts.get(node)
            if cut is not None:
                cut.hits += 1
            return frame.overrides[node]
        known = frame.memo.get(node) or self._uncut(node)
        if known is not None:
            world.trail.extend(known.trail)
            return known.value
        outer, world.trail = world.trail, Trail()
        try:
            known = frame.memo[node] = Known(self._compute(node), world.trail)
        finally:
            outer.extend(world.trail)
            world.trail = outer
        if self._is_plain(frame) and not known.trail.local:
            if known.trail.nodes.isdisjoint(frame.overrides):
                world.known[type(self), node] = known
        return known.value

    def _uncut(self, node: Ground) -> Known | None:
        """The node as it is where nothing is cut, if no cut of this frame reaches it."""
        known = self.world.known.get((type(self), node))
        if known is None or not self._is_plain(self.frame):
            return None
        return known if known.trail.nodes.isdisjoint(self.frame.overrides) else None

    def _is_plain(self, frame: Frame) -> bool:
        """Whether values differ in a frame only where they reach what it overrides."""
        options = self.world.options
        held = frame.held and (frame.immediate or options.immediate or options.one_step)
        return not (self.world.numeric or frame.tangents or frame.patterns or held)

    def _compute(self, node: Ground) -> Any:
        world, frame = self.world, self.frame
        if frame.held and frame.depth > 0 and frame.base is not None:
            if frame.immediate or world.option("immediate"):
                return self._frozen(node)
            if world.option("one_step") and self._is_earlier(node):
                return self._frozen(node)
        if node in frame.busy:
            raise CannotEvaluate(f"{node} is defined by itself")
        if world.numeric and not frame.cuts:
            numbers = world.scope.symbol(node, world.order, world.exclude, numbers=True)
            if numbers is not None:
                return self.value(numbers[0].body, {})
        loss = None if node.slots else world.losses.get(node.key)
        found = None
        if loss is None:
            found = world.scope.symbol(node, world.order, world.exclude)
            if found is not None and not found[0].concrete and self._beyond(node):
                found = None
        if found is not None or loss is not None:
            frame.busy.add(node)
            frame.depth += 1
            try:
                if loss is not None:
                    return self.value(loss, {})
                assert found is not None
                definition, bindings = found
                world.trail.used[id(definition)] = definition
                return self.value(definition.body, self.completed(definition.body, bindings))
            finally:
                frame.busy.discard(node)
                frame.depth -= 1
        if not node.slots:
            count = world.count(node.key)
            if count is not None:
                return np.full(sample.POINTS, float(count))
        if world.shapes is not None:
            whole = self._shaped(node)
            if whole is not None:
                return whole
        return self.leaf(node)

    def shape(self, node: Ground) -> tuple[int, ...]:
        """The shape of a node as a whole; numbers and entries of an array have none."""
        sizes = self.world.shapes
        return () if sizes is None else sizes.of(node)

    def entries(self, node: Ground, shape: tuple[int, ...]) -> list[Ground]:
        """The nodes of an array's entries, in row order."""
        key = self.world.entry_keys.get(node.key, node.key)
        found = []
        for where in np.ndindex(*shape):
            if key == "𝟏":
                found.append(Ground("𝟏"))
                continue
            if 1 in shape:
                lower: tuple[tuple[str, object], ...] = (("_", max(where) + 1),)
            else:
                lower = (("_", where[0] + 1), ("_", where[1] + 1))
            found.append(Ground(key, (*lower, *node.slots)))
        return found

    def _shaped(self, node: Ground) -> Any:
        """An array from its entries, or an entry from its array."""
        shape = self.shape(node)
        if shape:
            if node.key == "𝟏":
                return np.ones((sample.POINTS, *shape))
            if node.key == "I" or node.key.startswith("I_"):
                return np.broadcast_to(np.eye(shape[0]), (sample.POINTS, *shape)).copy()
            cells = [self.symbol(entry) for entry in self.entries(node, shape)]
            if any(cell.ndim > 1 for cell in cells):
                raise CannotEvaluate(f"{node} is an array of arrays")
            return np.stack(cells, axis=-1).reshape(sample.POINTS, *shape)
        return self._entry(node)

    def _entry(self, node: Ground) -> Any:
        world = self.world
        lower = [v for place, v in node.slots if place == "_"]
        rest = tuple(slot for slot in node.slots if slot[0] != "_")
        whole = Ground(node.key, rest)
        if not lower or not self.shape(whole) or not all(isinstance(v, int) for v in lower):
            return None
        defined = world.scope.symbol(whole, world.order, world.exclude) is not None
        if (not defined or self._beyond(whole)) and whole not in self.frame.overrides:
            return None
        value = self.symbol(whole)
        where = [int(str(v)) - 1 for v in lower]
        if value.ndim != 3 or max(where) >= max(value.shape[1:]):
            return None
        if len(where) == 1 and value.shape[2] == 1:
            return value[:, where[0], 0]
        if len(where) == 1 and value.shape[1] == 1:
            return value[:, 0, where[0]]
        return value[:, where[0], where[1]] if len(where) == 2 else None

    def completed(self, body: Term, bindings: dict[str, int]) -> dict[str, int]:
        """Bindings for every index of a definition's body: one that its head leaves open is the
        claim's own index of that name, or any fixed one."""
        missing = free_indices(body) - bindings.keys()
        if not missing:
            return bindings
        self.world.trail.local = True
        return {**bindings, **{name: self.claim_at.get(name, 1) for name in missing}}

    def _frozen(self, node: Ground) -> Any:
        """The value a node has without the cut: an immediate partial holds it fixed."""
        here = self.frame
        assert here.base is not None
        self.frame = here.base
        try:
            return self.symbol(node)
        finally:
            self.frame = here

    def _is_earlier(self, node: Ground) -> bool:
        """Whether a node belongs to a step before the one that the claim speaks of."""
        ranges = self.world.ranges
        now = [v for name, v in self.claim_at.items() if ranges.is_stepped(name)]
        return any(
            isinstance(value, int)
            and ranges.is_stepped_member(("slot", (node.key, len(node.slots), place)))
            and value < min(now, default=0)
            for place, (_, value) in enumerate(node.slots)
        )

    def _beyond(self, node: Ground) -> bool:
        """Whether a step index lies outside the recursion: such a node is a free base case."""
        for place, (_, value) in enumerate(node.slots):
            member = ("slot", (node.key, len(node.slots), place))
            if isinstance(value, int) and self.world.ranges.is_stepped_member(member):
                if value <= 0 or value > self.world.ranges.size(member) + 1:
                    return True
        return False

    def leaf(self, node: Ground) -> Any:
        """A free symbol: random numbers that depend on the seed and its name only."""
        world = self.world
        if world.numeric:
            numbers = world.scope.symbol(node, world.order, world.exclude, numbers=True)
            if numbers is None:
                raise CannotEvaluate(f"{node} has no value in numbers")
            return self.value(numbers[0].body, {})
        if node.key == "e" and not node.slots:
            return np.full(sample.POINTS, np.e)
        world.trail.leaves.add(node)
        if node.key in world.given:
            return np.full(sample.POINTS, world.given[node.key])
        values = self.draw(node)
        if node.key in world.option("normalised") and len(node.slots) == 1:
            values = self._share(node)
        if self.frame.tangents:
            values = values + 1j * self.frame.tangents * self.tangent(node)
        return values

    def _share(self, node: Ground) -> Any:
        """A member of a family that sums to one."""
        whole = self.shape(Ground(node.key))
        size = max(whole) if whole else self.world.ranges.size(("slot", (node.key, 1, 0)))
        place = node.slots[0][0]
        total: Any = 0.0
        for index in range(1, size + 1):
            total = total + np.abs(self.draw(Ground(node.key, ((place, index),))))
        return np.abs(self.draw(node)) / total

    def draw(self, node: Ground) -> Any:
        """The numbers drawn for a free node, in its shape."""
        key = (self.world.seed, node)
        found = self.world.draws.get(key)
        if found is None:
            found = self.world.draws[key] = self._drawn(node)
        return found

    def _drawn(self, node: Ground) -> Any:
        return sample.leaf(self.world.seed, str(node))

    def tangent(self, node: Ground) -> Any:
        """The direction in which a differential moves a free node."""
        moving = self.world.option("moving")
        names = {node.key, *(k for k, v in self.world.entry_keys.items() if v == node.key)}
        if moving and moving.isdisjoint(names):
            return np.zeros(sample.POINTS)
        return 0.3 + sample.uniform(self.world.seed, f"d{node}", sample.POINTS)

    # Arithmetic

    def _add(self, term: Add, at: Indices) -> Any:
        total = self.value(term.terms[0], at)
        for each in term.terms[1:]:
            total = self._sum(total, self.value(each, at))
        return total

    def _sum(self, a: Any, b: Any) -> Any:
        a, b = aligned(a, b)
        if a.ndim > 1 and a.shape != b.shape and 1 not in (a.size, b.size):
            if not _broadcasts(a.shape[1:], b.shape[1:]):
                raise CannotEvaluate("the shapes of two terms do not fit")
        return a + b

    def _neg(self, term: Neg, at: Indices) -> Any:
        return -1.0 * self.value(term.body, at)

    def _mul(self, term: Mul, at: Indices) -> Any:
        if self.world.option("einstein"):
            summed = self._einstein(term, at)
            if summed is not None:
                return summed
        world = self.world
        if any(isinstance(f, Deriv | Grad) for f in term.factors) and world.option("chained"):
            links = telescoped(
                term, at, lambda n: world.scope.symbol(n, world.order, world.exclude), world.count
            )
            if links is not None:
                return self.composed(links)
        values = [self.value(factor, at) for factor in term.factors]
        if ELEMENTWISE_SIGNS.isdisjoint(term.ops) or len(values) == 2:
            return self._folded_product(values, term.ops)
        try:
            return self._grouped_product(values, term.ops)
        except CannotEvaluate:
            return self._folded_product(values, term.ops)

    def _folded_product(self, values: list[Any], signs: Sequence[str]) -> Any:
        """A product from the left."""
        result = values[0]
        for sign, value in zip(signs, values[1:], strict=True):
            result = self.product(result, value, sign)
        return result

    def _grouped_product(self, values: list[Any], signs: Sequence[str]) -> Any:
        """A product in which matrix products bind tighter than elementwise ones."""
        result, group, last = None, [values[0]], ""
        inner: list[str] = []
        for sign, value in zip((*signs, "⊙"), (*values[1:], None), strict=True):
            if sign not in ELEMENTWISE_SIGNS:
                group.append(value)
                inner.append(sign)
                continue
            each = self._folded_product(group, inner)
            result = each if result is None else self.product(result, each, last)
            group, inner, last = [value], [], sign
        return result

    def product(self, a: Any, b: Any, sign: str) -> Any:
        """The product of two values by the sign written between them."""
        if a.ndim == 1 or b.ndim == 1:
            a, b = aligned(a, b)
            return a * b
        if a.shape[1:] == b.shape[1:] and (sign in ELEMENTWISE_SIGNS or a.shape[2] != b.shape[1]):
            if sign in ELEMENTWISE_SIGNS or not self.world.option("dot_inner"):
                if sign == "" and not self.world.option("entrywise"):
                    raise CannotEvaluate("two columns side by side are no product")
                return a * b
            return np.sum(a * b, axis=(1, 2))
        if sign in ELEMENTWISE_SIGNS:
            if not _broadcasts(a.shape[1:], b.shape[1:]):
                raise CannotEvaluate("the shapes of an elementwise product do not fit")
            return a * b
        if a.shape[2] != b.shape[1]:
            if a.shape[1:] == (1, 1) or b.shape[1:] == (1, 1):
                return a * b
            raise CannotEvaluate("the shapes of a product do not fit")
        product = np.matmul(a, b)
        return product[:, 0, 0] if product.shape[1:] == (1, 1) else product

    def _div(self, term: Div, at: Indices) -> Any:
        num, den = self.value(term.num, at), self.value(term.den, at)
        if den.ndim > 1 and num.ndim > 1 and num.shape != den.shape:
            raise CannotEvaluate("a division by a vector or matrix")
        num, den = aligned(num, den)
        return num / _nonzero(den)

    def _pow(self, term: Pow, at: Indices) -> Any:
        base = self.value(term.base, at)
        exponent = _written_number(term.exponent)
        if exponent is not None:
            if base.ndim == 3:
                return self._matrix_power(base, exponent)
            return functions.power(base, np.asarray(exponent))
        return functions.power(base, self.value(term.exponent, at))

    def _matrix_power(self, base: Any, exponent: float) -> Any:
        if base.shape[1] == base.shape[2] and exponent == -1:
            return np.linalg.inv(base)
        if base.shape[1] == base.shape[2] and exponent == 2 and base.shape[1] > 1:
            return np.matmul(base, base)
        return functions.power(base, np.asarray(exponent))

    # Functions

    def _fn(self, term: Fn, at: Indices) -> Any:
        name = term.name
        if name == "max" and len(term.args) == 1 and isinstance(term.args[0], Sym):
            return self.leaf(Ground(f"max({term.args[0].key})"))
        args = [self.value(a, at) for a in term.args]
        if name in ("log", "logb") and _is_determinant(term.args[0]):
            # Half of what are drawn have a negative determinant; its sign says nothing here.
            args[0] = np.sqrt(args[0] * args[0])
        if name == "logb" and len(args) == 1:
            base = self.world.option("log_base")
            return functions.ONE["log"](args[0]) / (np.log(base) if base else 1.0)
        if name == "abs" and _is_square(args[0]):
            name = "det"
        self.world.trail.piecewise |= name in functions.PIECEWISE
        if name in functions.ONE and len(args) == 1:
            return functions.ONE[name](args[0])
        if name in functions.TWO and len(args) > 1:
            result = args[0]
            for each in args[1:]:
                result = functions.TWO[name](*aligned(result, each))
            return result
        if name == "softmax" and args[0].ndim == 1 and isinstance(term.args[0], Sym):
            return self._share_of(term.args[0], args[0], at)
        if name == "softmax" and args[0].ndim == 3 and 1 not in args[0].shape[1:]:
            return _softmax(args[0], (1,) if self.world.option("down") else (2,))
        if name in ARRAY_FUNCTIONS and len(args) == 1:
            return ARRAY_FUNCTIONS[name](args[0])
        raise CannotEvaluate(f"{name} of these arguments is not known")

    def _share_of(self, entry: Sym, value: Any, at: Indices) -> Any:
        """``softmax(z_2)`` of an entry: its share among all entries, where an index runs over these."""
        lower = [place for place, slot in enumerate(entry.slots) if slot.place == "_"]
        node = ground(entry, at, self.world.count)
        ranges = self.world.ranges
        member = ("slot", (node.key, len(node.slots), lower[0] if lower else 0))
        if len(lower) != 1 or member not in ranges.parent:
            raise CannotEvaluate("the softmax of a number")
        total: Any = 0.0
        for index in range(1, ranges.size(member) + 1):
            slots = (*node.slots[: lower[0]], ("_", index), *node.slots[lower[0] + 1 :])
            total = total + np.exp(self.symbol(Ground(node.key, slots)))
        return np.exp(value) / total

    def _call(self, term: Call, at: Indices) -> Any:
        world = self.world
        key = term.func.key
        if key.startswith("#"):
            return self._primed(Fn(key[1:], (Sym("#x"),)), Sym("#x"), term, at)
        node = ground(term.func, at, world.count)
        defined = world.scope.function(key, world.order, world.exclude)
        world.budget.spend(len(defined))
        for definition in defined:
            bound = self._bind(definition, node, term, at)
            if bound is None:
                continue
            indices, places = bound
            world.trail.used[id(definition)] = definition
            if term.order:
                if len(places) != 1:
                    raise CannotEvaluate("a prime on a function of several variables")
                return self._primed(definition.body, places[0][0], term, at, indices)
            return self.substituted(definition.body, places, at, indices)
        world.trail.nodes.add(node)
        if term.order == 0 and all(isinstance(a, Sym | Idx) for a in term.args):
            found = world.scope.symbol(node, world.order, world.exclude)
            mine = found is not None and not _calls(found[0].body, key)
            if node in self.frame.overrides or (mine and found is not None):
                return self.symbol(node)
        return self._unknown(node, term, at)

    def _unknown(self, node: Ground, term: Call, at: Indices) -> Any:
        """A function that the note leaves open: any smooth function of its arguments."""
        world = self.world
        args = [self.value(a, at) for a in term.args]
        world.trail.abstract.add(node.key)
        if any(a.ndim > 1 for a in args) and len(args) != 1:
            args = [c for a in args for c in components(a)]
        if term.order and len(args) > 1:
            raise CannotEvaluate("a prime on a function of several variables")
        if any(a.ndim > 1 for a in args) and node.key[:1] in LOSS_LETTERS:
            args = [c for a in args for c in components(a)]
        positive = node.key[:1] in "pPπqQρ" and len(args) > 1
        return sample.smooth(world.seed, str(node), args, term.order, positive)

    def _bind(
        self, definition: Definition, node: Ground, term: Call, at: Indices
    ) -> tuple[dict[str, int], list[tuple[Term, Any]]] | None:
        """Index bindings and parameter values under which a definition fits a call."""
        params = definition.params or ()
        if len(params) != len(term.args):
            return None
        indices = match_slots(definition.head.slots, node.slots, self.world.scope.tops)
        if indices is None:
            return None
        places: list[tuple[Term, Any]] = []
        for param, arg in zip(params, term.args, strict=True):
            if isinstance(param, Sym) and isinstance(arg, Sym) and param.slots:
                actual = ground(arg, at, self.world.count)
                found = match_slots(param.slots, actual.slots, self.world.scope.tops)
                if actual.key == param.key and found is not None:
                    indices.update(found)
                    continue
            if isinstance(param, Idx):
                param = Sym(param.name)
            places.append((param, self.value(arg, at)))
        return indices, places

    def substituted(
        self, body: Term, places: list[tuple[Term, Any]], at: Indices, indices: Indices
    ) -> Any:
        """``body`` with some symbols given values; the rest of the graph as it is."""
        self.world.budget.spend(CALL)
        outer = self.frame
        inner = Frame(
            overrides=dict(outer.overrides),
            patterns=list(outer.patterns),
            cuts=dict(outer.cuts),
            base=outer.base,
            held=outer.held,
            immediate=outer.immediate,
            tangents=outer.tangents,
            busy=set(outer.busy),
            depth=outer.depth,
        )
        for symbol, value in places:
            assert isinstance(symbol, Sym)
            node = ground(symbol, indices, self.world.count)
            inner.overrides[node] = value
            inner.cuts.pop(node, None)
        self.frame = inner
        try:
            return self.value(body, indices)
        finally:
            self.frame = outer

    def _primed(
        self, body: Term, param: Term, call: Call, at: Indices, indices: Indices | None = None
    ) -> Any:
        """``f'(u)``: the derivative of the body by its parameter, at the value of the argument."""
        argument = self.value(call.args[0], at)
        if len(call.args) != 1 or not isinstance(param, Sym):
            raise CannotEvaluate("a prime on a function of several variables")
        place = ground(param, indices or {}, self.world.count)
        term: Term = body
        for _ in range(call.order):
            term = Deriv(term, (param,))
        outer = self.frame
        self.frame = Frame(
            overrides={**outer.overrides, place: argument},
            patterns=outer.patterns,
            cuts={node: cut for node, cut in outer.cuts.items() if node != place},
            base=outer.base,
            tangents=outer.tangents,
            busy=set(outer.busy),
        )
        try:
            if argument.ndim > 1:
                return self._primed_cells(term, place, argument, indices or {})
            return self.value(term, indices or {})
        finally:
            self.frame = outer

    def _primed_cells(self, term: Term, place: Ground, argument: Any, indices: Indices) -> Any:
        """An elementwise derivative of a function at every component of an array."""
        cells = []
        for cell in components(argument):
            self.frame.overrides[place] = cell
            self.frame.memo.clear()
            cells.append(self.value(term, indices))
        return np.stack(cells, axis=-1).reshape(argument.shape)

    def _spread(self, term: Spread, at: Indices) -> Any:
        """An unknown function of all members of some families."""
        world = self.world
        args: list[Any] = []
        for family in term.inputs:
            for member in self.members(family, at):
                args.extend(components(self.symbol(member)))
        name = ground(Sym(term.key, term.slots), at, world.count)
        return sample.smooth(world.seed, str(name), args)

    def members(self, family: Sym, at: Indices) -> list[Ground]:
        """All nodes of a family: every value of every index that is left open."""
        names = sorted(free_indices(family) - at.keys())
        found: list[dict[str, int]] = [dict(at)]
        for name in names:
            values = range(1, TOP + 1) if name == "#layer" else self.range(name.lstrip("#"))
            found = [{**each, name: v} for each in found for v in values]
            if len(found) > 64:
                raise TooLarge("too large: a function of too many quantities")
        return [ground(family, each, self.world.count) for each in found]

    # Sums

    def range(self, name: str, lower: int | None = None, upper: int | None = None) -> range:
        """The values of a bound index."""
        ranges = self.world.ranges
        low = 1 if lower is None else lower
        if lower is None and ("index", name) in ranges.zero_based:
            low = 0
        high = ranges.index(name) + low - 1 if upper is None else upper
        if self.world.option("counted") and lower == 0 and upper is not None:
            low, high = 1, upper
        if high - low > 200:
            raise TooLarge("too large: a sum of more than 200 terms")
        return range(low, high + 1)

    def _fold(self, term: Fold, at: Indices) -> Any:
        name = term.index
        if not name:
            name = self._only_index(term, at)
            if not name:
                return self.value(term.body, at)
        lower = None if term.lower is None else integer(term.lower, at, self.world.count)
        upper = None if term.upper is None else integer(term.upper, at, self.world.count)
        total: Any = None
        for value in self.range(name, lower, upper):
            inner = {**at, name: value}
            if term.where is not None and not np.all(self.truth(term.where, inner)):
                continue
            each = self.value(term.body, inner)
            total = each if total is None else self._folded(term.op, total, each)
        if total is None:
            empty = {"Σ": 0.0, "Π": 1.0}.get(term.op)
            if empty is None:
                raise CannotEvaluate("an extreme of nothing")
            return np.full(sample.POINTS, empty)
        return total

    def _folded(self, op: str, a: Any, b: Any) -> Any:
        if op == "Σ":
            return self._sum(a, b)
        if op == "Π":
            return self.product(a, b, "")
        return functions.TWO[op](*aligned(a, b))

    def _only_index(self, term: Fold, at: Indices) -> str:
        names = [n for n in free_indices(term.body) if n not in at]
        if len(names) > 1:
            raise CannotEvaluate("a sum that does not say over what")
        return names[0] if names else ""

    def _einstein(self, term: Mul, at: Indices) -> Any:
        """Sum over an index that is repeated among the factors and has no value."""
        open_names = sorted(n for n in free_indices(term) if n not in at)
        if not open_names:
            return None
        body: Term = term
        for name in open_names:
            body = Fold("Σ", name, None, None, None, body)
        return self.value(body, at)

    # Conditions

    def truth(self, term: Term, at: Indices) -> Any:
        """Where a condition holds: a boolean array over the points."""
        if not isinstance(term, Cond):
            raise CannotEvaluate("a condition in words")
        if isinstance(term.left, Cond):
            last = Cond(term.op, term.left.right, term.right)
            return self.truth(term.left, at) & self.truth(last, at)
        left, right = self._compared(term.left, at), self._compared(term.right, at)
        if isinstance(left, str) or isinstance(right, str):
            if term.op not in ("=", "≠"):
                raise CannotEvaluate("a condition that cannot be evaluated")
            same = left == right
            return np.full(sample.POINTS, same if term.op == "=" else not same)
        gap = functions.real(left) - functions.real(right)
        match term.op:
            case "=":
                return np.abs(gap) < 1e-12
            case "≠":
                return np.abs(gap) >= 1e-12
            case "<":
                return gap < 0
            case "≤":
                return gap <= 0
            case ">":
                return gap > 0
            case "≥":
                return gap >= 0
            case _:
                raise CannotEvaluate(f"a condition with {term.op}")

    def _compared(self, term: Term, at: Indices) -> Any:
        """An index by its number, a label by its spelling, the rest by value."""
        if isinstance(term, Idx) and term.name in at:
            return np.full(sample.POINTS, float(at[term.name]))
        if isinstance(term, Sym) and not term.slots:
            number = at.get(term.key)
            if number is not None:
                return np.full(sample.POINTS, float(number))
        return self.value(term, at)

    def _indicator(self, term: Indicator, at: Indices) -> Any:
        holds = self.truth(term.condition, at)
        self.world.trail.piecewise |= np.unique(holds).size > 1
        return np.where(holds, 1.0, 0.0)

    def _cases(self, term: Cases, at: Indices) -> Any:
        self.world.trail.piecewise = True
        result: Any = 0.0
        open_points = np.full(sample.POINTS, True)
        for value, condition in term.rows:
            holds = open_points if condition is None else self.truth(condition, at) & open_points
            if np.any(holds):
                result = result + np.where(holds, 1.0, 0.0) * self.value(value, at)
            open_points = open_points & ~holds
        if np.any(open_points):
            self.world.trail.uncovered |= len(term.rows) > 1
            result = result + np.where(open_points, np.nan, 0.0)
        return result

    def _at(self, term: At, at: Indices) -> Any:
        places: list[tuple[Term, Any]] = []
        for symbol, value in term.places:
            if not isinstance(symbol, Sym):
                raise CannotEvaluate("an evaluation at something that is not a symbol")
            places.append((symbol, self.value(value, at)))
        return self.substituted(term.body, places, at, at)

    def _limit(self, term: Limit, at: Indices) -> Any:
        """Extrapolated from places near by, on both sides where there are two."""
        folds = (t for t in walk(term.body) if isinstance(t, Fold))
        if any(term.symbol in (*walk(end),) for f in folds for end in (f.lower, f.upper) if end):
            raise CannotEvaluate("a limit of sums of more and more terms is not evaluated")
        assert isinstance(term.symbol, Sym)
        symbol = term.symbol

        def beside(place: Any) -> Any:
            return self.substituted(term.body, [(symbol, place + np.zeros(sample.POINTS))], at, at)

        if isinstance(term.to, Num) and np.isinf(term.to.value):
            return limits.far_away(beside)
        to = self.value(term.to, at)
        return limits.from_one_side(beside, to, term.side) if term.side else limits.near(beside, to)

    def _integral(self, term: Integral, at: Indices) -> Any:
        if term.lower is None or term.upper is None or not isinstance(term.by, Sym):
            raise CannotEvaluate("∫ is not evaluated")
        symbol, ends = term.by, (self.value(term.lower, at), self.value(term.upper, at))
        if any(end.ndim > 1 or np.any(np.isinf(functions.real(end))) for end in ends):
            raise CannotEvaluate("∫ to infinity is not evaluated")
        self.world.budget.spend(INTEGRAL)
        return between(*ends, lambda place: self.substituted(term.body, [(symbol, place)], at, at))

    # Arrays

    def _transposed(self, term: Transposed, at: Indices) -> Any:
        if isinstance(term.body, Sym) and len(term.body.slots) == 2:
            first, second = term.body.slots
            if first.place == second.place == "_":
                return self._sym(Sym(term.body.key, (second, first)), at)
        value = self.value(term.body, at)
        return value if value.ndim == 1 else np.swapaxes(value, 1, 2)

    def _norm(self, term: Norm, at: Indices) -> Any:
        value = self.value(term.body, at)
        axes = tuple(range(1, value.ndim))
        if term.kind == "1":
            size = functions.ONE["abs"](value)
            return np.sum(size, axis=axes) if axes else size
        square = np.sum(value * value, axis=axes) if axes else value * value
        return np.sqrt(square)

    def _inner(self, term: Inner, at: Indices) -> Any:
        a, b = aligned(self.value(term.left, at), self.value(term.right, at))
        axes = tuple(range(1, a.ndim))
        return np.sum(a * b, axis=axes) if axes else a * b

    def _array(self, term: Array, at: Indices) -> Any:
        width = len(term.rows[0]) if term.rows else 0
        if not width or any(len(row) != width for row in term.rows) or len(term.rows) > 12:
            raise CannotEvaluate("a matrix with uneven rows")
        cells = [self.value(cell, at) for row in term.rows for cell in row]
        if any(cell.ndim > 1 for cell in cells):
            raise CannotEvaluate("a matrix of matrices")
        if len(cells) == 1:
            return cells[0]
        return np.stack(cells, axis=-1).reshape(sample.POINTS, len(term.rows), width)

    def _held(self, term: Held, at: Indices) -> Any:
        """Independent quantities are held fixed anyhow; dependent ones cannot be evaluated."""
        for each in term.fixed:
            if isinstance(each, Sym) and each.key in self.world.scope.symbols:
                raise CannotEvaluate(f"a derivative with {each.key} held fixed")
        return self.value(term.body, at)

    def _stacked(self, term: Stacked, at: Indices) -> Any:
        ranges = [list(self.range(name)) for name in term.indices]
        rows = []
        for first in ranges[0]:
            inner = {**at, term.indices[0]: first}
            if len(ranges) == 1:
                rows.append([self.value(term.body, inner)])
            else:
                second = term.indices[1]
                rows.append([self.value(term.body, {**inner, second: k}) for k in ranges[1]])
        cells = [cell for row in rows for cell in row]
        if any(cell.ndim > 1 for cell in cells):
            raise CannotEvaluate("a matrix of matrices")
        return np.stack(cells, axis=-1).reshape(sample.POINTS, len(rows), len(rows[0]))

    # Derivatives

    def _deriv(self, term: Deriv, at: Indices) -> Any:
        of: Term = term.of
        for variable in term.wrt[:-1]:
            of = Deriv(of, (variable,), term.kind)
        self._immediate = term.kind == IMMEDIATE or (
            is_slotwise(term) and self.world.option("slotwise")
        )
        return self.derivative(of, term.wrt[-1], at)

    def _grad(self, term: Grad, at: Indices) -> Any:
        if term.wrt is None:
            raise CannotEvaluate("a gradient that does not say by what")
        return self.derivative(term.of, term.wrt, at)

    def _diff(self, term: Diff, at: Indices) -> Any:
        """The total differential: how the body answers when every free symbol moves."""
        if self._is_second(term, at):
            return 0.0 * self.value(term.body, at)
        if self.frame.tangents or self.frame.overrides:
            raise CannotEvaluate("a differential inside a derivative")
        step = 1e-20
        outer = self.frame
        self.frame = Frame(tangents=step)
        try:
            return np.imag(self.value(term.body, at) + 0j) / step
        finally:
            self.frame = outer

    def _is_second(self, term: Diff, at: Indices) -> bool:
        """``d(dx)`` of a free x: its differential is what it is, and does not move itself."""
        body = term.body.body if isinstance(term.body, Diff) else None
        if not isinstance(body, Sym) or self.frame.tangents:
            return False
        node = ground(body, at, self.world.count)
        return self.world.scope.symbol(node, self.world.order, self.world.exclude) is None

    def composed(self, links: list[Link]) -> Any:
        """The composition of derivatives that join end to end."""
        raise NotImplementedError

    def derivative(self, of: Term, by: Term, at: Indices) -> Any:
        """How ``of`` answers to ``by``. The differentiating subclasses say how."""
        raise NotImplementedError

    def _opaque(self, term: Opaque, at: Indices) -> Any:
        raise CannotEvaluate(term.why)

    _methods: ClassVar[dict[type[Term], Any]] = {
        Num: _num, Idx: _idx, Sym: _sym, Add: _add, Neg: _neg, Mul: _mul, Div: _div, Pow: _pow,
        Fn: _fn, Call: _call, Deriv: _deriv, Grad: _grad, Diff: _diff, Fold: _fold,
        Indicator: _indicator, Cases: _cases, At: _at, Transposed: _transposed, Norm: _norm,
        Held: _held, Stacked: _stacked, Inner: _inner, Array: _array, Spread: _spread, Opaque: _opaque,
        Limit: _limit, Integral: _integral,
    }  # fmt: skip


def _written_number(term: Term) -> float | None:
    """The number that a term is, or is the negative of."""
    if isinstance(term, Neg):
        inner = _written_number(term.body)
        return None if inner is None else -inner
    return term.value if isinstance(term, Num) else None


def _nonzero(x: Any) -> Any:
    at = functions.real(x)
    return x if np.all(at != 0) else x + np.where(at == 0, np.nan, 0.0)


def _calls(body: Term, key: str) -> bool:
    return isinstance(body, Call) and body.func.key == key


def aligned(a: Any, b: Any) -> tuple[Any, Any]:
    """Give two values the same number of axes: a scalar meets every cell of an array."""
    if a.ndim < b.ndim:
        a = a[(slice(None),) + (None,) * (b.ndim - a.ndim)]
    elif b.ndim < a.ndim:
        b = b[(slice(None),) + (None,) * (a.ndim - b.ndim)]
    return a, b


def _broadcasts(one: tuple[int, ...], two: tuple[int, ...]) -> bool:
    return all(a == b or 1 in (a, b) for a, b in zip(one, two, strict=False))


def components(value: Any) -> list[Any]:
    """The scalars of a value, in row order."""
    if value.ndim == 1:
        return [value]
    flat = value.reshape(value.shape[0], -1)
    return [flat[:, k] for k in range(flat.shape[1])]


def _is_determinant(term: Term) -> bool:
    return isinstance(term, Fn) and term.name in ("det", "abs")


def _is_square(value: Any) -> bool:
    """Whether a value is a matrix, of which the absolute value is the determinant."""
    return bool(value.ndim == 3 and value.shape[1] == value.shape[2] > 1)


def _trace(x: Any) -> Any:
    if x.ndim == 1:
        return x
    return sum((x[:, k, k] for k in range(1, x.shape[1])), x[:, 0, 0])


def _diag(x: Any) -> Any:
    if x.ndim == 1:
        return x
    if x.shape[2] != 1:
        raise CannotEvaluate("diag of a matrix")
    return x * np.eye(x.shape[1])


def _softmax(x: Any, axes: tuple[int, ...] = (1, 2)) -> Any:
    if x.ndim == 1:
        raise CannotEvaluate("the softmax of a number")
    powers = np.exp(x)
    return powers / np.sum(powers, axis=axes, keepdims=True)


ARRAY_FUNCTIONS = {
    "tr": _trace,
    "det": lambda x: x if x.ndim == 1 else np.linalg.det(x),
    "diag": _diag,
    "softmax": _softmax,
}

__all__ = ["Budget", "CannotEvaluate", "Evaluator", "Frame", "Options", "Slot", "TooLarge", "World"]
