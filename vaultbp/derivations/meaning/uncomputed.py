"""What no number is computed of: ``A ∩ B``, ``a mod b``; sets, conditions, factorials."""

from __future__ import annotations

UNCOMPUTED = frozenset(("∩", "∪", "∖", "⊔", "⊎", "⋊", "⋉", "⊕", "⊖", "⊛", "⊠", "⋄", "⋆", "mod"))
"""Each is read as an unknown function of the two, which no formula defines: ``A ∩ B = ∅`` is said of
these two sets."""
EITHER_WAY = frozenset(("∩", "∪", "⊔", "⊕"))
"""Those of which the two sides may change places."""

SORTS = {
    "Binomial": "a binomial coefficient",
    "Factorial": "a factorial",
    "Given": "a condition behind a bar, as in P(A | B),",
    "Gradient": "∇ as a divergence, a curl or an operator",
    "Label": "a mark, as in 90° or Aᴴ,",
    "Missing": "a place where nothing stands, beside a sign,",
    "PlusMinus": "±, two values at once,",
    "Quantified": "a quantifier",
    "Tuple": "a list or set of several things",
}
"""The sorts of nodes of a formula without a value, in words."""
