"""Second names, names put for what stood there, named values of an index, entries of a whole."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims

SOFTMAX = r"""Logits $z_i$ give shares $q_i = \frac{e^{z_i}}{\sum_m e^{z_m}}$, and the loss of class $c$ is

$$L = -\ln q_c = -z_c + \ln \sum_m e^{z_m}$$

"""


def status(text: str, part: str) -> str:
    return claim(text, part).status


@pytest.mark.parametrize(
    ("case", "right", "expected"),
    [
        ("First, $k = c$:", "q_k - 1", "verified"),
        ("First, $k = c$:", "q_k", "wrong"),
        ("Then, $k \\ne c$:", "q_k", "verified"),
        ("Then, $k \\ne c$:", "q_k - 1", "wrong"),
        ("Then, $k \\ne c$:", "-q_k", "wrong"),
        ("Together, as $k = c$ or $k \\ne c$. In general", "q_k", "unchecked"),
    ],
)
def test_a_case_of_one_value_of_an_index(case: str, right: str, expected: str) -> None:
    formula = r"\frac{\partial L}{\partial z_k} = " + right
    found = status(f"{SOFTMAX}{case}\n\n$${formula}$$\n\n", formula)
    assert found == expected


@pytest.mark.parametrize(
    ("right", "expected"),
    [(r"q_c - 1", "verified"), (r"q_c", "wrong"), (r"1 - q_c", "wrong")],
)
def test_a_named_value_of_an_index_is_one_of_its_family(right: str, expected: str) -> None:
    formula = r"\frac{\partial L}{\partial z_c} = " + right
    note = f"{SOFTMAX}Here $k = c$ is the class, $k \\ne c$ another.\n\nSo\n\n$${formula}$$"
    assert status(note, formula) == expected


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (r"q_i (\delta_{ij} - q_j)", "verified"),
        (r"q_i (\delta_{ij} + q_j)", "wrong"),
        (r"q_j (\delta_{ij} - q_j)", "wrong"),
    ],
)
def test_kroneckers_delta_beside_errors_called_delta(right: str, expected: str) -> None:
    note = (
        r"The error $\delta_j = \frac{\partial E}{\partial z_j}$ of "
        r"$q_i = \frac{e^{z_i}}{\sum_m e^{z_m}}$ needs" + "\n\n"
        r"$$\frac{\partial q_i}{\partial z_j} = " + right + "$$\n\n"
        r"where $\delta_{ij} = 1$ if $i = j$ and else $\delta_{ij} = 0$."
    )
    assert status(note, r"\frac{\partial q_i}") == expected


def test_a_delta_with_a_formula_of_its_own_is_no_kronecker() -> None:
    note = r"""$\delta_{ij} = \frac{\partial E}{\partial z_{ij}}$ and $z_{ij} = w_i x_j$ give

$$\frac{\partial E}{\partial w_i} = \sum_j \delta_{ij} x_j$$
"""
    assert status(note, r"\frac{\partial E}{\partial w_i}") == "verified"


ALIAS = r"""$u_j = \sum_i v_{ij} w_{ki}$ and $h_i = w_{ki}$, so

"""


@pytest.mark.parametrize(("right", "expected"), [("v_{ij}", "verified"), ("w_{ki}", "unchecked")])
def test_by_the_second_name_of_what_something_is_computed_from(right: str, expected: str) -> None:
    formula = r"\frac{\partial u_j}{\partial h_i} = " + right
    assert status(f"{ALIAS}$${formula}$$", formula) == expected


def test_a_name_from_which_something_is_computed_keeps_its_own_derivative() -> None:
    note = "$h = x$ and $y = h + x$.\n\n$$\\frac{\\partial y}{\\partial h} = 2$$\n"
    assert status(note, r"\frac{\partial y}") != "verified"


PUT = r"""With $s = w x + b$ and $E = \ln(1 + e^{s}) - t s$ we get

$$\frac{\partial E}{\partial s} = \frac{e^s}{1 + e^s} - t = r - t$$

