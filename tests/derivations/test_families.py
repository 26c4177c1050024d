"""Open quantities with indices, one for each step or output: any function of what they depend on."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

RECURRENT = r"""
$s_t = \tanh(A s_{t-1} + B u_t)$ and $o_t = C s_t$, with a loss $J_t$ for each step,
$J = \sum_{t=1}^{T} J_t$. They differentiate $\partial J_t / \partial o_t$, too.

"""
STEP = r"\frac{\partial J_t}{\partial o_t} \frac{\partial o_t}{\partial s_t}"
PRODUCT = r"\left(\prod_{j=k+1}^{t} \frac{\partial s_j}{\partial s_{j-1}}\right)"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (
            r"\frac{\partial J}{\partial A} = \sum_{t=1}^{T} \frac{\partial J_t}{\partial A}",
            "verified",
        ),
        (
            r"\frac{\partial J}{\partial C} = \sum_{t=1}^{T} \frac{\partial J_t}{\partial o_t} s_t",
            "verified",
        ),
        (
            rf"\frac{{\partial J_t}}{{\partial A}} = {STEP} \frac{{\partial s_t}}{{\partial A}}",
            "verified",
        ),
        (
            r"\frac{\partial J}{\partial s_t} = \frac{\partial J_t}{\partial s_t}"
            r" + \frac{\partial J}{\partial s_{t+1}} \frac{\partial s_{t+1}}{\partial s_t}",
            "verified",
        ),
        (
            rf"\frac{{\partial J_t}}{{\partial A}} = \sum_{{k=1}}^{{t}} {STEP} {PRODUCT}"
            r" \frac{\partial s_k}{\partial A}",
            "verified",
        ),
        (
            rf"\frac{{\partial J}}{{\partial A}} = \sum_{{t=1}}^{{T}} \sum_{{k=1}}^{{t}} {STEP} {PRODUCT}"
            r" \frac{\partial s_k}{\partial A}",
            "verified",
        ),
        (
            r"\frac{\partial s_t}{\partial s_k} = \prod_{j=k+1}^{t} \frac{\partial s_j}{\partial s_{j-1}}",
            "verified",
        ),
        # Without the sum over time, a path, a factor, or with a wrong bound.
        (r"\frac{\partial J}{\partial A} = 2 \sum_{t=1}^{T} \frac{\partial J_t}{\partial A}", None),
        (
            r"\frac{\partial J}{\partial C} = \sum_{t=1}^{T} \frac{\partial J_t}{\partial o_t} u_t",
            None,
        ),
        (
            r"\frac{\partial J}{\partial C} = \sum_{t=2}^{T} \frac{\partial J_t}{\partial o_t} s_t",
            None,
        ),
        (r"\frac{\partial J}{\partial s_t} = \frac{\partial J_t}{\partial s_t}", None),
        (
            r"\frac{\partial J}{\partial s_t} = \frac{\partial J}{\partial s_{t+1}}"
            r" \frac{\partial s_{t+1}}{\partial s_t}",
            None,
        ),
        (rf"\frac{{\partial J_t}}{{\partial A}} = {STEP} s_{{t-1}}", None),
        (
            rf"\frac{{\partial J_t}}{{\partial A}} = \sum_{{k=2}}^{{t}} {STEP} {PRODUCT}"
            r" \frac{\partial s_k}{\partial A}",
            None,
        ),
        (
            r"\frac{\partial s_t}{\partial s_k} = \prod_{j=k}^{t} \frac{\partial s_j}{\partial s_{j-1}}",
            None,
        ),
    ],
)
def test_losses_of_steps(formula: str, status: str | None) -> None:
    found = claim(f"{RECURRENT}$${formula}$$", formula).status
    assert found == status if status else found != "verified"


OUTPUTS = r"""
$n_1 = w_1 h_1 + w_2 h_2$ and $n_2 = w_3 h_1 + w_4 h_2$; the errors are $E_1$ and $E_2$, and
$\frac{\partial E_1}{\partial n_1}$, $\frac{\partial E_2}{\partial n_2}$ are known.

