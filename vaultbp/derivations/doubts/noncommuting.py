"""Steps that hold for numbers, of letters that a note speaks of as of matrices or elements of a group.

``(A + B)² = A² + 2AB + B²`` and ``(gh)⁻¹ = g⁻¹h⁻¹`` hold where factors may change places.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import (
    Add,
    Div,
    Fn,
    Mul,
    Neg,
    Num,
    Pow,
    Sym,
    Term,
    symbol_keys,
)
from vaultbp.derivations.meaning.words import mentions

_MATRICES = re.compile(
    r"matri[xc]|linear operator|commutator|commutativ|quantum|матриц|линейн\w+ оператор|коммут|矩阵"
    r"|线性算子|行列|행렬|matriz|opérateur linéaire",
    re.IGNORECASE,
)
"""Words of notes in which a capital letter may be no number."""
_BOLD = re.compile(r"\\(mathbf|boldsymbol|bm|pmb)\s*\{?\s*[A-Z]\b")
"""How people set a matrix."""
_GROUPS = re.compile(
    r"abelian|homomorphism|\bcosets?\b|quaternion|Lie (group|algebra)|group theory|subgroup of"
    r"|be an? (\w+ )?group\b(?! of)|group (axiom|operation|action)|group under|normal subgroup"
    r"|identity element|forms? an? (\w+ )?group\b(?! of)|группа относительно|единичный элемент"
    r"|гомоморф|подгрупп|Nebenklasse|Untergruppe|sous-groupe|subgrupo|子群|同态|陪集|群論|準同型|부분군",
    re.IGNORECASE,
)
"""Words of notes in which no letter may be a number."""
_NEUTRAL = re.compile(rf"{_GROUPS.pattern}|groups?\b|neutral|группа|Gruppe|群", re.IGNORECASE)
_SIZE, _TERMS, _TOLERANCE = 2, 60, 1e-7


COMMUTING = "it holds where its factors may change places, as those of numbers"


def numbers_alone(book: Notebook, left: Term, right: Term) -> str | None:
    """Why a step that holds for numbers may not hold here, where its letters are matrices; or ``None``."""
    letters = symbol_keys(left, right)
    if len(letters) < 2:
        return None
    text = book.note.source.text
    every = mentions(_GROUPS, text)
    if not every and not (mentions(_MATRICES, text) or mentions(_BOLD, text)):
        return None
    numbers = _values(left, right, lambda name: False)
    matrices = _values(left, right, lambda name: every or _is_capital(name))
    return COMMUTING if _may_be_equal(*numbers) and not _may_be_equal(*matrices) else None


def has_neutral_element(book: Notebook, left: Term, right: Term) -> bool:
    """Whether an ``e`` of a step may be the neutral element of a group, and not 2.718…"""
    letters = symbol_keys(left, right)
    return "e" in letters and mentions(_NEUTRAL, book.note.source.text)


def holds_for_matrices(left: Term, right: Term) -> bool:
    """Whether two sides are equal, and computed here, where capital letters are matrices."""
    one, two = _values(left, right, _is_capital)
    return one is not None and two is not None and _may_be_equal(one, two)


def _is_capital(name: str) -> bool:
    return name[:1].isupper()


def _values(left: Term, right: Term, is_matrix: Callable[[str], bool]) -> tuple[Any, Any]:
    return _value(left, is_matrix), _value(right, is_matrix)


def _may_be_equal(one: Any, two: Any) -> bool:
    """Whether two sides are equal, or one of them is of a kind that is not computed here."""
    if one is None or two is None or not (np.isfinite(one).all() and np.isfinite(two).all()):
        return True
    return bool(np.allclose(one, two, rtol=_TOLERANCE, atol=_TOLERANCE))


def _value(term: Term, is_matrix: Callable[[str], bool]) -> Any:
    """A term some of whose letters are matrices; ``None`` for one of another kind."""
    match term:
        case Num(value=value):
            return value * np.eye(_SIZE)
        case Sym():
            return _drawn(term, is_matrix)
        case Neg(body=body):
            inner = _value(body, is_matrix)
            return None if inner is None else -inner
        case Add(terms=parts) | Mul(factors=parts):
            values = [_value(each, is_matrix) for each in parts]
            if any(value is None for value in values):
                return None
            if isinstance(term, Mul):
                return None if set(term.ops) - {"", "·"} else reduce(np.matmul, values)
            return sum(values[1:], values[0])
        case Div(num=num, den=Num(value=value)) if value:
            inner = _value(num, is_matrix)
            return None if inner is None else inner / value
        case Fn(name="det" | "tr" as name, args=(body,)):
            inner = _value(body, is_matrix)
            number = np.linalg.det if name == "det" else np.trace
            return None if inner is None else number(inner) * np.eye(_SIZE)
        case Fn(name="exp", args=(body,)) | Pow(base=Sym(key="e", slots=()), exponent=body):
            inner = _value(body, is_matrix)
            return None if inner is None else _exponential(inner)
        case Pow(base=base, exponent=exponent):
            power, inner = _whole(exponent), _value(base, is_matrix)
            if power is None or inner is None or abs(power) > 4:
                return None
            return np.linalg.matrix_power(inner, power)
    return None


def _exponential(matrix: Any) -> Any:
    """The series of the exponential, of a matrix with small entries."""
    total = term = np.eye(_SIZE)
    for k in range(1, _TERMS):
        term = term @ matrix / k
        total = total + term
    return total


def _whole(term: Term) -> int | None:
    if isinstance(term, Neg):
        inner = _whole(term.body)
        return None if inner is None else -inner
    whole = isinstance(term, Num) and term.value.is_integer()
    return int(term.value) if whole and isinstance(term, Num) else None


def _drawn(symbol: Sym, is_matrix: Callable[[str], bool]) -> Any:
    if symbol.key.split("_")[0] == "I":
        return np.eye(_SIZE)
    rng = np.random.default_rng(zlib.crc32(repr(symbol).encode()))
    if is_matrix(symbol.key):
        return rng.uniform(0.3, 1.5, (_SIZE, _SIZE)) + np.eye(_SIZE)
    return rng.uniform(0.3, 1.5) * np.eye(_SIZE)
