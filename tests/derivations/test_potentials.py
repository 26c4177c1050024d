"""Potentials given by their total differentials, and what follows from them."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

TEXT = r"""
A gas has an energy with $\mathrm{d}N = a\,\mathrm{d}u - b\,\mathrm{d}v$, and another one with
$\mathrm{d}M = -u\,\mathrm{d}a - b\,\mathrm{d}v$.

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\left(\frac{\partial N}{\partial v}\right)_u = -b", "verified"),
        (r"\frac{\partial N}{\partial v} = b", "wrong"),
        (r"\left(\frac{\partial N}{\partial u}\right)_v = -a", "wrong"),
        (
            r"\left(\frac{\partial a}{\partial v}\right)_u = "
            r"-\left(\frac{\partial b}{\partial u}\right)_v",
            "verified",
        ),
        (
            r"\left(\frac{\partial a}{\partial v}\right)_u = "
            r"\left(\frac{\partial b}{\partial u}\right)_v",
            "wrong",
        ),
        (
            r"\left(\frac{\partial u}{\partial v}\right)_a = "
            r"\left(\frac{\partial b}{\partial a}\right)_v",
            "verified",
        ),
        (
            r"\left(\frac{\partial u}{\partial v}\right)_a = "
            r"-\left(\frac{\partial b}{\partial a}\right)_v",
            "wrong",
        ),
        # Nothing says what is held: it may be meant otherwise.
        (r"\frac{\partial a}{\partial v} = \frac{\partial b}{\partial u}", "unchecked"),
        (r"\frac{\partial N}{\partial v} = 0", "unchecked"),
        (r"\frac{\partial N}{\partial v} = \frac{k}{v^2}", "unchecked"),
        # Along no potential of the note.
        (
            r"\left(\frac{\partial a}{\partial v}\right)_b = "
            r"-\left(\frac{\partial b}{\partial u}\right)_v",
            "unchecked",
        ),
        (
            r"\frac{\partial^2 N}{\partial u \partial v} = "
            r"\left(\frac{\partial a}{\partial v}\right)_u",
            "verified",
        ),
    ],
)
def test_what_follows_from_a_differential(step: str, status: str) -> None:
    found = claim(TEXT.replace("{STEP}", step), step)
    assert found.status == status, found
    if status == "verified":
        assert any("for a function" in a for a in found.assumptions), found


def test_a_formula_for_a_coefficient_counts_more() -> None:
    text = "Here $b = u v$.\n" + TEXT.replace(
        "{STEP}",
        r"\left(\frac{\partial a}{\partial v}\right)_u = \left(\frac{\partial b}{\partial u}\right)_v",
    )
    assert claim(text, r"\partial a").status == "unchecked"


def test_the_variables_of_a_potential_are_independent_of_each_other() -> None:
    step = r"\frac{\partial N}{\partial u} = a"
    text = TEXT.replace("{STEP}", step) + (
        r"Elsewhere $\left(\frac{\partial v}{\partial u}\right)_b$ is measured." + "\n"
    )
    assert claim(text, step).status == "verified"
