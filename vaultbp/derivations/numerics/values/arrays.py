"""Vectors and matrices: written out, stacked from their entries, transposed, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaultbp.derivations.meaning.ground import Indices
from vaultbp.derivations.meaning.terms import (
    Array,
    Held,
    Inner,
    Norm,
    Stacked,
    Sym,
    Transposed,
)
from vaultbp.derivations.numerics import functions, sample
from vaultbp.derivations.numerics.axes import aligned
from vaultbp.derivations.numerics.values import arithmetic
from vaultbp.derivations.numerics.world import CannotEvaluate

if TYPE_CHECKING:
    from vaultbp.derivations.numerics.evaluate import Evaluator


def transpose(ev: Evaluator, term: Transposed, at: Indices) -> Any:
    """A transposed array; of an entry ``w_{ij}`` the entry ``w_{ji}``."""
    if isinstance(term.body, Sym) and len(term.body.slots) == 2:
        first, second = term.body.slots
        if first.place == second.place == "_":
            return arithmetic.symbol(ev, Sym(term.body.key, (second, first)), at)
    value = ev.value(term.body, at)
    return value if value.ndim == 1 else np.swapaxes(value, 1, 2)


def norm(ev: Evaluator, term: Norm, at: Indices) -> Any:
    """A norm over all entries: the sum of sizes, or the root of the sum of squares."""
    value = ev.value(term.body, at)
    axes = tuple(range(1, value.ndim))
    if term.kind == "1":
        size = functions.ONE["abs"](value)
        return np.sum(size, axis=axes) if axes else size
    square = np.sum(value * value, axis=axes) if axes else value * value
    return np.sqrt(square)


def inner(ev: Evaluator, term: Inner, at: Indices) -> Any:
    """An inner product over all entries."""
    a, b = aligned(ev.value(term.left, at), ev.value(term.right, at))
    axes = tuple(range(1, a.ndim))
    return np.sum(a * b, axis=axes) if axes else a * b


def array(ev: Evaluator, term: Array, at: Indices) -> Any:
    """A matrix of written cells. Raises :class:`CannotEvaluate` if they are not numbers in even rows."""
    width = len(term.rows[0]) if term.rows else 0
    if not width or any(len(row) != width for row in term.rows) or len(term.rows) > 12:
        raise CannotEvaluate("a matrix with uneven rows")
    cells = [ev.value(cell, at) for row in term.rows for cell in row]
    if any(cell.ndim > 1 for cell in cells):
        raise CannotEvaluate("a matrix of matrices")
    if len(cells) == 1:
        return cells[0]
    return np.stack(cells, axis=-1).reshape(sample.POINTS, len(term.rows), width)


def held(ev: Evaluator, term: Held, at: Indices) -> Any:
    """Independent quantities are held fixed anyhow; dependent ones cannot be evaluated."""
    for each in term.fixed:
        if isinstance(each, Sym) and each.key in ev.world.scope.symbols:
            raise CannotEvaluate(f"a derivative with {each.key} held fixed")
    return ev.value(term.body, at)


def stacked(ev: Evaluator, term: Stacked, at: Indices) -> Any:
    """A vector or matrix whose entries a term gives for every value of its indices."""
    ranges = [list(ev.range(name)) for name in term.indices]
    rows = []
    for first in ranges[0]:
        inner = {**at, term.indices[0]: first}
        if len(ranges) == 1:
            rows.append([ev.value(term.body, inner)])
        else:
            second = term.indices[1]
            rows.append([ev.value(term.body, {**inner, second: k}) for k in ranges[1]])
    cells = [cell for row in rows for cell in row]
    if any(cell.ndim > 1 for cell in cells):
        raise CannotEvaluate("a matrix of matrices")
    return np.stack(cells, axis=-1).reshape(sample.POINTS, len(rows), len(rows[0]))
