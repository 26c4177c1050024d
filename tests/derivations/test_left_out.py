"""What authors leave out: a left side further above, a side left open, what a gradient is by."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims

# A formula that begins with an equals sign


def test_a_line_goes_on_with_the_line_before() -> None:
    text = "The slope is\n\n$\\frac{d}{du}(u^2 + cu)$\n$= 2u + c$\n$= 2u + 2c$\n"
    assert [c.status for c in claims(text)] == ["verified", "wrong"]


APART = """
- $(a + b)^2 = a^2 + 2ab + b^2$
    - since $m^2 = mm$ for every $m$
    - $k = 3$
- $= a(a + 2b) + b^2$
- Regrouped, with all that is known of squares and of products, this is

  $$= {LAST}$$
"""


@pytest.mark.parametrize(
    ("last", "status"), [("a(a + b) + b(a + b)", "verified"), ("a(a + b) + b(a - b)", "unchecked")]
)
def test_remarks_between_are_no_part_of_the_derivation(last: str, status: str) -> None:
    found = claims(APART.replace("{LAST}", last))
    assert [c.status for c in found if c.source.startswith("= a")] == ["verified", status]


def test_nothing_is_carried_over_a_heading() -> None:
    found = claim("$$y = a + b$$\n\n## Something else\n\nHere it is\n\n$$= 3c$$", "3c")
    assert found.status == "unchecked"


# Sides left open


def test_a_question_states_nothing() -> None:
    assert claims(r"$$\frac{dy}{dx} = ?$$") == ()


def test_dots_between_equals_signs_leave_out_steps() -> None:
    text = "$$(u + v)^3 - v^3 = \\ldots = u^3 + 3u^2v + 3uv^2$$"
    assert [c.status for c in claims(text)] == ["verified"]


# Lists of entries


def test_a_list_of_entries_is_no_formula() -> None:
    text = (
        r"Let $u = [u_1, u_2, \dots, u_n]$ and $S = \sum_{i=1}^n u_i^2$."
        "\n\n"
        r"$$\frac{\partial S}{\partial u_i} = 2u_i$$"
    )
    found = claims(text)
    assert [(c.kind, c.status) for c in found][::2] == [
        ("definition", "definition"),
        ("claim", "verified"),
    ]


def test_a_formula_written_out_wins_over_one_with_dots() -> None:
    text = (
        r"$$Y_i = \sum_{k=1}^n W_{ik} X_k$$"
        "\nThat is, $Y_1 = \\cdots + W_{1k}X_k + \\cdots$.\n\n"
        r"$$\frac{\partial Y_i}{\partial X_k} = W_{ik}$$"
    )
    assert claim(text, r"\partial Y_i").status == "verified"


# What a gradient is by

PLANE = "Let $f(x, y) = x^2 y + 3y$.\n\n"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\nabla f = \begin{pmatrix} 2xy \\ x^2 + 3 \end{pmatrix}", "verified"),
        (r"\nabla f(x, y) = (2xy, x^2 + 3)", "verified"),
        (
            r"\nabla f(x, y) = (\frac{\partial f}{\partial x}, \frac{\partial f}{\partial y})",
            "verified",
        ),
        (r"\nabla f(2, 1) = (4, 7)", "verified"),
        (r"\nabla f(x, y) = (2xy, x^2 - 3)", "unchecked"),
        (r"\nabla f(2, 1) = (4, 4)", "unchecked"),
    ],
)
def test_a_gradient_is_by_the_arguments(formula: str, status: str) -> None:
    assert claim(f"{PLANE}$${formula}$$", "nabla").status in (
        status,
        "wrong" * (status != "verified"),
    )


def test_a_gradient_of_two_different_functions_of_one_name_is_left_alone() -> None:
    text = "$f(x) = x^2$ and $f(x, y) = xy$.\n\n$$\\nabla f = (y, x)$$"
    assert claim(text, "nabla").status == "unchecked"


# What a derivative says of a name


def test_a_name_differentiated_beside_its_formula_means_that_formula() -> None:
    text = (
        r"$$\frac{d}{du}[h] = \frac{d}{du}[a + bu + cu^2]$$"
        "\n\n"
        r"$$\frac{d^2 h}{du^2} = 2c$$"
        "\n\n"
        r"$$\frac{dh}{du} = b + cu$$"
    )
    found = claims(text)
    # Another example may use the name again: what is said only so accuses nobody.
    assert [c.status for c in found] == ["verified", "verified", "unchecked"]
    assert found[1].assumptions == ("h := a + b·u + c·u^2",)


def test_an_operator_of_the_notes_own() -> None:
    text = r"$$T(u^3) = \frac{d}{du}[u^3] = 0 \cdot 1 + 3u^2$$"
    assert [s.status for s in claim(text, "T").steps] == ["verified"]
    assert claim(text.replace("3u^2", "2u^2"), "T").status == "wrong"


def test_zero_written_as_a_sum_of_zeros() -> None:
    assert claim(r"$$\frac{d}{du}[5] = 0 \cdot u + 0 \cdot u^2$$", "5").status == "verified"


# Brackets and colons


def test_less_and_greater_as_brackets_of_an_inner_product() -> None:
    text = r"Let $a, x \in \mathbb{R}^n$ and $q(x) = <a, x>$.\n\n$$\nabla q(x) = a$$"
    assert claim(text.replace("\\n\\n", "\n\n"), "nabla").status == "verified"


@pytest.mark.parametrize(
    ("formula", "status"),
    [("12 : 4 = 3", "verified"), ("2 : 4 = 3 : 6", "verified"), ("12 : 4 = 4", "unchecked")],
)
def test_a_colon_between_numbers_divides(formula: str, status: str) -> None:
    assert claim(f"$${formula}$$", ":").status == status


# Dots in sums


@pytest.mark.parametrize(
    "written",
    [
        r"v_1 x_1 + v_2 x_2 + \dots + v_n x_n",
        r"v_1 x_1 + v_2 x_2 + \dots v_n x_n",
        r"v_0 x_0 + v_1 x_1 \dots v_{n-1} x_{n-1} + c",
    ],
)
def test_dots_go_on_with_a_sum_whatever_signs_stand_by_them(written: str) -> None:
    text = f"$s = {written}$\n\n$$\\frac{{\\partial s}}{{\\partial x_k}} = v_k$$"
    assert claim(text, "partial").status == "verified"
    assert claim(text.replace("= v_k", "= x_k"), "partial").status == "wrong"


def test_a_functions_recursion_is_no_crash() -> None:
    text = (
        r"$F_m(x) = F_{m-1}(x) + \alpha h_m(x)$ and $p = \sigma(F_m(x))$."
        "\n\n"
        r"$$\frac{\partial p}{\partial \alpha} = W^\top x$$"
    )
    assert "failed" not in (claim(text, "partial").reason or "")


# Functions and indices


def test_a_function_said_in_the_middle_of_a_chain() -> None:
    text = (
        r"$y + z = q(u, v) = \frac{u}{v}$."
        "\n\n"
        r"$$\frac{\partial q(u, v)}{\partial v} = -\frac{u}{v^2}$$"
    )
    assert claim(text, "partial").status == "verified"
    assert claim(text.replace("-\\frac{u}", "\\frac{u}"), "partial").status == "wrong"


def test_an_index_typed_beside_the_variable_of_a_derivative() -> None:
    text = (
        r"Let $S = \sum_j x_j^2$."
        "\n\n"
        r"$$\frac{\partial S}{\partial x_k} = \frac{\partial}{\partial xk} \sum_j x_j^2 = 2x_k$$"
    )
    assert claim(text, "partial").status == "verified"


def test_another_member_of_a_family_does_not_depend_on_this_one() -> None:
    formula = r"\frac{\partial}{\partial x_i} e^{x_k} = \delta_{ik} e^{x_k}"
    assert claim(f"$${formula}$$", "partial").status == "verified"


def test_none_is_said_of_what_has_no_gradient() -> None:
    assert [c.source for c in claims(r"$$\frac{\partial E}{\partial w} = \text{N/A}$$")] == []


@pytest.mark.parametrize("written", [r"p \circ q(x)", r"(p \circ q)(x)"])
def test_composed_functions(written: str) -> None:
    text = f"$p(x) = x^3$ and $q(x) = \\sin x$.\n\n$$\\frac{{d}}{{dx}} {written} = 3 \\sin^2 x \\cos x$$"
    assert claim(text, "circ").status == "verified"
    assert claim(text.replace(r"3 \sin^2 x", r"3 \sin x^2"), "circ").status == "wrong"
