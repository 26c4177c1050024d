"""What an update starts from: the ``w_old`` of ``w_new = w_old - η ∂E/∂w`` is the present ``w``."""

from __future__ import annotations

import re
from collections.abc import Collection

from vaultbp.derivations.meaning.terms import Slot, Sym, Term, rebuilt

_OLD = re.compile(r"(_|\^\()(old|alt|prev)(\)|(?![\w]))")


def present(term: Term, keys: Collection[str]) -> Term:
    """A side of an update with the present values under the names that the note gives them, ``keys``,
    where it says nothing else."""
    if isinstance(term, Sym):
        key = _OLD.sub("", term.key)
        slots = tuple(Slot(s.place, present(s.index, keys)) for s in term.slots)
        return Sym(key, slots) if key != term.key and key in keys else term
    return rebuilt(term, lambda part: present(part, keys))
