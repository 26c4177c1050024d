"""Two sides at random points: where they agree, where they differ, and how far that can be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from vaultbp.derivations.meaning.ground import integer
from vaultbp.derivations.meaning.scope import Ground
from vaultbp.derivations.meaning.terms import (
    Add,
    Deriv,
    Diff,
    Fold,
    Grad,
    Idx,
    Indicator,
    Mul,
    Neg,
    Num,
    Sym,
    Term,
    free_indices,
    walk,
)
from vaultbp.derivations.numerics import sample
from vaultbp.derivations.numerics.differentiate import UNSPELT, StepEvaluator, TapeEvaluator
from vaultbp.derivations.numerics.failures import in_words
from vaultbp.derivations.numerics.functions import real
from vaultbp.derivations.numerics.layers import layers_given
from vaultbp.derivations.numerics.world import CannotEvaluate, TooLarge, Trail, World

AGREE = 1e-6
DIFFER = 1e-4
ENOUGH_TO_VERIFY = 5
ENOUGH_TO_REFUTE = 3
LARGEST = 1e6
TINY = 1e-11
SMALL = 1e-8
ONLY_DISTINCT = "it holds for different indices, not when they coincide"
NO_POINT = "no point was found where both sides are defined"
TOO_FEW = "too few points were found where both sides are defined"
SOMEWHERE = "the sides agree at some points and differ at others"
"""Points where both sides are smaller say nothing where others are larger."""


@dataclass(frozen=True)
class Point:
    """One place where the two sides differ, with the values of the free symbols."""

    at: dict[str, float]
    left: float
    right: float


@dataclass
class Comparison:
    """What the points say about two sides under one reading."""

    equal: bool = False
    different: bool = False
    why: str | None = None
    """Why neither, in words for people."""
    point: Point | None = None
    zero: bool = False
    """Both sides vanish everywhere."""
    leaves_left: set[str] = field(default_factory=set)
    leaves_right: set[str] = field(default_factory=set)
    abstract_left: set[str] = field(default_factory=set)
    abstract_right: set[str] = field(default_factory=set)
    unlinked: list[tuple[str, str]] = field(default_factory=list)
    linked: set[tuple[str, str]] = field(default_factory=set)
    """Derivatives along which there is a path at some indices: elsewhere they are zero indeed. That
    may verify; it accuses nobody."""
    vanishing: list[tuple[str, str]] = field(default_factory=list)
    used: dict[int, Any] = field(default_factory=dict)
    only_distinct: bool = False
    """Holds when the free indices are distinct, not when they coincide."""
    too_large: bool = False
    array_left: bool = False
    """An array took part in the evaluation of a side."""
    somewhere: bool = False
    """At some assignment at least three points differ clearly, whatever the others say."""
    varies: bool = False
    """The left side has different values at different points."""
    multiple: bool = False
    """One side is the other times a number that is the same at every point."""
    partial: bool = False
    """At some points near zero a side has no value."""
    glance: bool = False
    """A first look, by one differentiation: of arrays the one that takes all entries at once."""
    failed: bool = False
    """A side could not be evaluated at all."""


Assignment = Mapping[str, int]


def assignments(world: World, left: Term, right: Term, case: str | None) -> list[Assignment]:
    """Values for the free indices: all distinct first, then, where they may coincide, equal ones.

    ``case`` is ``=`` or ``≠`` when the note says which case it treats: not of a letter over which the
    step also sums. ``≠j|c`` leaves out the j of the label c.
    """
    names = sorted(free_indices(left) | free_indices(right))
    if world.option("einstein"):
        names = sorted(set(names) - dummies(left, right))
    if not names:
        return [{}]
    bounded = _bounded(left, right)
    ends = {letter for fold in bounded for letter in _letters(fold.upper)}
    choices = [
        (world.ranges.is_stepped(name) and layers_given(world.scope, left, right, name)[:2])
        or list(_values(world, name, names, name in ends))
        for name in names
    ]
    found: list[Assignment] = []
    equal: list[Assignment] = []
    for combination in _products(choices):
        at = dict(zip(names, combination, strict=True))
        if any(_is_reversed(world, fold, at) for fold in bounded) or _is_left_out(world, case, at):
            continue
        (equal if _coincide(world, at) else found).append(at)
    distinct = _spread_out(found, 3)
    same = _spread_out(equal, 2)
    if case == "=":
        bound = {t.index for t in (*walk(left), *walk(right)) if isinstance(t, Fold)}
        meant = [name for name in names if name not in bound] or names
        every = found + equal if len(meant) < len(names) else equal
        together = [e for e in every if len({e[name] for name in meant}) == 1]
        return _spread_out(together, 3) or distinct
    if case == "≠" or not distinct:
        return distinct or same or [dict(zip(names, (c[0] for c in choices), strict=True))]
    return distinct + same


def _is_left_out(world: World, case: str | None, at: Assignment) -> bool:
    """Whether an index has, or has not, the value of a label of which the note says otherwise."""
    if case is None or len(case) == 1:
        return False
    name, _, label = case[1:].partition("|")
    return name in at and (at[name] == world.count(label)) != (case[0] == "=")


def _bounded(left: Term, right: Term) -> list[Fold]:
    """The sums and products of a step from somewhere to somewhere."""
    folds = (t for side in (left, right) for t in walk(side) if isinstance(t, Fold))
    return [fold for fold in folds if fold.lower is not None and fold.upper is not None]


def _letters(bound: Term | None) -> set[str]:
    """The letters in a bound: indices, also where nothing else says that they are."""
    inside = walk(bound) if bound is not None else ()
    return {t.name for t in inside if isinstance(t, Idx)} | {
        t.key for t in inside if isinstance(t, Sym) and not t.slots
    }


def _is_reversed(world: World, fold: Fold, at: Assignment) -> bool:
    """Whether a sum or product, ``Π`` from k + 1 to t, ends before it begins, not only is empty."""
    assert fold.lower is not None
    assert fold.upper is not None
    if not (_letters(fold.lower) & at.keys() and _letters(fold.upper) & at.keys()):
        return False
    lower, upper = (integer(bound, at, world.count) for bound in (fold.lower, fold.upper))
    return lower is not None and upper is not None and lower > upper + 1


def dummies(left: Term, right: Term) -> set[str]:
    """Indices repeated in the products of one side that do not stand alone on the other."""
    one, two = _repeated(left), _repeated(right)
    return (one - (set(free_indices(right)) - two)) | (two - (set(free_indices(left)) - one))


def _repeated(term: Term) -> set[str]:
    """Indices that every term of a sum in which they stand repeats in a product."""
    if isinstance(term, Neg):
        return _repeated(term.body)
    if isinstance(term, Add):
        parts = [(set(free_indices(t)), _repeated(t)) for t in term.terms]
        return {
            name
            for _, twice in parts
            for name in twice
            if all(name in twice or name not in free for free, twice in parts)
        }
    found: set[str] = set()
    for each in walk(term):
        if isinstance(each, Mul):
            counts: dict[str, int] = {}
            for factor in each.factors:
                for name in free_indices(factor):
                    counts[name] = counts.get(name, 0) + 1
            found |= {name for name, count in counts.items() if count > 1}
    return found & set(free_indices(term))


def _values(world: World, name: str, names: list[str], is_end: bool) -> Iterable[int]:
    ranges = world.ranges
    if ranges.is_stepped(name):
        own = ranges.find(("index", name))
        alone = sum(ranges.find(("index", other)) == own for other in names) == 1
        if alone:
            return (2, 3) if is_end else (2,)
        return (2, 1, 3)
    low = 0 if ("index", name) in ranges.zero_based else 1
    return range(low, low + min(ranges.index(name), 4))


def _products(choices: Sequence[Sequence[int]]) -> Iterator[tuple[int, ...]]:
    total = 1
    for values in choices:
        total *= len(values)
    for number in range(min(total, 2000)):
        picked = []
        for values in choices:
            number, position = divmod(number, len(values))
            picked.append(values[position])
        yield tuple(picked)


def _coincide(world: World, at: Assignment) -> bool:
    """Whether two free indices of one class have the same value."""
    seen: set[tuple[object, int]] = set()
    for name, value in at.items():
        key = (world.ranges.find(("index", name)), value)
        if key in seen:
            return True
        seen.add(key)
    return False


def _spread_out(found: list[Assignment], count: int) -> list[Assignment]:
    if len(found) <= count:
        return found
    step = len(found) / count
    return [found[int(k * step)] for k in range(count)]


def screen(left: Term, right: Term, world: World, case: str | None = None) -> Comparison:
    """A first look at one assignment of the indices, without the second differentiation."""
    result = Comparison(glance=True)
    at = assignments(world, left, right, case)[0]
    state, why, point, zero = _compare_at(left, right, world, at, False, result)
    result.equal, result.different = state == "equal", state == "different"
    result.zero = zero and result.equal
    result.why, result.point = why, point
    result.failed = state == "error"
    _forgive(result)
    _doubt_sets(result, left, right)
    return result


def agrees_with_any(left: Term, rights: Sequence[Term], world: World, case: str | None) -> bool:
    """Whether a side is equal to one of several others at some point of a first look, or may be."""
    return any(near(left, rights, world, case))


def near(left: Term, rights: Sequence[Term], world: World, case: str | None) -> Iterator[bool]:
    """For each of several sides whether it is equal to another one at some point of a first look, or
    may be: from where the evaluation gets too large on."""
    evaluator = TapeEvaluator(world)
    known: dict[tuple[tuple[str, int], ...], Any] = {}
    large = False
    for right in rights:
        at = assignments(world, left, right, case)[0]
        key = tuple(sorted(at.items()))
        evaluator.claim_at = at
        try:
            with np.errstate(all="ignore"):
                if not large and key not in known:
                    known[key] = _value(evaluator, left, at)
                other = None if large else _value(evaluator, right, at)
        except TooLarge:
            large = True
        yield large or (known[key] is not None and _is_near(known[key], other))


def _value(evaluator: TapeEvaluator, side: Term, at: Assignment) -> Any:
    """The value of a side, or ``None`` if it has none. Raises :class:`TooLarge`."""
    try:
        return np.real(real(evaluator.value(side, at)))
    except TooLarge:
        raise
    except (CannotEvaluate, RecursionError, ArithmeticError, ValueError, IndexError):
        return None


def _is_near(one: Any, two: Any) -> bool:
    if two is None or one.shape != two.shape:
        return False
    gap, size = np.abs(one - two), np.maximum(np.abs(one), np.abs(two))
    axes = tuple(range(1, gap.ndim))
    return bool(np.any(np.all(gap <= AGREE * np.maximum(size, TINY), axis=axes)))


def compare(
    left: Term, right: Term, world: World, case: str | None = None, thorough: bool = True
) -> Comparison:
    """Hold two sides against each other, both differentiations everywhere. Never raises."""
    result = Comparison()
    letter = open_range(left, right)
    if letter is not None:
        result.why = f"the note does not say from where to where the sum over {letter} runs"
        return result
    outcomes: list[tuple[bool, str]] = []
    names = free_indices(left) | free_indices(right)
    zeros = True
    for at in assignments(world, left, right, case):
        state, why, point, zero = _compare_at(left, right, world, at, True, result)
        zeros = zeros and zero
        if state == "error":
            result.why = why
            result.failed = True
            return result
        outcomes.append((_coincide(world, at) and bool(names), state))
        if point is not None and result.point is None:
            result.point = point
        if state == "unclear":
            result.why = why
        if not thorough and state != "equal":
            break
    _conclude(result, outcomes, zeros, tells_cases_apart(left) or tells_cases_apart(right))
    _forgive(result)
    _doubt_sets(result, left, right)
    return result


def _doubt_sets(result: Comparison, left: Term, right: Term) -> None:
    """Sums of one letter over different sets say nothing: of a set only its name is known."""
    over: dict[str, set[str]] = {}
    for body in (left, right, *(d.body for d in result.used.values())):
        for term in walk(body):
            if isinstance(term, Fold):
                over.setdefault(term.index, set()).add(term.over)
    if any(len(sets) > 1 for sets in over.values()):
        result.equal = result.different = result.somewhere = False
        result.why = "its sums run over different sets"


def open_range(*sides: Term) -> str | None:
    """The letter of a bare sum beside one over the same letter that ends before all have their turn.

    ``Σ_k`` beside ``Σ_{k=1}^{m-1}`` may be short for it, or run over every k.
    """
    folds = [t for side in sides for t in walk(side) if isinstance(t, Fold) and t.index]
    bare = {f.index for f in folds if f.lower is f.upper is f.where is None}
    ended = {f.index for f in folds if isinstance(f.upper, Add) and not _is_zero(f.lower)}
    return min(bare & ended, default=None)


def _is_zero(bound: Term | None) -> bool:
    return isinstance(bound, Num) and bound.value == 0


def tells_cases_apart(side: Term) -> bool:
    """Whether a side says itself what holds for equal and for different indices: ``δ_{ij}``."""
    return any(
        isinstance(t, Indicator) and len(free_indices(t.condition) & free_indices(side)) > 1
        for t in walk(side)
    )


def _forgive(result: Comparison) -> None:
    """Where the sides agree, what is linked at some indices is known to be zero at the others."""
    if result.equal:
        result.unlinked = [p for p in result.unlinked if p not in result.linked]


def _conclude(
    result: Comparison, outcomes: list[tuple[bool, str]], zeros: bool, every: bool
) -> None:
    """What the points say together. A step that is meant for ``every`` index, equal or not, fails where
    it does for equal ones."""
    alike = [state for same, state in outcomes if same]
    distinct = [state for same, state in outcomes if not same] or [s for _, s in outcomes]
    result.zero = zeros and all(s == "equal" for _, s in outcomes)
    if all(state == "equal" for _, state in outcomes):
        result.equal = True
    elif _all_differ(distinct) or (every and _all_differ(alike)):
        result.different = True
    elif all(state == "equal" for state in distinct):
        result.only_distinct = True
        result.why = ONLY_DISTINCT
    elif result.why is None:
        result.why = SOMEWHERE


def _all_differ(states: list[str]) -> bool:
    return bool(states) and all(state == "different" for state in states)


@np.errstate(all="ignore")
def _compare_at(
    left: Term, right: Term, world: World, at: Assignment, twice: bool, into: Comparison
) -> tuple[str, str | None, Point | None, bool]:
    try:
        if _weight(right) < _weight(left):
            r_value = _side(right, world, at, into, "right")
            l_value = _side(left, world, at, into, "left")
        else:
            l_value = _side(left, world, at, into, "left")
            r_value = _side(right, world, at, into, "right")
        again = twice and (world.trail.derived or _moves(left, right))
        checked = _reverse(left, right, world, at) if again else ()
    except TooLarge as error:
        into.too_large = True
        return "error", error.why, None, False
    except CannotEvaluate as error:
        return "error", error.why, None, False
    except RecursionError:
        return "error", "too large: it is nested too deeply", None, False
    except (ArithmeticError, np.linalg.LinAlgError, ValueError, IndexError) as error:
        return "error", in_words(error), None, False
    into.array_left |= bool(world.shapes)
    if l_value.shape != r_value.shape:
        return "error", "the two sides have different shapes", None, False
    finite = l_value[np.isfinite(l_value)]
    into.varies |= bool(finite.size and np.ptp(finite) > 1e-9 * np.abs(finite).max())
    return _decide(l_value, r_value, checked, world, at, into)


def _moves(*sides: Term) -> bool:
    """Whether a differential or a gradient stands in the sides."""
    return any(isinstance(t, Grad | Diff) for side in sides for t in walk(side))


def _weight(side: Term) -> int:
    """How many derivatives a side takes: the lighter one shows first that shapes do not fit."""
    return sum(isinstance(t, Deriv | Grad) for t in walk(side))


def family(symbol: Sym | Ground) -> str:
    """How a comparison spells the family of a symbol: ``key/slots``."""
    return f"{symbol.key}/{len(symbol.slots)}"


def _side(side: Term, world: World, at: Assignment, into: Comparison, which: str) -> Any:
    before = world.trail
    trail = world.trail = Trail(
        used=before.used,
        piecewise=before.piecewise,
        uncovered=before.uncovered,
        derived=before.derived,
    )
    evaluator = TapeEvaluator(world) if into.glance and world.shapes else StepEvaluator(world)
    evaluator.claim_at = at
    value = np.real(real(evaluator.value(side, at)))
    getattr(into, f"leaves_{which}").update(map(family, trail.leaves))
    getattr(into, f"abstract_{which}").update(trail.abstract)
    into.linked.update(p for p in trail.linked if UNSPELT not in p[0] + p[1])
    into.unlinked.extend(p for p in trail.unlinked if p not in into.unlinked)
    into.vanishing.extend(p for p in trail.vanishing if p not in into.vanishing)
    into.used.update(trail.used)
    return value


def _reverse(left: Term, right: Term, world: World, at: Assignment) -> tuple[Any, Any]:
    """Both sides again, differentiated by the engine."""
    quiet = replace(world, trail=Trail(used=world.trail.used))
    values = []
    for side in (left, right):
        evaluator = TapeEvaluator(quiet)
        evaluator.claim_at = at
        values.append(real(evaluator.value(side, at)))
    return values[0], values[1]


def _decide(
    left: Any,
    right: Any,
    checked: tuple[Any, ...],
    world: World,
    at: Assignment,
    into: Comparison,
) -> tuple[str, str | None, Point | None, bool]:
    cells = (left, right, *checked)
    rows = [np.asarray(c, dtype=float).reshape(left.shape[0], -1) for c in cells]
    if any(each.shape != rows[0].shape for each in rows):
        return "error", "the two differentiations give different shapes", None, False
    flat = np.stack(rows)
    finite = np.isfinite(flat).all(axis=2)
    size = np.abs(flat[:2]).max(axis=(0, 2))
    usable = finite.all(axis=0) & (size < LARGEST)
    into.partial |= not usable[: sample.FAR.start].all()
    if world.trail.uncovered and (finite[0] != finite[1]).any():
        why = "the cases leave out values at which the other side has one"
        return "unclear", why, None, False
    if not world.trail.piecewise:
        usable[sample.FAR] = False
    if not usable.any():
        return "error", NO_POINT, None, False
    trusted = usable
    if checked:
        apart = np.abs(flat[:2] - flat[2:]).max(axis=(0, 2))
        trusted = usable & ~(apart > AGREE * np.maximum(size, 1e-3))
    if (trusted & (size > SMALL)).any():
        trusted = trusted & (size > SMALL)
    if not trusted.any():
        return "error", "the two differentiations disagree here (ill-conditioned)", None, False
    gap = np.abs(flat[0] - flat[1]).max(axis=1)
    relative = np.where(size > TINY, gap / np.maximum(size, TINY), 0.0)
    equal = trusted & (relative <= AGREE)
    different = trusted & (relative > DIFFER) & (gap > 1e-9)
    into.somewhere |= int(different.sum()) >= ENOUGH_TO_REFUTE
    zero = bool((size[trusted] <= TINY).all())
    count = int(trusted.sum())
    if equal[trusted].all() and count >= ENOUGH_TO_VERIFY:
        return "equal", None, None, zero
    if _is_crossing(trusted, equal, different):
        trusted = different
    if different[trusted].all() and count >= ENOUGH_TO_REFUTE:
        into.multiple = _is_multiple(flat[0][trusted], flat[1][trusted])
        return "different", None, _point(flat, different, world, at), zero
    if count < ENOUGH_TO_VERIFY:
        return "unclear", TOO_FEW, None, zero
    return "unclear", SOMEWHERE, None, zero


def _is_crossing(trusted: Any, equal: Any, different: Any) -> bool:
    """Whether one point fell where two different curves cross: near, not equal, and alone in it."""
    near = int(np.sum(trusted & ~different))
    return (
        near == 1 and not np.any(trusted & equal) and int(np.sum(different)) >= 2 * ENOUGH_TO_REFUTE
    )


def _is_multiple(one: Any, two: Any) -> bool:
    ratio = one / two
    return bool(np.all(np.isfinite(ratio)) and np.ptp(ratio) <= AGREE * np.max(np.abs(ratio)))


def _point(flat: Any, different: Any, world: World, at: Assignment) -> Point:
    """The clearest readable counterexample."""
    where = int(np.flatnonzero(different)[len(np.flatnonzero(different)) // 2])
    cell = int(np.argmax(np.abs(flat[0][where] - flat[1][where])))
    values: dict[str, float] = {name: float(value) for name, value in sorted(at.items())}
    evaluator = StepEvaluator(world)
    for leaf in sorted(world.trail.leaves, key=str)[:12]:
        drawn = np.asarray(evaluator.draw(leaf)).reshape(flat[0].shape[0], -1)
        if drawn.shape[1] == 1:
            values[str(leaf)] = round(float(drawn[where, 0]), 4)
    return Point(values, float(flat[0][where, cell]), float(flat[1][where, cell]))


def has_zero_sum(term: Term) -> bool:
    """Whether a sum in the term starts at 0 and ends at a count."""
    return any(
        isinstance(t, Fold)
        and isinstance(t.lower, Num)
        and t.lower.value == 0
        and isinstance(t.upper, Sym)
        for t in walk(term)
    )


__all__ = ["Comparison", "Ground", "Point", "compare", "has_zero_sum"]
