"""Chain rules with another quantity in one place are wrong; with another name for one they are not."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

UNIT = "Let $s = w a + b$, $r = \\sigma(s)$ and $E = (r - d)^2$.\n\n"
ROWS = "For row $i$ let $s_i = \\sum_j w_j a_{ij}$ and $E_i = (s_i - d_i)^2$.\n\n"
PATHS = "Let $y = F(u, v)$ with $u = g(q)$ and $v = h(q)$.\n\n"
PENALTY = "The objective is $J = E + \\rho w^2$.\n\n"
SHIFTED = "Let $q = p + c$ and $V = q^2$.\n\n"
PAIR = r"\frac{\partial %s}{\partial %s} "
TWO_NAMES = "Let $E = (r - d)^2$ where $r$ is what the unit gives.\n\n"


def chain(*pairs: str) -> str:
    """``E/w`` and so on as a product of derivatives."""
    return "".join(PAIR % tuple(pair.split("/")) for pair in pairs)


@pytest.mark.parametrize(
    ("note", "left", "right"),
    [
        (UNIT, "E/s", chain("d/r", "r/s")),
        (UNIT, "E/w", chain("E/s", "a/w")),
        (UNIT, "E/w", chain("E/r", "r/s", "a/w")),
        (ROWS, "E_i/w_j", chain("E_i/s_i", "a_{ij}/w_j")),
        (PATHS, "y/q", chain("y/u", "q/u") + "+" + chain("y/v", "v/q")),
    ],
)
def test_another_quantity_in_a_chain(note: str, left: str, right: str) -> None:
    found = claim(f"{note}$${chain(left)} = {right}$$", "partial")
    assert found.status == "wrong", found
    assert "belongs" in (found.reason or "")


@pytest.mark.parametrize(
    ("note", "left", "right"),
    [
        (UNIT, "E/w", chain("E/s", "s/w")),
        (PATHS, "y/q", chain("y/u", "u/q") + "+" + chain("y/v", "v/q")),
        (PENALTY, "J/z", chain("E/h", "h/z")),
        (SHIFTED, "V/k", chain("V/q", "p/k")),
        (TWO_NAMES, "E/w", chain("E/r", r"\hat{r}/w")),
        (TWO_NAMES, "E/w", chain("C/r", "r/w")),
    ],
)
def test_another_name_in_a_chain(note: str, left: str, right: str) -> None:
    found = claim(f"{note}$${chain(left)} = {right}$$", "partial")
    assert found.status in ("verified", "unchecked"), found
