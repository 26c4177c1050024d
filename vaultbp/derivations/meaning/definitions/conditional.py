"""Equations that hold at some places only, and so say what nothing is."""

from __future__ import annotations

import re

from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.terms import Call, Deriv, Grad, Num, Sym, Term, walk

_SOME = re.compile(
    r"\b(exists?|there (is|are)|for some|существует|existe|existiert|gibt es)\b[^.;。]*$"
    r"|(存在|∃|\\exists)[^.;。]*$",
    re.IGNORECASE,
)


_WHERE = re.compile(
    r"\b(at|if|when|whenever|unless|falls|wenn|bei|si|cuando|quando|lorsque|если|когда|при)\s*$"
    r"|(当|若|如果)\s*$",
    re.IGNORECASE,
)


_HENCE = re.compile(
    r"\b(hence|thus|therefore|so( that)?|implies( that)?|follows( that)?|also|daher|folglich|somit"
    r"|donc|d'où|luego|por (lo )?tanto|portanto|logo|значит|следовательно|поэтому|отсюда)[\s,:]*$"
    r"|(따라서|그러므로|所以|因此|于是|したがって|よって|ゆえに)[\s,:，]*$",
    re.IGNORECASE,
)
"""Words before what follows from all that is said above."""


def says_where(each: Stated) -> bool:
    """Whether symbols are equal only where the words just before say, or by all that stands above them:
    ``kinked at y = t``, ``hence p = q``."""
    if not all(isinstance(side, Sym) for side in each.sides) or set(each.relations) != {"="}:
        return False
    words = (each.formula.before.rstrip("$ ") + each.formula.text[: each.chain.span.start])[-30:]
    if len(each.sides) == 2 and _WHERE.search(words) is not None:
        return True
    plain = not any(isinstance(side, Sym) and side.slots for side in each.sides)
    return plain and _HENCE.search(words) is not None


def says_some(each: Stated) -> bool:
    """Whether an equation holds at some point only: ``there is a c such that f(c) = 2c``."""
    start = each.chain.span.start
    words = each.formula.before[-60:] + each.formula.text[:start]
    return _SOME.search(words) is not None


def is_solved_for(head: Term, section: int, before: list[Stated]) -> bool:
    """Whether a condition just before is what a symbol solves: ``dP/dR = … = 0, so R = r``.

    Such an equation says where something is best, and not what the symbol is. What is differentiated
    is not solved for.
    """
    key = head.key if isinstance(head, Sym) else ""
    for each in before:
        if each.section != section:
            continue
        terms = [t for side in each.sides for t in walk(side)]
        derived = any(
            isinstance(t, Deriv | Grad) or (isinstance(t, Call) and t.order) for t in terms
        )
        last = each.sides[-1]
        vanishes = each.relations[-1:] == ("=",) and isinstance(last, Num) and last.value == 0
        tops = sum(isinstance(t, Deriv) and t.of == head for t in terms)
        if vanishes and derived and sum(_is_named(t, key) for t in terms) > tops:
            return True
    return False


def _is_named(term: Term, key: str) -> bool:
    return isinstance(term, Sym) and term.key == key
