"""A new name with a prime, ``y' = …``, held to be the derivative of the ``y`` that the note defines.

A prime may as well make a new name. So what holds is verified, and what does not is a definition, unless
words beside it speak of derivatives or another name with a prime was found to be one.
"""

from __future__ import annotations

import re

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.notebook import Notebook, Stated
from vaultbp.derivations.meaning.primes import derivative_meant
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import Sym, Term, walk
from vaultbp.derivations.meaning.words import mentions
from vaultbp.derivations.readings.freed import behind, definitions
from vaultbp.derivations.readings.trial import Decision

CHOICE = "′"
"""Under which the note's choice is remembered."""
_DERIVED = re.compile(
    r"deriv|differenti|\bdiff\b|slope|gradient|производн|дифференц|ableit|steigung|dérivé|导数|求导|微分"
    r"|導|미분|도함수",
    re.IGNORECASE,
)


def as_derivative(judge: Judge, stated: Stated, left: Term, right: Term) -> Decision | None:
    """The decision on ``y' = …`` as a claim on ``dy/dx``; ``None`` if it may be a definition."""
    meant = derivative_meant(left, judge.book.scope, stated.order)
    if meant is None or not isinstance(left, Sym):
        return None
    found = judge.step(stated, meant, right, stated.order)
    says = f"{left.key} is {show(meant)}"
    if found.status == "verified":
        judge.book.chosen.setdefault(CHOICE, says)
        return Decision("verified", None, None, (says, *found.assumptions), found.used)
    said = CHOICE in judge.book.chosen or mentions(_DERIVED, stated.formula.before[-200:])
    if found.status != "wrong" or not said or not _is_local(judge.book, stated, (meant, right)):
        return None
    return found


def _is_local(book: Notebook, stated: Stated, sides: tuple[Term, ...]) -> bool:
    """Whether all that a step is computed from is said in its own section, letters like g and a not
    elsewhere for something else."""
    written = {t.key for side in sides for t in walk(side) if isinstance(t, Sym)}
    names = written.union(*(behind(book, key) for key in written))
    meanings = (d for name in names for d in definitions(book, name.removesuffix("#")))
    return all(d.section == stated.section for d in meanings if d.order >= 0)
