"""A new name with a prime, ``y' = …``, held to be the derivative of the ``y`` that the note defines.

A prime may as well make a new name. So what holds is verified, and what does not is a definition, unless
words beside it speak of derivatives or another name with a prime was found to be one.
"""

from __future__ import annotations

import re

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.notebook import Notebook, Stated
from vaultbp.derivations.meaning.primes import derivatives_meant
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import Deriv, Sym, Term, symbol_keys
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
    meant = derivatives_meant(left, judge.book.scope, stated.order)
    if not isinstance(left, Sym):
        return None
    moving = _moving(judge.book, stated, left)
    meant = [each for each in meant if not (_variables(each) & moving)]
    if not meant:
        return None
    decisions = []
    for each in meant:
        found = judge.step(stated, each, right, stated.order)
        if found.status == "verified":
            says = f"{left.key} is {show(each)}"
            judge.book.chosen.setdefault(CHOICE, says)
            return Decision("verified", None, None, (says, *found.assumptions), found.used)
        decisions.append(found)
    said = CHOICE in judge.book.chosen or mentions(_DERIVED, stated.formula.before[-200:])
    if not said or any(found.status != "wrong" for found in decisions):
        return None
    local = all(_is_local(judge.book, stated, (each, right)) for each in meant)
    return decisions[0] if local else None


def _moving(book: Notebook, stated: Stated, head: Sym) -> set[str]:
    """What else its section writes with a prime: ``y' = 3u^2u'`` is no derivative by u."""
    near = (side for each in book.stated if each.section == stated.section for side in each.sides)
    names = symbol_keys(*near) - {head.key}
    return {name.rstrip("'") for name in names if name.endswith("'")}


def _variables(meant: Term) -> set[str]:
    by = meant.wrt if isinstance(meant, Deriv) else ()
    return {each.key for each in by if isinstance(each, Sym)}


def _is_local(book: Notebook, stated: Stated, sides: tuple[Term, ...]) -> bool:
    """Whether all that a step is computed from is said in its own section, letters like g and a not
    elsewhere for something else."""
    written = symbol_keys(*sides)
    names = written.union(*(behind(book, key) for key in written))
    meanings = (d for name in names for d in definitions(book, name.removesuffix("#")))
    return all(d.section == stated.section for d in meanings if d.order >= 0)
