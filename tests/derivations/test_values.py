"""Steps that hold only for particular values, and symbols with several definitions."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

GIVEN = "Take $u = 1$, $c = 0$ and $M = \\frac12 (k u + c - y)^2$.\n\n"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\frac{\partial M}{\partial k} = (k u + c - y) u", "verified"),
        (r"\frac{\partial M}{\partial k} = k - y", "unchecked"),
        (r"\frac{\partial M}{\partial k} = k + y", "wrong"),
        (r"s = k u + c = k", "unchecked"),
        (r"s = k u + c = k + y c", "unchecked"),
        (r"s = k u + c = k + 1", "wrong"),
    ],
)
def test_a_step_may_be_meant_for_the_values_given(formula: str, status: str) -> None:
    assert claim(f"{GIVEN}$${formula}$$", formula).status == status


@pytest.mark.parametrize(
    ("words", "formula", "status"),
    [
        ("With zero bias", "z = w x + b = w x", "unchecked"),
        ("We ignore the penalty", r"z = (w - y)^2 + \lambda w^2 = (w - y)^2", "unchecked"),
        ("In full", "z = w x + b = w x", "wrong"),
        ("With zero bias", "z = w x + b = w x^2", "wrong"),
    ],
)
def test_words_may_set_a_symbol_to_nought(words: str, formula: str, status: str) -> None:
    assert claim(f"{words} we have\n\n$${formula}$$", formula).status == status


TWO = "$$y = x^2$$\n\nWords.\n\n$$y = x^3$$\n\nMore words.\n\n$$v = 3$$\n\n"


@pytest.mark.parametrize(
    ("right", "status"), [("2 x", "unchecked"), ("3 x^2", "verified"), ("4 x", "wrong")]
)
def test_a_symbol_with_two_definitions_is_wrong_if_it_is_under_both(
    right: str, status: str
) -> None:
    assert claim(f"{TWO}$$\\frac{{dy}}{{dx}} = {right}$$", "dy").status == status


def test_an_index_is_summed_only_where_every_term_repeats_it() -> None:
    text = r"$$e_{ij} = -p_{ij} \log q_{ij} - (1 - q_{ij}) = -p_{ij} \log q_{ij} - (1 + q_{ij})$$"
    assert claim(text, "e_{ij}").status == "wrong"
