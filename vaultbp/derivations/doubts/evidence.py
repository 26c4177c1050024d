"""Which of its definitions a note means by a symbol: its other steps that hold tell.

Where ``z`` is defined twice, or only far below, a step that differs proves nothing by itself. But if a
step nearby holds with one definition, and would not hold with another, the note means that one here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from vaultbp.derivations.meaning.ground import fix
from vaultbp.derivations.meaning.notebook import Notebook, Stated
from vaultbp.derivations.meaning.scope import Definition, overlap
from vaultbp.derivations.meaning.terms import Call, Deriv, Idx, Sym, walk
from vaultbp.derivations.numerics.compare import Comparison, compare, screen
from vaultbp.derivations.numerics.forms import has_symbols
from vaultbp.derivations.numerics.world import Options, World
from vaultbp.derivations.readings.trial import Question, Trial, Tried

MOST = 4
"""How many steps are asked what they tell of one definition: the nearest ones."""
MANY = 8
"""Rival definitions, as of an f that every example defines anew: more are not told apart by steps."""
IMMEDIATE = Options(immediate=True)
LOOK_AHEAD = 4
"""How many chains after a claim a definition may stand to be what the claim means."""

Under = Callable[[Question, Trial], World]
"""Makes what a step is evaluated in under one reading."""


@dataclass(frozen=True)
class Held:
    """A step that was found to hold, and the reading in which it does."""

    asked: Question
    trial: Trial


def remember(book: Notebook, asked: Question, trial: Trial, used: Iterable[Definition]) -> None:
    """Keep a step that holds as evidence for the definitions by which it does."""
    for definition in used:
        book.held.setdefault(definition.order, []).append(Held(asked, trial))


def may_mean_another(
    book: Notebook, under: Under, asked: Question, used: Definition, tried: Tried
) -> bool:
    """Whether a step may mean another definition of a symbol than the one it was evaluated by.

    Not where that stands just before the step, which names the symbol, unless it holds by another one
    of the section. Not either where that alone stands in the step's section, or other steps tell that
    it is meant, and the step holds by none of the others that may be. Several in one section are
    examples, of which one may be told in words.
    """
    stated = asked.stated
    if used.order == stated.order - 1 and used.head.key in names_in(asked):
        beside = [r for r in rivals(book, used) if r.section == stated.section]
        return any(_holds(under, asked, each) for each in _readings(book, beside[:MANY], tried))
    others = [
        r
        for r in rivals(book, used)
        if not (_is_near(used, stated) and r.order > stated.order + LOOK_AHEAD)
        and not _says_the_same(book, under, asked, used, r)
    ]
    if not others:
        return False
    readings = _readings(book, others, tried)
    if len(others) <= MANY and _is_meant(book, under, asked, used, others):
        return any(_holds(under, asked, reading) for reading in readings)
    if not _is_near(used, stated) or any(r.section == stated.section for r in others):
        return True
    return any(_may_hold(under, asked, reading) for reading in readings)


def _readings(book: Notebook, others: list[Definition], tried: Tried) -> list[Trial]:
    """The readings tried, with each of some other definitions in the place of its rivals."""
    return [
        replace(trial, scope=(trial.scope or book.scope).with_only(rival))
        for rival in others
        for trial, _ in tried
    ]


def is_only_a_value(book: Notebook, under: Under, asked: Question, used: Definition) -> bool:
    """Whether a definition gives a value to what the chain differentiates by, and nothing else.

    ``∂f/∂y`` holds for every ``y``, whatever ``y = 2x + 3`` another example may say: a step that
    differs for a free ``y``, and does not hold by any other definition of it, is wrong in all of them.
    """
    if used.params is not None or used.by_derivative or used.head.slots:
        return False
    if used.head.key not in _moved(asked.stated):
        return False
    scope = book.scope
    free = replace(scope, symbols={**scope.symbols, used.head.key: []})
    found = compare(*asked.sides, under(asked, Trial(scope=free)), asked.case)
    if not found.different or found.unlinked or found.vanishing:
        return False
    others = [r for r in rivals(book, used) if has_symbols(r.body)]
    return len(others) <= MANY and not any(
        _may_hold(under, asked, Trial(scope=scope.with_only(other))) for other in others
    )


def _moved(stated: Stated) -> set[str]:
    """The symbols by which a chain differentiates."""
    terms = [t for side in stated.sides for t in walk(side)]
    by = [w for t in terms if isinstance(t, Deriv) for w in t.wrt]
    by += [a for t in terms if isinstance(t, Call) and t.order for a in t.args]
    return {term.key for term in by if isinstance(term, Sym)}


def is_partial(book: Notebook, derivative: Deriv) -> bool:
    """Whether another step holds with a derivative as a partial one, whatever else moves along."""
    held = (h for steps in book.held.values() for h in steps if isinstance(h, Held))
    return any(h.trial == Trial() and derivative in h.asked.terms() for h in held)


def takes_whole(book: Notebook, under: Under, asked: Question) -> bool:
    """Whether the note means whole derivatives where a step holds for immediate ones alone: another
    step that differentiates the same by the same holds by every path, and would not by the first."""
    own = _families(asked)
    return any(
        isinstance(each, Held)
        and not each.trial.options.immediate
        and not own.isdisjoint(_families(each.asked))
        and _screened(under, each, replace(each.trial, options=IMMEDIATE)).different
        for each in {id(e): e for held in book.held.values() for e in held}.values()
    )


def _families(asked: Question) -> set[tuple[str, str]]:
    """What a step differentiates by what, as the letters of both."""
    found = (t for t in asked.terms() if isinstance(t, Deriv))
    return {
        (each.of.key, each.wrt[-1].key)
        for each in found
        if isinstance(each.of, Sym) and isinstance(each.wrt[-1], Sym)
    }


def rivals(book: Notebook, used: Definition) -> list[Definition]:
    """Other definitions of the same symbol that say something else."""
    table = book.scope.functions if used.params is not None else book.scope.symbols
    return [
        other
        for other in table.get(used.head.key, ())
        if other is not used
        and overlap(other.head.slots, used.head.slots)
        and other.by_derivative == used.by_derivative
        and fix(other.body, {}) != fix(used.body, {})
        and book.original(other.order) != book.original(used.order)
    ]


def holds_by_entries(book: Notebook, asked: Question, definition: Definition) -> bool:
    """Whether other steps hold by what the note only implies of the entries of a whole, and among them
    write entries of every matrix that a step writes: then the order of its indices is known."""
    if not any(
        isinstance(slot.index, Idx) and slot.index.name[:1] == "#" for slot in definition.head.slots
    ):
        return False
    held = [
        each.asked
        for each in book.held.get(definition.order, ())
        if isinstance(each, Held) and each.asked.stated.order != asked.stated.order
    ]
    return bool(held) and _matrices(asked) <= {key for each in held for key in _matrices(each)}


def _matrices(asked: Question) -> set[str]:
    """The families of which a step writes entries with two lower indices."""
    lower = (
        (t.key, sum(slot.place == "_" for slot in t.slots))
        for t in asked.terms()
        if isinstance(t, Sym)
    )
    return {key for key, count in lower if count == 2}


def names_in(asked: Question) -> set[str]:
    """The symbols and functions that a step names."""
    names = (t.func if isinstance(t, Call) else t for t in asked.terms())
    return {name.key for name in names if isinstance(name, Sym)}


def _is_near(used: Definition, stated: Stated) -> bool:
    """Whether a definition stands before the step under its heading."""
    return used.order < stated.order and used.section == stated.section


def _says_the_same(
    book: Notebook, under: Under, asked: Question, used: Definition, rival: Definition
) -> bool:
    """Whether a rival follows from the definition used: ``z = u + b`` where ``z = wx + b``, ``u = wx``."""
    if rival.params is not None or rival.by_derivative:
        return False
    world = under(asked, Trial(scope=book.scope.with_only(used)))
    found = screen(rival.head, rival.body, world)
    return found.equal and not found.zero


def _holds(under: Under, asked: Question, trial: Trial) -> bool:
    """Whether a step holds in a reading, for some values of its indices at least."""
    found = compare(*asked.read(trial), under(asked, trial), asked.case)
    return not (found.different or found.failed or found.zero or found.unlinked)


def _may_hold(under: Under, asked: Question, trial: Trial) -> bool:
    """Whether a step is not known to fail in a reading: by what has a path to what it asks for."""
    found = screen(*asked.read(trial), under(asked, trial), asked.case)
    return not (found.different or found.unlinked or found.vanishing)


def _is_meant(
    book: Notebook, under: Under, asked: Question, used: Definition, others: list[Definition]
) -> bool:
    """Whether steps near by hold by a definition, with no other between, and would by no other."""
    stated, order = asked.stated, asked.stated.order
    examples = any(other.section == stated.section for other in others)
    near = [
        each
        for each in book.held.get(used.order, ())
        if isinstance(each, Held)
        and not _parted(each.asked.stated.order, order, others)
        and (each.asked.stated.formula is stated.formula or not examples)
    ]
    near.sort(key=lambda each: abs(each.asked.stated.order - order))
    return all(any(_refuses(book, under, e, other) for e in near[:MOST]) for other in others)


def is_used_early(book: Notebook, under: Under, asked: Question, definition: Definition) -> bool:
    """Whether a step of the same section holds by a definition that stands further below it too."""
    return any(
        isinstance(each, Held)
        and each.asked.stated.section == asked.stated.section
        and each.asked.stated.order < definition.order
        and _needs(book, under, each, definition)
        for each in book.held.get(definition.order, ())[:MOST]
    )


def _parted(one: int, two: int, rivals: list[Definition]) -> bool:
    """Whether a rival stands between two places."""
    return any(min(one, two) < rival.order < max(one, two) for rival in rivals)


def _refuses(book: Notebook, under: Under, held: Held, rival: Definition) -> bool:
    """Whether a step that holds does not with a rival definition in the place of its own."""
    scope = (held.trial.scope or book.scope).with_only(rival)
    return not _screened(under, held, replace(held.trial, scope=scope)).equal


def _needs(book: Notebook, under: Under, held: Held, definition: Definition) -> bool:
    """Whether a step that holds would not without a definition."""
    scope = (held.trial.scope or book.scope).without(definition)
    found = _screened(under, held, replace(held.trial, scope=scope))
    return found.different or bool(found.unlinked)


def _screened(under: Under, held: Held, trial: Trial) -> Comparison:
    left, right = held.asked.read(trial)
    return screen(left, right, under(held.asked, trial), held.asked.case)
