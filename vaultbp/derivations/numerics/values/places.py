"""A term at a place, its limit there, and its integral between two places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaultbp.derivations.meaning.ground import Indices
from vaultbp.derivations.meaning.terms import (
    At,
    Fold,
    Integral,
    Limit,
    Num,
    Sym,
    Term,
    walk,
)
from vaultbp.derivations.numerics import functions, limits, sample
from vaultbp.derivations.numerics.quadrature import between
from vaultbp.derivations.numerics.world import CannotEvaluate

if TYPE_CHECKING:
    from vaultbp.derivations.numerics.evaluate import Evaluator

INTEGRAL = 400
"""What an integral costs beside its integrand, in steps."""


def at_a_place(ev: Evaluator, term: At, at: Indices) -> Any:
    """A term with symbols given values: ``f|_{x=2}``."""
    places: list[tuple[Term, Any]] = []
    for symbol, value in term.places:
        if not isinstance(symbol, Sym):
            raise CannotEvaluate("an evaluation at something that is not a symbol")
        places.append((symbol, ev.value(value, at)))
    return ev.substituted(term.body, places, at, at)


def limit(ev: Evaluator, term: Limit, at: Indices) -> Any:
    """Extrapolated from places near by, on both sides where there are two."""
    folds = (t for t in walk(term.body) if isinstance(t, Fold))
    if any(term.symbol in (*walk(end),) for f in folds for end in (f.lower, f.upper) if end):
        raise CannotEvaluate("a limit of sums of more and more terms is not evaluated")
    assert isinstance(term.symbol, Sym)
    symbol = term.symbol

    def beside(place: Any) -> Any:
        return ev.substituted(term.body, [(symbol, place + np.zeros(sample.POINTS))], at, at)

    if isinstance(term.to, Num) and np.isinf(term.to.value):
        return limits.far_away(beside)
    to = ev.value(term.to, at)
    return limits.from_one_side(beside, to, term.side) if term.side else limits.near(beside, to)


def integral(ev: Evaluator, term: Integral, at: Indices) -> Any:
    """Integrated by quadrature, ends of any finite value. Raises :class:`CannotEvaluate` without ends."""
    if term.lower is None or term.upper is None or not isinstance(term.by, Sym):
        raise CannotEvaluate("∫ is not evaluated")
    symbol, ends = term.by, (ev.value(term.lower, at), ev.value(term.upper, at))
    if any(end.ndim > 1 or np.any(np.isinf(functions.real(end))) for end in ends):
        raise CannotEvaluate("∫ to infinity is not evaluated")
    ev.world.budget.spend(INTEGRAL)
    return between(*ends, lambda place: ev.substituted(term.body, [(symbol, place)], at, at))
