"""``x̄`` beside ``x_i``: the mean, as everybody writes it, where a note does not say what it is."""

from __future__ import annotations

from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.terms import Div, Fold, Idx, Num, Pow, Slot, Sym
from vaultbp.derivations.numerics.compare import Comparison

BAR = "^bar"


def with_means(scope: Scope, found: Comparison) -> tuple[Scope, str] | None:
    """The scope in which barred free symbols are the means of their families, and what that says."""
    leaves = found.leaves_left | found.leaves_right
    barred = sorted(
        key.removesuffix(BAR)
        for key in (leaf.removesuffix("/0") for leaf in leaves if leaf.endswith(f"{BAR}/0"))
        if f"{key.removesuffix(BAR)}/1" in leaves
    )
    for key in barred:
        scope = scope.with_only(_mean(key))
    says = ", ".join(f"{key}^bar is the mean of the {key}" for key in barred)
    return (scope, says) if barred else None


def _mean(key: str) -> Definition:
    entry = Sym(key, (Slot("_", Idx("#m")),))
    total = Fold("Σ", "#m", None, None, None, entry)
    count = Fold("Σ", "#m", None, None, None, Pow(entry, Num(0.0, "0")))
    return Definition(Sym(key + BAR), Div(total, count), -1)
