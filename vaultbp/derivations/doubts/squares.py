"""Steps in which a symbol and its square are taken for two quantities."""

from __future__ import annotations

from vaultbp.derivations.meaning.squares import is_square
from vaultbp.derivations.numerics.compare import Comparison, family


def stands_apart(found: Comparison) -> str | None:
    """A symbol that stands beside its own square, which has a formula of its own: σ beside σ^2."""
    leaves = found.leaves_left | found.leaves_right
    families = leaves | {family(d.head) for d in found.used.values()}
    for each in (d.head for d in found.used.values() if is_square(d.head)):
        if f"{each.key}/{len(each.slots) - 1}" in families:
            return str(each.key)
    return None
