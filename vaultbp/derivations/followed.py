"""Whether a note was followed: of a note that the judge hardly understood nothing is called wrong.

A step that differs is either the author's mistake or one that the judge read otherwise than it was
meant. The other steps of the note tell which is likelier: where most of them hold, the note was
followed; where most could not be checked, its notation or its conventions are probably unknown here.
In 343 public notes that nobody had tuned on, 36 steps about symbols differed only because they were
misread, and 34 of them stood in notes of which less than 45 of a hundred steps held. Of 14 true mistakes
in labelled notes 11 stood in others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vaultbp.derivations.verdicts import Claim, Step

FOLLOWED = 0.45
"""The share of a note's steps that must hold for a step that differs to be called wrong."""
FOLLOWED_WITH_REPAIR = 0.3
"""The same where one small change mends the step, which speaks for a mistake."""
FEW = 2
"""So many steps that could not be checked say nothing about the note."""

NOT_FOLLOWED = (
    "the two sides differ as they are read here, but too little of this note could be checked to be "
    "sure that they are meant so"
)


def doubted(claims: Sequence[Claim]) -> list[Claim]:
    """The claims of one note, with a wrong one unchecked where the note was not followed."""
    steps = [step for claim in claims if claim.kind == "claim" for step in claim.steps]
    held = sum(step.status == "verified" for step in steps)
    lost = sum(step.status == "unchecked" for step in steps)
    share = 1.0 if lost <= FEW else held / (held + lost)
    return [
        _doubted(claim, share) if claim.status == "wrong" and not claim.on_purpose else claim
        for claim in claims
    ]


def _doubted(claim: Claim, share: float) -> Claim:
    if all(_is_certain(step, share) for step in claim.steps if step.status == "wrong"):
        return claim
    steps = tuple(
        replace(step, status="unchecked", reason=NOT_FOLLOWED, counterexample=None, repair=None)
        if step.status == "wrong" and not _is_certain(step, share)
        else step
        for step in claim.steps
    )
    return replace(claim, status="unchecked", reason=NOT_FOLLOWED, steps=steps)


def _is_certain(step: Step, share: float) -> bool:
    """Whether a step is wrong for sure, whatever else the note says: one of numbers alone is, and one
    of the formula just before it."""
    if step.plain:
        return True
    if step.counterexample is not None and not step.counterexample.at:
        return True
    return share >= (FOLLOWED if step.repair is None else FOLLOWED_WITH_REPAIR)
