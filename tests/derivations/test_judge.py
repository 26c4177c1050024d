"""What the judge says of small notes: right steps verified, each slip refused at its own step."""

from __future__ import annotations

import math

import pytest

from tests.derivations.notes import claim, claims
from vaultbp.derivations import judge
from vaultbp.notes import read
from vaultbp.source import Source

NEURON = r"""
# One neuron

The unit computes $s = v \cdot u + c$ and answers with $r = \sigma(s)$, judged by $Q = (r - d)^2$.

$$\frac{\partial Q}{\partial v} = {STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (
            r"\frac{\partial Q}{\partial r}\frac{\partial r}{\partial s}\frac{\partial s}"
            r"{\partial v}",
            "verified",
        ),
        (r"2(r - d)\,\sigma'(s)\,u", "verified"),
        (r"-2(d - r)\,\sigma'(s)\,u", "verified"),
        (r"2(r - d)\,\sigma'(s)\,v", "wrong"),
        (r"(r - d)\,\sigma'(s)\,u", "wrong"),
        (r"-2(r - d)\,\sigma'(s)\,u", "wrong"),
        (r"2(r - d)\,\sigma'(u)\,u", "wrong"),
        (r"2(r - d)\,\sigma(s)\,u", "wrong"),
        (r"2(r - d)\,\sigma'(s)", "wrong"),
        (r"\text{error} \cdot \sigma'(s) \cdot u", "unchecked"),
        (r"2(r - d)\,\sigma'(s)\,q", "unchecked"),
    ],
)
def test_a_neuron(step: str, status: str) -> None:
    found = claim(NEURON.replace("{STEP}", step), r"\partial Q}{\partial v} =")
    assert found.status == status, found


SQUARES = r"""
Let $g(t) = \alpha t + \beta$ and let each point cost $E_k = (b_k - g(t_k))^2$.
The whole cost is
$$E = \frac{1}{m}\sum_{k=1}^m (b_k - g(t_k))^2 = \frac{1}{m}\sum_{k=1}^m E_k$$
Then
$$\frac{\partial E_k}{\partial r_k} = 2 r_k$$
$$\frac{\partial E_k}{\partial g(t_k)} = \frac{\partial E_k}{\partial r_k}
 \cdot \frac{\partial r_k}{\partial g(t_k)} = 2 r_k \cdot (-1) = -2 r_k$$
$$\frac{\partial E_k}{\partial \alpha} = \frac{\partial E_k}{\partial g(t_k)}
 \frac{\partial g(t_k)}{\partial \alpha} = {STEP}$$
$$\frac{\partial E}{\partial \beta} = -\frac{2}{m}\sum_{k=1}^m r_k$$
"""


def test_an_undefined_residual_is_inferred_and_listed() -> None:
    text = SQUARES.replace("{STEP}", "-2 r_k t_k")
    found = claims(text)
    assert [c.status for c in found if c.kind == "claim"] == ["verified"] * 5, found
    assert claim(text, r"{\partial \alpha} =").assumptions == ("r_k := b_k − g(t_k)",)


def test_a_lost_sign_is_wrong_although_the_residual_is_inferred() -> None:
    found = claim(SQUARES.replace("{STEP}", "2 r_k t_k"), r"{\partial \alpha} =")
    assert found.status == "wrong"
    assert [s.status for s in found.steps] == ["verified", "wrong"]
    point = found.steps[1].counterexample
    assert point is not None
    assert math.isclose(point.left, -point.right)
    assert found.steps[1].repair is not None
    assert found.steps[1].repair.text == "-"


def test_a_bare_chain_rule_is_an_identity_of_names() -> None:
    found = claim("∂J/∂v = ∂J/∂r × ∂r/∂s × ∂s/∂v", "∂J")
    assert found.status == "verified"
    assert found.assumptions == ("v acts on J only through r and s",)


def test_a_missing_link_is_named() -> None:
    found = claim("∂J/∂v = ∂J/∂r × ∂s/∂v", "∂J")
    assert found.status == "unchecked"
    assert found.reason == "nothing links r to s"


COMPOSED = (
    r"$$P(t) = a(b(c(t))) \Rightarrow \frac{dP}{dt} = a'(b(c(t))) \cdot b'({IN}) \cdot c'(t)$$"
)


@pytest.mark.parametrize(("inner", "status"), [("c(t)", "verified"), ("t", "wrong")])
def test_the_chain_rule_of_unknown_functions(inner: str, status: str) -> None:
    found = [c for c in claims(COMPOSED.replace("{IN}", inner)) if "dP" in c.source]
    assert [c.status for c in found] == [status]


def test_a_wrong_middle_between_right_ends_is_found() -> None:
    text = r"""
With $p = q^3$:
$$\frac{dp}{dq} = 3q^2 = 3q \cdot q^2 = 3q^2$$
"""
    found = claim(text, "dp")
    assert [s.status for s in found.steps] == ["verified", "wrong"]


def test_equations_that_state_nothing_are_never_wrong() -> None:
    text = r"""
The cost is $K = \sum_{i=1}^n (m - u_i)^2$. At its least,
$$\frac{\partial K}{\partial m} = 2\sum_{i=1}^n (m - u_i) = 0$$
and descent repeats
$$m \leftarrow m - \eta \frac{\partial K}{\partial m}$$
$$m_{t+1} = m_t - \eta \frac{\partial K}{\partial m}$$
Let $a + b = 1$ and $y = 3$. Note that you cannot write
$$\frac{d(fg)}{dx} = \frac{df}{dx} \cdot \frac{dg}{dx}$$
"""
    assert claim(text, "2\\sum").status == "verified"
    assert not [c for c in claims(text) if c.status == "wrong"]


def test_zero_on_both_sides_proves_nothing() -> None:
    text = r"Let $p = q^2$. Then $\frac{\partial p}{\partial z} = \frac{\partial p}{\partial y}$."
    assert claim(text, "partial p").status == "unchecked"


def test_a_number_is_judged_at_its_printed_precision() -> None:
    assert claim("$$1/(1 + e^{-0.3}) = 0.574$$", "0.574").status == "verified"
    assert claim("$$1/(1 + e^{-0.3}) = 0.547$$", "0.547").status == "wrong"


def test_the_sum_cancels_only_under_its_own_index() -> None:
    text = r"""
