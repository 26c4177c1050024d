"""A bracket after a derivative says where it is taken; a number for a count counts."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

LIMIT = r"\lim_{h \to 0} \frac{p(a + h, b) - p(a, b)}{h}"


@pytest.mark.parametrize(
    ("before", "formula", "status"),
    [
        ("$p(u, v) = u^2 v$.", r"\frac{\partial p}{\partial u}(a, b) = 2ab", "verified"),
        ("$p(u, v) = u^2 v$.", r"\frac{\partial p}{\partial u}(a, b) = 2uv", "unchecked"),
        ("$p(u, v) = u^2 v$.", r"\frac{\partial p}{\partial v}(a, b) = 2ab", "wrong"),
        ("$p(u, v) = u^2 v$.", r"\frac{\partial p}{\partial u}(1, 3) = 6", "verified"),
        ("", rf"\frac{{\partial p}}{{\partial x}}(a, b) = {LIMIT}", "verified"),
        (
            "Let $p(u, v)$ be given.",
            rf"\frac{{\partial p}}{{\partial u}}(a, b) = {LIMIT}",
            "verified",
        ),
        ("Let $p(u, v)$ be given.", rf"\frac{{\partial p}}{{\partial v}}(a, b) = {LIMIT}", None),
        ("", r"\frac{d}{dx} p(q(x)) = \frac{dp}{dq}(q(x)) \frac{dq}{dx}(x)", "verified"),
        # The place may be meant by what is inside.
        ("", r"\frac{d}{dx} p(q(x)) = \frac{dp}{dq}(x) \frac{dq}{dx}(x)", "unchecked"),
        # A bracket may be a factor.
        ("$y = x^2$.", r"\frac{dy}{dx} (x + 1) = 2x(x + 1)", "verified"),
    ],
)
def test_places(before: str, formula: str, status: str | None) -> None:
    found = claim(f"{before}\n\n$${formula}$$", formula).status
    assert found == status if status else found not in ("verified", "wrong")


STEPS = "$s_t = g(u_t, s_{t-1}; A)$ and $o = k(s_N)$ for $N = 4$.\n\n"
DIRECT = r"\frac{\partial o}{\partial s_4} \frac{\partial s_4}{\partial A}"
SECOND = (
    r"\frac{\partial o}{\partial s_4} \frac{\partial s_4}{\partial s_3}"
    r" \frac{\partial s_3}{\partial A}"
)
THIRD = (
    r"\frac{\partial o}{\partial s_4} \frac{\partial s_4}{\partial s_3}"
    r" \frac{\partial s_3}{\partial s_2} \frac{\partial s_2}{\partial A}"
)
FOURTH = (
    r"\frac{\partial o}{\partial s_4} \frac{\partial s_4}{\partial s_3}"
    r" \frac{\partial s_3}{\partial s_2} \frac{\partial s_2}{\partial s_1}"
    r" \frac{\partial s_1}{\partial A}"
)


@pytest.mark.parametrize(
    ("right", "holds"),
    [
        (" + ".join((DIRECT, SECOND, THIRD, FOURTH)), True),
        (" + ".join((DIRECT, SECOND, THIRD)), False),
        (" + ".join((DIRECT, SECOND, FOURTH)), False),
        (" + ".join((DIRECT, SECOND, THIRD, THIRD)), False),
    ],
)
@pytest.mark.parametrize("said", ["", "They are vectors: $E = \\| o - y \\|$.\n\n"])
def test_as_many_steps_as_the_note_says(said: str, right: str, holds: bool) -> None:
    formula = rf"\frac{{\partial o}}{{\partial A}} = {right}"
    assert (claim(f"{STEPS}{said}$${formula}$$", formula).status == "verified") is holds
