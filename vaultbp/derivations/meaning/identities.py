"""``I_n``: the identity matrix with its size, and not the n-th of some ``I``."""

from __future__ import annotations

from vaultbp.derivations.meaning.lexicon import Lexicon
from vaultbp.latex import tree

_SIZES = frozenset("nmdpqNMDK")


def is_identity(name: tree.Name, lexicon: Lexicon) -> bool:
    """Whether a name is that of an identity matrix of a size that the note does not run over.

    Not where the note says what an ``I`` is, or has an ``I_i`` too.
    """
    if name.base != "I" or name.sup or len(name.sub) != 1 or name.primes:
        return False
    size = name.sub[0]
    if not isinstance(size, tree.Name) or size.base not in _SIZES or size.sub:
        return False
    own = lexicon.heads | lexicon.families
    return "I" not in own and size.base not in lexicon.bound
