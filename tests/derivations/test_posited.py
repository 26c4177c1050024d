"""Quantities of which only derivatives say on what they depend."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (r"\frac{dq}{dp}\frac{dp}{du}", "verified"),
        (r"2 p \frac{dp}{du}", "verified"),
        (r"p \frac{dp}{du}", "unverified"),
        (r"-2 p \frac{dp}{du}", "unverified"),
        (r"2 p + \frac{dp}{du}", "unverified"),
        (r"\frac{dq}{dp}", "unverified"),
    ],
)
def test_what_is_computed_from_an_open_quantity_is_not_open_itself(value: str, status: str) -> None:
    text = r"Let $q = p^2$." + "\n\n" + rf"$$\frac{{dq}}{{du}} = {value}$$" + "\n"
    found = claim(text, "{du}")
    assert (found.status == "verified") == (status == "verified"), found


LONGER = r"""
$$\frac{dk}{du} = \frac{dk}{dm} \frac{dm}{du}$$

$$\frac{dk}{dm} \frac{dm}{du} = {VALUE}$$
"""


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (r"\frac{dk}{dn} \frac{dn}{dm} \frac{dm}{du}", "verified"),
        (r"\frac{dk}{dn} \frac{dn}{du} \frac{dm}{du}", "unverified"),
        (r"\frac{dk}{dn} \frac{dm}{du}", "unverified"),
        (r"-\frac{dk}{dn} \frac{dn}{dm} \frac{dm}{du}", "unverified"),
    ],
)
def test_a_link_may_be_put_between(value: str, status: str) -> None:
    found = claims(LONGER.replace("{VALUE}", value))
    assert found[0].status == "verified", found[0]
    assert (found[1].status == "verified") == (status == "verified"), found[1]


LAYERS = r"""
A layer computes $s^l = V^l r^{l-1} + c^l$ with $r^l = g(s^l)$. At the end stands a softmax:
$q_i = \frac{e^{s_i}}{\sum_m e^{s_m}}$, and Q is differentiated by it:
$\frac{\partial Q}{\partial s_j} = \sum_m \frac{\partial Q}{\partial q_m} \frac{\partial q_m}{\partial s_j}$

$$\delta^l = \frac{\partial Q}{\partial s^l}$$

$$\frac{\partial Q}{\partial c^l} = {VALUE}$$
"""


@pytest.mark.parametrize(
    ("value", "status"), [(r"\delta^l", "verified"), (r"-\delta^l", "unverified")]
)
def test_an_upper_index_is_not_a_lower_one(value: str, status: str) -> None:
    found = claim(LAYERS.replace("{VALUE}", value), r"{\partial c^l}")
    assert (found.status == "verified") == (status == "verified"), found


def test_mutual_dependence_opens_nothing_in_circles() -> None:
    text = r"""
$$\frac{\partial u}{\partial v} \frac{\partial v}{\partial u} = 1$$

$$\frac{\partial K}{\partial u} = \frac{\partial K}{\partial v} \frac{\partial v}{\partial u}$$
"""
    assert claim(text, "K").status == "verified"
    assert claim(
        text.replace(r"\partial K}{\partial v}", r"\partial K}{\partial u}"), "K"
    ).status != ("verified")


COMPOSED = r"""
Consider y = f(g(x)), a function of a function.

$$\frac{dy}{dx} = {VALUE}$$
"""


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (r"\frac{df}{dg} \frac{dg}{dx}", "verified"),
        (r"\frac{dh}{dg} \frac{dg}{dx}", "unverified"),
        (r"\frac{df}{dx} \frac{dg}{dx}", "unverified"),
        (r"-\frac{df}{dg} \frac{dg}{dx}", "unverified"),
        (r"\frac{df}{dg}", "unverified"),
    ],
)
def test_plain_text_names_the_value_of_a_function(value: str, status: str) -> None:
    found = claim(COMPOSED.replace("{VALUE}", value), "dx")
    assert (found.status == "verified") == (status == "verified"), found


SEVERAL = r"""
First $y = f(x)$, with $\frac{df}{dx} = f'(x)$.

Now $y = f(h)$ with $h = k(x)$, so that $\frac{dy}{dx} = {VALUE}$.
"""


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (r"\frac{df}{dh} \frac{dh}{dx} = f'(h)\, k'(x)", "verified"),
        (r"\frac{df}{dx} \frac{dh}{dx}", "unverified"),
        (r"\frac{df}{dh} = f'(h)", "unverified"),
        (r"\frac{df}{dh} \frac{dh}{dx} = f'(x)\, k'(x)", "unverified"),
    ],
)
def test_a_function_is_differentiated_by_what_it_is_applied_to(value: str, status: str) -> None:
    found = claim(SEVERAL.replace("{VALUE}", value), "dy")
    assert (found.status == "verified") == (status == "verified"), found


ENTRIES = r"""
Every entry is scaled: $r_i = \beta s_i + c$.

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (
            r"\frac{\partial Q}{\partial s_k} = "
            r"\sum_i \frac{\partial Q}{\partial r_i} \frac{\partial r_i}{\partial s_k}",
            "verified",
        ),
        (
            r"\frac{\partial Q}{\partial r_i} \frac{\partial r_i}{\partial s_k} = "
            r"\beta \delta_{ik} \frac{\partial Q}{\partial r_i}",
            "verified",
        ),
        (
            r"\frac{\partial Q}{\partial r_i} \frac{\partial r_i}{\partial s_k} = "
            r"\beta \frac{\partial Q}{\partial r_i}",
            "unverified",
        ),
        (
            r"\frac{\partial Q}{\partial s_k} = "
            r"\sum_i \frac{\partial Q}{\partial r_k} \frac{\partial r_k}{\partial s_k}",
            "unverified",
        ),
    ],
)
def test_a_path_for_equal_indices_is_none_for_others(step: str, status: str) -> None:
    found = claim(ENTRIES.replace("{STEP}", step), step)
    assert (found.status == "verified") == (status == "verified"), found


STEPS = r"""
A chain of steps has $h_t = \tanh(u x_t + w h_{t-1})$ and $r_t = v h_t$.

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        # Whether Q is the sum or the mean of all Q_t is not said.
        (r"\frac{\partial Q}{\partial v} = \sum_t \frac{\partial Q_t}{\partial v}", "unchecked"),
        (
            r"\frac{\partial Q}{\partial v} = "
            r"\sum_t \frac{\partial Q}{\partial r_t} \frac{\partial r_t}{\partial v}",
            "verified",
        ),
        (
            r"\frac{\partial Q}{\partial v} = "
            r"-\sum_t \frac{\partial Q}{\partial r_t} \frac{\partial r_t}{\partial v}",
            "wrong",
        ),
    ],
)
def test_the_loss_of_one_step_is_not_that_of_all(step: str, status: str) -> None:
    assert claim(STEPS.replace("{STEP}", step), step).status == status
