"""Branches of roots and angles: what holds where letters are positive, and what does not there either."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

POLAR = r"Let $r = \sqrt{x^2 + y^2}$ and $\theta = \arctan\frac{y}{x}$." + "\n\n"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\frac{\partial r}{\partial x} = \frac{x}{r} = \cos\theta", "verified"),
        (r"\frac{\partial\theta}{\partial x} = -\frac{y}{r^2} = -\frac{\sin\theta}{r}", "verified"),
        (r"\frac{\partial\theta}{\partial y} = \frac{x}{r^2} = \frac{\cos\theta}{r}", "verified"),
        (r"\frac{\partial\theta}{\partial y} = \frac{x}{r^2} = -\frac{\cos\theta}{r}", "unchecked"),
        (r"\frac{\partial r}{\partial y} = \frac{y}{r} = 2\sin\theta", "wrong"),
    ],
)
def test_an_angle_is_meant_where_its_arctangent_is_it(formula: str, status: str) -> None:
    found = claim(f"{POLAR}$${formula}$$", formula)
    assert found.status == status
    if status == "verified":
        assert any("positive" in each for each in found.assumptions)


@pytest.mark.parametrize(
    "formula",
    [r"\frac{d}{du}|u| = 1", r"\frac{d}{du}\max(0, u) = 1", r"\frac{d}{du}\sqrt{u^2} = -1"],
)
def test_pieces_are_meant_for_every_sign(formula: str) -> None:
    assert claim(f"$${formula}$$", formula).status != "verified"
