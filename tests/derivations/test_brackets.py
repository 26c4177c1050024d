"""Brackets after names: arguments, entries and places, or factors."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim


@pytest.mark.parametrize(
    ("variable", "step", "status"),
    [
        ("b", "-2a(1-b)", "verified"),
        ("b", "-2a^2(1-b)", "wrong"),
        ("a", "(1-b)^2", "verified"),
        ("a", "2a(1-b)^2", "wrong"),
    ],
)
def test_a_square_after_a_product_with_a_bracket(variable: str, step: str, status: str) -> None:
    note = rf"Let $y = a(1-b)^2$. Then $$\frac{{\partial y}}{{\partial {variable}}} = {step}$$"
    assert claim(note, r"\partial y").status == status


@pytest.mark.parametrize(
    "formula",
    [
        "V[2] = 2V[1]",  # an array's entries, and no products with 1 and 2
        "a[0] = a[0] - 3 a[0]",
        "x[2n] = 2x[n]",  # a sequence
        "D[fg] = f D[g]",  # an operator
        "y^{(2n)}(0) = 0",  # a derivative at zero
    ],
)
def test_a_bracket_that_is_no_factor_is_not_multiplied(formula: str) -> None:
    assert claim(f"Here $${formula}$$", formula).status == "unchecked"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        ("c + a[b + d] = ab + ad + c", "verified"),
        ("c + a[b + d] = ab + d + c", "unchecked"),
        ("3[2 + 4] = 18", "verified"),
        ("3[2 + 4] = 20", "wrong"),
        (r"\frac{d}{dr} r^{(2n)} = 2n r^{2n-1}", "verified"),
        ("x[n] + x[n] = 2x[n]", "verified"),
    ],
)
def test_a_bracket_that_is_a_factor_still_is(formula: str, status: str) -> None:
    assert claim(f"Here $${formula}$$", formula).status == status


@pytest.mark.parametrize(
    "formula",
    [
        r"(a+b)\ (\text{mod } n) = a\ (\text{mod } n) + b\ (\text{mod } n)",
        r"9 = 2 \pmod 7",
        r"9 = 2 (mod 7)",
        r"9 = 2\;(\bmod\; 7)",
        r"9 = 2 \mod 7",
        r"9 = 2\ (\operatorname{mod} 7)",
        r"9 = 2\ (\mathrm{mod}\ 7)",
    ],
)
def test_a_congruence_is_no_equation(formula: str) -> None:
    found = claim(f"Here $${formula}$$", formula)
    assert (found.status, found.reason) == (
        "unchecked",
        "a congruence: only equations are checked, not remainders",
    )


def test_words_that_begin_like_mod_are_words() -> None:
    assert claim("Here $$r = 3(modes)$$ and $$2r = 6(modes)$$", "2r").status != "unchecked"


@pytest.mark.parametrize(
    ("step", "status"),
    [
        ("s r", "wrong"),  # what U(r) says is not held fixed
        (r"s r - \frac{d}{dr} U(r)", "verified"),
        (r"s r - \frac{k}{r^2}", "verified"),
        (r"s r + \frac{k}{r^2}", "wrong"),
    ],
)
def test_a_partial_moves_what_names_its_variable(step: str, status: str) -> None:
    note = (
        "Let $U = -\\frac{k}{r}$ and $H = \\frac{1}{2} s r^2 + q - U(r)$.\n\n"
        f"$$\\frac{{\\partial H}}{{\\partial r}} = {step}$$"
    )
    assert claim(note, r"\partial H").status == status


def test_a_bracket_after_a_formula_may_still_be_a_factor() -> None:
    assert claim("Let $V = R I$.\n\n$$P = V(I) = R I^2$$", "V(I)").status == "verified"
    assert claim("Let $V = R I$.\n\n$$P = V(I) = 2 R I$$", "V(I)").status != "verified"
