"""Absolute values that a step resolves: ``|x - z| = x - z`` holds where x is the larger, as the case
that a proof treats may say anywhere."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from vaultbp.derivations.meaning.terms import Fn, Neg, Term, rebuilt, walk
from vaultbp.derivations.numerics.compare import Comparison

_MOST = 3
"""Of so many absolute values every choice of signs is tried."""


def holds_for_a_sign(left: Term, right: Term, compared: Callable[[Term, Term], Comparison]) -> bool:
    """Whether a step holds where what stands between bars has one sign or the other."""
    bars = list(dict.fromkeys(t for s in (left, right) for t in walk(s) if _is_bar(t)))
    if not 0 < len(bars) <= _MOST:
        return False
    for choice in product((False, True), repeat=len(bars)):
        negative = dict(zip(bars, choice, strict=True))
        if compared(_resolved(left, negative), _resolved(right, negative)).equal:
            return True
    return False


def _is_bar(term: Term) -> bool:
    return isinstance(term, Fn) and term.name == "abs"


def _resolved(term: Term, negative: dict[Term, bool]) -> Term:
    if isinstance(term, Fn) and term in negative:
        body = _resolved(term.args[0], negative)
        return Neg(body) if negative[term] else body
    return rebuilt(term, lambda below: _resolved(below, negative))
