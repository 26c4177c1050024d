"""Derivatives of a whole and of its parts by one variable, of which the note shows little more."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

WHOLE = "The total is $K = M + \\lambda R$.\n\n"
PENALTY = "The total is $K = M + \\lambda R$ with the penalty $R = u^2 + v^2$.\n\n"
MEAN = "The loss is $K = \\frac{1}{T} \\sum_{t=1}^{T} k_t$.\n\n"
SQUARES = "Each step has the loss $K_t = \\frac{1}{2}(y_t - p_t)^2$, in all $K = \\sum_t K_t$.\n\n"
SUM = r"\frac{\partial M}{\partial q} + \lambda \frac{\partial R}{\partial q}"
BOTH = rf"\frac{{\partial K}}{{\partial q}} = {SUM}"


@pytest.mark.parametrize(
    ("said", "right", "status"),
    [
        (
            WHOLE,
            r"\frac{\partial M}{\partial q} + \lambda \frac{\partial R}{\partial q}",
            "verified",
        ),
        (WHOLE, r"\frac{\partial M}{\partial q} + \frac{\partial R}{\partial q}", "wrong"),
        (WHOLE, r"\frac{\partial M}{\partial q} - \lambda \frac{\partial R}{\partial q}", "wrong"),
        (MEAN, r"\frac{1}{T} \sum_{t=1}^{T} \frac{\partial k_t}{\partial q}", "verified"),
        (MEAN, r"\sum_{t=1}^{T} \frac{\partial k_t}{\partial q}", "wrong"),
        (MEAN, r"-\frac{1}{T} \sum_{t=1}^{T} \frac{\partial k_t}{\partial q}", "wrong"),
        (SQUARES, r"\sum_t \frac{\partial K_t}{\partial q}", "verified"),
        (SQUARES, r"2 \sum_t \frac{\partial K_t}{\partial q}", "unchecked"),
        (SQUARES, r"\sum_t K_t \frac{\partial K_t}{\partial q}", "unchecked"),
    ],
)
def test_the_formula_of_a_whole_joins_the_derivatives(said: str, right: str, status: str) -> None:
    formula = rf"\frac{{\partial K}}{{\partial q}} = {right}"
    assert claim(f"{said}$${formula}$$", formula).status == status


@pytest.mark.parametrize("said", [WHOLE, PENALTY])
def test_a_part_that_the_note_differentiates_is_no_constant(said: str) -> None:
    """Whatever its formula says: in it something may depend on the variable."""
    lost = r"\frac{\partial M}{\partial q} = \frac{\partial K}{\partial q}"
    text = f"{said}$${BOTH}$$\n\nIn other words\n\n$${lost}$$"
    assert claim(text, BOTH).status == "verified"
    assert claim(text, lost).status == "unchecked"


def test_constants_beside_it_are_no_parts() -> None:
    formula = r"\frac{\partial K}{\partial q} = \frac{\partial M}{\partial q}"
    text = f"Let $K = M + R$ with $R = u^2$.\n\n$${formula}$$"
    assert claim(text, formula).status == "verified"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\frac{d}{dk}(k \ln k) = \ln k + 1", "verified"),
        (r"\frac{d}{dk}(k \ln k) = \ln k - 1", "wrong"),
        (r"\frac{d}{dx} \ln x = \frac{1}{x}", "verified"),
        (r"\frac{d}{dx} \ln x = \frac{1}{x^2}", "wrong"),
        (r"\nabla_x c = \left(\frac{\partial b}{\partial x}\right)^\top \nabla_b c", "verified"),
        (r"\frac{\partial}{\partial k} \sum_{k=1}^{n} a_k = 1", "unchecked"),
    ],
)
def test_what_counts_elsewhere_varies_where_it_is_differentiated_by(
    formula: str, status: str
) -> None:
    text = (
        "There are $k$ parts $p_1, \\ldots, p_k$ with $\\sum_{i=1}^k p_i = N$, and the mean is "
        f"$\\frac{{1}}{{n}} \\sum_x g(x)$.\n\n$${formula}$$"
    )
    assert claim(text, formula).status == status


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("It follows that", "wrong"),
        ("Up to a constant factor", "unchecked"),
        ("We drop the factor $\\frac{1}{T}$:", "unchecked"),
    ],
)
def test_words_may_leave_out_a_factor(words: str, status: str) -> None:
    formula = r"\frac{\partial K}{\partial q} = \sum_{t=1}^{T} \frac{\partial k_t}{\partial q}"
    assert claim(f"{MEAN}{words}\n\n$${formula}$$", formula).status == status
