"""``f(x + ε) ≈ f(x) + ε f'(x)``: what holds to first order in a small quantity."""

from __future__ import annotations

from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import (
    Add,
    Div,
    Limit,
    Mul,
    Neg,
    Num,
    Pow,
    Sym,
    Term,
    Transposed,
    walk,
)

SMALL = frozenset(("ε", "ϵ", "h"))
ZERO = Num(0.0, "0")
ORDERS = {1: "first", 2: "second", 3: "third"}


def first_order(left: Term, right: Term) -> tuple[Term, str] | None:
    """What must be zero if two sides agree to first order, or to the order of the last term written, and
    in what; ``None`` if nothing is small.

    The small quantity stands on both sides: ``f(x + ε) ≈ f(x)`` says nothing of the first order.
    """
    both = _small(left) & _small(right)
    if len(both) != 1:
        return None
    symbol = next(iter(both))
    order = min(filter(None, (_degree(left, symbol), _degree(right, symbol))), default=1)
    scale = symbol if order == 1 else Pow(symbol, Num(float(order), str(order)))
    error = Div(Add((left, Neg(right))), scale)
    said = ORDERS.get(order, f"{order}th")
    return Limit(error, symbol, ZERO), f"to {said} order in {show(symbol)}"


def _degree(term: Term, symbol: Sym) -> int:
    """The highest power of a symbol that a side writes out, whatever its functions are."""
    match term:
        case Sym():
            return int(term == symbol)
        case Pow(base=base, exponent=Num(value=value)) if value == int(value) and value > 0:
            return _degree(base, symbol) * int(value)
        case Mul(factors=factors):
            return sum(_degree(each, symbol) for each in factors)
        case Add(terms=terms):
            return max(_degree(each, symbol) for each in terms)
        case Neg(body=body) | Transposed(body=body):
            return _degree(body, symbol)
        case Div(num=num):
            return _degree(num, symbol)
        case _:
            return 0


def _small(term: Term) -> set[Sym]:
    return {
        t
        for t in walk(term)
        if isinstance(t, Sym) and not t.slots and (t.key in SMALL or _is_difference(t.key))
    }


def _is_difference(key: str) -> bool:
    return len(key) > 1 and key[0] in "Δδ"
