"""Note -> judged claims: the pipeline of the derivation checker.

Read the note's formulas, collect what they define, infer what they leave out, then judge each chain
step by step. Nothing here raises, nothing depends on the order of notes, and everything is bounded.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vaultbp.derivations.arrays.declared import declare
from vaultbp.derivations.decide import SHARES, Judge
from vaultbp.derivations.determined import by_meanings
from vaultbp.derivations.doubts.closed import refuted_as_number
from vaultbp.derivations.doubts.held import held_silently
from vaultbp.derivations.doubts.noncommuting import numbers_alone
from vaultbp.derivations.doubts.numerals import MORE_THAN_NUMBERS, may_be_meant_otherwise
from vaultbp.derivations.doubts.vacuous import SAID, proves_nothing
from vaultbp.derivations.doubts.vectors import numbers_not_arrays
from vaultbp.derivations.followed import doubted
from vaultbp.derivations.infer import infer
from vaultbp.derivations.meaning.adjoints import complete_adjoints
from vaultbp.derivations.meaning.aliases import resolve_aliases
from vaultbp.derivations.meaning.applied import apply_numerators, differentiate_quantities
from vaultbp.derivations.meaning.approximations import ZERO, first_order
from vaultbp.derivations.meaning.classify import Role, names_entries, roles
from vaultbp.derivations.meaning.ground import fix
from vaultbp.derivations.meaning.marks import Marks, read_marks
from vaultbp.derivations.meaning.notebook import Notebook, Stated
from vaultbp.derivations.meaning.numerals import MIXED, as_mixed, as_thousands
from vaultbp.derivations.meaning.opening import MAX_FORMULAS, open_notebook
from vaultbp.derivations.meaning.parametrised import pass_parameters
from vaultbp.derivations.meaning.scope import NEVER, overlap
from vaultbp.derivations.meaning.sides import is_arithmetic
from vaultbp.derivations.meaning.terms import Call, Idx, Sym, Term, free_indices, walk
from vaultbp.derivations.numerics.forms import says_zero
from vaultbp.derivations.numerics.numbers import has_decimals
from vaultbp.derivations.plugged import in_numbers
from vaultbp.derivations.readings.observed import set_models_aside
from vaultbp.derivations.readings.trial import Decision
from vaultbp.derivations.repair import repair
from vaultbp.derivations.second_looks.called import held_against_its_name
from vaultbp.derivations.second_looks.cased import in_case_above
from vaultbp.derivations.second_looks.counted import by_count
from vaultbp.derivations.second_looks.entrywise import by_entries
from vaultbp.derivations.second_looks.grouped import by_thousands
from vaultbp.derivations.second_looks.lettered import by_letters
from vaultbp.derivations.second_looks.ordered import out_of_order
from vaultbp.derivations.second_looks.primed import as_derivative
from vaultbp.derivations.second_looks.titled import by_title
from vaultbp.derivations.verdicts import Claim, Counterexample, Kind, Status, Step
from vaultbp.latex import tree
from vaultbp.notes.note import Note
from vaultbp.source import Span

UNSETTLED = "the step before it could not be checked and may hold the mistake"

Reported = dict[tuple[Term, Term], int]
"""Steps that are wrong, and in which chain that is said."""

FAR_OFF = 0.1
"""By what share of its value a number must be off to be no result of rounding or of small steps."""

MAX_CHAINS = 2_000
"""A note with more chains than this is not judged to its end."""


def judge(note: Note, linked: Sequence[Note] = ()) -> tuple[Claim, ...]:
    """Judge every relation chain of a note, in the order of the text.

    ``linked`` are notes whose definitions may be used. Deterministic. Raises ``ImportError`` where the
    installation is broken, and nothing else.
    """
    # Points where a side is not finite are left out of every comparison: no warning is due.
    with np.errstate(all="ignore"):
        return _judge_note(note, linked)


def _judge_note(note: Note, linked: Sequence[Note]) -> tuple[Claim, ...]:
    book = open_notebook(note, linked)
    marks = read_marks(note, book)
    declare(book)
    pass_parameters(book)
    apply_numerators(book)
    differentiate_quantities(book)
    resolve_aliases(book)
    complete_adjoints(book)
    set_models_aside(book)
    infer(book)
    repeated: Reported = {}
    chains = [stated for stated in book.stated[:MAX_CHAINS] if stated.relations]
    claims = [_judged(book, stated, marks, repeated) for stated in chains]
    for k, stated in enumerate(chains):
        if stated.order in book.awaiting:
            claims[k] = _judged(book, stated, marks, repeated)
    for beyond in note.formulas[MAX_FORMULAS : MAX_FORMULAS + 1]:
        reason = f"too large: of one note the first {MAX_FORMULAS} formulas are judged"
        claims.append(Claim(beyond.span, beyond.text, "claim", "unchecked", reason))
    return tuple(doubted(claims))


def _judged(book: Notebook, stated: Stated, marks: Marks, repeated: Reported) -> Claim:
    """One chain's claim; a fault of the judge itself spoils that chain alone and is said.

    An installation that lacks a module is no such fault: it would spoil every chain.
    """
    try:
        return _judge_chain(book, stated, marks, repeated)
    except ImportError:
        raise
    except Exception as error:
        reason = f"the judge failed on this formula ({type(error).__name__}); please report it"
        span = place(stated, stated.chain.span)
        return Claim(span, stated.chain.source, "claim", "unchecked", reason)


def _judge_chain(book: Notebook, stated: Stated, marks: Marks, repeated: Reported) -> Claim:
    span = place(stated, stated.chain.span)
    if marks.ignores(span):
        return Claim(span, stated.chain.source, "prose", "unchecked", "ignored by a comment")
    judgement = Judge(book, _seed(stated))
    steps: list[Step] = []
    assumptions: dict[str, None] = {}
    hint: str | None = None
    before: Decision | None = None
    kinds, here = roles(stated), stated.order
    for k, role in enumerate(kinds):
        left, right = stated.sides[k], stated.sides[k + 1]
        if role not in (Role.CLAIM, Role.CONDITION, Role.APPROXIMATION, Role.RESTATED):
            continue
        if _wrong_before(steps):
            continue
        decision = _decide(judgement, stated, left, right, role, k)
        decision = by_thousands(judgement, stated, k, role is Role.APPROXIMATION, decision)
        decision = by_count(judgement, stated, k, role is Role.APPROXIMATION, decision)
        if decision is None or decision.reason == SHARES:
            continue
        if decision.status == "verified":
            why = proves_nothing(stated, left, right, decision.used)
            why = why or held_silently(book, left, right)
            if not decision.assumptions:
                why = why or numbers_not_arrays(left, right, decision.used)
            if not (decision.used or decision.assumptions):
                why = why or numbers_alone(book, left, right)
            if why == SAID and role is Role.RESTATED:
                continue  # a definition again
            decision = Decision("unchecked", why) if why else decision
        if decision.status == "wrong" and _names_an_equation(stated, k):
            decision = Decision("unchecked", "a number in brackets may be that of an equation")
        if decision.status == "wrong":
            decision = _with_other_numerals(judgement, stated, left, right, role, k, decision)
        if decision.status == "wrong" and repeated.get((left, right), here) != here:
            decision = Decision("unchecked", "it repeats a mistake reported above")
        if decision.status == "wrong" and before is not None and before.status == "unchecked":
            if before.unbound and not _mentions(right, before.unbound):
                decision = before
            elif _is_to_blame(judgement, stated, kinds, k):
                steps[-1] = _step(book, judgement, stated, k - 1, _turned(decision))
                repeated[(stated.sides[k - 1], left)] = here
                continue
            else:
                decision = replace(decision, reason=f"{decision.reason}; {UNSETTLED}")
        if role is Role.RESTATED and decision.status == "verified":
            _agree(book, stated, left, decision)
        if decision.awaits:
            book.awaiting.add(stated.order)
        before = decision
        step = _step(book, judgement, stated, k, decision)
        if step.status == "wrong":
            repeated[(left, right)] = here
        if step.status == "verified":
            assumptions.update(dict.fromkeys(a for a in decision.assumptions if a))
        hint = hint or decision.hint
        steps.append(step)
    return _claim(stated, span, kinds, steps, tuple(assumptions), hint, marks)


def _agree(book: Notebook, stated: Stated, left: Term, decision: Decision) -> None:
    """Remember with which definition of its symbol another formula agrees."""
    name = left.func if isinstance(left, Call) else left
    for definition in decision.used:
        if not isinstance(name, Sym) or definition.order >= stated.order:
            continue
        if definition.head.key == name.key and overlap(definition.head.slots, name.slots):
            book.agreed.setdefault(stated.order, definition.order)


def _mentions(side: Term, key: str) -> bool:
    return any(isinstance(t, Sym) and t.key == key for t in walk(side))


def _is_to_blame(judgement: Judge, stated: Stated, kinds: list[Role], k: int) -> bool:
    """Whether the side between two steps is the mistake: what stands around it is equal."""
    if k == 0 or Role.CLAIM not in kinds[k - 1 : k] or k - 1 < stated.heads:
        return False
    around = judgement.step(stated, stated.sides[k - 1], stated.sides[k + 1])
    return around.status == "verified" and not around.assumptions


def _turned(decision: Decision) -> Decision:
    """The same difference, seen from the step before: its right side is what differs."""
    point = decision.point
    if point is not None:
        point = replace(point, left=point.right, right=point.left)
    return replace(decision, point=point)


def _decide(
    judgement: Judge, stated: Stated, left: Term, right: Term, role: Role, k: int
) -> Decision | None:
    """The decision on one step, or ``None`` if the step states nothing to judge."""
    if role is Role.RESTATED:
        if _is_named_anew(judgement.book, stated, k):
            return None
        decision = as_derivative(judgement, stated, left, right)
        if decision is not None or _is_first(judgement.book, stated, left):
            return decision
    indexed = free_indices(left) | free_indices(right)
    if role is Role.CONDITION and isinstance(left, Idx):
        return None
    itself = k < stated.heads or k in stated.defines
    exclude = stated.order if itself else NEVER
    approximate = role is Role.APPROXIMATION
    plain = is_arithmetic(right)
    if isinstance(left, Sym) and plain and k == 0:
        return None
    if is_arithmetic(left) and plain and not indexed:
        found = in_numbers(judgement, stated, left, right, approximate, exclude)
        if found.status == "wrong" and found.point is not None:
            sides = (left, right)
            why = may_be_meant_otherwise(judgement.book, stated, k, sides, found.point)
            return Decision("unchecked", why) if why else found
        return found
    if approximate:
        rounded = in_numbers(judgement, stated, left, right, True, exclude) if plain else None
        if rounded is None or rounded.status != "verified":
            rounded = _to_first_order(judgement, stated, left, right, exclude)
        return rounded if rounded is not None and rounded.status == "verified" else None
    decision = judgement.step(stated, left, right, exclude)
    decision = in_case_above(judgement, stated, left, right, exclude, decision)
    decision = by_letters(judgement, stated, k, exclude, decision)
    decision = out_of_order(judgement, stated, left, right, exclude, decision)
    decision = by_entries(judgement, stated, k, exclude, decision)
    meant = by_meanings(judgement, stated, k, exclude, decision)
    if meant is None:
        return None
    decision = by_title(judgement, stated, (left, right), exclude, meant)
    if decision.status != "verified" and (plain or has_decimals(right) or has_decimals(left)):
        numeric = in_numbers(judgement, stated, left, right, False, exclude)
        if numeric.status == "verified" and not (says_zero(right) and _is_open(left)):
            return numeric
        if plain or role is not Role.RESTATED:
            if numeric.status == "wrong":
                if _is_of_a_number(judgement, stated, k, decision):
                    return decision
                closed = refuted_as_number(left, text_of(stated, stated.chain.sides[k]), numeric)
                return closed or Decision(
                    "unchecked", "the numbers put in are not those given before"
                )
            if has_decimals(right) or has_decimals(left) or _has_values(judgement, stated):
                return Decision("unchecked", numeric.reason or decision.reason)
    if role is Role.CONDITION and decision.status != "verified":
        return None
    if decision.status == "unchecked" and names_entries(left, right):
        if not any(_mentions(left, key) for key in judgement.book.scope.symbols):
            return None
    if role is not Role.RESTATED:
        return decision
    if _is_repeated(judgement, left, right):
        return None
    return held_against_its_name(judgement, stated, k, decision)


def _is_of_a_number(judgement: Judge, stated: Stated, k: int, found: Decision) -> bool:
    """Whether a step is far from right whatever its letters are: ``f'(2) = 10`` where the section says
    ``f(x) = x^3`` and the note nothing else of it."""
    book, (left, right), point = judgement.book, stated.sides[k : k + 2], found.point
    if found.status != "wrong" or point is None or point.at:
        return False
    called = {t.func.key for t in walk(left) if isinstance(t, Call)}
    meanings = [d for key in called for d in book.scope.functions.get(key, ())]
    here = all(d.section == stated.section and d.order < stated.order for d in meanings)
    why = may_be_meant_otherwise(book, stated, k, (left, right), point)
    return (
        here
        and why in (None, MORE_THAN_NUMBERS)
        and len(meanings) == len(called) > 0
        and abs(point.left - point.right) > FAR_OFF * max(abs(point.left), abs(point.right))
    )


def _with_other_numerals(
    judgement: Judge, stated: Stated, left: Term, right: Term, role: Role, k: int, found: Decision
) -> Decision:
    """The decision on a step that is wrong, where ``2\\frac{1}{3}`` may be 2 + 1/3 and ``18.000``
    eighteen thousand."""
    mixed, parted = (as_mixed(left), as_mixed(right)), (as_thousands(left), as_thousands(right))
    if mixed != (left, right):
        other = _decide(judgement, stated, *mixed, role, k)
        if other is not None and other.status != "wrong":
            return replace(other, assumptions=(*other.assumptions, MIXED))
    if parted != (left, right):
        other = _decide(judgement, stated, *parted, role, k)
        if other is not None and other.status != "wrong":
            return Decision("unchecked", "its points may part thousands")
    return found


def _names_an_equation(stated: Stated, k: int) -> bool:
    """Whether a side is a number in brackets and nothing else: ``(4) = 2x + 2y``."""
    sides = stated.chain.sides[k : k + 2]
    return any(
        isinstance(side, tree.Number) and side.span.end - side.span.start > len(side.text)
        for side in sides
        if stated.formula.text[side.span.start : side.span.start + 1] == "("
    )


def _is_first(book: Notebook, stated: Stated, left: Term) -> bool:
    """Whether nothing else in the note says what a symbol is: then nothing can be held against it."""
    if not isinstance(left, Sym):
        return False
    keys = {left.key, left.key[:1].swapcase() + left.key[1:]}
    return all(d.order == stated.order for key in keys for d in book.scope.symbols.get(key, ()))


def _is_named_anew(book: Notebook, stated: Stated, k: int) -> bool:
    """``σ(z) = y = …`` where y is another quantity elsewhere: nothing else in the note says this."""
    right = stated.sides[k + 1]
    if k + 1 >= stated.heads or not isinstance(right, Sym):
        return False
    return any(d.order != stated.order for d in book.scope.symbols.get(right.key, ()))


def _to_first_order(
    judgement: Judge, stated: Stated, left: Term, right: Term, exclude: int
) -> Decision | None:
    """Whether an approximation is a first-order one: its error vanishes faster than what is small."""
    error = first_order(left, right)
    if error is None:
        return None
    decision = judgement.step(stated, error[0], ZERO, exclude)
    return replace(decision, assumptions=(*decision.assumptions, error[1]))


def _is_repeated(judgement: Judge, left: Term, right: Term) -> bool:
    """A definition said again in the same words, which proves nothing."""
    if not isinstance(left, Sym):
        return False
    same = [
        d
        for d in judgement.book.scope.symbols.get(left.key, ())
        if fix(d.body, {}) == fix(right, {})
    ]
    return len(same) > 1


def _is_open(side: Term) -> bool:
    """Whether symbols stand in a side besides the functions it calls: ``f'(x)``, not ``f'(2)``."""
    called = {t.func.key for t in walk(side) if isinstance(t, Call)}
    return any(
        isinstance(t, Idx) or (isinstance(t, Sym) and t.key not in called) for t in walk(side)
    )


def _has_values(judgement: Judge, stated: Stated) -> bool:
    return any(d.order <= stated.order for ds in judgement.book.scope.numbers.values() for d in ds)


def _wrong_before(steps: list[Step]) -> bool:
    return any(s.status == "wrong" for s in steps)


def _step(book: Notebook, judgement: Judge, stated: Stated, k: int, decision: Decision) -> Step:
    left, right = stated.chain.sides[k], stated.chain.sides[k + 1]
    point = None
    mended = None
    if decision.status == "wrong":
        if decision.point is not None:
            point = Counterexample(decision.point.at, decision.point.left, decision.point.right)
        mended = repair(judgement, stated, k, decision.readings)
    return Step(
        text_of(stated, left),
        text_of(stated, right),
        place(stated, right.span),
        decision.status,  # type: ignore[arg-type]
        decision.reason,
        point,
        mended,
        decision.plain,
    )


def text_of(stated: Stated, side: tree.Node) -> str:
    """A side as the author wrote it; one carried over from the formula before is said so."""
    if side is stated.chain.sides[0] and stated.chain.continued:
        return "(the line before)"
    return stated.formula.text[side.span.start : side.span.end].strip()


def place(stated: Stated, span: Span) -> Span:
    """Where a part of the formula stands on disk."""
    return stated.formula.place(span)


def _claim(
    stated: Stated,
    span: Span,
    kinds: list[Role],
    steps: list[Step],
    assumptions: tuple[str, ...],
    hint: str | None,
    marks: Marks,
) -> Claim:
    kind: Kind = "claim"
    reason: str | None = None
    status: Status
    if not steps:
        if stated.heads or stated.introduces or Role.DEFINITION in kinds:
            kind, status = "definition", "definition"
        else:
            kind, status, reason = "prose", "unchecked", _why_prose(kinds)
    elif any(s.status == "wrong" for s in steps):
        status = "wrong"
        reason = next(s.reason for s in steps if s.status == "wrong")
    elif all(s.status == "verified" for s in steps):
        status = "verified"
    else:
        status = "unchecked"
        reason = next(s.reason for s in steps if s.status == "unchecked")
    return Claim(
        span,
        stated.chain.source or stated.formula.text[stated.chain.span.start : stated.chain.span.end],
        kind,
        status,
        reason,
        hint if status == "unchecked" else None,
        assumptions,
        tuple(steps),
        on_purpose=marks.on_purpose(span),
    )


def _why_prose(kinds: list[Role]) -> str:
    if Role.UPDATE in kinds:
        return "an update rule: it assigns a new value and states no equality"
    if Role.APPROXIMATION in kinds:
        return "an approximation"
    return "nothing to judge: it states no equality"


def _seed(stated: Stated) -> int:
    """A seed of the formula's own text, so that a verdict does not depend on what stands around."""
    return zlib.crc32(stated.formula.text.encode("utf-8", "replace"))
