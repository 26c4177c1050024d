"""``f(x + ε) ≈ f(x) + ε f'(x)``: what holds to first order in a small quantity."""

from __future__ import annotations

from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import Add, Div, Limit, Neg, Num, Sym, Term, walk

SMALL = frozenset(("ε", "ϵ", "h"))
ZERO = Num(0.0, "0")


def first_order(left: Term, right: Term) -> tuple[Term, str] | None:
    """What must be zero if two sides agree to first order, and in what; ``None`` if nothing is small.

    The small quantity stands on both sides: ``f(x + ε) ≈ f(x)`` says nothing of the first order.
    """
    both = _small(left) & _small(right)
    if len(both) != 1:
        return None
    symbol = next(iter(both))
    error = Div(Add((left, Neg(right))), symbol)
    return Limit(error, symbol, ZERO), f"to first order in {show(symbol)}"


def _small(term: Term) -> set[Sym]:
    return {
        t
        for t in walk(term)
        if isinstance(t, Sym) and not t.slots and (t.key in SMALL or _is_difference(t.key))
    }


def _is_difference(key: str) -> bool:
    return len(key) > 1 and key[0] in "Δδ"
