"""A symbol that is defined twice: what other steps tell of it, and what stays open."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

FIRST = r"""## A line

Let $z = w x + b$ and $C = (z - q)^2$. Then

$$\frac{\partial C}{\partial w} = 2 (z - q) x$$

and for the other one

$$\frac{\partial C}{\partial b} = %s$$
"""
SECOND = "\n## A parabola\n\nHere $z = w x^2$ and $C = z^3$."
THEN = "\n\nStill of the line above: $$%s$$"


@pytest.mark.parametrize(
    ("right", "status"), [("2 (z - q)", "verified"), ("-2 (z - q)", "wrong"), ("z - q", "wrong")]
)
def test_a_definition_of_another_section_does_not_excuse(right: str, status: str) -> None:
    assert claim(FIRST % right + SECOND, "partial b").status == status


@pytest.mark.parametrize("right", ["2 (z - q) w", "6 z^2 w x"])
def test_a_claim_after_both_definitions_may_mean_either(right: str) -> None:
    text = FIRST % "2 (z - q)" + SECOND + THEN % rf"\frac{{\partial C}}{{\partial x}} = {right}"
    assert claim(text, "partial x").status != "wrong"


def test_examples_told_in_words_side_by_side_are_never_wrong() -> None:
    text = r"""## Slopes

- a line: $$g(t) = 4 t \qquad g'(t) = 4$$
- a parabola: $$g(t) = t^2$$ $$g'(t) = 2 t$$
- the third power: $$g'(t) = 3 t^2$$
"""
    assert claim(text, "3 t^2").status != "wrong"


def test_two_forms_of_one_definition_are_no_rivals() -> None:
    text = r"""Let $p = \sigma(u)$ with $u = k x$, in short $p = \sigma(k x)$.

$$\frac{\partial p}{\partial k} = p (1 - p) x^2$$"""
    assert claim(text, "partial k").status == "wrong"


def test_a_step_that_holds_by_the_other_definition_is_never_wrong() -> None:
    text = (FIRST % "2 (z - q)").replace("and for", "and with $z = v - x$ for")
    text = text.replace("2 (z - q)$$\n", "0$$\n")
    assert claim(text, "partial b").status != "wrong"


def test_where_a_recursion_begins_may_make_a_step_hold() -> None:
    text = r"""We keep $m_t = \beta m_{t-1} + g_t$ with $m_0 = 0$.

$$M = k - m_1 = k - \beta m_0 - g_1 = k - g_1$$"""
    assert claim(text, "k - g_1").status != "wrong"


LINES = "# One\n\n$$y = 2x + 3$$\n\n$$u = 1$$\n\n# Two\n\n$$y = x - 4$$\n\n$$v = 2$$\n\n# Three\n\n"


@pytest.mark.parametrize(
    ("right", "status"),
    [
        ("x^2 + 6y", "verified"),
        ("x^2 + y", "wrong"),
        ("x^2 + 6 (2x + 3)", "unchecked"),
        ("x^2 + 6 (x - 4)", "verified"),
    ],
)
def test_values_elsewhere_of_what_a_step_differentiates_by_excuse_nothing_else(
    right: str, status: str
) -> None:
    text = f"{LINES}$$f = x^2 y + 3 y^2$$\n\n$$\\frac{{\\partial f}}{{\\partial y}} = {right}$$"
    assert claim(text, "partial").status == status


CHANGED = "$$r = x^2$$\n\n$$q = r x + x$$\n\n"
WHOLE = r"$$\frac{\partial q}{\partial x} = \frac{\partial q}{\partial r} \cdot 2x + r + 1$$"


@pytest.mark.parametrize(("beside", "status"), [("", "verified"), (WHOLE, "unchecked")])
def test_where_a_note_takes_whole_derivatives_an_immediate_one_verifies_nothing(
    beside: str, status: str
) -> None:
    text = f"{CHANGED}$$\\frac{{\\partial q}}{{\\partial x}} = x^2 + 1$$\n\n{beside}"
    assert claim(text, "= x^2 + 1").status == status
