"""A tree printed as LaTeX reads back as the same tree, in every style of writing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.latex.trees import expressions
from vaultbp.latex import parse
from vaultbp.latex.latex import STYLES, to_latex
from vaultbp.latex.text import to_text
from vaultbp.latex.tree import Node


@pytest.mark.parametrize("style", sorted(STYLES))
@given(tree=expressions)
@settings(deadline=None, max_examples=150)
def test_printed_trees_read_back(tree: Node, style: str) -> None:
    written = to_latex(tree, style)
    reading = parse(written)
    assert not reading.problems, (written, reading.problems)
    (chain,) = reading.claims
    assert chain.sides == (tree,), f"{written}\n{to_text(tree)}\n{to_text(chain.sides[0])}"


@given(left=expressions, right=expressions)
@settings(deadline=None, max_examples=60)
def test_an_equation_reads_as_its_two_sides(left: Node, right: Node) -> None:
    reading = parse(f"{to_latex(left)} = {to_latex(right)}")
    (chain,) = reading.claims
    assert chain.sides == (left, right)
    assert [mark.op for mark in chain.relations] == ["="]