"""


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\frac{\partial E}{\partial w} = (r - t) x", "verified"),
        (r"\frac{\partial E}{\partial w} = (t - r) x", "unchecked"),
        (r"\frac{\partial E}{\partial w} = (r - t) w", "unchecked"),
    ],
)
def test_a_name_put_for_what_stood_there(formula: str, expected: str) -> None:
    borne_out = r"$$\frac{\partial E}{\partial b} = r - t$$" + "\n\n"
    assert status(f"{PUT}{borne_out}$${formula}$$", formula) == expected


def test_a_name_that_nothing_else_bears_out_stays_open() -> None:
    found = claims(f"{PUT}" + r"$$\frac{\partial E}{\partial b} = t - r$$")
    assert [c.status for c in found if "partial" in c.source] == ["unchecked", "unchecked"]


def test_a_name_put_for_two_different_things_stays_open() -> None:
    other = r"$$\frac{1}{1 + e^s} - t = r - t$$"
    note = f"{PUT}{other}\n\n$$\\frac{{\\partial E}}{{\\partial b}} = r - t$$"
    assert status(note, r"\frac{\partial E}{\partial b}") == "unchecked"


@pytest.mark.parametrize(
    ("last", "expected"),
    [(r"w_{old} - 2\eta (z - t) x", "verified"), (r"w_{old} + 2\eta (z - t) x", "wrong")],
)
def test_an_update_starts_from_the_present_value(last: str, expected: str) -> None:
    note = (
        "$z = w x$ and $E = (z - t)^2$.\n\n"
        r"$$w_{new} = w_{old} - \eta \frac{\partial E}{\partial w} = " + last + "$$"
    )
    assert status(note, "w_{new}") == expected


def test_an_old_value_outside_updates_is_another() -> None:
    note = "$g = w \\cdot w_{old}$.\n\n$$\\frac{\\partial g}{\\partial w} = 2 w$$"
    assert status(note, r"\frac{\partial g}") != "verified"


WHOLE = r"""$$\mathbf z = \mathbf W \mathbf x + \mathbf b, \quad \mathbf a = \sigma(\mathbf z)$$

$$\delta_j = \frac{\partial L}{\partial z_j}$$

"""


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\frac{\partial z_i}{\partial x_j} = W_{ij}", "verified"),
        (r"\frac{\partial z_i}{\partial x_j} = W_{ji}", "unchecked"),
        (r"\frac{\partial a_i}{\partial z_i} = \sigma'(z_i)", "verified"),
        (r"\frac{\partial L}{\partial W_{jk}} = \delta_j x_k", "verified"),
        (r"\frac{\partial L}{\partial W_{jk}} = \delta_k x_j", "unchecked"),
        (r"\frac{\partial L}{\partial x_k} = \sum_j W_{jk} \delta_j", "verified"),
        (r"\frac{\partial L}{\partial x_k} = \sum_j W_{kj} \delta_j", "unchecked"),
        (r"\frac{\partial L}{\partial b_j} = \delta_j", "verified"),
        (r"\frac{\partial L}{\partial b_j} = -\delta_j", "unchecked"),
    ],
)
def test_the_entries_of_what_is_defined_as_a_whole(formula: str, expected: str) -> None:
    assert status(f"{WHOLE}$${formula}$$", formula) == expected


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (r"\sigma'(z^{l-1}_k) \sum_j W^l_{jk} \delta^l_j", "verified"),
        (r"\sigma'(z^{l}_k) \sum_j W^l_{jk} \delta^l_j", "unchecked"),
        (r"\sigma'(z^{l-1}_k) \sum_j W^l_{kj} \delta^l_j", "unchecked"),
    ],
)
def test_the_entries_of_layers_defined_as_wholes(right: str, expected: str) -> None:
    note = (
        r"$$z^l = W^l a^{l-1} + b^l, \quad a^l = \sigma(z^l)$$" + "\n\n"
        r"$$\delta^l_j = \frac{\partial L}{\partial z^l_j}$$" + "\n\n"
    )
    formula = r"\delta^{l-1}_k = " + right
    assert status(f"{note}$${formula}$$", formula) == expected


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (r"(W^{l+1})^T \delta^{l+1} \odot \sigma'(z^l)", "verified"),
        (r"(W^{l+1})^T \delta^{l+1} \odot \sigma(z^l)", "wrong"),
        (r"-(W^{l+1})^T \delta^{l+1} \odot \sigma'(z^l)", "wrong"),
    ],
)
def test_a_general_step_where_the_layers_are_given_one_by_one(right: str, expected: str) -> None:
    note = r"""$$z^1 = W^1 x + b^1, \quad a^1 = \sigma(z^1)$$

