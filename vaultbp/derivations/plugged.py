"""A step held against the numbers of the note: what is computed from them, and what is printed."""

from __future__ import annotations

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.notebook import Notebook, Stated, once
from vaultbp.derivations.meaning.scope import NEVER
from vaultbp.derivations.meaning.terms import Array, Neg, Num, Term, walk
from vaultbp.derivations.numerics.compare import Point
from vaultbp.derivations.numerics.numbers import judge_numbers
from vaultbp.derivations.readings.trial import Decision, Trial

HIDDEN = "it holds only if digits were computed with that are not printed"


@once
def _results(book: Notebook) -> frozenset[str]:
    """The numbers that stand at the right of an equality: these may have been rounded."""
    sides = (side for stated in book.stated for side in stated.sides[1:])
    return frozenset(
        t.text for side in sides for t in walk(side) if isinstance(t, Num) and _is_printed(side)
    )


def _is_printed(side: Term) -> bool:
    """Whether a side is a number or an array of numbers."""
    return all(isinstance(t, Num | Neg | Array) for t in walk(side))


def in_numbers(
    judge: Judge, stated: Stated, left: Term, right: Term, approximate: bool, exclude: int = NEVER
) -> Decision:
    """Whether two sides are equal at the precision printed, with the note's values for its letters."""
    world = judge.world(stated, exclude, Trial())
    world.numeric = True
    found = judge_numbers(left, right, world, approximate)
    if found.status == "verified" and not approximate:
        inputs = judge_numbers(left, right, world, approximate, _results(judge.book))
        if inputs.status != "verified":
            return Decision("unchecked", HIDDEN)
    if found.status != "wrong":
        return Decision(found.status, found.reason)
    return Decision("wrong", found.reason, point=Point({}, found.left, found.right))
