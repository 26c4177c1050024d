"""Steps that are about something else than was evaluated: no difference makes them wrong."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claims

LISTED = "Let $s_1 = 2 q_1$ and $s_2 = 2 q_2$, and so on.\n\n"
RATES = "$$u_{ka} = r_a F$$\n\n$$u_{kb} = -r_b F$$\n\n"


@pytest.mark.parametrize(
    "note",
    [
        LISTED + r"$$T = \sum_k a_k s_k = 2\sum_k a_k q_k$$",
        r"$$\frac{u u^*}{|v|^2} = \frac{u u^*}{v v^*}$$",
        r"$$2 + 2j = 2\sqrt{2} e^{j\pi/4}$$",
        RATES + r"$$J = c\, a\, u_{ka} = c\, r_a a F$$",
        "$S_1 = I, S_3 = I$.\n\n$$S_3S_2S_1 = S_2 = \\begin{bmatrix} 0 & 1 \\\\ 1 & 0 \\end{bmatrix}$$",
        r"$$B_0 = \int_{0}^1 m_0 (s) ds = \int_{0}^1 (1 - s) ds = \frac{1}{2}$$",
        r"$$m_0(s) = \frac{s - s_1}{s_0 - s_1} = \frac{s - 0}{-2 - 0} = -\frac{s}{2}$$",
        "$$w(t) = 3 v(t)$$\n\nOr one that differentiates:\n\n$$w(t) = \\frac{d}{dt} v(t)$$",
    ],
)  # fmt: skip
def test_nothing_is_called_wrong(note: str) -> None:
    assert "wrong" not in {s.status for c in claims(note) for s in c.steps}


def test_a_quotient_of_derivatives_that_vanish_has_no_value() -> None:
    note = (
        "$f(x) = (x - p)^2 (1 + x^2)$ and $g(x) = x - \\frac{f(x)}{f'(x)}$.\n\n"
        "$$g'(p) = \\frac{1}{2}$$"
    )
    assert claims(note)[-1].status != "wrong"