$$z^2 = W^2 a^1 + b^2, \quad a^2 = \sigma(z^2)$$

With $\delta^l = \frac{\partial L}{\partial z^l}$ we have

"""
    formula = r"\delta^l = " + right
    assert status(f"{note}$${formula}$$", formula) == expected


ENTRIES = r"""$Y_{ij} = \sum_k X_{ik} W_{kj} + b_j$ and $G = \frac{\partial L}{\partial Y}$.

$$\frac{\partial L}{\partial W_{kj}} = \sum_i X_{ik} G_{ij}$$

"""


@pytest.mark.parametrize(
    ("right", "holds"), [(r"\sum_j G_{ij} W_{kj}", True), (r"\sum_j G_{ji} W_{kj}", False)]
)
def test_one_layout_for_all_steps_in_entries(right: str, holds: bool) -> None:
    formula = r"\frac{\partial L}{\partial X_{ik}} = " + right
    assert (status(f"{ENTRIES}$${formula}$$", formula) == "verified") is holds


@pytest.mark.parametrize(
    ("right", "expected"),
    [(r"\phi(z_1)(1 - \phi(z_1))", "verified"), (r"\phi(z_1)(1 + \phi(z_1))", "wrong")],
)
def test_the_prime_of_a_function_of_one_member(right: str, expected: str) -> None:
    note = r"$$a_1 = \phi(z_1) = \frac{1}{1 + e^{-z_1}}$$" + "\n\n"
    formula = r"\phi'(z_1) = " + right
    assert status(f"{note}$${formula}$$", formula) == expected


def test_braces_around_a_sum_sign_keep_its_body() -> None:
    note = r"$$y = {\displaystyle \sum_j} w_j x_j$$" + "\n\n"
    formula = r"\frac{\partial y}{\partial x_j} = w_j"
    assert status(f"{note}$${formula}$$", formula) == "verified"


def test_what_the_entries_of_a_product_are_called_is_no_claim() -> None:
    note = r"$$u_j = p_j \cdot q = \sum_i v_{ij} w_i$$" + "\n\n"
    formula = r"\frac{\partial u_j}{\partial v_{ij}} = w_i"
    assert status(note, "u_j = p_j") == "definition"
    assert status(f"{note}$${formula}$$", formula) == "verified"


@pytest.mark.parametrize(
    ("right", "expected"), [("q_k", "verified"), ("-q_k", "wrong"), ("q_k - 1", "unchecked")]
)
def test_the_case_that_a_heading_names(right: str, expected: str) -> None:
    formula = r"\frac{\partial L}{\partial z_k} = " + right
    note = f"# Softmax\n\n{SOFTMAX}## Case 2: $k \\ne c$\n\nOnly the sum moves.\n\n$${formula}$$\n"
    assert status(note, formula) == expected


@pytest.mark.parametrize(
    ("right", "expected"),
    [(r"\frac{\partial E}{\partial z^o} v^o s'(z^h) x", "verified"), (r"v^h s'(z^h) x", "wrong")],
)
def test_letters_above_what_the_note_differentiates_by(right: str, expected: str) -> None:
    note = (
        "$z^h = v^h x + c^h$, $d = s(z^h)$, $z^o = v^o d + c^o$ and $E = z^o$ give\n\n"
        r"$$\frac{\partial E}{\partial v^o} = d$$" + "\n\n"
    )
    formula = r"\frac{\partial E}{\partial v^h} = " + right
    assert status(f"{note}$${formula}$$", formula) == expected


def test_a_letter_that_is_a_number_elsewhere_stays_an_exponent() -> None:
    note = "$f = x^n + n$.\n\n$$\\frac{\\partial f}{\\partial x^n} = 1$$\n\n"
    formula = r"\frac{\partial f}{\partial x} = n x^{n-1}"
    assert status(f"{note}$${formula}$$", formula) == "verified"


WORKED = r"""$a = w x$ and $L = \frac{1}{2}(y - a)^2$. With numbers

