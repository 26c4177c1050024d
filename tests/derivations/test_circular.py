"""Quantities given by each other, and names whose meanings make a rule vanish."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim
from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.opening import open_notebook
from vaultbp.notes import read
from vaultbp.source import Source

POLAR = (
    "We have $u = s\\cos\\varphi$ and $v = s\\sin\\varphi$, and the other way round "
    "$s = \\sqrt{u^2+v^2}$ and $\\varphi = \\arctan\\frac{v}{u}$.\n\n"
)


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\frac{\partial s}{\partial u} = \frac{u}{s}", "verified"),
        (r"\frac{\partial s}{\partial u} = \frac{v}{s}", "unchecked"),
        (r"\frac{\partial s}{\partial u} = \frac{u}{s^2}", "unchecked"),
        (r"\frac{\partial u}{\partial s} = \cos\varphi", "verified"),
        (r"\frac{\partial u}{\partial \varphi} = -v", "verified"),
        (r"\frac{\partial u}{\partial \varphi} = v", "unchecked"),
        (r"\frac{\partial \varphi}{\partial v} = \frac{u}{s^2}", "verified"),
        (r"\frac{\partial \varphi}{\partial v} = \frac{1}{s^2}", "unchecked"),
    ],
)
def test_coordinates_are_what_stands_below(formula: str, status: str) -> None:
    assert claim(f"{POLAR}$${formula}$$", formula).status == status


@pytest.mark.parametrize(
    ("right", "holds"),
    [
        (r"\frac{a}{q} - b", True),
        (r"\frac{2a}{q} - 2b", False),
        (r"\frac{a}{b} - q", False),
        (r"a - bq", False),
    ],
)
def test_where_it_vanishes_is_no_meaning_of_the_variable(right: str, holds: bool) -> None:
    formula = rf"\frac{{d}}{{dq}}\left(a\ln q - bq\right) = {right}"
    found = claim(f"It is largest at $q = \\frac{{a}}{{b}}$.\n\n$${formula}$$", formula).status
    assert (found == "verified") == holds


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"r_n - r_0 = \frac{2}{n}", "verified"),
        (r"r_n - r_0 = \frac{1}{n}", "unchecked"),
        (r"\frac{d}{dr_0} r_0^2 = 2 r_0", "verified"),
    ],
)
def test_what_members_are_counted_from_is_none_of_them(formula: str, status: str) -> None:
    text = f"The points are $r_n = r_0 + \\frac{{2}}{{n}}$.\n\n$${formula}$$"
    assert claim(text, formula).status == status


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (r"v_{pi}^{l+1} g'(u_i^l)", "verified"),
        (r"v_{ip}^{l+1} g'(u_i^l)", "wrong"),
        (r"v_{pi}^{l+1} g'(u_p^l)", "wrong"),
    ],
)
def test_the_letter_of_a_sum_does_not_matter(right: str, status: str) -> None:
    formula = r"\frac{\partial u_p^{l+1}}{\partial u_i^l} = " + right
    text = (
        r"Layer $l$ has the activations $s_i^l = g\left(\sum_p v_{ip}^l s_p^{l-1} + c_i^l\right)$"
        "\n\nand layer $l+1$ the inputs\n\n"
        r"$$u_p^{l+1} = \sum_i v_{pi}^{l+1} s_i^l + c_p^{l+1}$$"
        f"\n\n$${formula}$$"
    )
    assert claim(text, formula).status == status


def test_small_steps_are_judged_after_one_that_is_too_large() -> None:
    """What is kept for them lasts when the rest of a note's allowance is used up."""
    text = "$$\\int_a^b F'(q) \\, dq = F(b) - F(a)$$"
    book = open_notebook(read(Source.from_bytes("n.md", text.encode())))
    (stated,) = book.stated
    statuses = []
    for kept in (book.kept, 0):
        book.allowance, book.kept = 0, kept
        statuses.append(Judge(book).step(stated, *stated.sides).status)
        assert book.kept < max(kept, 1)
    assert statuses == ["verified", "unchecked"]


def test_a_condition_is_not_verified_by_what_was_solved_from_it() -> None:
    formula = r"p'(t) u + q'(t) v = 0"
    text = f"We ask that $${formula}$$ so "
    text += r"$p'(t) = -\frac{q'(t) v}{u}$ and $q'(t) = -\frac{p'(t) u}{v}$."
    assert claim(text, formula).status == "unchecked"
