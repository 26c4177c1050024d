"""Rules for any x hold where the note gives x a meaning elsewhere; no path is lost by that."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

ELSEWHERE = """

# Elsewhere

$u = q s$ and $q = \\frac{du}{ds}$. $p(u) = k$, $k = \\tan u_0$.
"""


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\frac{d}{du} \cosh u = \sinh u", "verified"),
        (r"\frac{d}{du} (u \ln u) = 1 + \ln u", "verified"),
        (r"\frac{d}{du} (u \ln u) = \ln u", "unchecked"),
        (r"P'(u) = 2u p(u) + u^2 p'(u)", "verified"),
        (r"P'(u) = 2u p(u) + u p'(u)", "unchecked"),
        (r"P'(u) = u p(u)", "unchecked"),
    ],
)
def test_a_rule_holds_for_every_meaning_of_its_letters(formula: str, status: str) -> None:
    text = f"# Rules\n\nLet $P(u) = u^2 p(u)$.\n\n$${formula}$$" + ELSEWHERE
    assert claim(text, formula).status == status


@pytest.mark.parametrize(
    "formula",
    [
        # m is computed from v: what is free of it has lost a path.
        r"\frac{\partial (m v)}{\partial v} = m",
        r"\frac{d (m v)}{d v} = m",
        # How r depends on v the note does not say, but it differentiates it.
        r"\frac{\partial (h + v^2)}{\partial v} = 2v",
    ],
)
def test_no_path_is_lost(formula: str) -> None:
    text = (
        "Let $m = 3v + g$, $g = \\sqrt{m}$, $h = r^2 + n$, $n = \\sqrt{h}$.\n\n"
        f"There is a $\\frac{{\\partial r}}{{\\partial v}}$, too.\n\n$${formula}$$"
    )
    assert claim(text, formula).status != "verified"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\cos 2r = \cos^2 r - \sin^2 r", "verified"),
        (r"\cos 2r = \cos^2 r + \sin^2 r", "unchecked"),
        (r"(r + s)(r - s) = r^2 - s^2", "verified"),
        # With r = s/2 both sides are equal: what is used is no identity.
        (r"r s = 2 r^2", "unchecked"),
        # The same, and r has a path to s.
        (r"\frac{d (r s)}{d r} = s", "unchecked"),
    ],
)
def test_an_identity_holds_though_definitions_go_in_a_circle(formula: str, status: str) -> None:
    text = f"From $r = s/2$ follows $s = 2 r$.\n\n$${formula}$$"
    assert claim(text, formula).status == status
