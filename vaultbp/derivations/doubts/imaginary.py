"""Whether the letter i is the imaginary unit, though the note also counts with it."""

from __future__ import annotations

from vaultbp.derivations.meaning.terms import Fn, Idx, Mul, Term, walk
from vaultbp.derivations.numerics.compare import Comparison

_WAVES = frozenset(("exp", "sin", "cos", "sinh", "cosh"))


def may_be_imaginary(left: Term, right: Term, found: Comparison) -> bool:
    """Whether a bare i, or an index i that is a factor beside waves, may be the imaginary unit."""
    if "i/0" in found.leaves_left | found.leaves_right:
        return True
    terms = [t for side in (left, right) for t in walk(side)]
    factor = any(isinstance(t, Mul) and Idx("i") in t.factors for t in terms)
    return factor and any(isinstance(t, Fn) and t.name in _WAVES for t in terms)
