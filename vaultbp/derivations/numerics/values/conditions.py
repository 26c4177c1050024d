"""Conditions, indicators and cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaultbp.derivations.meaning.ground import Indices
from vaultbp.derivations.meaning.terms import (
    Cases,
    Cond,
    Idx,
    Indicator,
    Sym,
    Term,
)
from vaultbp.derivations.numerics import functions, sample
from vaultbp.derivations.numerics.world import CannotEvaluate

if TYPE_CHECKING:
    from vaultbp.derivations.numerics.evaluate import Evaluator


def truth(ev: Evaluator, term: Term, at: Indices) -> Any:
    """Where a condition holds: a boolean array over the points."""
    if not isinstance(term, Cond):
        raise CannotEvaluate("a condition in words")
    if isinstance(term.left, Cond):
        last = Cond(term.op, term.left.right, term.right)
        return truth(ev, term.left, at) & truth(ev, last, at)
    left, right = _compared(ev, term.left, at), _compared(ev, term.right, at)
    if isinstance(left, str) or isinstance(right, str):
        if term.op not in ("=", "≠"):
            raise CannotEvaluate("a condition that cannot be evaluated")
        same = left == right
        return np.full(sample.POINTS, same if term.op == "=" else not same)
    if _is_member(term.left, at) != _is_member(term.right, at) and not _are_whole(left, right):
        raise CannotEvaluate("an index is held against a letter for any number")
    gap = functions.real(left) - functions.real(right)
    match term.op:
        case "=":
            return np.abs(gap) < 1e-12
        case "≠":
            return np.abs(gap) >= 1e-12
        case "<":
            return gap < 0
        case "≤":
            return gap <= 0
        case ">":
            return gap > 0
        case "≥":
            return gap >= 0
        case _:
            raise CannotEvaluate(f"a condition with {term.op}")


def _is_member(term: Term, at: Indices) -> bool:
    """Whether a side of a condition is the number of a member."""
    name = term.name if isinstance(term, Idx) else term.key if isinstance(term, Sym) else ""
    return name in at


def _are_whole(*values: Any) -> bool:
    return all(np.all(np.mod(functions.real(value), 1.0) == 0.0) for value in values)


def _compared(ev: Evaluator, term: Term, at: Indices) -> Any:
    """An index by its number, a label by its spelling, the rest by value."""
    if isinstance(term, Idx) and term.name in at:
        return np.full(sample.POINTS, float(at[term.name]))
    if isinstance(term, Sym) and not term.slots:
        number = at.get(term.key)
        if number is not None:
            return np.full(sample.POINTS, float(number))
    return ev.value(term, at)


def indicator(ev: Evaluator, term: Indicator, at: Indices) -> Any:
    """One where a condition holds, nought elsewhere."""
    holds = truth(ev, term.condition, at)
    ev.world.trail.piecewise |= np.unique(holds).size > 1
    return np.where(holds, 1.0, 0.0)


def cases(ev: Evaluator, term: Cases, at: Indices) -> Any:
    """The first row whose condition holds; no value where none does."""
    ev.world.trail.piecewise = True
    result: Any = 0.0
    open_points = np.full(sample.POINTS, True)
    for value, condition in term.rows:
        holds = open_points if condition is None else truth(ev, condition, at) & open_points
        if np.any(holds):
            result = result + np.where(holds, 1.0, 0.0) * ev.value(value, at)
        open_points = open_points & ~holds
    if np.any(open_points):
        ev.world.trail.uncovered |= len(term.rows) > 1
        result = result + np.where(open_points, np.nan, 0.0)
    return result
