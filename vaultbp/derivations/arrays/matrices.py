"""Steps that speak of vectors and matrices: which hypotheses are tried, in which order.

A hypothesis gives every family of symbols a kind. The likeliest comes first; where the definitions or
the step do not conform, only the families that met in the conflict are changed. Each conforming
hypothesis is held against numbers under every layout. A hypothesis that conforms and whose numbers
differ ends the search: an unlikelier one that happens to fit is no proof.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vaultbp.derivations.arrays.dims import FREE, Family, Kind, Kinds, ShapeError
from vaultbp.derivations.arrays.kinds import MOST, families, is_free_to_change, likelihoods, reached
from vaultbp.derivations.arrays.numbered import numbered_from_zero
from vaultbp.derivations.arrays.shapes import Shaping
from vaultbp.derivations.arrays.sizes import Sizes
from vaultbp.derivations.meaning.notebook import Notebook, once
from vaultbp.derivations.meaning.scope import Scope
from vaultbp.derivations.meaning.show import name as shown
from vaultbp.derivations.meaning.terms import (
    Deriv,
    Diff,
    Fn,
    Grad,
    Mul,
    Spread,
    Sym,
    Term,
    free_indices,
    symbol_keys,
    variables_of,
    walk,
)
from vaultbp.derivations.numerics.forms import derives, differential_of
from vaultbp.derivations.numerics.world import Options

MAX_CHECKS = 80
"""How many assignments of kinds are unified for one step."""
FEW_CHECKS = 6
"""The same for a step that cannot hold, since it does not even for numbers."""
MAX_HYPOTHESES = 3
"""How many conforming ones are held against numbers."""


NOTHING_OPEN: Mapping[str, Spread] = {}


@dataclass
class Hypothesis:
    """One assignment of kinds under which the definitions and the step conform."""

    shaping: Shaping
    readings: list[Options]
    _sizes: dict[bool, Sizes] = field(default_factory=dict)

    @property
    def kinds(self) -> Kinds:
        """The kinds of the families in reach."""
        return self.shaping.kinds

    def admissible(self, book: Notebook) -> list[Options]:
        """The readings whose layout the steps verified so far leave open."""
        return [each for each in self.readings if layout(each) in (None, *book.layouts)]

    def settle(
        self, book: Notebook, options: Options, differs: Callable[[Options], bool] | None = None
    ) -> None:
        """A step held: only the layouts under which it conforms, and does not differ where that is
        asked, are left for the note."""
        if layout(options) is None:
            return
        fitting = {layout(each) for each in self.readings}
        if differs is not None and len(book.layouts) > 1:
            others = [r for r in self.admissible(book) if layout(r) not in (None, layout(options))]
            fitting -= {layout(each) for each in others if differs(each)}
        book.layouts = tuple(each for each in book.layouts if each in fitting)

    def sizes(self, again: bool) -> Sizes:
        """Concrete sizes, in one of two draws."""
        found = self._sizes.get(again)
        if found is None:
            found = self._sizes[again] = self.shaping.sizes(again)
        return found


def layout(options: Options) -> str | None:
    """Which convention a reading follows: one for the whole note. ``None`` if it needs none."""
    if options.entrywise or (options.elementwise and not options.rows):
        return None
    return "rows" if options.rows else "denominator" if options.denominator else "columns"


def readings(book: Notebook, left: Term, right: Term) -> list[Options]:
    """The layouts under which a step may be meant, the usual one first."""
    found = [Options()]
    terms = [*walk(left), *walk(right)]
    products = [t for t in terms if isinstance(t, Mul)]
    if any(isinstance(f, Deriv | Grad) for t in products for f in t.factors):
        found += [
            Options(chained=True),
            Options(chained=True, rows=True),
            Options(chained=True, elementwise=True),
        ]
    if derives(left, right):
        found += [
            Options(elementwise=True),
            Options(rows=True),
            Options(denominator=True),
            Options(immediate=True),
            Options(elementwise=True, immediate=True),
            Options(elementwise=True, rows=True),
        ]
    if any(isinstance(t, Mul) and "·" in t.ops for t in terms):
        found.append(Options(dot_inner=True))
    if any(isinstance(t, Mul) and "" in t.ops for t in terms):
        found += [Options(entrywise=True), Options(entrywise=True, elementwise=True)]
    moving = moved(book, left, right)
    if moving:
        found.append(Options(moving=moving))
    if numbered_from_zero(left, right):
        found.append(Options(from_zero=True))
    return found


CONSTANTS = frozenset("abcABCkmnαβγλ")
"""Letters that a differential of other letters usually leaves alone."""


def moved(book: Notebook, left: Term, right: Term) -> frozenset[str]:
    """What alone may move in a step: the rest are letters of constants, never differentiated."""
    moving = differentiated(left, right)
    rest = symbol_keys(left, right) - moving
    constant = all(key.split("_")[0] in CONSTANTS for key in rest)
    return moving if rest and constant and rest.isdisjoint(_differentials(book)) else frozenset()


@once
def _differentials(book: Notebook) -> frozenset[str]:
    """Everything whose own differential the note writes."""
    found: frozenset[str] = frozenset()
    for stated in book.stated:
        found = found.union(*(differentiated(side, side) for side in stated.sides))
    return found


def differentiated(left: Term, right: Term) -> frozenset[str]:
    """The symbols whose own differential a step writes: ``dX``, and not ``d(AX)``."""
    found = (differential_of(t) for t in (*walk(left), *walk(right)) if isinstance(t, Diff))
    return frozenset(key for key in found if key is not None)


def places(book: Notebook, left: Term, right: Term) -> list[dict[str, int]]:
    """Values of the layer and time indices at which conformity is checked."""
    names = sorted(free_indices(left) | free_indices(right))
    stepped = [n for n in names if book.ranges().is_stepped(n)]
    if not stepped:
        return [{}]
    return [dict.fromkeys(stepped, k) for k in (2, 1, 3)]


def hypotheses(
    book: Notebook, left: Term, right: Term, order: int, exclude: int,
    opened: Mapping[str, Spread] = NOTHING_OPEN, limit: int = MAX_CHECKS,
) -> Iterator[Hypothesis]:  # fmt: skip
    """Conforming assignments of kinds, the likeliest first; ``limit`` is how many may be checked.

    ``opened`` are quantities whose definitions do not count, since they do not lead to what the step
    differentiates by, and what they are functions of instead.
    """
    inputs = [each for spread in opened.values() for each in spread.inputs]
    astray = {key for key in opened if not _leads(book, key, [left, right], order)}
    symbols = {key: found for key, found in book.scope.symbols.items() if key not in astray}
    scope = Scope(symbols, book.scope.functions, book.scope.numbers)
    found = families(book, [left, right, *inputs], order)
    costs = {each: likelihoods(book, each) for each in found}
    options = readings(book, left, right)
    at = places(book, left, right)
    counter = 0
    start = {each: min(table, key=lambda k: (table[k], k)) for each, table in costs.items()}
    heap: list[tuple[float, int, dict[Family, Kind]]] = [(0.0, 0, start)]
    base: Kinds | None = None
    seen = {tuple(start.values())}
    visited: dict[object, None] = {}
    checks = yielded = 0
    while heap and checks < limit and yielded < MAX_HYPOTHESES:
        cost, _, kinds = heapq.heappop(heap)
        checks += 1
        book.shaped_trials -= 1
        if book.shaped_trials < 0:
            return
        result = _misfit(book, kinds, visited) or _check(
            book, kinds, left, right, order, exclude, scope, options, at, visited, inputs
        )
        if base is None and (isinstance(result, Hypothesis) or result.defined):
            base = kinds
        if isinstance(result, Hypothesis):
            if any(kinds.values()) and base is not None and _may_be(book, base, kinds, result):
                yielded += 1
                yield result
            changeable: Sequence[Family] = found
        else:
            changeable = [f for f in found if f in result.families] or found
        for family in changeable:
            table = costs[family]
            for kind, extra in table.items():
                step = extra - table[kinds[family]]
                if kind == kinds[family] or step < 0 or extra > MOST:
                    continue
                other = {**kinds, family: kind}
                if tuple(other.values()) not in seen:
                    seen.add(tuple(other.values()))
                    counter += 1
                    heapq.heappush(heap, (cost + step + 0.01, counter, other))


def _leads(book: Notebook, key: str, terms: list[Term], order: int) -> bool:
    """Whether a quantity's definition uses what a step differentiates it by, whole or by entries."""
    used = _used_by(book, key)
    return any(
        (by.key, len(by.slots)) in used
        for term in reached(book, terms, order)
        for t in walk(term)
        if isinstance(t, Deriv | Grad) and isinstance(t.of, Sym) and t.of.key == key
        for by in variables_of(t)
        if isinstance(by, Sym)
    )


