"""Steps about the entries of quantities that a note defines whole: wrong where others like them hold."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claims

NOTE = r"""
A layer gives $u = Vh + c$ and $r = \tanh(u)$, the error is $E = \frac12\|r - d\|^2$.

$$\frac{\partial E}{\partial u_i} = (r_i - d_i)(1 - r_i^2)$$
{HELD}
$${STEP}$$
"""
WEIGHT = r"$$\frac{\partial E}{\partial V_{ij}} = (r_i - d_i)(1 - r_i^2) h_j$$"
BEHIND = r"\frac{\partial E}{\partial h_j} = \sum_i (r_i - d_i)(1 - r_i^2) "


def last(step: str, held: str = "") -> str:
    found = claims(NOTE.replace("{STEP}", step).replace("{HELD}", held))[-1]
    assert found.kind == "claim"
    return found.status


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (BEHIND + "V_{ij}", "verified"),
        (BEHIND + "V_{ji}", "wrong"),
        (r"\frac{\partial E}{\partial c_i} = (r_i - d_i)(1 - r_i^2)", "verified"),
        (r"\frac{\partial E}{\partial c_i} = (d_i - r_i)(1 - r_i^2)", "wrong"),
        (r"\frac{\partial E}{\partial c_i} = (r_i - d_i)(1 - u_i^2)", "wrong"),
        (r"\frac{\partial E}{\partial c_i} = r_i - d_i", "wrong"),
    ],
)
def test_entries_of_wholes(step: str, expected: str) -> None:
    assert last(step, WEIGHT) == expected


def test_the_order_of_indices_is_open_where_no_step_settles_it() -> None:
    assert last(BEHIND + "V_{ji}") == "unchecked"


@pytest.mark.parametrize(
    "step",
    [
        r"\frac{\partial C}{\partial c_i} = -(r_i - d_i)(1 - r_i^2)",  # another cost
        r"\frac{\partial E}{\partial c_i} = \sum_n (r_i^{(n)} - d_i^{(n)})(1 - (r_i^{(n)})^2)",
    ],
)
def test_other_quantities_are_no_mistake(step: str) -> None:
    assert last(step, WEIGHT) == "unchecked"
