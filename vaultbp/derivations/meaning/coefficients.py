"""The letter d as a coefficient: ``a + bx + cx^2 + dx^3``, where ``dx`` is no differential."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vaultbp.latex import tree


def d_is_a_number(readings: Iterable[tree.Reading]) -> bool:
    """Whether the note has a sum in which a ``d`` follows on a coefficient ``c``.

    ``f(x) + f'(x)\\,dx`` has no such letter before its differential.
    """
    sides = (side for reading in readings for chain in reading.claims for side in chain.sides)
    sums = (node for side in sides for node in side.walk() if isinstance(node, tree.Sum))
    return any(_follows_on_c(node) for node in sums)


def _follows_on_c(node: tree.Sum) -> bool:
    firsts = [set(_letters(term)) for term in node.terms]
    numbers = [letters for letters in firsts if "d" not in letters]
    return "c" in set().union(*numbers) and len(numbers) < len(firsts)


def _letters(term: tree.Node) -> Iterator[str]:
    """The coefficients of a term: its plain letters, and ``d`` for a differential in italics."""
    bare = term.body if isinstance(term, tree.Neg) else term
    for factor in bare.factors if isinstance(bare, tree.Product) else (bare,):
        if isinstance(factor, tree.Name) and factor == tree.Name(factor.base):
            yield factor.base
        elif isinstance(factor, tree.Differential) and factor.kind == "d" and not factor.upright:
            yield "d"
