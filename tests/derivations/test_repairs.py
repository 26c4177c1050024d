"""What is shown in place of a wrong side: one edit of the author's own text, that holds."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim
from vaultbp.derivations.verdicts import Step

FIT = r"Let $q_i = k s_i + c$ and $F = \frac1m \sum_{i=1}^m (q_i - d_i)^2$." + "\n\n"
UNIT = "Let $s = w a + b$, $r = \\sigma(s)$ and $E = (r - d)^2$.\n\n"
LAYER = r"Let $z_j = \sum_i w_{ij} x_i$ and $C = \sum_k (z_k - g_k)^2$." + "\n\n"


def wrong_step(text: str, part: str) -> Step:
    """The step of a claim that is called wrong."""
    return next(s for s in claim(text, part).steps if s.status == "wrong")


@pytest.mark.parametrize(
    ("note", "left", "right", "shown"),
    [
        ("Let $y = 3 + x^2 \\sin x$.\n\n", r"\frac{dy}{dx}", r"2x \sin x - x^2 \cos x",
         r"2x \sin x + x^2 \cos x"),
        ("Let $y = 3 - x^2 + 5x$.\n\n", r"\frac{dy}{dx}", "2x + 5", "-2x + 5"),
        ("Let $H = \\frac12 (y - t)^2$.\n\n", r"\frac{\partial H}{\partial y}", "t - y", "y - t"),
        ("Let $y = (3x + 1)^4$.\n\n", r"\frac{dy}{dx}", "4 (3x + 1)^3", r"3 \cdot 4 (3x + 1)^3"),
        ("Let $g = e^{-3x}$.\n\n", r"\frac{dg}{dx}", "-3 e^{3x}", "-3 e^{-3x}"),
        ("Let $h = \\tanh x$.\n\n", r"\frac{dh}{dx}", "-h^2", "1 -h^2"),
        ("Let $R = \\frac{c}{2} v^2$.\n\n", r"\frac{\partial R}{\partial v}", r"\frac{c}{2} v", "c v"),
        ("Let $u = x^3$.\n\n", r"\frac{du}{dx}", "3 x^3", "3 x^2"),
        ("Let $u = x^k$.\n\n", r"\frac{du}{dx}", "k x^k", "k x^{k-1}"),
        ("Let $u = x^k$.\n\n", r"\frac{du}{dx}", "k x^{k}", "k x^{k-1}"),
        ("Let $u = x^k$.\n\n", r"\frac{du}{dx}", "x^{k-1}", "k x^{k-1}"),
        ("Let $u = \\ln(3 + e^x)$.\n\n", r"\frac{du}{dx}", r"\frac{1}{3 + e^x}",
         r"e^x \frac{1}{3 + e^x}"),
        ("Let $u = (ax - b)^2$.\n\n", r"\frac{du}{da}", "2(ax - b)", "2(ax - b) x"),
        (FIT, r"\frac{\partial F}{\partial c}", r"\sum_{i=1}^m 2 (q_i - d_i)",
         r"\frac{1}{m} \sum_{i=1}^m 2 (q_i - d_i)"),
        (LAYER, r"\frac{\partial z_j}{\partial x_i}", "w_{ji}", "w_{ij}"),
        (UNIT, r"\frac{\partial E}{\partial w}",
         r"\frac{\partial E}{\partial r} \frac{\partial s}{\partial r} \frac{\partial s}{\partial w}",
         r"\frac{\partial E}{\partial r} \frac{\partial r}{\partial s} \frac{\partial s}{\partial w}"),
        ("", r"\frac{dp}{dt}", r"\frac{dp}{dv} \frac{dt}{dv}", r"\frac{dp}{dv} \frac{dv}{dt}"),
        (UNIT, r"\frac{\partial E}{\partial s}", "2 (r - d) r (1 - r) a", "2 (r - d) r (1 - r)"),
    ],
)  # fmt: skip
def test_the_edit_that_holds_is_shown(note: str, left: str, right: str, shown: str) -> None:
    step = wrong_step(f"{note}$${left} = {right}$$", left)
    assert step.repair is not None
    assert step.repair.shown.split() == shown.split()
    mended = claim(f"{note}$${left} = {step.repair.shown}$$", left)
    assert mended.status == "verified"


@pytest.mark.parametrize(
    ("note", "left", "right"),
    [
        (UNIT, r"\frac{\partial E}{\partial w}", "2 a r"),
        ("Let $y = x^5 + x$.\n\n", r"\frac{dy}{dx}", "x^3"),
        # Of three samples drawn the mean divides by three: that is no repair.
        (r"Let $F = \frac1m \sum_{i=1}^m e^{k s_i}$." + "\n\n", r"\frac{\partial F}{\partial k}",
         r"\sum_{i=1}^m s_i"),
    ],
)  # fmt: skip
def test_what_no_single_edit_mends_shows_none(note: str, left: str, right: str) -> None:
    assert wrong_step(f"{note}$${left} = {right}$$", left).repair is None


def test_the_left_side_itself_is_no_repair() -> None:
    note = "Let $p = 2 a$ and $L = \\sin p$.\n\n"
    left = r"\frac{\partial L}{\partial a}"
    step = wrong_step(rf"{note}$${left} = \frac{{\partial p}}{{\partial a}}$$", left)
    assert step.repair is None or left not in step.repair.shown
