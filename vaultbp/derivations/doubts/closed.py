"""Integrals and limits in which nothing is free: ``∫₀¹ x² dx`` is a number, whatever the note says."""

from __future__ import annotations

from vaultbp.derivations.meaning.terms import (
    Add,
    Div,
    Fn,
    Integral,
    Limit,
    Mul,
    Neg,
    Num,
    Pow,
    Sym,
    Term,
    walk,
)
from vaultbp.derivations.readings.trial import Decision

SMOOTH = frozenset(("exp", "log", "sin", "cos", "tan", "sqrt", "sinh", "cosh", "tanh", "atan"))
FAR = 0.1
"""By what share of the larger one two numbers must differ to be no result of rounding."""
NOUGHT = 1e-3
"""What a computed number may be that is nought."""
KNOWN = (Add, Neg, Mul, Div, Pow, Num, Sym, Fn, Integral, Limit)


def refuted_as_number(left: Term, written: str, found: Decision) -> Decision | None:
    """A step that puts another number for an integral or a limit without free letters, as wrong.

    Not where a slash is ``written``, as in ``sin x/2``, of which nobody can tell how far it goes, nor
    where a limit is taken from one side.
    """
    point = found.point
    if found.status != "wrong" or point is None or "/" in written or not _is_closed(left):
        return None
    larger = max(abs(point.left), abs(point.right))
    if abs(point.left - point.right) <= max(FAR * larger, NOUGHT):
        return None
    return found


def _is_closed(side: Term) -> bool:
    """Whether a side is a number made of smooth functions, by an integral with bounds or a limit."""
    terms = list(walk(side))
    bound = [t.by for t in terms if isinstance(t, Integral)]
    bound += [t.symbol for t in terms if isinstance(t, Limit)]
    return bool(bound) and all(_is_plain(t, bound) for t in terms)


def _is_plain(term: Term, bound: list[Term]) -> bool:
    match term:
        case Sym():
            return term in bound
        case Fn(name=name):
            return name in SMOOTH
        case Integral(lower=lower, upper=upper):
            return lower is not None and upper is not None
        case Limit(side=side):
            return side == 0
        case Mul(ops=ops):
            return not any(op in "⊙∘⊗×" for op in ops if op)
        case _:
            return isinstance(term, KNOWN)
