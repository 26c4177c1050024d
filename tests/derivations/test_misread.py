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
        r"$$\frac{(s - s_1)(s - s_2)}{(s_0 - s_1)(s_0 - s_2)} = \frac{(s + 5)(s - 4)}{(-2 + 5)(-2 - 4)}$$",
        "$u_q = B \\sin(3 t)$\n\n$$u_q'' + 2 u_q = 5 t$$\n\n$$u_q'' = 3 \\cos(t)$$",
        r"$$p = \frac{1}{c} \frac{B_{t+1}}{r - h} = \frac{1}{c} \frac{B_t (1 + h)}{r - h}$$",
        r"$$\Theta(m^3) + \Theta(m^3) = \Theta(m^3)$$",
        r"$$m = 0. 5 \cdot 2 + 0. 5 \cdot (-2) = 0$$",
        r"$$u_k+1 = u_k - s_k \nabla f(u_k)$$",
        r"$$u^a u^b = u^a+b$$",
        r"$$\frac{d}{dv}[\text{arcsec } v] = \frac{1}{|v|\sqrt{v^2-1}}$$",
        r"$$\int \mathbf{csc}^2 v \, dv = -\cot v + C$$",
        r"$$((u)\psi) \text{id}_K = (u)\psi$$",
        r"$$\frac{A_n}{r_n} = \frac{A_p}{r_p}$$",
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


def test_a_name_for_another_function_is_no_constant() -> None:
    note = (
        "$$-\\log P(a, b) = \\sum_{i=1}^3 -\\log P(a_i, b_i)$$\n\n"
        "with equality when $P=Q$, where $\\sum_j P(j) = \\sum_j Q(j) = 1$."
    )
    assert "wrong" not in {c.status for c in claims(note)}


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (r"\sum_{i \in B} u_i + \sum_{i \in B} v_i", "verified"),
        (r"\sum_{i=1}^n u_i + \sum_{i=1}^n v_i", "unchecked"),
        (r"\sum_{i \in D} u_i + \sum_{i \in D} v_i", "unchecked"),
    ],
)
def test_sums_over_sets(right: str, status: str) -> None:
    assert claims(rf"$$\sum_{{i \in B}} (u_i + v_i) = {right}$$")[0].status == status


def test_the_last_index_may_say_what_it_is() -> None:
    note = r"$$\sum_{k=1}^{m=\lfloor s \rfloor} (2k - 1) = m^2$$"
    assert claims(note)[0].status == "verified"
    assert claims(note.replace("m^2", "m^2 - m"))[0].status != "verified"


def test_a_number_may_be_said_of_a_letter() -> None:
    assert "wrong" not in {
        c.status for c in claims("Let $r = 2 < 4 = s$, later $s = 5$ and $r = 3$.")
    }