$$L = \frac{1}{2}(0.8 - 0.5)^2 = \mathbf{0.045}$$

"""


@pytest.mark.parametrize(
    ("right", "expected"), [("-(y - a)", "verified"), ("(y - a)", "wrong"), ("-(y + a)", "wrong")]
)
def test_numbers_put_into_a_formula_define_nothing(right: str, expected: str) -> None:
    formula = r"\frac{\partial L}{\partial a} = " + right
    assert status(f"{WORKED}$${formula}$$", formula) == expected


@pytest.mark.parametrize(("printed", "expected"), [("0.045", "verified"), ("0.054", "unchecked")])
def test_a_number_in_bold_is_a_number(printed: str, expected: str) -> None:
    note = f"$$g = 0.5 \\cdot 0.3^2 = \\mathbf{{{printed}}}$$"
    assert status(note, "g = ") == expected


@pytest.mark.parametrize(
    ("middle", "expected"),
    [
        (r"1 + \frac{dy}{du_3} \frac{du_3}{du_1}", "verified"),
        (r"\frac{du_1}{du_4} \frac{dy}{du_3} \frac{du_3}{du_1}", "wrong"),
    ],
)
def test_total_derivatives_that_the_note_takes_as_partial_ones(middle: str, expected: str) -> None:
    note = r"""$u_1 = p^2$, $u_2 = q r$, $u_3 = u_2 - u_1$, $u_4 = 5 u_3$ and $y = u_1 + u_4$.

$$\frac{dy}{du_4} = 1$$

$$\frac{dy}{du_3} = \frac{dy}{du_4} \frac{du_4}{du_3} = 5$$

"""
    formula = r"\frac{dy}{du_1} = " + middle
    assert status(f"{note}$${formula}$$", formula) == expected


def test_of_a_chain_with_a_slip_the_last_side_may_be_meant() -> None:
    note = r"""$$a_1 = s(z_1) = \frac{1}{1 + e^{-z_1}}$$

$$a_2 = s(z_1) = \frac{1}{1 + e^{-z_2}}$$

$z_1 = w_1 x$, $z_2 = w_2 x$, $\hat y_1 = v_1 a_1 + v_2 a_2$ and $L = (t - \hat y)^2$.

"""
    formula = (
        r"\frac{\partial L}{\partial w_1} = \frac{\partial L}{\partial \hat y_1}"
        r"\frac{\partial \hat y_1}{\partial a_1}\frac{\partial a_1}{\partial z_1}"
        r"\frac{\partial z_1}{\partial w_1}"
    )
    assert status(f"{note}$${formula}$$", formula) == "verified"
    wrong = formula.replace("v_1", "v_2").replace(
        r"\frac{\partial \hat y_1}{\partial a_1}", r"\frac{\partial \hat y_1}{\partial a_2}"
    )
    assert status(f"{note}$${wrong}$$", wrong) != "verified"


@pytest.mark.parametrize(
    ("member", "expected"), [("a_1", "verified"), ("a_2", "unchecked"), ("a_1 + a_2", "unchecked")]
)
def test_two_values_of_one_function_are_two_links(member: str, expected: str) -> None:
    note = "$a_1 = s(z_1)$, $a_2 = s(z_2)$ and $z_1 = w_1 x$.\n\n"
    formula = (
        r"\frac{\partial L}{\partial w_1} = \frac{\partial L}{\partial p}"
        rf"\frac{{\partial p}}{{\partial ({member})}}"
        r"\frac{\partial a_1}{\partial z_1}\frac{\partial z_1}{\partial w_1}"
    )
    assert (status(f"{note}$${formula}$$", formula) == "verified") == (expected == "verified")


@pytest.mark.parametrize(("right", "expected"), [("2 c x", "verified"), ("c x", "wrong")])
def test_what_the_note_says_is_constant_is_no_missing_link(right: str, expected: str) -> None:
    note = "- A number stays: $\\frac{d}{dx} c = 0$\n\n"
    formula = r"\frac{d}{dx}(c x^2) = " + right
    assert status(f"{note}$${formula}$$", formula) == expected


def test_what_vanishes_at_the_best_point_only_is_a_missing_link() -> None:
    note = r"""$C = E + w^2$, and at the best point $\frac{\partial E}{\partial w} = 0$.

