"""Entries of wholes: (∂U/∂S)_V, [∂E/∂x_i]_i, softmax(z)_i."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultbp.derivations.meaning.lowering.names import index_of, is_index
from vaultbp.derivations.meaning.terms import (
    Div,
    Fn,
    Fold,
    Held,
    Idx,
    Opaque,
    Slot,
    Stacked,
    Sym,
    Term,
)
from vaultbp.latex import tree

if TYPE_CHECKING:
    from vaultbp.derivations.meaning.lower import Lowering


def component(low: Lowering, node: tree.Component) -> Term:
    """``(∂U/∂S)_V`` holds V fixed; ``[∂E/∂x_i]_i`` is all the components together."""
    body = low.term(node.body)
    if isinstance(body, Fn) and body.name == "softmax" and isinstance(body.args[0], Sym):
        index, _ = index_of(low, node.indices[0])
        if index is not None and len(node.indices) == 1:
            vector = body.args[0]
            entry = softmax_entry(Sym(vector.key, (Slot("_", index[0]), *vector.slots)))
            if entry is not None:
                return entry
    names = [i for i in node.indices if isinstance(i, tree.Name)]
    if isinstance(node.body, tree.Derivative) and len(names) == len(node.indices):
        if not any(is_index(low, n.base) for n in names):
            return Held(body, tuple(low.term(n) for n in names))
        if all(is_index(low, n.base) for n in names) and len(names) <= 2:
            return Stacked(body, tuple(n.base for n in names))
    return Opaque("component", "an entry of something that is no name")


def runs_over_entries(low: Lowering, symbol: Sym) -> bool:
    """Whether a lower index runs over entries: the ``i`` of ``z_i``, not the t of ``o_t``."""
    return any(
        isinstance(s.index, Idx) and s.index.name not in low.lexicon.steps
        for s in symbol.slots
        if s.place == "_"
    )


def softmax_entry(symbol: Sym) -> Term | None:
    """``softmax(z_i)`` means the entry ``softmax(z)_i``."""
    lower = [s for s in symbol.slots if s.place == "_"]
    if len(lower) != 1:
        return None
    slots = tuple(Slot("_", Idx("#k")) if s is lower[0] else s for s in symbol.slots)
    below = Fold("Σ", "#k", None, None, None, Fn("exp", (Sym(symbol.key, slots),)))
    return Div(Fn("exp", (symbol,)), below)
