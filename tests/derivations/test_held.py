"""A letter that a step holds fixed beside one like it: a term of a rule may be lost."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

LOST = [
    r"\frac{d(uv)}{dx} = u\frac{dv}{dx}",
    r"\frac{\partial (fg)}{\partial x} = g\frac{\partial f}{\partial x}",
    r"\frac{d}{dx}\frac{u}{v} = \frac{1}{v}\frac{du}{dx}",
    r"\frac{d}{dx}(u + v) = \frac{du}{dx}",
    r"\frac{d}{dt}(xy) = x\frac{dy}{dt}",
    r"\frac{\partial (ab)}{\partial w} = a\frac{\partial b}{\partial w}",
    r"\nabla_x (fg) = f\nabla_x g",
]


@pytest.mark.parametrize("formula", LOST)
def test_a_lost_term_is_not_verified(formula: str) -> None:
    found = claim(f"Here $${formula}$$", formula)
    assert found.status == "unchecked"
    assert found.reason is not None
    assert "constant, or how it depends on" in found.reason


@pytest.mark.parametrize(
    ("said", "formula"),
    [
        ("", r"\frac{d(uv)}{dx} = u\frac{dv}{dx} + v\frac{du}{dx}"),
        ("", r"\frac{d}{dt}(m v) = m\frac{dv}{dt}"),
        ("", r"\frac{\partial (a + b)}{\partial w} = \frac{\partial a}{\partial w}"),
        ("", r"\frac{\partial (y - z)^2}{\partial w} = 2(z - y)\frac{\partial z}{\partial w}"),
        ("Let $u = 3$.", r"\frac{d(uv)}{dx} = u\frac{dv}{dx}"),
        ("Here $u$ is constant.", r"\frac{d(uv)}{dx} = u\frac{dv}{dx}"),
        ("Число $u$ постоянно.", r"\frac{d(uv)}{dx} = u\frac{dv}{dx}"),
    ],
)
def test_what_is_constant_is_held(said: str, formula: str) -> None:
    assert claim(f"{said}\n\n$${formula}$$", formula).status == "verified"


def test_a_letter_with_a_formula_moves() -> None:
    formula = r"\frac{d(uv)}{dx} = u\frac{dv}{dx}"
    assert claim(f"Let $u = x^2$.\n\n$${formula}$$", formula).status != "verified"
