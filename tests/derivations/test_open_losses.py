"""What a note leaves open, a loss or the name of a derivative: what is taken for it, and what is not."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims

LAYERS = r"""
Layer $l$ computes $s_i^l = \sum_j v_{ij}^l r_j^{l-1} + c_i^l$ and $r_i^l = g(s_i^l)$.
"""
RECURSION = r"\delta_i^l = g'(s_i^l) \sum_m v_{mi}^{l+1} \delta_m^{l+1}"


@pytest.mark.parametrize(
    "named",
    [
        r"$$\delta_i^l = \frac{\partial Q}{\partial s_i^l}$$",
        # In two notations, of which only one is spelled out.
        r"$$\delta_i^l = \frac{\partial Q}{\partial s_i^l}$$ or, as others write it, "
        r"$$\delta_i^l = \frac{\partial F}{\partial in_i^l}$$",
        r"$$\delta_i^l = \frac{\partial F}{\partial in_i^l}$$ or, as others write it, "
        r"$$\delta_i^l = \frac{\partial Q}{\partial s_i^l}$$",
        # For the last layer only.
        r"$$\delta_i^L = \frac{\partial Q}{\partial s_i^L}$$",
    ],
)
def test_the_error_of_a_layer(named: str) -> None:
    right = claim(LAYERS + named + f"\n\n$${RECURSION}$$\n", "delta_m")
    assert right.status == "verified", right
    for slip in (
        RECURSION.replace("v_{mi}", "v_{im}"),
        RECURSION.replace("g'(s_i^l)", "g(s_i^l)"),
        RECURSION.replace("= g'", "= -g'"),
        RECURSION.replace(r"g'(s_i^l) ", ""),
    ):
        assert claim(LAYERS + named + f"\n\n$${slip}$$\n", "delta_m").status != "verified"


def test_another_notation_of_a_name_is_listed() -> None:
    named = (
        r"$$\delta_i^l = \frac{\partial Q}{\partial s_i^l}$$ or "
        r"$$\delta_i^l = \frac{\partial F}{\partial in_i^l}$$"
    )
    found = claim(LAYERS + named + f"\n\n$${RECURSION}$$\n", "delta_m")
    assert any("∂Q/∂s" in a for a in found.assumptions), found


NAMES = r"""
A unit has $s = v u + c$ and $r = \tanh(s)$.

$$dv = \frac{\partial Q}{\partial v} = {VALUE}$$
"""


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (r"ds \cdot u", "verified"),
        (r"dr\,(1 - r^2)\,u", "verified"),
        (r"ds \cdot v", "unverified"),
        (r"dr\,(1 + r^2)\,u", "unverified"),
        (r"-ds \cdot u", "unverified"),
    ],
)
def test_a_d_before_a_name_is_the_derivative_by_it(value: str, status: str) -> None:
    found = claim(NAMES.replace("{VALUE}", value), "dv")
    assert (found.status == "verified") == (status == "verified"), found


def test_a_delta_before_a_name_and_its_bracket() -> None:
    text = r"""
The layer gives $b_i = \tanh(a_i)$.

$$\frac{\partial Q}{\partial a_i} = \delta b_i (1 - b_i^2)$$

$$\delta a = \left[ \frac{\partial Q}{\partial a_i} \right]_i$$
"""
    found = claim(text, r"(1 - b")
    assert found.status == "verified", found
    assert any("δb" in a and "∂Q/∂b" in a for a in found.assumptions), found
    wrong = claim(text.replace("1 - b", "1 + b"), r"(1 + b")
    assert wrong.status != "verified", wrong


def test_differentials_stay_differentials() -> None:
    found = claims(r"Let $p = a b$. Then $dp = b\,da + a\,db$.")
    assert found[-1].status == "verified", found


def test_any_side_of_a_chain_says_what_a_symbol_is() -> None:
    text = r"""
$$Q = -\ln \pi_1 = -s_1 + \ln \sum_k e^{s_k}$$

