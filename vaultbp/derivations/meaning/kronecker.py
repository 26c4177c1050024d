"""Kronecker's delta in a note that calls other things δ too, such as the error of a layer."""

from __future__ import annotations

from collections.abc import Iterable

from vaultbp.latex import tree


def is_paired(name: tree.Node) -> bool:
    """Whether a name is a δ with two lower indices and nothing else: ``δ_{ij}``."""
    plain = isinstance(name, tree.Name) and name.base == "δ"
    if not plain or not isinstance(name, tree.Name):
        return False
    return len(name.sub) == 2 and not (name.sup or name.primes or name.accents)


def has_kronecker(readings: Iterable[tree.Reading]) -> bool:
    """Whether ``δ_{ij}`` is one where the indices coincide, whatever else the note calls δ.

    It is if the note gives it the value one or nought, or writes it beside a quantity with one of its
    indices as in ``p_i(δ_{ij} - p_j)``, and gives it no other formula.
    """
    shown = False
    for reading in readings:
        for chain in reading.claims:
            head, formula = chain.sides[0], chain.sides[1:2]
            if is_paired(head) and formula:
                if not _is_unit(formula[0]):
                    return False
                shown = True
            nodes = (node for side in chain.sides for node in side.walk())
            shown = shown or any(isinstance(n, tree.Sum) and _weighs(n) for n in nodes)
    return shown


def _is_unit(node: tree.Node) -> bool:
    """Whether a formula is one, nought, or cases of these."""
    if isinstance(node, tree.Cases):
        return all(_is_unit(row.value) for row in node.rows)
    return isinstance(node, tree.Number) and node.value in (0.0, 1.0)


def _weighs(node: tree.Sum) -> bool:
    """``δ_{ij} - p_j``: a delta and a quantity with one of its indices."""
    deltas = [t for t in node.terms if is_paired(t)]
    letters = {n.base for d in deltas for n in d.walk() if isinstance(n, tree.Name) and n is not d}
    others = [t.body if isinstance(t, tree.Neg) else t for t in node.terms if t not in deltas]
    return any(
        isinstance(t, tree.Name)
        and len(t.sub) == 1
        and isinstance(t.sub[0], tree.Name)
        and t.sub[0].base in letters
        for t in others
    )
