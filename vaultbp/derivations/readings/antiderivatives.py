"""Integrals without bounds: ``∫ f dx = F + C`` says that ``F' = f``.

A step between antiderivatives is judged by the derivatives of its sides, where every integral is a
summand with a constant factor. ``∫ f dg`` answers as ``f dg/dx``; in a rule such as
``∫ u dv = uv - ∫ v du`` the letters are functions of something that is not said.
"""

from __future__ import annotations

from dataclasses import replace

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.primes import FUNCTIONS, UNSAID, as_functions
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Div,
    Integral,
    Mul,
    Neg,
    Sym,
    Term,
    symbol_keys,
    walk,
)
from vaultbp.derivations.readings.freed import behind
from vaultbp.derivations.readings.trial import Question

UNREAD = "∫ is not evaluated"
CONSTANTS = ("C", "c", "K", "const", "C'")


def is_antiderivative(side: Term) -> bool:
    """Whether an integral without bounds stands in a side."""
    return any(isinstance(t, Integral) and t.lower is None for t in walk(side))


def differentiated(book: Notebook, asked: Question) -> Question | None:
    """The step between the derivatives of its sides; ``None`` if that does not say the same."""
    left, right = asked.sides
    integrals = [t for t in asked.terms() if isinstance(t, Integral) and t.lower is None]
    by = _variable(book, integrals)
    if by is None:
        return None
    letters = {t.key for t in asked.terms() if isinstance(t, Sym) and not t.slots}
    functions = {key.rstrip("'") for key in letters if key.endswith("'")}
    functions |= (letters & FUNCTIONS) - book.scope.symbols.keys()
    functions -= {by.key}
    if by == UNSAID:
        functions |= {k for k in letters if Sym(k) in {t.by for t in integrals}}
    left, right = (as_functions(side, functions, by) for side in (left, right))
    if not all(_speaks_of(book, side, by) for side in (left, right)):
        return None
    one, two = (_derivative(book, _without_constant(s), by) for s in (left, right))
    if one is None or two is None:
        return None
    return replace(asked, left=one, right=two)


def is_plain(book: Notebook, asked: Question, meant: Question) -> bool:
    """Whether no letter of a step has a meaning elsewhere or was taken for a function."""
    keys = {t.key for t in asked.terms() if isinstance(t, Sym)}
    defined = book.scope.symbols.keys() | book.scope.functions.keys()
    called = {t.func for t in meant.terms() if isinstance(t, Call)}
    return not keys & defined and called <= {t.func for t in asked.terms() if isinstance(t, Call)}


def _variable(book: Notebook, integrals: list[Integral]) -> Sym | None:
    """By what all sides are differentiated: what the others are computed from."""
    inside = {_moved(each.by) for each in integrals}
    if None in inside:
        return None
    symbols = {each for each in inside if each is not None}
    first = [s for s in symbols if all(s == o or s.key in behind(book, o.key) for o in symbols)]
    if len(first) == 1 and not (behind(book, first[0].key) & {s.key for s in symbols}):
        return first[0]
    plain = all(
        isinstance(each.by, Sym) and each.by.key not in book.scope.symbols for each in integrals
    )
    return UNSAID if plain and len(symbols) == 2 else None


def _moved(by: Term) -> Sym | None:
    """The one symbol in what is integrated by: the x of ``dx`` and of ``d(x^2)``."""
    called = {t.func for t in walk(by) if isinstance(t, Call)}
    found = {t for t in walk(by) if isinstance(t, Sym) and t not in called}
    if len(found) != 1:
        return None
    only = found.pop()
    return None if only.slots else only


def _without_constant(side: Term) -> Term:
    """A side without the ``+ C`` that every antiderivative may have."""
    if not isinstance(side, Add):
        return side
    kept = tuple(t for t in side.terms if not (isinstance(t, Sym) and t.key in CONSTANTS))
    return side if len(kept) == len(side.terms) or not kept else Add(kept)


def _speaks_of(book: Notebook, side: Term, by: Sym) -> bool:
    """Whether a side depends on what is integrated by, as no integral between bounds does."""
    keys = symbol_keys(side)
    return by.key in keys or any(by.key in behind(book, key) for key in keys)


def _derivative(book: Notebook, term: Term, by: Sym) -> Term | None:
    """The derivative of a side; ``None`` where an integral is in more than a sum."""
    if not any(isinstance(t, Integral) for t in walk(term)):
        return Deriv(term, (by,), "d")
    match term:
        case Integral(body=body, by=own, lower=None) if not _has_integral(body):
            return body if own == by else Mul((body, Deriv(own, (by,), "d")), ("",))
        case Neg(body=body):
            inner = _derivative(book, body, by)
            return None if inner is None else Neg(inner)
        case Add(terms=terms):
            found = [_derivative(book, each, by) for each in terms]
            known = tuple(each for each in found if each is not None)
            return Add(known) if len(known) == len(found) else None
        case Mul(factors=factors, ops=ops):
            changed = [_derivative(book, f, by) if _has_integral(f) else f for f in factors]
            constant = all(_has_integral(f) or not _speaks_of(book, f, by) for f in factors)
            known = tuple(each for each in changed if each is not None)
            single = sum(map(_has_integral, factors)) == 1
            return Mul(known, ops) if single and constant and len(known) == len(factors) else None
        case Div(num=num, den=den) if not _speaks_of(book, den, by) and not _has_integral(den):
            inner = _derivative(book, num, by)
            return None if inner is None else Div(inner, den)
        case _:
            return None


def _has_integral(term: Term) -> bool:
    return any(isinstance(t, Integral) for t in walk(term))