$$\frac{\partial Q}{\partial s_1} = {VALUE}$$
"""
    right = r"\frac{e^{s_1}}{\sum_k e^{s_k}} - 1"
    found = claim(text.replace("{VALUE}", right), "partial")
    assert found.status == "verified", found
    assert any("log" in a for a in found.assumptions), found
    slip = claim(text.replace("{VALUE}", right.replace("- 1", "+ 1")), "partial")
    assert slip.status != "verified", slip


def test_an_open_summand_is_no_constant() -> None:
    text = r"""
The cost is $K = D + \frac{\beta}{2} v^2$, where $D$ comes from the examples.

$$\frac{\partial K}{\partial v} = \frac{\partial D}{\partial v} + \beta v$$

$$\frac{\partial K}{\partial v} = \beta v$$

$$\frac{\partial K}{\partial \beta} = \frac{v^2}{2}$$
"""
    _, whole, part, rate = claims(text)[-4:]
    assert whole.status == "verified", whole
    assert part.status == "unchecked", part
    assert "how D depends on v" in str(part.reason)
    assert rate.status == "verified", rate


CHAIN = r"""
With $p = u^2$ and $q = h(p)$,

$$\frac{dq}{du} = {MIDDLE} = 2 u\, h'(p)$$
"""


def test_a_mistake_between_two_right_sides_is_named_at_its_own_step() -> None:
    found = claim(CHAIN.replace("{MIDDLE}", r"\frac{dq}{dp}\,(2u) + 3"), "dq")
    assert found.steps[0].status == "wrong", found


def test_a_symbol_that_means_nothing_spoils_the_steps_beside_it() -> None:
    found = claim(CHAIN.replace("{MIDDLE}", r"2 u\, h'(p)\, k"), "dq")
    assert [s.status for s in found.steps] == ["unchecked", "unchecked"], found


def test_a_difference_after_an_unchecked_step_does_not_claim_to_be_the_first() -> None:
    found = claim(CHAIN.replace("{MIDDLE}", r"3 u\, h'(p)\, k").replace("2 u", "u k"), "dq")
    assert found.status == "wrong", found
    assert "the step before" in str(found.reason), found


GRAPH = r"""
$s_1 = a^2$, $s_2 = a b$, $s_3 = s_1 - s_2$, and at the end $t = s_4 = s_1 + 3 s_3$.

$$\frac{dt}{ds_1} = {VALUE}$$

Later a network has layers $s_k = g(s_{k-1})$.
"""


@pytest.mark.parametrize(
    ("value", "status"), [("4", True), (r"\frac{dt}{ds_3}\frac{ds_3}{ds_1}", False), ("3", False)]
)
def test_a_numbered_quantity_is_no_layer_beyond_the_last(value: str, status: bool) -> None:
    found = claim(GRAPH.replace("{VALUE}", value), "dt")
    assert (found.status == "verified") == status, found


LETTERS = r"""
Hidden units have $s_j = \sum_i w_{ji} x_i$ and $r_j = g(s_j)$, outputs $s_k = \sum_j w_{kj} r_j$
and $r_k = g(s_k)$; the error is $Q$.

$$\delta_k = \frac{\partial Q}{\partial s_k}$$

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "holds"),
    [
        (r"\frac{\partial Q}{\partial w_{kj}} = \delta_k r_j", True),
        (r"\frac{\partial Q}{\partial s_j} = g'(s_j) \sum_k w_{kj} \delta_k", True),
        (r"\frac{\partial Q}{\partial w_{ji}} = g'(s_j) x_i \sum_k w_{kj} \delta_k", True),
        (r"\frac{\partial Q}{\partial w_{kj}} = \delta_k r_k", False),
        (r"\frac{\partial Q}{\partial s_j} = g'(s_j) \sum_k w_{kj}", False),
        (r"\frac{\partial Q}{\partial s_j} = -g'(s_j) \sum_k w_{kj} \delta_k", False),
        (r"\frac{\partial Q}{\partial w_{ji}} = g'(s_j) x_j \sum_k w_{kj} \delta_k", False),
    ],
)
def test_letters_of_indices_may_name_layers(step: str, holds: bool) -> None:
    found = claim(LETTERS.replace("{STEP}", step), step[:20] + step[20:])
    assert (found.status == "verified") == holds, found
    assert found.status != "wrong" or not holds


