"""Signs between two things of which no number is computed: ``A ∩ B``, ``a ⊕ b``, ``a mod b``."""

from __future__ import annotations

UNCOMPUTED = frozenset(("∩", "∪", "∖", "⊔", "⊎", "⋊", "⋉", "⊕", "⊖", "⊛", "⊠", "⋄", "⋆", "mod"))
"""Each is read as an unknown function of the two, which no formula defines: ``A ∩ B = ∅`` is said of
these two sets."""
EITHER_WAY = frozenset(("∩", "∪", "⊔", "⊕"))
"""Those of which the two sides may change places."""
