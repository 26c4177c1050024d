"""Numbers, symbols, sums of terms, products, quotients and powers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from vaultbp.derivations.meaning.ground import Indices, ground
from vaultbp.derivations.meaning.links import telescoped
from vaultbp.derivations.meaning.scope import Ground
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Div,
    Fold,
    Grad,
    Idx,
    Mul,
    Neg,
    Num,
    Pow,
    Sym,
    Term,
    free_indices,
    walk,
)
from vaultbp.derivations.numerics import functions, sample
from vaultbp.derivations.numerics.axes import aligned, broadcasts
from vaultbp.derivations.numerics.world import CannotEvaluate

if TYPE_CHECKING:
    from vaultbp.derivations.numerics.evaluate import Evaluator

TINY = 1e-10
"""Of a quotient of derivatives as small as this on both sides only rounding errors are left."""
ELEMENTWISE_SIGNS = frozenset(("⊙", "∘"))


def number(ev: Evaluator, term: Num, at: Indices) -> Any:
    """A number, the same at every point."""
    return np.full(sample.POINTS, term.value)


def index(ev: Evaluator, term: Idx, at: Indices) -> Any:
    """An index by its value; one that has none is a symbol."""
    if term.name in at:
        return np.full(sample.POINTS, float(at[term.name]))
    return ev.symbol(Ground(term.name))


def symbol(ev: Evaluator, term: Sym, at: Indices) -> Any:
    """A symbol with its indices: a node of the graph. A bare letter that counts members and is nothing
    else is the number of one: ``μ_t = (1/t) Σ_{j=1}^t x_j``."""
    if not term.slots and term.key in at and ev.world.count(term.key) is not None:
        if term.key not in ev.world.scope.symbols:
            return np.full(sample.POINTS, float(at[term.key]))
    return ev.symbol(ground(term, at, ev.world.count))


def add(ev: Evaluator, term: Add, at: Indices) -> Any:
    """A sum of terms."""
    total = ev.value(term.terms[0], at)
    for each in term.terms[1:]:
        total = added(total, ev.value(each, at))
    return total


def added(a: Any, b: Any) -> Any:
    """Two terms of a sum. Raises :class:`CannotEvaluate` if their shapes do not fit."""
    a, b = aligned(a, b)
    if a.ndim > 1 and a.shape != b.shape and 1 not in (a.size, b.size):
        if not broadcasts(a.shape[1:], b.shape[1:]):
            raise CannotEvaluate("the shapes of two terms do not fit")
    return a + b


def negate(ev: Evaluator, term: Neg, at: Indices) -> Any:
    """A term with a minus before it."""
    return -1.0 * ev.value(term.body, at)


def multiply(ev: Evaluator, term: Mul, at: Indices) -> Any:
    """A product; of derivatives that join end to end, where the reading says so, their composition."""
    if ev.world.option("einstein"):
        summed = _over_repeated(ev, term, at)
        if summed is not None:
            return summed
    world = ev.world
    if any(isinstance(f, Deriv | Grad) for f in term.factors) and world.option("chained"):
        links = telescoped(
            term, at, lambda n: world.scope.symbol(n, world.order, world.exclude), world.count
        )
        if links is not None:
            return ev.composed(links)
    values = [ev.value(factor, at) for factor in term.factors]
    if ELEMENTWISE_SIGNS.isdisjoint(term.ops) or len(values) == 2:
        return _folded_product(ev, values, term.ops)
    try:
        return _grouped_product(ev, values, term.ops)
    except CannotEvaluate:
        return _folded_product(ev, values, term.ops)


def _over_repeated(ev: Evaluator, term: Mul, at: Indices) -> Any:
    """Sum over an index that is repeated among the factors and has no value."""
    open_names = sorted(n for n in free_indices(term) if n not in at)
    if not open_names:
        return None
    body: Term = term
    for name in open_names:
        body = Fold("Σ", name, None, None, None, body)
    return ev.value(body, at)


def _folded_product(ev: Evaluator, values: list[Any], signs: Sequence[str]) -> Any:
    """A product from the left."""
    result = values[0]
    for sign, value in zip(signs, values[1:], strict=True):
        result = product(ev, result, value, sign)
    return result


def _grouped_product(ev: Evaluator, values: list[Any], signs: Sequence[str]) -> Any:
    """A product in which matrix products bind tighter than elementwise ones."""
    result, group, last = None, [values[0]], ""
    inner: list[str] = []
    for sign, value in zip((*signs, "⊙"), (*values[1:], None), strict=True):
        if sign not in ELEMENTWISE_SIGNS:
            group.append(value)
            inner.append(sign)
            continue
        each = _folded_product(ev, group, inner)
        result = each if result is None else product(ev, result, each, last)
        group, inner, last = [value], [], sign
    return result


def product(ev: Evaluator, a: Any, b: Any, sign: str) -> Any:
    """The product of two values by the sign written between them."""
    if a.ndim == 1 or b.ndim == 1:
        a, b = aligned(a, b)
        return a * b
    if a.shape[1:] == b.shape[1:] and (sign in ELEMENTWISE_SIGNS or a.shape[2] != b.shape[1]):
        if sign in ELEMENTWISE_SIGNS or not ev.world.option("dot_inner"):
            if sign == "" and not ev.world.option("entrywise"):
                raise CannotEvaluate("two columns side by side are no product")
            return a * b
        return np.sum(a * b, axis=(1, 2))
    if sign in ELEMENTWISE_SIGNS:
        if not broadcasts(a.shape[1:], b.shape[1:]):
            raise CannotEvaluate("the shapes of an elementwise product do not fit")
        return a * b
    if a.shape[2] != b.shape[1]:
        if a.shape[1:] == (1, 1) or b.shape[1:] == (1, 1):
            return a * b
        raise CannotEvaluate("the shapes of a product do not fit")
    product = np.matmul(a, b)
    return product[:, 0, 0] if product.shape[1:] == (1, 1) else product


def divide(ev: Evaluator, term: Div, at: Indices) -> Any:
    """A quotient, without a value where the denominator is zero."""
    num, den = ev.value(term.num, at), ev.value(term.den, at)
    if den.ndim > 1 and num.ndim > 1 and num.shape != den.shape:
        raise CannotEvaluate("a division by a vector or matrix")
    num, den = aligned(num, den)
    below = functions.real(den)
    small = np.abs(below) < TINY
    if small.any():
        lost = below == 0
        if any(isinstance(t, Call | Deriv) for t in walk(term.den)):
            lost = lost | (small & (np.abs(functions.real(num)) < TINY))
        den = den + np.where(lost, np.nan, 0.0)
    return num / den


def power(ev: Evaluator, term: Pow, at: Indices) -> Any:
    """A power; of a square matrix its inverse or its square."""
    base = ev.value(term.base, at)
    exponent = _written_number(term.exponent)
    if exponent is not None:
        if base.ndim == 3:
            return _matrix_power(ev, base, exponent)
        return functions.power(base, np.asarray(exponent))
    return functions.power(base, ev.value(term.exponent, at))


def _matrix_power(ev: Evaluator, base: Any, exponent: float) -> Any:
    if base.shape[1] == base.shape[2] and exponent == -1:
        return np.linalg.inv(base)
    if base.shape[1] == base.shape[2] and exponent == 2 and base.shape[1] > 1:
        return np.matmul(base, base)
    return functions.power(base, np.asarray(exponent))


def _written_number(term: Term) -> float | None:
    """The number that a term is, or is the negative of."""
    if isinstance(term, Neg):
        inner = _written_number(term.body)
        return None if inner is None else -inner
    return term.value if isinstance(term, Num) else None