TWO_LAYERS = r"""
Hidden units are $r_j = \tanh(\sum_i w_{ji} x_i)$, outputs $y_k = \sum_j w_{kj} r_j$, and
$Q = \frac12 \sum_k (y_k - t_k)^2$.

$$\frac{\partial Q}{\partial w_{kj}} = {VALUE}$$
"""


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("(y_k - t_k) r_j", "verified"),
        ("(t_k - y_k) r_j", "wrong"),
        ("2 (y_k - t_k) r_j", "wrong"),
    ],
)
def test_weights_of_two_layers_under_one_letter(value: str, status: str) -> None:
    found = claim(TWO_LAYERS.replace("{VALUE}", value), "partial")
    assert found.status == status, found


def test_one_matrix_applied_twice_is_not_taken_apart() -> None:
    text = r"""
Let $p_j = \sum_i M_{ji} x_i$ and $q_k = \sum_j M_{kj} p_j$.

$$\frac{\partial q_k}{\partial M_{ji}} = M_{kj} x_i$$
"""
    assert claim(text, "partial").status != "verified"


GATES = r"""
A gated state: $s_t = (1 - u_t) s_{t-1} + u_t v_t$ with $u_t = \sigma(a_t)$, $a_t = p x_t + q s_{t-1}$,
$v_t = \tanh(b_t)$ and $b_t = m x_t + n s_{t-1}$.

$$\eta_t = \frac{\partial Q}{\partial s_t}$$

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (
            r"\frac{\partial Q}{\partial a_t} = \frac{\partial Q}{\partial u_t} u_t (1 - u_t)",
            "verified",
        ),
        (r"\frac{\partial Q}{\partial u_t} = \eta_t (v_t - s_{t-1})", "verified"),
        (
            r"\frac{\partial Q}{\partial s_{t-1}} = \eta_t (1 - u_t) + q \frac{\partial Q}{\partial a_t}"
            r" + n \frac{\partial Q}{\partial b_t}",
            "verified",
        ),
        (
            r"\frac{\partial Q}{\partial a_t} = \frac{\partial Q}{\partial u_t} u_t (1 + u_t)",
            "wrong",
        ),
        (r"\frac{\partial Q}{\partial u_t} = \eta_t (v_t + s_{t-1})", "wrong"),
        (r"\frac{\partial Q}{\partial b_t} = \eta_t u_t v_t", "wrong"),
        # The main path alone: what is left out may be left out on purpose.
        (r"\frac{\partial Q}{\partial s_{t-1}} = \eta_t (1 - u_t)", "unchecked"),
    ],
)
def test_a_loss_that_is_any_function_can_refute(step: str, status: str) -> None:
    found = claim(GATES.replace("{STEP}", step), step[:30])
    assert found.status == status, found


def test_a_particular_loss_may_make_true_what_is_not_true_of_all() -> None:
    text = r"The unit has $s = v u$ and $r = \tanh(s)$. $$\frac{\partial Q}{\partial s} = r - y$$"
    assert claim(text, "partial").status == "unchecked"


LAST = r"$$\delta_i^L = \frac{\partial Q}{\partial r_i^L} g'(s_i^L)$$"


@pytest.mark.parametrize(
    ("slip", "status"),
    [
        (RECURSION, "verified"),
        (RECURSION.replace("v_{mi}", "v_{im}"), "wrong"),
        (RECURSION.replace("v_{mi}^{l+1}", "v_{mi}^l"), "wrong"),
        (RECURSION.replace("= g'", "= -g'"), "wrong"),
        (RECURSION.replace(r"g'(s_i^l) ", ""), "wrong"),
    ],
)
def test_a_wrong_recursion_over_layers_is_found(slip: str, status: str) -> None:
    named = r"$$\delta_i^l = \frac{\partial Q}{\partial s_i^l}$$"
    layers = LAYERS.replace("g(", r"\tanh(")
    last = LAST.replace("g'(s_i^L)", "(1 - (r_i^L)^2)")
    step = slip.replace("g'(s_i^l)", "(1 - (r_i^l)^2)")
    found = claim(f"{layers}\n{named}\n\n{last}\n\n$${step}$$\n", "delta_m")
    assert found.status == status, found


def test_a_quantity_under_a_new_name_refutes_nothing() -> None:
    text = r"""
