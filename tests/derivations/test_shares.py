"""Formulas that have a value for numbers between 0 and 1 alone, as those of probabilities have."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

ENTROPY = r"\frac{d}{dq}\left(a\ln q + b\ln(1-q)\right) = "
BALL = r"\frac{\partial}{\partial u} \ln(1-u^2-v^2) = "
NEURON = r"""
The neuron has $z = \sum_j w_j x_j + b$ and $a = \sigma(z)$. The cost over the training inputs $x$ is

$$C = -\frac{1}{n} \sum_x \left( y \ln a + (1-y)\ln(1-a) \right)$$

"""
SLOPE = r"\frac{\partial C}{\partial w_j} = -\frac{1}{n} \sum_x "


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (ENTROPY + r"\frac{a}{q} - \frac{b}{1-q}", "verified"),
        (ENTROPY + r"\frac{a}{q} + \frac{b}{1-q}", "wrong"),
        (ENTROPY + r"\frac{a}{q} - \frac{b}{q}", "wrong"),
        (BALL + r"\frac{-2u}{1-u^2-v^2}", "verified"),
        (BALL + r"\frac{2u}{1-u^2-v^2}", "wrong"),
        (BALL + r"\frac{-u}{1-u^2-v^2}", "wrong"),
    ],
)
def test_letters_are_drawn_where_the_formula_has_a_value(formula: str, status: str) -> None:
    assert claim(f"$${formula}$$", formula).status == status


@pytest.mark.parametrize(
    ("right", "holds"),
    [
        (
            r"\left( \frac{y}{\sigma(z)} - \frac{1-y}{1-\sigma(z)} \right)"
            r" \frac{\partial \sigma(z)}{\partial w_j}",
            True,
        ),
        (r"\left( \frac{y}{\sigma(z)} - \frac{1-y}{1-\sigma(z)} \right) \sigma'(z) x_j", True),
        (r"\frac{\sigma'(z) x_j}{\sigma(z)(1-\sigma(z))} (y - \sigma(z))", True),
        (r"\frac{\sigma'(z) x_j}{\sigma(z)(1-\sigma(z))} (y + \sigma(z))", False),
        (r"\left( \frac{y}{\sigma(z)} + \frac{1-y}{1-\sigma(z)} \right) \sigma'(z) x_j", False),
        (r"\left( \frac{y}{\sigma(z)} - \frac{1-y}{1-\sigma(z)} \right) \sigma'(z)", False),
    ],
)
def test_an_activation_may_have_to_lie_between_0_and_1(right: str, holds: bool) -> None:
    formula = SLOPE + right
    assert (claim(f"{NEURON}$${formula}$$", formula).status == "verified") == holds