Elsewhere $g = 2\frac{\partial E}{\partial w}$.

$$\frac{\partial C}{\partial w} = 2 w$$
"""
    assert status(note, r"\frac{\partial C}") == "unchecked"


@pytest.mark.parametrize(("right", "expected"), [("n x^{n-1}", "verified"), ("n x^{n}", "wrong")])
def test_an_exponent_that_elsewhere_counts_from_nought(right: str, expected: str) -> None:
    formula = r"\frac{d}{dx} x^n = " + right
    assert status(f"$S = \\sum_{{n=0}}^{{m}} a_n$\n\n$${formula}$$", formula) == expected


@pytest.mark.parametrize("where", ["It has a kink at", "It is best when", "Es knickt bei"])
def test_where_two_symbols_are_equal_defines_neither(where: str) -> None:
    formula = r"\frac{\partial L}{\partial p} = p - y"
    note = f"$L = \\frac12 (y - p)^2$. {where} $p = y$.\n\n$${formula}$$"
    assert status(note, formula) == "verified"


def test_a_formula_in_an_index_letter_puts_no_numbers() -> None:
    note = r"""$f(L) = 9 L^{1/3}$ with $a_L$ for each, and again

$$f(L) = 6 L^{1/2}$$

$$f'(L) = 3 L^{-1/2}$$
"""
    assert status(note, "f'(L)") != "wrong"


NETWORK = r"""$$\mathbf u = \mathbf A \mathbf x, \quad \mathbf v = \phi(\mathbf u)$$

$$\mathbf o = \mathbf B \mathbf v, \quad L = l(\mathbf o, y), \quad J = L + R$$

$$R = \frac{\lambda}{2} (\|\mathbf A\|_F^2 + \|\mathbf B\|_F^2)$$

"""
CHAINED = (
    r"\text{prod}\left(\frac{\partial J}{\partial \mathbf o},"
    r"\frac{\partial \mathbf o}{\partial \mathbf B}\right)"
)


@pytest.mark.parametrize(
    ("right", "holds"),
    [
        (r"\frac{\partial J}{\partial \mathbf o} \mathbf v^\top + \lambda \mathbf B", True),
        (r"\frac{\partial J}{\partial \mathbf o} \mathbf v^\top - \lambda \mathbf B", False),
        (r"\frac{\partial J}{\partial \mathbf o} \mathbf v^\top", False),
        (r"\frac{\partial J}{\partial \mathbf o} \mathbf u^\top + \lambda \mathbf B", False),
    ],
)
def test_a_product_of_derivatives_that_join_end_to_end(right: str, holds: bool) -> None:
    both = (
        rf"{CHAINED} + \text{{prod}}\left(\frac{{\partial J}}{{\partial R}},"
        r"\frac{\partial R}{\partial \mathbf B}\right)"
    )
    formula = rf"\frac{{\partial J}}{{\partial \mathbf B}} = {both} = {right}"
    assert (status(f"{NETWORK}$${formula}$$", formula) == "verified") is holds


def test_a_product_of_derivatives_may_leave_out_no_path() -> None:
    formula = rf"\frac{{\partial J}}{{\partial \mathbf B}} = {CHAINED}"
    assert status(f"{NETWORK}$${formula}$$", formula) != "verified"
