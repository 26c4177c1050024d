"""Definitions held against the name that the note gives them in words.

A function may be defined as one likes. But a note that speaks of the sigmoid and then writes
``σ(z) = -1/(1 + e^{-z})`` has lost a sign: the words say what the formula was to be.
"""

from __future__ import annotations

import re

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.conventions import Convention, for_name
from vaultbp.derivations.meaning.notebook import Notebook, Stated
from vaultbp.derivations.meaning.scope import NEVER
from vaultbp.derivations.meaning.terms import Call, Fn, Neg, Term
from vaultbp.derivations.numerics.compare import compare
from vaultbp.derivations.readings.trial import Decision, Trial
from vaultbp.derivations.repair import repair_signs

_TURNED = re.compile(
    r"negat|minus|flip|mirror|revers|reflect|invers|opposite|complement|deriv|loss|instead|scaled"
    r"|отриц|обратн|производн|gespiegelt|umgekehrt|ableit|négat|负|負|反",
    re.IGNORECASE,
)
"""Words beside a name that say that something else than the named function may be meant."""


def held_against_its_name(judge: Judge, stated: Stated, k: int, found: Decision) -> Decision | None:
    """What is said of a definition that restates what is known: ``None`` if it is free to differ.

    ``found`` is the decision under the conventions, which count only if the note calls the function
    by their name. Wrong is what one sign makes the named function; the function mirrored, with the
    other sign in its argument, is another usual form and free.
    """
    left, right = stated.sides[k], stated.sides[k + 1]
    usual = for_name(left.func.key) if isinstance(left, Call) else []
    named = [c for c in usual if _calls_it(judge.book, stated, c)]
    if found.status != "verified":
        lost = (_sign_lost(judge, stated, k, left, right, convention) for convention in named)
        return next((decision for decision in lost if decision), None)
    assumed = {c.of(left.func.key).assumption for c in usual if isinstance(left, Call)}
    return found if named or assumed.isdisjoint(found.assumptions) else None


def _calls_it(book: Notebook, stated: Stated, convention: Convention) -> bool:
    """Whether the note speaks of the convention, and not of its reverse beside this formula."""
    beside = stated.formula.before + "\n" + stated.formula.after[:120]
    return convention.is_called(book.note.source.text) and not _TURNED.search(beside)


def _sign_lost(
    judge: Judge, stated: Stated, k: int, left: Term, right: Term, convention: Convention
) -> Decision | None:
    assert isinstance(left, Call)
    key = left.func.key
    trial = Trial(scope=judge.book.scope.with_only(convention.of(key)))
    differs = compare(left, right, judge.world(stated, NEVER, trial))
    mirrored = Call(left.func, tuple(Neg(each) for each in left.args))
    if isinstance(convention.definition.body, Fn):
        return None  # written by its own name: no sign was lost in spelling it out
    if not differs.different or compare(mirrored, right, judge.world(stated, NEVER, trial)).equal:
        return None
    if repair_signs(judge, stated, k, trial) is None:
        return None
    reason = f"the words beside it say that {convention.of(key).assumption}: a sign differs"
    return Decision("wrong", reason, point=differs.point, readings=(trial,))
