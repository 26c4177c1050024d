"""Single edits of the author's own expression that make a wrong step hold.

Every edit is made in the author's text and read again, so that what is shown is what to write. Edits
are tried kind by kind, from the slips people make most; the first kind under which exactly one edit
makes the step hold is shown, and nothing otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.edits import KINDS, Change, Kind, counts, signs
from vaultbp.derivations.meaning.lower import Lowering
from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.scope import NEVER
from vaultbp.derivations.meaning.terms import Mul, Opaque, Term, rebuilt, walk
from vaultbp.derivations.numerics.compare import compare, near
from vaultbp.derivations.numerics.world import Budget, World
from vaultbp.derivations.readings.named import cancelled
from vaultbp.derivations.readings.trial import Question, Trial
from vaultbp.derivations.verdicts import Repair
from vaultbp.latex import parse
from vaultbp.source import Span

MAX_EDITS = 40
"""How many edits of one kind are tried."""
MAX_READINGS = 3
PER_REPAIR = 12_000
"""How many terms may be evaluated for all edits of one step together."""


@dataclass(frozen=True)
class _Edit:
    """A change, the side that it makes, and what that means."""

    change: Change
    text: str
    side: Term


def repair(judgement: Judge, stated: Stated, k: int, readings: tuple[Trial, ...]) -> Repair | None:
    """The one edit of side ``k + 1`` under which step ``k`` holds in one of the readings, or, where
    there are none, under which its chains cancel."""
    judgement.budget = Budget(PER_REPAIR)
    kinds = (*KINDS, counts(sorted(judgement.book.lexicon.tops)))
    for trial in readings[:MAX_READINGS] or (None,):
        found = _mended(judgement, stated, k, trial, kinds)
        if found is not None:
            return found
    return None


def repair_signs(judgement: Judge, stated: Stated, k: int, trial: Trial) -> Repair | None:
    """The one sign to change, if that is enough."""
    judgement.budget = Budget(PER_REPAIR)
    return _mended(judgement, stated, k, trial, (signs,))


def _mended(
    judgement: Judge, stated: Stated, k: int, trial: Trial | None, kinds: tuple[Kind, ...]
) -> Repair | None:
    exclude = stated.order if k < stated.heads else NEVER
    left = stated.sides[k]
    for kind in kinds:
        if judgement.budget.left < 0:
            return None
        edits = list(islice(_edits(judgement, stated, k, kind), MAX_EDITS))
        if trial is None:
            holding = [e for e in edits if _cancels(judgement, stated, left, e.side, exclude)]
        else:
            holding = _holding(judgement, stated, left, exclude, trial, edits)
        if len({_ordered(edit.side) for edit in holding}) == 1:
            edit = holding[0]
            place = stated.formula.place(edit.change.span)
            return Repair(place, edit.change.text, edit.text.strip())
        if holding:
            return None
    return None


def _edits(judgement: Judge, stated: Stated, k: int, kind: Kind) -> Iterator[_Edit]:
    """The changes of one kind that leave one side that can be read."""
    side, text = stated.chain.sides[k + 1], stated.formula.text
    for change in kind(side, text, stated):
        edited = _edited(text, side.span, change)
        chains = parse(edited).claims
        if len(chains) == 1 and len(chains[0].sides) == 1:
            term = Lowering(judgement.book.lexicon).term(chains[0].sides[0])
            if term != stated.sides[k] and not any(isinstance(t, Opaque) for t in walk(term)):
                yield _Edit(change, edited, term)


def _edited(text: str, side: Span, change: Change) -> str:
    return text[side.start : change.span.start] + change.text + text[change.span.end : side.end]


def _holding(
    judgement: Judge, stated: Stated, left: Term, exclude: int, trial: Trial, edits: list[_Edit]
) -> list[_Edit]:
    """The edits that make a step hold at random points, and with other sizes of its arrays and sums."""
    world = judgement.world(stated, exclude, trial)
    again = Judge(judgement.book, judgement.seed + 7, 1, budget=judgement.budget)
    found = []
    likely = near(left, [edit.side for edit in edits], world, stated.case)
    for edit, is_near in zip(edits, likely, strict=True):
        if is_near and all(
            _holds(stated, left, edit.side, each)
            for each in (world, again.world(stated, exclude, trial))
        ):
            found.append(edit)
    return found


def _holds(stated: Stated, left: Term, side: Term, world: World) -> bool:
    seen = compare(left, side, world, stated.case, thorough=False)
    return seen.equal and not (seen.zero or seen.unlinked or seen.vanishing)


def _cancels(judgement: Judge, stated: Stated, left: Term, side: Term, exclude: int) -> bool:
    chain = cancelled(judgement.book, Question(stated, left, side, exclude))
    return chain is not None and chain.holds


def _ordered(term: Term) -> Term:
    """A term with the factors of its products in one order."""
    term = rebuilt(term, _ordered)
    if isinstance(term, Mul) and not any(op in ("×", "⊗") for op in term.ops):
        return Mul(tuple(sorted(term.factors, key=repr)), ("",) * len(term.ops))
    return term
