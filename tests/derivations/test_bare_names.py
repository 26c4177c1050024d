"""Names written without their argument or their layer, and the entries of whole layers."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claims

LAYERS = r"""
Every layer computes $u^{(l)} = V^{(l)} h^{(l-1)} + c^{(l)}$ and $h^{(l)} = \phi(u^{(l)})$; the cost is $J$.

$$e^{(l)} = \frac{\partial J}{\partial u^{(l)}}$$

$$e^{(L)} = \frac{\partial J}{\partial \phi} \odot \frac{d\phi}{du^{(L)}}$$

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"e^{(l)} = (V^{(l+1)})^\top e^{(l+1)} \odot \frac{d\phi}{du^{(l)}}", "verified"),
        (r"e^{(l)} = (V^{(l+1)})^\top e^{(l+1)} \odot \frac{d\phi}{du^{(l+1)}}", "wrong"),
        (r"e^{(l)} = -(V^{(l+1)})^\top e^{(l+1)} \odot \frac{d\phi}{du^{(l)}}", "wrong"),
        (r"e^{(l)} = V^{(l+1)} e^{(l+1)} \odot \frac{d\phi}{du^{(l)}}", "unchecked"),
        (r"\frac{\partial J}{\partial V^{(l)}} = e^{(l)} (h^{(l-1)})^\top", "verified"),
        (r"\frac{\partial J}{\partial c^{(l)}} = e^{(l)}", "verified"),
        (r"\frac{\partial J}{\partial c^{(l)}} = -e^{(l)}", "wrong"),
    ],
)
def test_a_function_differentiated_by_its_name(step: str, status: str) -> None:
    found = claims(LAYERS.replace("{STEP}", step))
    assert found[-2].status == "verified", found[-2]
    assert found[-1].status == status, found[-1]


RECURSION = r"""
With $z^l = w^l a^{l-1} + b^l$, $a^l = \sigma(z^l)$ and some cost $C$ let

$$\delta^L = \nabla_a C \odot \sigma'(z^L)$$
$$\delta^l = (w^{l+1})^T \delta^{l+1} \odot \sigma'(z^l)$$

so that

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\frac{\partial C}{\partial b^l} = \delta^l", "verified"),
        (r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T", "verified"),
        (r"\frac{\partial C}{\partial b^l_j} = \delta^l_j", "verified"),
        (r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j", "verified"),
        (r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l})^T", "unchecked"),
    ],
)
def test_a_gradient_by_a_whole_layer_without_its_index(step: str, status: str) -> None:
    assert claims(RECURSION.replace("{STEP}", step))[-1].status == status


@pytest.mark.parametrize(
    "step",
    [
        r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_j \delta^l_k",
        r"\frac{\partial C}{\partial w^l_{jk}} = a^{l}_k \delta^l_j",
        r"\frac{\partial C}{\partial b^l_j} = 2 \delta^l_j",
    ],
)
def test_slips_with_entries_are_not_verified(step: str) -> None:
    assert claims(RECURSION.replace("{STEP}", step))[-1].status != "verified"


ENTRIES = r"""
$$z_j^l = \sum_k w_{jk}^l a_k^{l-1} + b_j^l$$
$$a_j^l = \sigma(z_j^l)$$
$$\delta_j^l = \frac{\partial C}{\partial z_j^l}$$

where $a$ are the activations. Then

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\delta^L = \nabla_a C \odot \sigma'(z^L)", "verified"),
        (r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)", "verified"),
        (r"\delta^l = (w^{l+1} \delta^{l+1}) \odot \sigma'(z^l)", "unchecked"),
        (r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T", "verified"),
        (r"\frac{\partial C}{\partial b_j^l} = \delta_j^l", "verified"),
    ],
)
def test_wholes_of_what_is_defined_by_entries(step: str, status: str) -> None:
    found = claims(ENTRIES.replace("{STEP}", step))[-1]
    assert found.status == status, found