"""


@pytest.mark.parametrize(
    ("right", "holds"),
    [
        (r"\frac{\partial E_1}{\partial h_1} + \frac{\partial E_2}{\partial h_1}", True),
        (r"\frac{\partial E_1}{\partial n_1} w_1 + \frac{\partial E_2}{\partial n_2} w_3", True),
        (r"\frac{\partial E_1}{\partial n_1} w_1 + \frac{\partial E_2}{\partial n_2} w_2", False),
        (r"\frac{\partial E_1}{\partial n_1} w_1", False),
        (r"\frac{\partial E_1}{\partial h_1}", False),
        (r"\frac{\partial E_1}{\partial h_1} - \frac{\partial E_2}{\partial h_1}", False),
    ],
)
@pytest.mark.parametrize(
    ("said", "total"),
    [("$E = E_1 + E_2$.", "E"), ("In total that is $E_{total}$.", "E_{total}")],
)
def test_a_total_of_several_outputs(said: str, total: str, right: str, holds: bool) -> None:
    formula = rf"\frac{{\partial {total}}}{{\partial h_1}} = {right}"
    found = claim(f"{OUTPUTS}{said}\n\n$${formula}$$", formula)
    assert (found.status == "verified") is holds


def test_an_output_that_the_note_does_not_define_keeps_its_path() -> None:
    text = (
        r"$n_{o1} = w_5 a_{h1} + w_6 a_{h2}$. "
        r"$$\frac{\partial E_{total}}{\partial a_{h1}} = \frac{\partial E_{o1}}{\partial a_{h1}}"
        r" + \frac{\partial E_{o2}}{\partial a_{h1}}$$ "
        r"$$\frac{\partial E_{o1}}{\partial a_{h1}} = \frac{\partial E_{o1}}{\partial n_{o1}} w_5$$ "
        r"$$\frac{\partial E_{total}}{\partial a_{h1}} = \frac{\partial E_{o1}}{\partial n_{o1}} w_5$$"
    )
    assert claim(text, "E_{o2}").status == "verified"
    assert claim(
        text, r"E_{total}}{\partial a_{h1}} = \frac{\partial E_{o1}}{\partial n"
    ).status != ("verified")


def test_a_total_is_a_sum_only_where_the_note_does_not_say_otherwise() -> None:
    text = (
        r"$J = \frac{1}{T} \sum_{t=1}^{T} J_t$ and $o_t = c s_t$. "
        r"$\frac{\partial J_t}{\partial o_t}$ is known. "
        r"$$\frac{\partial J}{\partial c} = \sum_{t=1}^{T} \frac{\partial J_t}{\partial o_t} s_t$$"
    )
    assert claim(text, r"\partial c").status != "verified"


def test_layers_are_no_losses() -> None:
    """``l_i`` by which others are differentiated are not what an ``L`` is the sum of."""
    text = r"""
The layers are $l_1$ to $l_n$:
$\frac{\partial L}{\partial V_i} = \frac{\partial L}{\partial q} \frac{\partial q}{\partial l_n}
\cdots \frac{\partial l_{i+1}}{\partial l_i} \frac{\partial l_i}{\partial V_i}$.

$$ s^{(l)} = V^{(l)} r^{(l-1)} + c^{(l)} $$
$$ r^{(l)} = g(s^{(l)}) $$
$$ \delta^{(L)} = \frac{\partial L}{\partial r^{(L)}} \odot g'(s^{(L)}) $$
$$ \delta^{(l)} = \left((V^{(l+1)})^T \delta^{(l+1)}\right) \odot g'(s^{(l)}) $$

"""
    left = r"\frac{\partial L}{\partial V^{(l)}} = "
    for right, holds in (
        (r"\delta^{(l)} (r^{(l-1)})^T", True),
        (r"\delta^{(l)} (r^{(l)})^T", False),
        (r"\delta^{(l-1)} (r^{(l-1)})^T", False),
    ):
        assert (claim(f"{text}$${left}{right}$$", left + right).status == "verified") == holds
