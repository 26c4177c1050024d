"""Layers told apart by numbers: ``W_1``, ``W^2``, with losses stated or left open."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claims

OPEN = r"""
Two layers: $u^1 = V^1 x + c^1$, $h^1 = \text{ReLU}(u^1)$, $u^2 = V^2 h^1 + c^2$. The cost $J$ is not
fixed. We write $\epsilon^l = \frac{\partial J}{\partial u^l}$.

$$\frac{\partial J}{\partial V^2} = \epsilon^2 (h^1)^T$$

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\epsilon^1 = (V^2)^T \epsilon^2 \odot \text{ReLU}'(u^1)", "verified"),
        (r"\frac{\partial J}{\partial V^1} = \epsilon^1 x^T", "verified"),
        (r"\frac{\partial J}{\partial c^1} = \epsilon^1", "verified"),
        (r"\epsilon^1 = V^2 \epsilon^2 \odot \text{ReLU}'(u^1)", "unchecked"),
        (r"\frac{\partial J}{\partial c^2} = \epsilon^1", "wrong"),
    ],
)
def test_an_open_cost_depends_on_the_last_numbered_layer(step: str, status: str) -> None:
    found = claims(OPEN.replace("{STEP}", step))
    assert found[-2].status == "verified"
    assert found[-1].status == status, found[-1]


def test_the_loss_of_a_single_neuron_is_not_that_of_the_network() -> None:
    found = claims(
        r"""
For one neuron $z = wx + b$, $a = \tanh(z)$ and $L = \frac12 (a - y)^2$.

# Network

$z^1 = W^1 x + b^1$, $a^1 = \tanh(z^1)$, $z^2 = W^2 a^1 + b^2$ and $\delta^l = \partial L / \partial z^l$.

$$\delta^1 = (W^2)^\top \delta^2 \odot \tanh'(z^1)$$
"""
    )
    assert found[-1].status == "verified"


CLASSIFIER = r"""
$$u_1 = V_1 x$$
$$g = \tanh(u_1)$$
$$u_2 = V_2 g$$
$$p = \text{softmax}(u_2)$$
$$H = -\sum_k t_k \log p_k$$
with a one-hot target $t$:
$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\frac{\partial H}{\partial u_2} = p - t", "verified"),
        (r"\frac{\partial H}{\partial V_2} = (p - t) g^T", "verified"),
        (r"\frac{\partial H}{\partial g} = V_2^T (p - t)", "verified"),
        (r"\frac{\partial p}{\partial u_2} = \text{diag}(p) - p p^T", "verified"),
    ],
)
def test_softmax_of_a_numbered_layer_is_of_the_whole(step: str, status: str) -> None:
    assert claims(CLASSIFIER.replace("{STEP}", step))[-1].status == status


@pytest.mark.parametrize(
    "step",
    [
        r"\frac{\partial H}{\partial u_2} = t - p",
        r"\frac{\partial H}{\partial V_2} = x (p - t)^T",
        r"\frac{\partial p}{\partial u_2} = p (1 - p)",
        r"\frac{\partial p}{\partial u_2} = p \odot (1 - p)",
    ],
)
def test_what_is_not_so_for_the_whole_is_not_verified(step: str) -> None:
    assert claims(CLASSIFIER.replace("{STEP}", step))[-1].status != "verified"


def test_softmax_of_a_numbered_entry_is_its_share() -> None:
    found = claims(
        r"""
$$q_1 = \text{softmax}(s_1)$$
$$q_1 = \frac{e^{s_1}}{\sum_k e^{s_k}}$$
"""
    )
    assert found[-1].status == "verified"


def test_a_layer_given_twice_accuses_neither_form() -> None:
    found = claims(
        r"""
# Samples as rows

$Y = XW + b$

$$\frac{\partial L}{\partial X} = \frac{\partial L}{\partial Y} W^T$$

# Samples as columns

$y = Wx + b$

$$\frac{\partial L}{\partial b} = \frac{\partial L}{\partial y}$$
"""
    )
    assert found[-1].status != "wrong"


def test_the_function_chosen_in_one_step_binds_the_next() -> None:
    found = claims(
        r"""
$z = Wx$ and $a = \sigma(z)$.

$$\sigma'(z) = \sigma(z) \odot (1 - \sigma(z))$$

$$\frac{\partial a}{\partial z} = \text{diag}(a \odot (1 - a))$$

$$\sigma'(z) = 1 - \sigma(z) \odot \sigma(z)$$
"""
    )
    assert [c.status for c in found[-3:]] == ["verified", "verified", "unchecked"]
