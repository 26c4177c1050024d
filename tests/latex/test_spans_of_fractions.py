"""A fraction stands where it is written, however its arguments are written."""

from __future__ import annotations

import pytest

from vaultbp.latex import parse
from vaultbp.latex.text import to_text
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


@pytest.mark.parametrize("written", [r"\frac12", r"\frac 12", r"\frac12 + 1", r"\tfrac1{n}"])
def test_a_claim_begins_with_its_fraction(written: str) -> None:
    text = f"x {written} = 2, {written} = 3"
    assert [claim.source for claim in parse(text[2:]).claims] == [
        f"{written} = 2",
        f"{written} = 3",
    ]


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        (r"\frac12", r"\frac{1}{2}"),
        (r"\frac123", r"\frac{1}{2} 3"),
        (r"\frac1{23}", r"\frac{1}{23}"),
        (r"\frac{12}34", r"\frac{12}{34}"),
        (r"\binom52", r"\binom{5}{2}"),
    ],
)
def test_an_argument_without_braces_is_one_digit(written: str, spelt: str) -> None:
    one, two = (parse(text).claims[0].sides[0] for text in (written, spelt))
    assert to_text(one) == to_text(two)
