"""Numerals that may mean something else: ``2\\frac{1}{3}`` is read as a product first, and where that
differs as 2 + 1/3; ``18.000`` as eighteen, and where that differs as eighteen thousand."""

from __future__ import annotations

import re

from vaultbp.derivations.meaning.terms import Add, Div, Mul, Num, Term, rebuilt

MIXED = "a whole number before a fraction of numbers is a mixed number"


def as_mixed(term: Term) -> Term:
    """The term with its mixed numbers read as sums; the same term if it has none."""
    changed = rebuilt(term, as_mixed)
    if not isinstance(changed, Mul):
        return changed
    factors, ops = list(changed.factors), list(changed.ops)
    for k in range(len(ops) - 1, -1, -1):
        beside = "" in (*ops[k - 1 : k], *ops[k + 1 : k + 2]) if k else "" in ops[1:2]
        if not ops[k] and not beside and _is_mixed(factors[k], factors[k + 1]):
            factors[k : k + 2] = [Add((factors[k], factors[k + 1]))]
            del ops[k]
    if len(ops) == len(changed.ops):
        return changed
    return Mul(tuple(factors), tuple(ops)) if ops else factors[0]


def _is_mixed(whole: Term, part: Term) -> bool:
    match whole, part:
        case Num() as whole, Div(num=Num() as above, den=Num() as below):
            counts = all(n.text.isdigit() for n in (whole, above, below))
            return counts and above.value < below.value
    return False


_PARTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")


def as_thousands(term: Term) -> Term:
    """The term with the points in ``18.000`` parting thousands; the same term if it has none."""
    if isinstance(term, Num) and _PARTED.fullmatch(term.text):
        digits = term.text.replace(".", "")
        return Num(float(digits), digits)
    return rebuilt(term, as_thousands)