def _used_by(book: Notebook, key: str) -> set[Family]:
    """The families that a quantity's definitions use, each with and without indices of entries."""
    used: set[Family] = set()
    waiting = [d.body for d in book.scope.symbols.get(key, ())]
    while waiting:
        for symbol in walk(waiting.pop()):
            if not isinstance(symbol, Sym) or _wholly(symbol) <= used:
                continue
            used |= _wholly(symbol)
            definitions = book.scope.symbols.get(symbol.key, ())
            waiting += [d.body for d in definitions if _wholly(d.head) & _wholly(symbol)]
    return used


def _wholly(symbol: Sym) -> set[Family]:
    """A symbol's family, and that of the whole if it may be an entry."""
    size = len(symbol.slots)
    return {(symbol.key, size), (symbol.key, size - sum(s.place == "_" for s in symbol.slots))}


def _misfit(book: Notebook, kinds: Kinds, visited: dict[object, None]) -> ShapeError | None:
    """Whether a definition that the step uses is known not to conform under some kinds."""
    for mark in visited:
        for misfit in book.misfits.get(mark, ()):
            if all(kinds.get(family, Kind.SCALAR) == kind for family, kind in misfit.items()):
                return ShapeError("the shapes do not fit", frozenset(misfit))
    return None


def _check(
    book: Notebook, kinds: Kinds, left: Term, right: Term, order: int, exclude: int,
    scope: Scope, options: list[Options], at: list[dict[str, int]],
    visited: dict[object, None], inputs: list[Sym],
) -> Hypothesis | ShapeError:  # fmt: skip
    """Unify under each layout. A conflict whose ``defined`` is true is the step's alone."""
    fitting: list[Options] = []
    conflict: ShapeError | None = None
    first: Shaping | None = None
    shapings = _Definitions(book, kinds, [left, right, *inputs], order, exclude, scope, at, visited)
    for each in options:
        try:
            base = shapings.under(each)
            shaping, *others = [base.under(each) for _ in at]
            # An index runs over the entries of one layer here and of another one there.
            for other, place in zip((shaping, *others), at, strict=True):
                other.claim(left, right, place)
        except ShapeError as error:
            conflict = conflict or error
            if shapings.never:
                break
            continue
        fitting.append(each)
        first = first or shaping
    if first is None:
        assert conflict is not None
        conflict.defined = shapings.defined
        return conflict
    if _has_softmax(book):
        fitting += [replace(each, down=True) for each in fitting]
    return Hypothesis(first, fitting)


