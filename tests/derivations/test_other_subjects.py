"""What notes on physics, statistics, economics and control write, in many languages."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims


def statuses(text: str, part: str) -> list[str]:
    found = [c.status for c in claims(text) if part in c.source]
    assert found, [c.source for c in claims(text)]
    return found


CUBE = "Let $f(x) = x^3 - 2x$.\n\n"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"f'(c) = \lim_{x \to c^{+}} \frac{f(x) - f(c)}{x - c}", "verified"),
        (r"f'(c) = \lim_{x \to c^-} \frac{f(x) - f(c)}{x - c}", "verified"),
        (r"f'(c) = 2\lim_{x \to c^-} \frac{f(x) - f(c)}{x - c}", "wrong"),
        (r"\lim_{h \downarrow 0} \frac{\sin h}{h} = 1", "verified"),
        (r"\lim_{x \to 0^+} e^{-1/x} = 0", "verified"),
        (r"\lim_{x \to 0^-} e^{1/x} = 1", "unchecked"),
    ],
)
def test_limits_from_one_side(formula: str, status: str) -> None:
    assert claim(f"{CUBE}$${formula}$$", formula).status == status


@pytest.mark.parametrize(
    ("right", "status"), [(r"-\frac{u}{s_t}", "verified"), (r"\frac{u}{s_t}", "unchecked")]
)
def test_a_square_with_a_formula_says_what_is_squared(right: str, status: str) -> None:
    note = "Let $s_t^2 = \\frac{k}{2}(1 - e^{-2t})$.\n\n"
    formula = f"g = -\\frac{{s_t u}}{{s_t^2}} = {right}"
    assert claim(f"{note}$${formula}$$", formula).status == status


def test_the_second_layer_is_no_square() -> None:
    note = "$a^{(2)} = w z$ and $b = 3 a$.\n\n$$\\frac{\\partial b}{\\partial a} = 3$$\n"
    assert claim(note, r"\frac{\partial b}").status == "verified"


def test_an_index_may_be_the_imaginary_unit() -> None:
    note = r"Each $\lambda_i = a_i + i b_i$, summed $\sum_i \lambda_i$, gives" + "\n\n"
    note += r"$$e^{\lambda_i t} = e^{a_i t} e^{i b_i t} = e^{a_i t}(\cos(b_i t) + i\sin(b_i t))$$"
    assert claim(note, r"e^{\lambda_i t}").status != "wrong"


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (r"s'(z)\, z'(w_j)", "verified"),
        (r"s'(z)\, z'(w_j) = s'(z)\, x_j", "verified"),
        (r"s'(z)\, z'(w_j) = s'(z)\, w_j", "wrong"),
    ],
)
def test_a_quantity_differentiated_like_a_function(right: str, status: str) -> None:
    note = r"With $z = b + \sum_j x_j w_j$ and any $s(z)$," + "\n\n"
    formula = r"\frac{\partial s(z)}{\partial w_j} = " + right
    assert claim(f"{note}$${formula}$$", formula).status == status


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("By parts: define $f(x) = x$ and", "unchecked"),
        ("Sei $f(x) = x$ und", "unchecked"),
        ("By the power rule", "wrong"),
        ("If we look at it, then", "wrong"),
    ],
)
def test_a_derivative_that_is_chosen(words: str, status: str) -> None:
    note = f"Substitute $u = g(x) = x - 3$.\n\n{words} $g'(x) = \\sin x$.\n"
    assert claim(note, "g'(x)").status == status


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("If", "unchecked"),
        ("Wenn", "unchecked"),
        ("если", "unchecked"),
        ("If $n > 2$,", "wrong"),
        ("It follows", "wrong"),
    ],
)
def test_an_equation_after_if_is_supposed(words: str, status: str) -> None:
    note = f"Here $y = x^2$.\n\n{words} $\\frac{{dy}}{{dx}} = 3x$ the step is long.\n"
    assert claim(note, "frac").status == status


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        ("M = (kx + c - y)² = (3k + c - 4)²", "unchecked"),
        ("M = (kx + c - y)² = (3k + c - 4)² + 5k", "wrong"),
        ("∂M/∂c = 2(kx + c - y) = 2(3k + c - 4)", "unchecked"),
    ],
)
def test_numbers_put_in_that_only_words_give(formula: str, status: str) -> None:
    note = f"Let ∂M/∂k be asked for x = 3, y = 4.\n\n$M = (kx + c - y)^2$\n\n```\n{formula}\n```\n"
    note = note if "∂" in formula else note.replace("```\n", "$$", 1).replace("\n```", "$$")
    assert status in statuses(note, formula[-9:])


@pytest.mark.parametrize("mark", ["(a)", "b)", "(ii)", "2)"])
def test_marks_that_count_equations_are_no_factors(mark: str) -> None:
    note = "Let $M = (kx - y)^2$.\n\n```\n{mark} ∂M/∂k = 2(kx - y)x\n```\n\n"
    note += (
        "$$\\begin{{aligned}} {mark}\\quad & \\frac{{dM}}{{dk}} = 2(kx - y)x \\end{{aligned}}$$\n"
    )
    found = [c.status for c in claims(note.format(mark=mark)) if "2(kx - y)x" in c.source]
    assert found == ["verified", "verified"]


def test_the_middle_of_a_chain_says_what_a_letter_is() -> None:
    note = "$$s(z) = y = \\frac{1}{1 + e^{-z}}$$\n\n$$s' = y(1 - y)$$\n\n"
    note += "$$\\tanh(z) = y = \\frac{e^z - e^{-z}}{e^z + e^{-z}}$$\n\n$$\\tanh'(z) = 1 - y^2$$\n"
    assert claim(note, r"\tanh'").status == "verified"
    assert claim(note, r"s(z) = y").status != "wrong"
    assert claim(note.replace("1 - y^2", "1 + y^2"), r"\tanh'").status == "wrong"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (r"$0.25^{10} \approx 10^{-6}$", "verified"),
        (r"$0.25^{10} \approx 10^{-9}$", "wrong"),
        (r"$0.25^{29} \approx 3.4 \times 10^{-18}$", "verified"),
        (r"$0.25^{29} \approx 4.4 \times 10^{-18}$", "wrong"),
        (r"$112 \times 112 \times 64 \times 4 \approx 3.2$ MB", "unchecked"),
        (r"$112 \times 112 \times 64 \times 4 \approx 3.9$ MB", "wrong"),
        (r"$\frac{1}{4} = 25$ %", "verified"),
        (r"$3 + 4 = 8$ apples", "wrong"),
    ],
)
def test_orders_and_units_of_numbers(text: str, status: str) -> None:
    assert [c.status for c in claims(f"It needs {text} here.\n")] == [status]


def test_a_counted_name_at_the_end_is_new() -> None:
    note = "Let $C = BV$ and a loss $L$.\n\n"
    note += r"$$\frac{\partial L}{\partial V} = B^T \frac{\partial L}{\partial C} = q_1$$" + "\n\n"
    note += r"$$\frac{\partial L}{\partial B} = \frac{\partial L}{\partial C} V^T = q_2 \in "
    note += r"\mathbb{R}^{n \times n}$$"
    assert [c.status for c in claims(note) if "partial B}" in c.source] == ["verified"]
    wrong = note.replace("= q_2", "= 2 q_1^T = q_2")
    assert [c.status for c in claims(wrong) if "partial B}" in c.source] != ["verified"]


NEVER_WRONG = [
    "Here $z$ is a function $z(x,y)$.\n\n$$df(x,y,z(x,y)) = \\frac{\\partial f(x,y,z)}{\\partial x} dx"
    " + \\frac{\\partial f(x,y,z)}{\\partial z} \\frac{\\partial z(x,y)}{\\partial x} dx$$",
    "The charge is $$Q'(v) = \\frac{e}{t}(v - w) = C'_{ox}(v - w)$$ $$C' = C'_{ox}$$",
    "On a circle $$\\kappa = \\dot\\phi = \\frac{L_z}{R^2}$$ Later on\n\n"
    "$$\\phi = \\phi_0 + \\kappa t + a\\sin(w t)$$",
    "In terms of the output: $f(n) = \\tanh(n)$, $$f'(n) = 1 - a^2$$\n\n# Example\n\n"
    "$$a = \\tanh(0.1)$$",
    "The logistic curve is $g(x) = \\frac{1}{1-e^{-z}}$, the model $h(x) = g(kx) ="
    " \\frac{1}{1+e^{-kx}}$.",
]


@pytest.mark.parametrize("note", NEVER_WRONG)
def test_what_may_be_meant_otherwise_is_not_wrong(note: str) -> None:
    assert not [c.source for c in claims(note) if c.status == "wrong"]


@pytest.mark.parametrize(
    ("right", "status"),
    [
        ("a - 2bq", "verified"),
        ("p", "verified"),
        ("a - bq", "unchecked"),
        ("a + bq", "wrong"),
    ],
)
def test_what_is_held_fixed_is_not_written_out(right: str, status: str) -> None:
    note = "Revenue is $R = p q$ where demand gives $p = a - b q$.\n\n"
    formula = rf"\frac{{\partial R}}{{\partial q}} = {right}"
    assert claim(f"{note}$${formula}$$", formula).status == status


def test_a_limit_through_a_sequence_says_nothing_of_one_member() -> None:
    note = "With $x_1 = x_0 - s g(x_0)$ and $x_{n+1} = x_n - s g(x_n)$,\n\n"
    assert claim(note + r"$$\lim_{n \to \infty} x_n = x^*$$", r"\lim").status == "unchecked"


def test_one_of_two_unknown_functions_of_one_name() -> None:
    note = (
        r"$a_t = g_1(w a_{t-1} + c)$, $q_t = v a_t$, $p_t = g_2(q_t)$, $E_t = -y_t \log p_t$."
        + "\n\n"
    )
    formula = r"\frac{\partial E_t}{\partial w} = (p_t - y_t) v \frac{\partial a_t}{\partial w}"
    assert claim(f"{note}$${formula}$$", formula).status != "wrong"


@pytest.mark.parametrize("values", ["f(a) = g(a) = 0", "f(c) = g(c)"])
def test_two_functions_with_one_value_are_two_functions(values: str) -> None:
    note = f"Set ${values}$.\n\n"
    formula = r"\frac{f(x) - f(y)}{g(x) - g(y)} = \frac{f'(z)}{g'(z)}"
    assert claim(f"{note}$${formula}$$", formula).status == "unchecked"


@pytest.mark.parametrize(
    "formula",
    [
        r"\int \sin x \cos x\,dx = \frac12 \sin^2 x = -\frac12 \cos^2 x",
        r"\int \frac{dx}{2x} = \frac12 \ln x + C = \frac12 \ln 2x + C",
    ],
)
def test_antiderivatives_differ_by_a_constant(formula: str) -> None:
    assert claim(f"Hence\n\n$${formula}$$", formula).status != "wrong"
