"""Steps about arrays that are wrong in every layout, where other steps settled what is an array."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claims

CLASSIFIER = r"""
$$u_1 = V_1 x$$
$$g = \tanh(u_1)$$
$$u_2 = V_2 g$$
$$p = \text{softmax}(u_2)$$
$$H = -\sum_k t_k \log p_k$$
with a one-hot target $t$:
$$\frac{\partial H}{\partial u_2} = p - t$$
$$\frac{\partial H}{\partial V_2} = (p - t) g^T$$
$$\frac{\partial H}{\partial u_1} = V_2^T (p - t) \odot \tanh'(u_1)$$
$$\frac{\partial p}{\partial u_2} = \text{diag}(p) - p p^T$$
$${STEP}$$
"""


@pytest.mark.parametrize(
    "step",
    [
        r"\frac{\partial H}{\partial u_2} = t - p",
        r"\frac{\partial H}{\partial u_2} = p",
        r"\frac{\partial H}{\partial V_2} = -(p - t) g^T",
        r"\frac{\partial H}{\partial g} = 2 V_2^T (p - t)",
        r"\frac{\partial H}{\partial u_1} = V_2^T (p - t)",
        r"\frac{\partial p}{\partial u_2} = \text{diag}(p) + p p^T",
        r"\frac{\partial p}{\partial u_2} = I - p p^T",
    ],
)
def test_what_holds_in_no_layout_is_wrong(step: str) -> None:
    found = claims(CLASSIFIER.replace("{STEP}", step))
    assert [c.status for c in found[-5:-1]] == ["verified"] * 4
    assert found[-1].status == "wrong", found[-1]


@pytest.mark.parametrize(
    "step",
    [
        r"\frac{\partial H}{\partial V_2} = g (p - t)^T",
        r"\frac{\partial H}{\partial V_2} = (p - t) g",
        r"\frac{\partial H}{\partial g} = V_2 (p - t)",
        r"\frac{\partial H}{\partial g} = (p - t)^T V_2",
        r"\frac{\partial H}{\partial u_1} = \tanh'(u_1) \odot (p - t)^T V_2",
        r"\frac{\partial p}{\partial u_2} = p^T (I - p)",
    ],
)
def test_transposes_and_orders_accuse_nobody(step: str) -> None:
    assert claims(CLASSIFIER.replace("{STEP}", step))[-1].status == "unchecked"


def test_nothing_is_wrong_before_a_step_has_settled_the_kinds() -> None:
    found = claims(
        r"""
$p = \text{softmax}(u)$ with targets $t$ and $H = -\sum_k t_k \log p_k$.

$$\frac{\partial H}{\partial u} = t - p$$
"""
    )
    assert found[-1].status == "unchecked"


OPEN = r"""
$u^1 = V^1 x$, $h^1 = \tanh(u^1)$, $u^2 = V^2 h^1$ and $\epsilon^l = \frac{\partial J}{\partial u^l}$.
$$\frac{\partial J}{\partial V^1} = \epsilon^1 x^T$$
$$\frac{\partial J}{\partial V^2} = \epsilon^2 (h^1)^T$$

$${STEP}$$
"""


@pytest.mark.parametrize(
    "step",
    [
        r"\frac{\partial J}{\partial V^2} = -\epsilon^2 (h^1)^T",
        r"\epsilon^1 = -(V^2)^T \epsilon^2 \odot \tanh'(u^1)",
        r"\epsilon^1 = (V^2)^T \epsilon^2 \odot \tanh(u^1)",
        r"\frac{\partial J}{\partial V^1} = \epsilon^2 x^T",
    ],
)
def test_what_holds_for_no_cost_is_wrong(step: str) -> None:
    assert claims(OPEN.replace("{STEP}", step))[-1].status == "wrong"


@pytest.mark.parametrize(
    "step",
    [
        r"\frac{\partial J}{\partial S} = P \odot \frac{\partial J}{\partial P}",
        r"\frac{\partial P}{\partial S} = P \odot (1 - P)",
    ],
)
def test_the_softmax_of_a_matrix_is_that_of_its_rows_or_columns(step: str) -> None:
    found = claims(
        rf"""
$S = QK^T$, $P = \text{{softmax}}(S)$ and $O = PV$.

$$\frac{{\partial J}}{{\partial V}} = P^T \frac{{\partial J}}{{\partial O}}$$
$$\frac{{\partial J}}{{\partial Q}} = \frac{{\partial J}}{{\partial S}} K$$
$${step}$$
"""
    )
    assert [c.status for c in found[-3:-1]] == ["verified"] * 2
    assert found[-1].status != "verified"
