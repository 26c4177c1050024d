"""Newton's dots, and the letter d as a coefficient."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims

SPRING = r"""
# A spring

It swings as $s(t) = B\cos(\nu t + \chi)$.

$$STEP$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\dot s = -B\nu\sin(\nu t + \chi)", "verified"),
        (r"\dot s = B\nu\sin(\nu t + \chi)", "wrong"),
        (r"\ddot s = -\nu^2 s", "verified"),
        (r"\ddot s = \nu^2 s", "wrong"),
        (r"\ddot s + \nu^2 s = 0", "verified"),
    ],
)
def test_a_dot_is_a_derivative_by_time(step: str, status: str) -> None:
    assert claims(SPRING.replace("STEP", step))[-1].status == status


def test_a_law_of_another_motion_is_not_wrong() -> None:
    other = SPRING.replace("STEP", r"\dot s = -B\nu\sin(\nu t + \chi)")
    text = other + "\n# Friction\n\n" + r"$$\ddot s = -\dot s - s$$"
    assert claims(text)[-1].status == "unchecked"


def test_what_one_differentiates_by_keeps_its_dot() -> None:
    text = r"With $q(t) = \sin t$ and $K(q, \dot q) = \frac12 m \dot q^2$: "
    assert claim(text + r"$$\frac{\partial K}{\partial\dot q} = m\dot q$$", "partial").status == (
        "verified"
    )


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"P'(u) = c + 2du", "verified"),
        (r"P'(u) = c + du", "wrong"),
        (r"P''(u) = 2d", "verified"),
    ],
)
def test_d_after_c_is_a_coefficient(step: str, status: str) -> None:
    assert claims(rf"Let $P(u) = a + cu + du^2$. $${step}$$")[-1].status == status


def test_a_differential_stays_one() -> None:
    assert claims(r"For $f(x) = x^2$: $$df = 2x\,dx$$")[-1].status == "verified"
    assert claims(r"For $f(x) = x^2$: $$df = 3x\,dx$$")[-1].status != "verified"


def test_a_name_written_once_at_the_left_is_introduced_there() -> None:
    text = r"Cost $C(q) = F + gq$. $$MC = C'(q) = g$$"
    assert claims(text)[-1].status != "wrong"
    assert claims(r"Cost $C(q) = F + gq$, sold at $p$: $$p C'(q) = 2pg$$")[-1].status == "wrong"
