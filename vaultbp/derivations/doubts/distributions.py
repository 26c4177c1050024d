"""Functions that sum to one over an argument: ``Σ_x p_θ(x)`` moves with no parameter.

A note on distributions uses that without a word: ``∇ Σ_x p ln p = Σ_x ∇p ln p``.
"""

from __future__ import annotations

from collections.abc import Iterable

from vaultbp.derivations.meaning.terms import Call, Fold, Idx, Integral, Term, walk

ONE = "a function under a sum or integral may be a distribution, which sums to one"


def may_be_distributions(terms: Iterable[Term], open_functions: set[str]) -> bool:
    """Whether functions without a formula are summed over their own argument, or integrated over it."""
    for term in (t for each in terms for t in walk(each)):
        over: Term
        if isinstance(term, Fold) and term.op == "Σ":
            over = Idx(term.index)
        elif isinstance(term, Integral):
            over = term.by
        else:
            continue
        calls = (t for t in walk(term.body) if isinstance(t, Call) and t.func.key in open_functions)
        if any(over in call.args and len(call.args) > 1 for call in calls):
            return True
    return False
