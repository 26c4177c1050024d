"""Slips that a reader forgives: a transpose too many or too few, and factors in another order.

A step about arrays that holds with one of them is a matter of rows and columns, and accuses nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vaultbp.derivations.meaning.terms import Add, Div, Mul, Neg, Sym, Term, Transposed

MOST = 24
"""How many variants of a side are tried."""
Rebuild = Callable[[Term], Term]


def forgiven(term: Term) -> Iterator[Term]:
    """A side with one factor transposed or turned back, or with the factors of a product reversed."""
    yield Transposed(term)
    for count, variant in enumerate(_variants(term)):
        if count == MOST:
            return
        yield variant
        yield Transposed(variant)


def _variants(term: Term) -> Iterator[Term]:
    match term:
        case Transposed(body=body):
            yield body
        case Sym():
            yield Transposed(term)
        case Neg(body=body):
            yield from map(Neg, _variants(body))
        case Div(num=num, den=den):
            yield from (Div(each, den) for each in _variants(num))
        case Add(terms=terms):
            yield Add(tuple(map(_turned, terms)))
            yield from (Add(each) for each in _one_by_one(terms))
        case Mul(factors=factors, ops=ops):
            yield Mul(factors[::-1], ops[::-1])
            yield Mul(tuple(map(_turned, factors)), ops)
            yield Mul(tuple(map(_turned, factors))[::-1], ops[::-1])
            for place in range(len(factors) - 1):
                swapped = [*factors]
                swapped[place : place + 2] = swapped[place : place + 2][::-1]
                yield Mul(tuple(swapped), ops)
            for each in _one_by_one(factors):
                yield Mul(each, ops)
                yield Mul(each[::-1], ops[::-1])
        case _:
            yield Transposed(term)


def _one_by_one(parts: tuple[Term, ...]) -> Iterator[tuple[Term, ...]]:
    """The parts with a variant of one of them in its place."""
    for place, part in enumerate(parts):
        for variant in _variants(part):
            yield (*parts[:place], variant, *parts[place + 1 :])


def _turned(term: Term) -> Term:
    return term.body if isinstance(term, Transposed) else Transposed(term)