@once
def _has_softmax(book: Notebook) -> bool:
    """Whether the note takes the softmax of something: of a matrix it is that of rows or columns."""
    sides = (side for stated in book.stated for side in stated.sides)
    return any(isinstance(t, Fn) and t.name == "softmax" for side in sides for t in walk(side))


def is_settled(book: Notebook, left: Term, right: Term, found: Hypothesis) -> bool:
    """Whether steps that held gave every array of a step the kind that a hypothesis gives it."""
    kinds = {each: kind for each, kind in found.kinds.items() if kind and each[0] not in FREE}
    written = {(t.key, len(t.slots)) for t in (*walk(left), *walk(right)) if isinstance(t, Sym)}
    return any(
        written & kinds.keys() <= known.keys()
        and all(known[each] == kind for each, kind in kinds.items() if each in known)
        and not any(found.kinds.get(each) == Kind.SCALAR for each in known)
        for known in book.kinds
    )


@dataclass
class _Definitions:
    """The definitions behind a step, unified once for all layouts that mean the same in them."""

    book: Notebook
    kinds: Kinds
    terms: list[Term]
    order: int
    exclude: int
    scope: Scope
    at: list[dict[str, int]]
    visited: dict[object, None]
    known: Shaping | None = None
    """What is unified, if it is the same under every layout."""
    defined: bool = False
    never: bool = False
    """The definitions do not conform, whatever the layout."""

    def under(self, options: Options) -> Shaping:
        """The shapes under one layout, for the step to bind. Raises :class:`ShapeError`."""
        if self.known is not None and not options.dot_inner:
            return self.known.under(options)
        shaping = Shaping(
            self.book, self.kinds, self.order, self.exclude, options, self.scope,
            visited=self.visited,
        )  # fmt: skip
        try:
            shaping.define(self.terms, self.at)
        except ShapeError:
            self.never = not self.defined and not shaping.derived
            raise
        self.defined = True
        if not shaping.derived and not options.dot_inner:
            self.known = shaping.under(options)
        return shaping


def _may_be(book: Notebook, base: Kinds, kinds: Kinds, found: Hypothesis) -> bool:
    """Whether a step may be read with other kinds than those the definitions suggest."""
    defined = {(n.key, len(n.slots)) for n in found.shaping.bound}
    return all(
        is_free_to_change(book, family, base[family], kind)
        for family, kind in kinds.items()
        if kind != base[family] and family in defined
    )


def only_moving(moving: frozenset[str]) -> str:
    """The assumption behind differentials of some symbols alone."""
    return f"all but {', '.join(sorted(map(shown, moving)))} is constant"


LAYOUTS = {
    "rows": "the derivative of a number by a column is a row",
    "denominator": "the derivative by a column has a row for each of its entries",
}


def describe(kinds: Kinds, options: Options) -> str:
    """The kinds and the layout in words, for the list of assumptions."""
    words = []
    for kind, word in ((Kind.MATRIX, "matrices"), (Kind.COLUMN, "columns"), (Kind.ROW, "rows")):
        names = {shown(f[0]) for f, k in kinds.items() if k is kind and f[0] not in ("𝟏", "I")}
        if names:
            words.append(f"{', '.join(sorted(names))}: {word}")
    if options.elementwise:
        words.append("derivatives of columns are taken entry by entry")
    if options.entrywise:
        words.append("columns side by side are multiplied entry by entry")
    if options.moving:
        words.append(only_moving(options.moving))
    if options.from_zero:
        words.append("their entries are numbered from 0")
    words.extend(LAYOUTS[each] for each in (layout(options),) if each in LAYOUTS)
    return "; ".join(words)


__all__ = [
    "FEW_CHECKS",
    "MAX_CHECKS",
    "Hypothesis",
    "describe",
    "differentiated",
    "hypotheses",
    "moved",
    "only_moving",
    "readings",
]