Here $p_i = \frac{e^{z_i}}{\sum_{k=1}^n e^{z_k}}$.
$$\frac{\partial H}{\partial z_i} = \sum_{j=1}^n \frac{\partial H}{\partial p_{J}}
\frac{\partial p_{J}}{\partial z_i}$$
"""
    assert claim(text.replace("{J}", "j"), "H").status == "verified"
    assert claim(text.replace("{J}", "i"), "H").status != "verified"


def test_softmax_by_cases() -> None:
    text = r"""
Here $p_i = \frac{e^{z_i}}{\sum_{k=1}^n e^{z_k}}$. In general
$$\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)$$
If $i \ne j$, then
$$\frac{\partial p_i}{\partial z_j} = {SIGN}p_i p_j$$
"""
    right, wrong = text.replace("{SIGN}", "-"), text.replace("{SIGN}", "")
    assert claim(right, "delta").status == "verified"
    found = claim(right, r"z_j} = -p_i p_j")
    assert found.status == "verified"
    assert found.assumptions == ("for indices that differ",)
    assert claim(wrong, r"z_j} = p_i p_j").status == "wrong"


def test_a_definition_in_a_comment_resolves_a_symbol() -> None:
    text = r"""
The cost is $K = (b - w u)^2$.
$$\frac{\partial K}{\partial w} = -2 e_0 u$$
"""
    assert claim(text, "-2").status == "unchecked"
    assert claim(text + "\n%% define: e_0 = b - w u %%\n", "-2").status == "verified"
    assert claim("---\ndefine: e_0 = b - w u\n---\n" + text, "-2").status == "verified"


def test_ignored_and_purposeful_formulas() -> None:
    text = "Let $p = q^2$.\n\n%% {MARK} %%\n$$\\frac{dp}{dq} = 3q$$\n"
    assert claim(text.replace("{MARK}", "vaultbp: ignore"), "dp").status == "unchecked"
    marked = claim(text.replace("{MARK}", "wrong on purpose"), "dp")
    assert marked.status == "wrong"
    assert marked.on_purpose


def test_verdicts_do_not_depend_on_chance_or_on_the_rest() -> None:
    text = NEURON.replace("{STEP}", r"2(r - d)\,\sigma'(s)\,v")
    assert claims(text) == claims(text)


def test_positions_point_into_the_file() -> None:
    text = "Привет\r\n\r\n> $$p = q^2$$\r\n> $$\\frac{dp}{dq} = 3q$$\r\n"
    found = claim(text, "dp")
    assert text[found.span.start : found.span.end] == r"\frac{dp}{dq} = 3q"
    step = found.steps[0].span
    assert text[step.start : step.end] == "3q"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\frac{u v}{u + v} = -\frac{v u}{v + u}", "wrong"),
        (r"\sum_i p_i q_i^2 = 3 \sum_i q_i^2 p_i", "wrong"),
        (r"2 (u + v) = 2 v + 2 u", "verified"),
        (r"\frac{u}{v} = \frac{u + 1}{v + 1}", "unchecked"),
        (r"\frac{u \times v}{|u|} = -\frac{v \times u}{|u|}", "unchecked"),
        (r"u v = -v u", "unchecked"),
        (r"h(-u) = -h(u)", "unchecked"),
    ],
)
def test_sides_off_by_a_fixed_factor_are_no_condition(formula: str, status: str) -> None:
    assert claim(f"Let $h(x) = x^2$.\n\n$${formula}$$", formula).status == status


def test_a_definition_with_decimals_is_a_definition() -> None:
    assert claim("Let\n\n$$q(z) = 0.3 z + 2$$", "q").kind == "definition"


def test_a_point_near_where_the_curves_cross_excuses_nothing() -> None:
    # 3x² and 2x meet at 2/3, and one of the points that are drawn here is 0.66665.
    assert claims("$$y = x^3$$\n\n$$\\frac{dy}{dx} = 2x$$\n")[-1].status == "wrong"


def test_definitions_come_from_below_the_headings_of_an_imported_note() -> None:
    other = read(Source("Other.md", "# One\n\n# Two\n\n## Three\n\n$$y = x^2$$\n"))
    note = read(Source("Uses.md", "$$\\frac{dy}{dx} = 2x$$\n\n$$\\frac{dy}{dx} = 3x$$\n"))
    right, wrong = judge(note, [other])
    assert right.status == "verified"
    assert right.assumptions == ("y = x^2 (from “Other”)",)
    assert wrong.status != "verified"


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (r"2u & u > 0 \\ 5 & u < 0", "verified"),
        (r"2u & u > 0", "verified"),
        (r"2u & u > 0 \\ 5 & u > 0", "unchecked"),
    ],
)
def test_cases_that_leave_out_values(rows: str, status: str) -> None:
    text = (
        r"$$h(u) = \begin{cases} u^2 & u > 0 \\ 5u & u \le 0 \end{cases}$$"
        + "\n\n"
        + rf"$$h'(u) = \begin{{cases}} {rows} \end{{cases}}$$"
    )
    assert claims(text)[-1].status == status
