"""Whether a step may be about complex numbers: i the imaginary unit, a star the conjugate."""

from __future__ import annotations

import re

from vaultbp.derivations.meaning.terms import Fn, Idx, Mul, Term, walk
from vaultbp.derivations.numerics.compare import Comparison

_WAVES = frozenset(("exp", "sin", "cos", "sinh", "cosh"))


def may_be_imaginary(left: Term, right: Term, found: Comparison) -> bool:
    """Whether a bare i or j, or an index i that is a factor beside waves, may be the imaginary unit."""
    if not {"i/0", "j/0"}.isdisjoint(found.leaves_left | found.leaves_right):
        return True
    terms = [t for side in (left, right) for t in walk(side)]
    factor = any(isinstance(t, Mul) and Idx("i") in t.factors for t in terms)
    return factor and any(isinstance(t, Fn) and t.name in _WAVES for t in terms)


_CONJUGATE = re.compile(r"\^\s*\{?\s*(\*|\\ast\b|\\star\b|\\dagger\b)|\\(bar|overline)\b")


def may_be_conjugate(text: str) -> bool:
    """Whether a formula with sizes, ``|z|``, writes conjugates: ``z z^* = |z|²``."""
    return bool(_CONJUGATE.search(text)) and ("|" in text or "\\vert" in text or "abs" in text)
