"""Steps under a case that the section named further above: ``i ≠ j``, then formula after formula."""

from __future__ import annotations

from dataclasses import replace

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.terms import Term
from vaultbp.derivations.numerics.compare import ONLY_DISTINCT, SOMEWHERE
from vaultbp.derivations.readings.trial import Decision


def in_case_above(
    judge: Judge, stated: Stated, left: Term, right: Term, exclude: int, found: Decision
) -> Decision:
    """The decision on a step that holds for some indices only: verified if these are the case named last.

    The case may have been left by then, so it accuses nobody.
    """
    if found.reason not in (SOMEWHERE, ONLY_DISTINCT):
        return found
    if stated.case_above is None or stated.said_case is not None:
        return found
    again = judge.step(replace(stated, case=stated.case_above), left, right, exclude)
    return again if again.status == "verified" else found
