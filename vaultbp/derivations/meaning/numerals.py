"""Numerals that may mean something else: ``2\\frac{1}{3}`` is read as a product first, and where that
differs as 2 + 1/3; ``18.000`` as eighteen, and where that differs as eighteen thousand."""

from __future__ import annotations

import re

from vaultbp.derivations.meaning.terms import Add, Div, Mul, Num, Term, rebuilt

MIXED = "a whole number before a fraction of numbers is a mixed number"


def as_mixed(term: Term) -> Term:
    """The term with its mixed numbers read as sums; the same term if it has none."""
    changed = rebuilt(term, as_mixed)
    match changed:
        case Mul(factors=(Num() as whole, Div(num=Num() as above, den=Num() as below)), ops=("",)):
            counts = all(n.text.isdigit() for n in (whole, above, below))
            return Add(changed.factors) if counts and above.value < below.value else changed
        case _:
            return changed


_PARTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")


def as_thousands(term: Term) -> Term:
    """The term with the points in ``18.000`` parting thousands; the same term if it has none."""
    if isinstance(term, Num) and _PARTED.fullmatch(term.text):
        digits = term.text.replace(".", "")
        return Num(float(digits), digits)
    return rebuilt(term, as_thousands)
