"""No input raises, hangs or exhausts the stack, and every span lies in the text."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultbp.latex import MAX_TEXT, parse
from vaultbp.latex.latex import to_latex
from vaultbp.latex.symbols import COMMANDS
from vaultbp.latex.text import to_text
from vaultbp.latex.tree import Reading

PIECES = [
    *("\\" + name for name in COMMANDS),
    *string.ascii_letters,
    *"0123456789.,;:!?'\"|/*+-=<>()[]{}_^&%#~$\\",
    *"∂∇Σ∑∫√αβσ′²ᵀᵢ₁½ŷ·×−…∈ℝ损法иж\n\t\u200b\u0302",
    r"\begin{cases}",
    r"\end{cases}",
    r"\begin{align}",
    r"\end{align}",
    r"\begin{bmatrix}",
    r"\end{bmatrix}",
    r"\left(",
    r"\right)",
    r"\left.",
    r"\right|",
    r"\left\{",
    r"\text{if }",
    r"\text{",
    r"\\",
    r"\frac{",
    "}{",
    "dx",
    "d",
    r"\newcommand{\x}[1]{#1}",
    r"\x",
    r"\mathrm{d}",
    "_{",
    "^{",
    "|_{",
]


def check(reading: Reading) -> None:
    size = len(reading.text)
    for problem in reading.problems:
        assert 0 <= problem.span.start <= problem.span.end <= size
        assert problem.message
    for chain in reading.claims:
        assert len(chain.sides) == len(chain.relations) + 1 or chain.sides
        assert 0 <= chain.span.start <= chain.span.end <= size
        assert chain.source == reading.text[chain.span.start : chain.span.end]
        for side in chain.sides:
            to_text(side)
            to_latex(side)
            for node in side.walk():
                assert 0 <= node.span.start <= node.span.end <= size


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(deadline=None, max_examples=400)
def test_pieces_of_formulas_never_raise(text: str) -> None:
    check(parse(text))


@pytest.mark.parametrize("text", [r"\cdot\text{", r"a = \text{ b", r"\text{$"])
def test_words_that_never_end_stop_with_the_formula(text: str) -> None:
    check(parse(text))


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=150)
def test_any_text_never_raises(text: str) -> None:
    check(parse(text))


@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
@settings(deadline=None, max_examples=100)
def test_reading_is_deterministic(text: str) -> None:
    assert parse(text) == parse(text)


@pytest.mark.parametrize(
    "text",
    [
        r"\hat\text{",
        "{" * 10_000 + "x" + "}" * 10_000,
        "(" * 10_000 + "x" + ")" * 10_000,
        "(" * 20_000,
        "{" * 20_000,
        ")" * 20_000,
        "|" * 20_000,
        "| x " * 10_000,
        r"\left(" * 5_000,
        r"\frac{1}{" * 3_000 + "x" + "}" * 3_000,
        r"\frac" * 8_000,
        r"\hat" * 8_000 + "x",
        r"\mathbf" * 6_000 + "x",
        r"\sqrt{" * 4_000,
        "x" + "^x" * 8_000,
        "x" + "^{x" * 8_000 + "}" * 8_000,
        "9^{9^{9^{9^{9^{9}}}}}",
        "x" + "_i" * 8_000,
        "x" + "'" * 20_000,
        "-" * 20_000 + "x",
        "x" + "!" * 20_000,
        "/x" * 10_000,
        "x" + "/x" * 9_000,
        "f" + "(x)" * 9_000,
        r"\sin" * 8_000 + " x",
        r"\sum" * 8_000 + " x",
        r"\sum_i x + " * 3_000 + "x",
        r"\sum x_i + " * 3_000 + "x",
        r"\frac{d}{dx}" * 3_000 + "x",
        r"\frac{d}{dx} x \cdot " * 1_500 + "x",
        r"\nabla " * 6_000 + "x",
        r"\int " * 8_000 + "x dx",
        r"\int x + " * 4_000 + "x dx",
        r"\log x y " * 3_000,
        r"1/2m " * 4_000,
        "d(" * 9_000,
        "∂" * 20_000,
        "∂x/" * 9_000,
        "d/" * 9_000,
        "a = " * 9_000 + "a",
        r"a = b \\ " * 4_000,
        "a, " * 9_000,
        r"\text{and} " * 3_000,
        r"\begin{align}" * 2_000,
        r"\begin{cases}" * 2_000 + "x" + r"\end{cases}" * 2_000,
        r"\begin{align} a &= b \\" * 1_000 + r"\end{align}" * 1_000,
        "& " * 15_000,
        r"\\ " * 12_000,
        r"\underbrace{x}_{y} " * 2_000,
        r"\left\{ x \right. " * 2_000,
        r"{x \over " * 3_000 + "y" + "}" * 3_000,
        "x_{" * 9_000,
        r"\overset{a}{" * 3_000 + "=" + "}" * 3_000,
        "ᵢ" * 20_000,
        "x²" * 9_000,
        "\u0302" * 20_000,
        "损" * 20_000,
        '"' * 20_000,
        r"\text{$" * 5_000,
        r"x \quad " * 6_000,
        "[" * 10_000 + "]" * 10_000,
        r"\left|" * 3_000 + "x" + r"\right|" * 3_000,
    ],
    ids=lambda text: repr(text[:18]),
)
def test_hostile_formulas_are_bounded(text: str) -> None:
    begin = time.process_time()
    check(parse(text[:MAX_TEXT]))
    assert time.process_time() - begin < 5


def test_a_huge_formula_is_refused_at_once() -> None:
    begin = time.process_time()
    reading = parse("x+" * 2_500_000)
    assert time.process_time() - begin < 0.5
    assert reading.claims == ()
    assert "too large" in reading.problems[0].message
