"""A step held against the numbers of the note: what is computed from them, and what is printed."""

from __future__ import annotations

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.scope import NEVER
from vaultbp.derivations.meaning.terms import Term
from vaultbp.derivations.numerics.compare import Point
from vaultbp.derivations.numerics.numbers import judge_numbers
from vaultbp.derivations.readings.trial import Decision, Trial


def in_numbers(
    judge: Judge, stated: Stated, left: Term, right: Term, approximate: bool, exclude: int = NEVER
) -> Decision:
    """Whether two sides are equal at the precision printed, with the note's values for its letters."""
    world = judge.world(stated, exclude, Trial())
    world.numeric = True
    found = judge_numbers(left, right, world, approximate)
    if found.status != "wrong":
        return Decision(found.status, found.reason)
    return Decision("wrong", found.reason, point=Point({}, found.left, found.right))
