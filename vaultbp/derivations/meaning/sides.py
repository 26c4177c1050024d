"""What a side of an equation is: a number, arithmetic, a new value of what stands left of it."""

from __future__ import annotations

import re

from vaultbp.derivations.meaning.terms import (
    Add,
    Array,
    Call,
    Deriv,
    Diff,
    Grad,
    Neg,
    Num,
    Opaque,
    Sym,
    Term,
    walk,
)

RATES = frozenset(("η", "α", "λ", "lr", "ε", "γ", "μ", "ϵ"))


def is_number(term: Term) -> bool:
    """Whether a side is nothing but printed numbers: one, its negative, or a matrix of them."""
    match term:
        case Num():
            return True
        case Neg(body=body):
            return is_number(body)
        case Array(rows=rows):
            return all(is_number(c) for row in rows for c in row)
        case _:
            return False


def is_arithmetic(term: Term) -> bool:
    """Whether a side is computed from numbers alone."""
    return not any(isinstance(t, Sym | Call | Deriv | Grad | Diff | Opaque) for t in walk(term))


def is_update(left: Term, right: Term) -> bool:
    """``w = w - η …``, ``w_{t+1} = w_t - …``, ``w' = w - …``: a new value, not an equality."""
    if not isinstance(left, Sym):
        return False
    if any(t == left for t in walk(right)):
        return True
    base = _base(left.key)
    terms = right.terms if isinstance(right, Add) else (right,)
    for term in terms:
        bare = term.body if isinstance(term, Neg) else term
        if isinstance(bare, Sym) and _base(bare.key) == base and bare != left:
            moves = any(
                isinstance(t, Deriv | Grad) or (isinstance(t, Sym) and t.key in RATES)
                for t in walk(right)
            )
            if moves or bare.key != left.key:
                return True
    return False


def _base(key: str) -> str:
    key = key.rstrip("'")
    key = re.sub(r"\^\([^)]*\)$", "", key)
    return re.sub(r"_(new|old|neu|alt|next|prev)$", "", key).rstrip("'")


def is_identity_matrix(key: str) -> bool:
    """Whether a letter is that of the identity matrix, which no note needs to introduce."""
    return key == "I" or key.startswith("I_")
