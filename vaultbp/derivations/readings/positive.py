"""Letters that stand for positive numbers, as lengths and masses do, where a branch depends on it, or for
numbers between 0 and 1, as probabilities do, where a formula has a value for no others.

``√(x²) = x``, and ``θ = arctan(y/x)`` for the angle of a point: a step that holds at some points and not
at others because of the branch of a root or of an angle is meant where its letters are positive.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultbp.derivations.meaning.terms import Cases, Fn, Indicator, Norm, Num, Pow, Term, walk
from vaultbp.derivations.numerics.compare import NO_POINT, SOMEWHERE, TOO_FEW, Comparison
from vaultbp.derivations.numerics.forms import derives
from vaultbp.derivations.numerics.world import Options
from vaultbp.derivations.readings.trial import Question, Trial

POSITIVE = "its letters stand for positive numbers"
SHARES = "its letters stand for numbers between 0 and 1"
_ANGLES = frozenset(("arctan", "arcsin", "arccos"))
_OF_PIECES = frozenset(("abs", "sign", "relu", "max", "min"))


def as_positive(asked: Question, found: Comparison) -> Trial | None:
    """The reading of a step with positive letters, if its plain one ``found`` it to hold somewhere.

    None where the step is about the pieces of a function, or takes the root of a square: there each
    sign of its letters is meant. Nor does a derivative hold for it that has no angle.
    """
    if found.why != SOMEWHERE:
        return None
    terms = [t for d in found.used.values() for t in walk(d.body)] + asked.terms()
    roots = not derives(*asked.sides) and any(map(_is_root, terms))
    if any(map(_is_of_pieces, terms)) or not (roots or any(map(_is_angle, terms))):
        return None
    return Trial(Options(positive=True), (POSITIVE,))


def as_shares(found: Comparison) -> Iterator[Trial]:
    """The reading of a step with letters between 0 and 1, if its plain one ``found`` no points where it
    can be asked: there is a ``ln q + ln(1 - q)`` in it."""
    if found.why in (NO_POINT, TOO_FEW):
        yield Trial(Options(shares=True), (SHARES,))


def _is_angle(term: Term) -> bool:
    return isinstance(term, Fn) and term.name in _ANGLES


def _is_root(term: Term) -> bool:
    return isinstance(term, Fn) and term.name == "sqrt"


def _is_of_pieces(term: Term) -> bool:
    match term:
        case Cases() | Indicator() | Norm():
            return True
        case Fn(name="sqrt", args=(Pow(exponent=Num(value=power)),)):
            return power % 2 == 0
        case Fn(name=name):
            return name in _OF_PIECES
        case _:
            return False
