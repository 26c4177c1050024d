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


_CONJUGATE = re.compile(
    r"(?P<starred>[A-Za-z](?:_(?:\{\w+\}|\w))?)\s*\^\s*\{?\s*(?:\*|\\ast\b|\\star\b|\\dagger\b)"
    r"|\\(?:bar|overline)\s*\{?\s*(?P<barred>[A-Za-z](?:_(?:\{\w+\}|\w))?)"
)
_SIZE = re.compile(r"(?<!\\)\||\\vert")


def may_be_conjugate(text: str) -> bool:
    """Whether a formula with sizes writes conjugates beside what they are of: ``z z^* = |z|²``."""
    names = {m["starred"] or m["barred"] for m in _CONJUGATE.finditer(text)}
    rest = _CONJUGATE.sub(" ", text)
    beside = any(re.search(rf"(?<![A-Za-z\\]){re.escape(n)}(?![\w^])", rest) for n in names)
    return beside and _SIZE.search(text) is not None
