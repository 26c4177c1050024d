"""A function that the note calls by a usual name and defines with a sign lost."""

from __future__ import annotations

import math

import pytest

from tests.derivations.notes import claim, claims

SIGMOID = "A unit answers with the sigmoid of its input.\n\n"


@pytest.mark.parametrize(
    "body",
    [
        r"\frac{1}{1 + e^{-z}}",
        r"\frac{e^{z}}{1 + e^z}",
        r"1 - \frac{1}{1 + e^{z}}",
        r"(1 + \exp(-z))^{-1}",
        r"\frac12 (1 + \tanh(z/2))",
    ],
)
def test_every_form_of_the_sigmoid_is_verified(body: str) -> None:
    found = claim(f"{SIGMOID}$$\\sigma(z) = {body}$$", "sigma")
    assert found.status == "verified"
    assert "logistic" in found.assumptions[0]


@pytest.mark.parametrize("body", [r"-\frac{1}{1 + e^{-z}}", r"\frac{1}{1 - e^{-z}}"])
def test_a_sigmoid_with_a_lost_sign_is_wrong_and_mended(body: str) -> None:
    found = claim(f"{SIGMOID}$$\\sigma(z) = {body}$$", "sigma")
    assert found.status == "wrong"
    (step,) = found.steps
    assert step.repair is not None
    assert step.counterexample is not None
    z = step.counterexample.at["z"]
    assert step.counterexample.left == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-3)


FREE = [
    r"\sigma(z) = \frac{1}{1 + e^{z}}",
    r"\sigma(z) = \frac{1}{1 + e^{-k z}}",
    r"\sigma(z) = \frac{2}{1 + e^{-z}} - 1",
    r"\sigma(z) = \max(0, \min(1, 0.2 z + 0.5))",
    r"\sigma(z) = \frac{z}{1 + |z|}",
    r"\ell(z) = -\frac{1}{1 + e^{-z}}",
    r"f(z) = \log(1 + e^{-z})",
]


@pytest.mark.parametrize("formula", FREE)
def test_other_functions_near_that_word_are_free(formula: str) -> None:
    (found,) = claims(f"{SIGMOID}$${formula}$$")
    assert found.status == "definition"


def test_the_negative_of_the_sigmoid_may_be_meant() -> None:
    (found,) = claims("The negated sigmoid is\n\n$$\\sigma(z) = -\\frac{1}{1 + e^{-z}}$$")
    assert found.status == "definition"


@pytest.mark.parametrize("body", [r"\frac{1}{1 + e^{-z}}", r"-\frac{1}{1 + e^{-z}}"])
def test_without_the_word_a_function_is_what_the_note_says(body: str) -> None:
    (found,) = claims(f"Let\n\n$$\\sigma(z) = {body}$$")
    assert found.status == "definition"
