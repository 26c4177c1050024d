"""Sums, products and extremes over an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaultbp.derivations.meaning.ground import Indices, integer
from vaultbp.derivations.meaning.terms import (
    Fold,
    free_indices,
)
from vaultbp.derivations.numerics import functions, sample
from vaultbp.derivations.numerics.axes import aligned
from vaultbp.derivations.numerics.values import arithmetic, conditions
from vaultbp.derivations.numerics.world import CannotEvaluate

if TYPE_CHECKING:
    from vaultbp.derivations.numerics.evaluate import Evaluator


def fold(ev: Evaluator, term: Fold, at: Indices) -> Any:
    """A sum, a product or an extreme over an index."""
    name = term.index
    if not name:
        name = _only_index(ev, term, at)
        if not name:
            return ev.value(term.body, at)
    lower = None if term.lower is None else integer(term.lower, at, ev.world.count)
    upper = None if term.upper is None else integer(term.upper, at, ev.world.count)
    total: Any = None
    for value in ev.range(name, lower, upper):
        inner = {**at, name: value}
        if term.where is not None and not np.all(conditions.truth(ev, term.where, inner)):
            continue
        each = ev.value(term.body, inner)
        total = each if total is None else _folded(ev, term.op, total, each)
    if total is None:
        empty = {"Σ": 0.0, "Π": 1.0}.get(term.op)
        if empty is None:
            raise CannotEvaluate("an extreme of nothing")
        return np.full(sample.POINTS, empty)
    return total


def _folded(ev: Evaluator, op: str, a: Any, b: Any) -> Any:
    if op == "Σ":
        return arithmetic.added(a, b)
    if op == "Π":
        return arithmetic.product(ev, a, b, "")
    return functions.TWO[op](*aligned(a, b))


def _only_index(ev: Evaluator, term: Fold, at: Indices) -> str:
    names = [n for n in free_indices(term.body) if n not in at]
    if len(names) > 1:
        raise CannotEvaluate("a sum that does not say over what")
    return names[0] if names else ""
