"""Derivatives written upside down are wrong; inverse functions and coordinates are not."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

UNIT = "Let $s = w a + b$, $r = \\sigma(s)$ and $E = (r - d)^2$.\n\n"
OPEN = "Let $z = v h$ and $g = \\tanh z$.\n\n"
POLAR = "Let $x = \\rho \\cos\\theta$ and $y = \\rho \\sin\\theta$.\n\n"
PAIR = r"\frac{\partial %s}{\partial %s} "


def chain(*pairs: str) -> str:
    """``E/w`` and so on as a product of derivatives."""
    return "".join(PAIR % tuple(pair.split("/")) for pair in pairs)


@pytest.mark.parametrize(
    ("note", "left", "right"),
    [
        (UNIT, "E/w", ("s/E", "s/w")),
        (UNIT, "E/w", ("E/s", "w/s")),
        (UNIT, "E/b", ("E/r", "s/r", "s/b")),
        (OPEN, "L/z", ("L/g", "z/g")),
    ],
)
def test_an_upside_down_factor_is_wrong(note: str, left: str, right: tuple[str, ...]) -> None:
    found = claim(f"{note}$${chain(left)} = {chain(*right)}$$", r"\frac")
    assert found.status == "wrong"
    assert "upside down" in (found.reason or "")


@pytest.mark.parametrize(
    ("note", "formula"),
    [
        (UNIT, chain("s/r", "r/s") + "= 1"),
        (UNIT, chain("E/r") + "=" + chain("E/s", "s/r")),
        (POLAR, chain("\\rho/x") + r"= \cos\theta"),
        (POLAR, "\\rho " + chain("\\rho/x") + "= x"),
        ("Let $u = t^3$.\n\n", r"\frac{dt}{du} = \frac{1}{3 t^2}"),
        ("Let $u = t^3$.\n\n", r"t \frac{dt}{du} = \frac{1}{3 t}"),
    ],
)
def test_inverse_functions_and_coordinates_are_never_wrong(note: str, formula: str) -> None:
    assert claim(f"{note}$${formula}$$", r"\frac").status != "wrong"


@pytest.mark.parametrize("right", ["w", "2 a", "(-a)"])
def test_an_upside_down_factor_beside_another_mistake_is_wrong(right: str) -> None:
    formula = f"{chain('E/w')} = {chain('E/r', 's/r')} {right}"
    assert claim(f"{UNIT}$${formula}$$", r"\frac").status == "wrong"


def test_a_chain_that_holds_read_otherwise_is_never_wrong() -> None:
    formula = f"{chain('E/r')} {chain('r/s')} {chain('s/E')} = 1"
    assert claim(f"{UNIT}$${formula}$$", r"\frac").status != "wrong"


BARE = [
    ("y/x", ("y/u", "x/u"), "upside down"),
    ("L/w", ("L/g", "s/g", "s/w"), "upside down"),
    ("L/w", ("L/g", "g/s", "g/w"), "breaks the chain"),
]


@pytest.mark.parametrize(("left", "right", "why"), BARE)
def test_a_bare_chain_that_one_derivative_breaks_is_wrong(
    left: str, right: tuple[str, ...], why: str
) -> None:
    found = claim(f"$${chain(left)} = {chain(*right)}$$", r"\frac")
    assert found.status == "wrong"
    assert why in (found.reason or "")


@pytest.mark.parametrize(
    ("words", "left", "right"),
    [
        ("", "L/w", ("L/g", "s/w")),  # g and s may be two names of the output
        ("", "L/b", ("L/s", "s/w")),  # w and b may take the same part
        ("In polar coordinates:", "f/x", ("f/r", "x/r")),
        ("", "x/y", ("x/z", "z/y")),
    ],
)
def test_a_bare_chain_that_may_hold_is_never_wrong(
    words: str, left: str, right: tuple[str, ...]
) -> None:
    assert claim(f"{words}\n\n$${chain(left)} = {chain(*right)}$$", r"\frac").status != "wrong"


def test_a_total_derivative_upside_down_in_a_chain_is_wrong() -> None:
    note = "Let $s = 2 + x^3$, $r = s^2$ and $q = \\sin r$.\n\n"
    right = r"\frac{dq}{dr} \frac{ds}{dr} \frac{ds}{dx}"
    found = claim(rf"{note}$$\frac{{dq}}{{dx}} = {right}$$", r"\frac")
    assert found.status == "wrong"


def test_symbols_of_other_sections_are_no_coordinates() -> None:
    note = "# One\n\n$$s = a + b$$\n\n# Two\n\n$$p = a^2 b$$\n\n$$L = \\sin p$$\n\n"
    found = claim(f"{note}$${chain('L/a')} = {chain('L/p', 'a/p')}$$", r"\frac")
    assert found.status == "wrong"
    assert "upside down" in (found.reason or "")
