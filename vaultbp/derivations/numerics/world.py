"""What a term is evaluated in: a reading of the note, the graph's cuts, and what was met on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from vaultbp.derivations.meaning.ranges import Ranges
from vaultbp.derivations.meaning.scope import NEVER, Definition, Ground, Scope
from vaultbp.derivations.meaning.terms import Spread, Term

CIRCULAR = "is defined by itself"


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
    positive: bool = False
    """Every letter stands for a positive number."""
    shares: bool = False
    """Every letter stands for a number between 0 and 1."""
    down: bool = False
    """The softmax of a matrix is that of its columns, not of its rows."""
    from_zero: bool = False
    """The entries of a column or row are numbered from 0, and their count does not count that one."""


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
    derived: bool = False
    """Whether a derivative was taken."""
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
        self.derived |= other.derived
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
