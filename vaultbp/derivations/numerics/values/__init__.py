"""The value of every kind of term at the sample points; derivatives are the evaluator's own.

One function a kind: it is given the evaluator, which knows nodes and values of subterms, the term and
the values of the indices, and returns an array of shape ``(POINTS, …)``.
"""

from collections.abc import Callable
from typing import Any

from vaultbp.derivations.meaning.terms import (
    Add,
    Array,
    At,
    Call,
    Cases,
    Div,
    Fn,
    Fold,
    Held,
    Idx,
    Indicator,
    Inner,
    Integral,
    Limit,
    Mul,
    Neg,
    Norm,
    Num,
    Pow,
    Spread,
    Stacked,
    Sym,
    Term,
    Transposed,
)
from vaultbp.derivations.numerics.values import (
    arithmetic,
    arrays,
    calls,
    conditions,
    functions,
    places,
    sums,
)

VALUES: dict[type[Term], Callable[..., Any]] = {
    Num: arithmetic.number, Idx: arithmetic.index, Sym: arithmetic.symbol, Add: arithmetic.add,
    Neg: arithmetic.negate, Mul: arithmetic.multiply, Div: arithmetic.divide, Pow: arithmetic.power,
    Fn: functions.function, Call: calls.call, Spread: calls.spread, Fold: sums.fold,
    Indicator: conditions.indicator, Cases: conditions.cases,
    At: places.at_a_place, Limit: places.limit, Integral: places.integral,
    Transposed: arrays.transpose, Norm: arrays.norm, Inner: arrays.inner, Array: arrays.array,
    Held: arrays.held, Stacked: arrays.stacked,
}  # fmt: skip
