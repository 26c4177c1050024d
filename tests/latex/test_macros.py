"""Macros defined in a formula."""

from __future__ import annotations

import pytest

from vaultbp.latex import parse
from vaultbp.latex.text import to_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}} \pd{L}{w} = \pd{L}{a}\pd{a}{w}",
            "∂L/∂w = ∂L/∂a ∂a/∂w",
        ),
        (r"\def\R{\mathbb{R}} x = \R", "x = ℝ"),
        (r"\renewcommand{\vec}[1]{\mathbf{#1}} \vec{x} = y", "x = y"),
        (r"\DeclareMathOperator{\act}{act} a = \act(z)", "a = act(z)"),
        (r"\newcommand\half{\frac12} y = \half x", "y = 1/2 x"),
    ],
)
def test_macros_are_expanded(text: str, expected: str) -> None:
    reading = parse(text)
    assert not reading.problems
    (chain,) = reading.claims
    assert " = ".join(to_text(side) for side in chain.sides) == expected


def test_macros_of_an_earlier_formula() -> None:
    earlier = parse(r"\newcommand{\loss}{\mathcal{L}}")
    assert earlier.claims == ()
    (chain,) = parse(r"\loss = 1", earlier.macros).claims
    assert to_text(chain.sides[0]) == "L"
    assert chain.sides[0].span == (0, 5)


@pytest.mark.parametrize(
    "text",
    [
        r"\def\x{\x\x} \x",
        r"\def\x{\y}\def\y{\x} \x = 1",
        r"\newcommand{\x}[1]{\x{#1#1}} \x{ab}",
        r"\def\a{\b\b\b\b}\def\b{\c\c\c\c}\def\c{\a\a\a\a} \a",
    ],
)
def test_macros_that_expand_without_end_are_refused(text: str) -> None:
    reading = parse(text)
    assert reading.claims == ()
    assert "expands without end" in reading.problems[0].message