$$y_k = \frac{e^{x_k}}{\sum_j e^{x_j}}$$

$$\frac{\partial Q}{\partial x_i}
= \sum_k \frac{\partial Q}{\partial y_k}\frac{\partial y_k}{\partial x_i}$$

With $\hat y$ for the prediction now,

$$\frac{\partial Q}{\partial x_i} = \hat y_i \frac{\partial Q}{\partial \hat y_i}
- \hat y_i \sum_k \hat y_k \frac{\partial Q}{\partial \hat y_k}$$
"""
    assert claims(text)[-1].status == "unchecked"


def test_entries_in_either_order_where_the_whole_is_given_too() -> None:
    text = r"""
The layer is $y_j = \sum_i w_{ij} x_i$, that is $y = W x$.

$$\frac{\partial Q}{\partial x_i} = \sum_j \frac{\partial Q}{\partial y_j} {ENTRY}$$
"""
    assert claim(text.replace("{ENTRY}", "w_{ij}"), "partial").status == "verified"
    assert claim(text.replace("{ENTRY}", "w_{ji}"), "partial").status == "unchecked"
    assert claim(text.replace("{ENTRY}", "w_{ij} x_i"), "partial").status != "verified"
    alone = text.replace(", that is $y = W x$", "")
    assert claim(alone.replace("{ENTRY}", "w_{ji}"), "partial").status == "wrong"


SHARED = r"""
A filter slides over a signal: $y_i = \sum_{k=0}^{2} w_k x_{i+k}$.

$$STEP$$
"""


@pytest.mark.parametrize(
    ("step", "right"),
    [
        (r"\frac{\partial y_i}{\partial w_k} = x_{i+k}", True),
        (r"\frac{\partial y_i}{\partial w_k} = x_{i-k}", False),
        (r"\frac{\partial E}{\partial w_k} = \sum_i \frac{\partial E}{\partial y_i} x_{i+k}", True),
        (r"\frac{\partial E}{\partial w_k} = \sum_i \frac{\partial E}{\partial y_i} x_i", False),
    ],
)
def test_an_index_that_counts_from_another_is_no_step_of_a_recursion(
    step: str, right: bool
) -> None:
    assert (claims(SHARED.replace("STEP", step))[-1].status == "verified") is right


def test_what_a_note_sums_explicitly_it_does_not_leave_to_be_understood() -> None:
    text = (
        r"Outputs $y_k = \sum_j v_{jk} h_j$."
        "\n\n"
        r"$$\frac{\partial E}{\partial h_j} = \frac{\partial E}{\partial y_k} v_{jk}$$"
    )
    summed = (
        r" Then $\frac{\partial E}{\partial h_j} = \sum_k \frac{\partial E}{\partial y_k} v_{jk}$."
    )
    assert [c.status for c in claims(text)][-1] == "verified"
    left_out, written = [c.status for c in claims(text + summed)][-2:]
    assert (left_out, written) == ("unchecked", "verified")
    in_words = "Repeated indices are summed over. "
    assert [c.status for c in claims(in_words + text + summed)][-2] == "verified"
