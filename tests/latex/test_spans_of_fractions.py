"""A fraction stands where it is written, however its arguments are written."""

from __future__ import annotations

import pytest

from vaultbp.latex import parse
from vaultbp.latex.tree import Product


@pytest.mark.parametrize(
    "written",
    [
        r"\frac12",
        r"\frac 12",
        r"\frac{1}{2}",
        r"\dfrac 1 2",
        r"\tfrac1{n}",
        r"\frac1n",
        r"\binom32",
    ],
)
@pytest.mark.parametrize("before", ["", "a ", "-", "2 \\cdot "])
def test_the_span_holds_the_command_too(written: str, before: str) -> None:
    text = f"{before}{written} k"
    [claim] = parse(text).claims
    nodes = [node for node in claim.sides[0].walk() if isinstance(node, Product)]
    spans = [text[f.span.start : f.span.end] for node in nodes for f in node.factors]
    assert written in spans
