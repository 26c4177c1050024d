"""Names of which no formula says what they are, but for which a step puts what they stand for.

A note may end a derivation with ``… = e^{u_j}/Σ_k e^{u_k} = y_j``, or go from ``e^o/(1 + e^o) - P`` to
``Q - P``, and say nowhere else what ``y`` or ``Q`` is. What the name was put for is its meaning if
another step, which says something else, holds by it. It proves the other steps; the one that gives
it is read as a definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.named_parts import put_for
from vaultbp.derivations.meaning.notebook import Notebook, Stated, once
from vaultbp.derivations.meaning.scope import NEVER, Definition
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import (
    Call,
    Deriv,
    Diff,
    Div,
    Fn,
    Grad,
    Idx,
    Integral,
    Mul,
    Opaque,
    Pow,
    Sym,
    Term,
    free_indices,
    walk,
)
from vaultbp.derivations.numerics.compare import compare
from vaultbp.derivations.readings.trial import Decision, Trial

_IDENTITIES = frozenset(("I", "Id"))
"""Names that are put for ``WᵀW`` on a condition."""
MAX_NAMES = 4
"""Of so many names of one note a meaning is looked for."""
MAX_TRIES = 16
"""So many steps are taken for what gives a name its meaning: each asks the note anew."""
MAX_STEPS = 6
"""So many steps are asked whether they hold by a meaning."""


@dataclass(frozen=True)
class _Giver:
    """The step of a chain that puts a name for what stood there before."""

    stated: Stated
    step: int
    name: Sym
    meaning: Term


def by_meanings(
    judge: Judge, stated: Stated, k: int, exclude: int, found: Decision
) -> Decision | None:
    """The decision on a step when names have the meanings that other steps bear out; ``None`` for a
    step that gives one."""
    if found.status != "unchecked":
        return found
    borne_out = _borne_out(judge.book)
    if borne_out is None:
        return found
    if (stated.order, k) in borne_out.givers:
        return None
    left, right = stated.sides[k], stated.sides[k + 1]
    second = Judge(borne_out.book, judge.seed).step(stated, left, right, exclude)
    return second if second.status == "verified" else found


@dataclass(frozen=True)
class _Meanings:
    """A second reading of the note, in which some names have a meaning."""

    book: Notebook
    givers: frozenset[tuple[int, int]]
    """The steps that give them: which chain, and which step of it."""


@once
def _borne_out(book: Notebook) -> _Meanings | None:
    """The note with what such names stand for, if there are any."""
    tried: set[str] = set()
    givers: set[tuple[int, int]] = set()
    other, tries = book, 0
    for giver in sorted(_givers(book), key=_is_of_one_member):
        key = giver.name.key
        if key in other.scope.symbols or (key not in tried and len(tried) >= MAX_NAMES):
            continue
        tried.add(key)
        tries += 1
        if tries > MAX_TRIES:
            break
        tentative = _with_meaning(other, giver)
        if _is_borne_out(tentative, giver):
            other = tentative
            givers.add((giver.stated.order, giver.step))
    return _Meanings(other, frozenset(givers)) if givers else None


def _with_meaning(book: Notebook, giver: _Giver) -> Notebook:
    text = f"{show(giver.name)} := {show(giver.meaning)}"
    order, section = giver.stated.order, giver.stated.section
    definition = Definition(giver.name, giver.meaning, order, section, None, text, text, True)
    scope = book.scope.with_only(definition)
    return Notebook(book.note, book.lexicon, book.stated, scope, book.readings)


def _givers(book: Notebook) -> Iterator[_Giver]:
    known = _explained(book)
    for stated in book.stated:
        pairs = zip(stated.sides, stated.sides[1:], stated.relations, strict=False)
        for step, (left, right, sign) in enumerate(pairs):
            if sign != "=" or step < stated.heads or (stated.update and not step):
                continue
            put = put_for(left, right)
            if put is None or put[1].key in known or put[1].key.split("_")[0] in _IDENTITIES:
                continue
            meaning, name = put
            if free_indices(meaning) <= free_indices(name) and _is_formula(meaning):
                yield _Giver(stated, step, name, meaning)


def _is_of_one_member(giver: _Giver) -> bool:
    """Whether a step says what ``y_3`` is and not what every ``y_j`` is."""
    return not all(isinstance(slot.index, Idx) for slot in giver.name.slots)


def _explained(book: Notebook) -> set[str]:
    """What the note defines, calls, differentiates or differentiates by."""
    scope = book.scope
    found = {*scope.symbols, *scope.functions, *scope.numbers}
    for stated in book.stated:
        for side in stated.sides:
            for term in walk(side):
                if isinstance(term, Deriv | Grad | Diff):
                    found.update(t.key for t in _differentiated(term) if isinstance(t, Sym))
                elif isinstance(term, Call):
                    found.add(term.func.key)
    return found


def _differentiated(term: Deriv | Grad | Diff) -> tuple[Term, ...]:
    match term:
        case Deriv(of=of, wrt=wrt):
            return (of, *wrt)
        case Grad(of=of, wrt=by):
            return (of,) if by is None else (of, by)
        case Diff(body=body):
            return (body,)


def _is_formula(meaning: Term) -> bool:
    """Whether a meaning computes something from symbols, without derivatives."""
    inside = walk(meaning)
    if any(isinstance(t, Deriv | Grad | Diff | Integral | Opaque) for t in inside):
        return False
    return isinstance(meaning, Div | Fn | Call | Pow | Mul) and any(
        isinstance(t, Sym) for t in inside
    )


def _is_borne_out(book: Notebook, giver: _Giver) -> bool:
    """Whether a step of another chain, which says something else of the name, holds by its meaning,
    and none that puts the name for something contradicts it."""
    key, holds, asked = giver.name.key, False, 0
    judge = Judge(book)
    for stated in book.stated:
        for left, right in _pairs(stated):
            if _has(left, key) == _has(right, key):
                continue
            again = put_for(left, right)
            if again is not None and again[1].key == key:
                world = judge.world(stated, NEVER, Trial())
                if compare(left, right, world, stated.said_case, thorough=False).different:
                    return False
            elif stated is not giver.stated and not holds and asked < MAX_STEPS:
                asked += 1
                holds = judge.step(stated, left, right).status == "verified"
    return holds


def _pairs(stated: Stated) -> Iterator[tuple[Term, Term]]:
    """Every two sides that a chain says are equal."""
    if stated.update or any(sign not in ("=", "≡") for sign in stated.relations):
        return
    for k, left in enumerate(stated.sides):
        for right in stated.sides[k + 1 :]:
            yield left, right


def _has(side: Term, key: str) -> bool:
    return any(isinstance(t, Sym) and t.key == key for t in walk(side))
