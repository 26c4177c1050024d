"""Squares defined before what is squared: ``σ^2 = …`` also says what σ is, its root."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.terms import Fn, Num, Slot, Sym, Term, walk

SQUARE = Slot("^", Num(2.0, "2"))
_WRITTEN = re.compile(r"\^\s*\{?\s*2\s*\}?|²")
"""A two without brackets: ``σ^{(2)}`` is of the second layer."""


def is_square(head: Sym) -> bool:
    """Whether a defined symbol is written as the square of another: ``σ^2``, ``s_t^2``."""
    return bool(head.slots) and head.slots[-1] == SQUARE


def add_roots(scope: Scope, sides: Iterable[Term]) -> None:
    """Say what is squared, where the note writes it and nothing else says what it is.

    Not where the symbol has other marks above: then the 2 counts layers.
    """
    written = {t for side in sides for t in walk(side) if isinstance(t, Sym)}
    for table in list(scope.symbols.values()):
        for each in [d for d in table if is_square(d.head)]:
            root = Sym(each.head.key, each.head.slots[:-1])
            marked = any(
                t.key == root.key and t.slots and t.slots[-1].place == "^" and t != each.head
                for t in written
            )
            known = any(len(d.head.slots) == len(root.slots) for d in table)
            plain = _WRITTEN.search(each.source.partition("=")[0])
            if plain and root in written and not marked and not known:
                says = f"{root.key} is the positive root of {root.key}^2"
                body = Fn("sqrt", (each.head,))
                scope.add(
                    Definition(
                        root, body, each.order, each.section, None, each.source, says, implied=True
                    )
                )
