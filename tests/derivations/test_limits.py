"""Limits: derivatives from first principles, and what has no limit."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

CUBE = "Let $r(u) = u^3$.\n\n"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"r'(u) = \lim_{h \to 0} \frac{r(u + h) - r(u)}{h}", "verified"),
        (r"r'(u) = \lim_{v \to u} \frac{r(v) - r(u)}{v - u}", "verified"),
        (r"r'(u) = \lim_{h \to 0} \frac{r(u + h) - r(u - h)}{2h}", "verified"),
        (r"r'(u) = \lim_{h \to 0} \frac{r(u + h) - r(u - h)}{h}", "wrong"),
        (r"r'(u) = \lim_{h \to 0} \frac{r(u) - r(u + h)}{h}", "wrong"),
        (
            r"\lim_{h \to 0} \frac{r(u + h) - r(u)}{h} = \lim_{h \to 0} (3u^2 + 3uh + h^2)",
            "verified",
        ),
        (r"\lim_{h \to 0} (3u^2 + 3uh + h^2) = 3u^2", "verified"),
        (r"\lim_{h \to 0} (3u^2 + 3uh + h^2) = 3u", "wrong"),
    ],
)
def test_a_derivative_from_first_principles(formula: str, status: str) -> None:
    assert claim(f"{CUBE}$${formula}$$", "lim").status == status


def test_any_function_has_the_derivative_that_is_its_limit() -> None:
    text = r"$$\frac{dg}{dt} = \lim_{\Delta t \to 0} \frac{g(t + \Delta t) - g(t)}{\Delta t}$$"
    assert claim(text, "lim").status == "verified"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\lim_{t \to 0} \frac{1 - \cos t}{t^2} = \frac{1}{2}", "verified"),
        (r"\lim_{n \to \infty} \left(1 + \frac{a}{n}\right)^n = e^a", "verified"),
        (r"\lim_{t \to 0} (t^2 + 3t) = 0", "verified"),
        # No limit from both sides, or none that a few places tell.
        (r"\lim_{t \to 0} \frac{|t|}{t} = 1", "unchecked"),
        (r"\lim_{t \to 0} \sqrt{|t|} = 0", "unchecked"),
        (r"\lim_{t \to 0} (a + \sqrt{|t|}) = a", "unchecked"),
        (r"\lim_{n \to \infty} (a + \frac{\ln n}{n}) = a", "unchecked"),
        (r"\lim_{t \to 0} (a + t^2 \ln |t|) = a", "unchecked"),
    ],
)
def test_other_limits(formula: str, status: str) -> None:
    assert claim(f"$${formula}$$", "lim").status == status
