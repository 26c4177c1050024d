"""Integrals: an antiderivative is what has the right derivative; between bounds, by quadrature."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims


def status(formula: str, before: str = "") -> str:
    return claim(f"{before}\n\n$${formula}$$", formula).status


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\int s^4 \, ds = \frac{s^5}{5} + C", "verified"),
        (r"\int s^4 \, ds = \frac{s^5}{4} + C", "wrong"),
        (r"\int s^n \, ds = \frac{s^{n+1}}{n+1} + C", "verified"),
        (r"\int \frac{ds}{s} = \ln |s| + C", "verified"),
        (r"\int \frac{\mathrm{d}s}{b^2 + s^2} = \frac{1}{b} \arctan \frac{s}{b} + C", "verified"),
        (r"\int \frac{\mathrm{d}s}{b^2 + s^2} = \arctan \frac{s}{b} + C", "wrong"),
        (r"\int \sin s \, ds = \cos s", "wrong"),
        (r"\int s \cos s \, ds = s \sin s - \int \sin s \, ds = s \sin s + \cos s + C", "verified"),
        (r"\int s \cos s \, ds = s \sin s + \int \sin s \, ds", "wrong"),
        (r"\int 3 s^2 e^{s^3} ds = \int e^{s^3} \, d(s^3) = e^{s^3} + C", "verified"),
        (r"\int \cot s \, ds = \int \frac{d(\sin s)}{\sin s} = \ln |\sin s|", "verified"),
        (r"\int c g(s) \, ds = c \int g(s) \, ds", "verified"),
        (r"\int s g(s) \, ds = s \int g(s) \, ds", "unchecked"),
        # What is on the other side may be a number, or a name for it.
        (r"\int q(s) \, ds = 1", "unchecked"),
        (r"\int F \, ds = F d", "unchecked"),
        (r"\int y \, ds = y s", "unchecked"),
        (r"\int g(s) \, ds = G(s) + C", "unchecked"),
    ],
)
def test_antiderivatives(formula: str, expected: str) -> None:
    assert status(formula) == expected


@pytest.mark.parametrize(
    ("formula", "holds"),
    [
        (r"\int u \, dv = uv - \int v \, du", True),
        (r"\int u \, dv = uv + \int v \, du", False),
        (r"\int u \, dv = uv", False),
        (r"\int u v' \, dx = uv - \int u' v \, dx", True),
        (r"\int u v' \, dx = uv - \int u v' \, dx", False),
        (r"\int (f + g) \, dx = \int f \, dx + \int g \, dx", True),
        (r"\int f g \, dx = \int f \, dx + \int g \, dx", False),
    ],
)
def test_rules_of_integration(formula: str, holds: bool) -> None:
    assert status(formula) == ("verified" if holds else "unchecked")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\int \frac{\cos(\ln s)}{s} \, ds = \int \cos u \, du = \sin u + C", "verified"),
        (r"\int \frac{\cos(\ln s)}{s} \, ds = \int s \cos u \, du", "unchecked"),
    ],
)
def test_substitutions(formula: str, expected: str) -> None:
    assert status(formula, "With $u = \\ln s$:") == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\int_0^1 s^4 \, ds = \frac{1}{5}", "verified"),
        (r"\int_0^1 s^4 \, ds = \frac{1}{4}", "wrong"),
        (r"\int_a^b s \, ds = \frac{b^2 - a^2}{2}", "verified"),
        (r"\int_a^b g(s) \, ds = -\int_b^a g(s) \, ds", "verified"),
        (r"\int_a^b g(s) \, ds = \int_b^a g(s) \, ds", "unchecked"),
        (r"\int_a^b g'(s) \, ds = g(b) - g(a)", "verified"),
        (r"\frac{d}{dx} \int_a^x g(s) \, ds = g(x)", "verified"),
        (r"\frac{d}{dx} \int_a^{x^2} e^{s} \, ds = 2x e^{x^2}", "verified"),
        (r"\frac{d}{dx} \int_0^{x^2} \cos s \, ds = \cos x^2", "wrong"),
        (r"\left[ \int_a^x g(s) \, ds \right]' = g(x)", "verified"),
        (r"\frac{d}{dk} \int_0^1 e^{ks} \, ds = \int_0^1 s e^{ks} \, ds", "verified"),
        (r"\int_0^\infty e^{-s} \, ds = 1", "unchecked"),
        (r"\int_{-1}^1 \frac{1}{s} \, ds = 0", "unchecked"),
    ],
)
def test_bounds(formula: str, expected: str) -> None:
    assert status(formula) == expected


@pytest.mark.parametrize(
    "formula",
    [
        r"\lim_{n \to \infty} \frac{1}{n} \sum_{i=1}^{n} \left(\frac{i}{n}\right)^2 = \int_0^1 s^2 \, ds",
        r"\lim_{n \to \infty} \frac{1}{n} \sum_{i=1}^{n} \left(\frac{i}{n}\right)^2 = 0",
    ],
)
def test_a_limit_of_sums_is_not_known(formula: str) -> None:
    assert status(formula) == "unchecked"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\int_0^{\pi} \sin t\,dt = 1", "wrong"),
        (r"\int_0^{\pi} \sin t\,dt = 2", "verified"),
        (r"\int_1^{3} (2t - 1)\,dt = 10", "wrong"),
        (r"\lim_{t \to 0} \frac{\sin 3t}{t} = 1", "wrong"),
        (r"\lim_{n \to \infty} \left(\frac{n}{n+1}\right)^n = 0", "wrong"),
        (r"\int_0^{\pi} \sin t/2\,dt = 1", "verified"),
        (r"\int_0^{\pi} \cos t/2\,dt = 2", "unchecked"),
        (r"\lim_{t \to 2^-} \lfloor t \rfloor = 2", "unchecked"),
        (r"\int_0^{2} g(t)\,dt = 7", "unchecked"),
        (r"\int_0^{1} e^{t}\,dt = 1.7", "verified"),
    ],
)
def test_a_number_for_an_integral_or_a_limit_without_free_letters(
    formula: str, expected: str
) -> None:
    note = f"Let $g(t) = t + c$ with some $c$.\n\n$$\n{formula}\n$$\n"
    assert claims(note)[-1].status == expected, claims(note)[-1]
