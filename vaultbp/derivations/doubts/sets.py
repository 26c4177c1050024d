"""Sums over named sets: ``Σ_{i∈S}`` runs over all i only if S is all of them."""

from __future__ import annotations

from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.latex import tree
from vaultbp.latex.text import to_text

ANY = ""
"""A sum that names no set."""


def runs_over_others(stated: Stated, k: int) -> bool:
    """Whether the sums of one side of a step run over a set that none of the other's does."""
    if "∈" not in stated.formula.text and "\\in" not in stated.formula.text:
        return False
    one, two = map(_sets, stated.chain.sides[k : k + 2])
    return bool(one and two) and (one | two) != {ANY} and one.isdisjoint(two)


def _sets(side: tree.Node) -> set[str]:
    """Over what the sums of a side run."""
    return {
        _set(node) for node in side.walk() if isinstance(node, tree.BigOp) and node.op in ("Σ", "Π")
    }


def _set(node: tree.BigOp) -> str:
    named = (n for n in node.lower if isinstance(n, tree.Relation) and n.op == "∈")
    return next((to_text(n.right) for n in named), ANY)
