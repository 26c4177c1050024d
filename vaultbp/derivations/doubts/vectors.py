"""Steps that hold for numbers, of letters with arrows: ``a⃗ × b⃗ = b⃗ × a⃗``, and of traces of no matrix."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np

from vaultbp.derivations.doubts.noncommuting import holds_for_matrices
from vaultbp.derivations.meaning.scope import Definition
from vaultbp.derivations.meaning.terms import (
    Add,
    Array,
    Call,
    Deriv,
    Diff,
    Div,
    Fn,
    Grad,
    Mul,
    Neg,
    Norm,
    Num,
    Pow,
    Sym,
    Term,
    walk,
)

OF_MATRICES = frozenset(("det", "tr", "trace", "rank"))
AS_VECTORS = "it holds for numbers, and not for vectors"
_TOLERANCE = 1e-7


def numbers_not_arrays(left: Term, right: Term, used: Iterable[Definition]) -> str | None:
    """Why a step that holds for numbers may not hold for what it is about, or ``None``."""
    terms = [t for side in (left, right) for t in walk(side)]
    bodies = [t for d in used for t in walk(d.body)]
    derived = any(isinstance(t, Deriv | Diff | Grad) for t in terms)
    if not derived and any(isinstance(t, Fn) and t.name in OF_MATRICES for t in terms):
        written = any(isinstance(t, Array) for t in (*terms, *bodies))
        if not written and not holds_for_matrices(left, right):
            return "the shapes of its vectors and matrices are not known"
    if not any(_is_product(t) for t in terms):
        return None
    one, two = _value(left), _value(right)
    if one is None or two is None:
        return AS_VECTORS if left != right and any(map(_takes_its_order, terms)) else None
    return None if _alike(one, two) else AS_VECTORS


def _alike(one: Any, two: Any) -> bool:
    same = one.shape == two.shape
    return same and bool(np.allclose(one, two, rtol=_TOLERANCE, atol=_TOLERANCE))


def _has_arrow(term: Term) -> bool:
    return isinstance(term, Sym) and "^vec" in term.key


def _is_product(term: Term) -> bool:
    """Whether two letters with arrows are multiplied with a sign between."""
    if not isinstance(term, Mul) or not any(op in ("×", "·") for op in term.ops):
        return False
    return sum(any(_has_arrow(t) for t in walk(each)) for each in term.factors) > 1


def _takes_its_order(term: Term) -> bool:
    """Whether the factors of a product may not change places: crossed ones, or more than two."""
    if not isinstance(term, Mul) or not _is_product(term):
        return False
    return "×" in term.ops or sum(_has_arrow(t) for each in term.factors for t in walk(each)) > 2


def _value(term: Term) -> Any:
    """A term whose letters with arrows are vectors; ``None`` for one that is not computed here."""
    match term:
        case Num(value=value):
            return np.asarray(value)
        case Sym():
            rng = np.random.default_rng(zlib.crc32(repr(term).encode()))
            return rng.uniform(0.3, 1.5, 3 if _has_arrow(term) else ())
        case Neg(body=body):
            inner = _value(body)
            return None if inner is None else -inner
        case Add(terms=parts):
            values = [_value(each) for each in parts]
            if any(v is None or v.shape != values[0].shape for v in values):
                return None
            return sum(values[1:], values[0])
        case Mul(factors=factors, ops=ops):
            return _multiplied([_value(each) for each in factors], ops)
        case Call(func=func, args=(arg,), order=0) if _has_arrow(func):
            return _multiplied([_value(func), _value(arg)], ("",))
        case Div(num=num, den=den):
            above, below = _value(num), _value(den)
            return None if above is None or below is None or below.ndim else above / below
        case Pow(base=base, exponent=Num(value=2.0)):
            inner = _value(base)
            return None if inner is None else np.asarray(np.sum(inner * inner))
        case Norm(body=body, kind="2") | Fn(name="abs", args=(body,)):
            inner = _value(body)
            return None if inner is None else np.asarray(np.sqrt(np.sum(inner * inner)))
    return None


def _multiplied(values: list[Any], ops: tuple[str, ...]) -> Any:
    """A product, first of what stands side by side; ``None`` where two vectors do with no sign."""
    groups, signs = [values[0]], []
    for value, op in zip(values[1:], ops, strict=True):
        if op:
            groups.append(value)
            signs.append(op)
        else:
            groups[-1] = _joined(groups[-1], value, op)
    result = groups[0]
    for value, op in zip(groups[1:], signs, strict=True):
        result = _joined(result, value, op)
    return result


def _joined(one: Any, two: Any, op: str) -> Any:
    if one is None or two is None:
        return None
    if not (one.ndim and two.ndim):
        return one * two
    if op == "×":
        return np.cross(one, two)
    return np.asarray(np.dot(one, two)) if op == "·" else None
