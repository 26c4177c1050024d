"""Mixed numbers: ``2\\frac{1}{3}`` is read as a product first, and where that differs as 2 + 1/3."""

from __future__ import annotations

from vaultbp.derivations.meaning.terms import Add, Div, Mul, Num, Term, rebuilt

READ = "a whole number before a fraction of numbers is a mixed number"


def as_mixed(term: Term) -> Term:
    """The term with its mixed numbers read as sums; the same term if it has none."""
    changed = rebuilt(term, as_mixed)
    match changed:
        case Mul(factors=(Num() as whole, Div(num=Num() as above, den=Num() as below)), ops=("",)):
            counts = all(n.text.isdigit() for n in (whole, above, below))
            return Add(changed.factors) if counts and above.value < below.value else changed
        case _:
            return changed
