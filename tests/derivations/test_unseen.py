"""What notes that nobody tuned on write, and what it must not be taken for."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims


def verdicts(text: str, part: str) -> list[str]:
    """The verdicts on all claims whose source contains a part."""
    found = [c.status for c in claims(text) if part in c.source]
    assert found, [c.source for c in claims(text)]
    return found


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\frac{17}{5} = 3\frac{2}{5}", "verified"),
        (r"\frac{17}{5} = 3\tfrac25", "verified"),
        (r"\frac{17}{5} = 3\frac{3}{5}", "wrong"),
        (r"3 \cdot 2 = 12\frac{1}{2}", "verified"),
        (r"3 \cdot 2 = 12\frac{3}{2}", "wrong"),
        (r"0,25 \cdot 2 = 0,5", "verified"),
        (r"0,25 \cdot (2 + 1,5) = 0,875", "verified"),
        (r"0,25 \cdot (2 + 1,5) = 1,875", "wrong"),
        (r"2,5 \cdot 2 = 5", "unchecked"),
        (r"0 = 5", "unchecked"),
        (r"2 + 3 = 5 = 6", "wrong"),
    ],
)
def test_numbers_as_people_write_them(formula: str, status: str) -> None:
    assert status in verdicts(f"# Sum\n\n$${formula}$$\n", formula[-5:])


def test_a_decimal_comma_is_no_end_of_a_row() -> None:
    note = "$$\\begin{align} A &\\approx 7,1416 - 3,0421\\\\ &\\approx 4,0995 \\end{align}$$\n"
    assert verdicts(note, "4,0995") == ["verified"]


def test_lists_and_thousands_keep_their_commas() -> None:
    assert not any(
        c.status == "wrong" for c in claims("$P(0,25)$ and $x_{1,25} = 3$, $i = 0,1,2,12$")
    )


@pytest.mark.parametrize(
    ("before", "right", "status"),
    [
        ("Solve $x^2 = 9$.", "3x^2 - 6x", "verified"),
        ("Solve $t^2 = 9$.", "3x^2 - 5x", "wrong"),
        ("So $x^1 = x$.", "3x^2 - 6x^1", "verified"),
    ],
)
def test_one_equation_for_a_square_makes_no_layers(before: str, right: str, status: str) -> None:
    note = f"# Cubic\n\n{before}\n\n# Slope\n\nLet $f(x) = x^3 - 3x^2$.\n\n$$f'(x) = {right}$$\n"
    assert claim(note, f"f'(x) = {right}").status == status


def test_a_square_that_is_given_a_formula_is_a_power_where_its_root_moves() -> None:
    note = "# Cone\n\n$c^2 = a^2 + b^2$\n\n$V = c^3 + c$\n\n$$\\frac{dV}{dc} = 3c^2 + 1$$\n"
    assert claim(note, "dV").status == "verified"
    layers = "$z^1 = W^1 x$, $z^2 = W^2 z^1$\n\n$$\\frac{\\partial z^2}{\\partial z^1} = W^2$$\n"
    assert claim(layers, "partial").status == "verified"


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (r"f'(x) + O(h)", "unchecked"),
        (r"f'(x) + \omicron(h)", "unchecked"),
        (r"f'(x) + \mathcal{O}(h)", "unchecked"),
    ],
)
def test_a_remainder_is_no_letter(right: str, status: str) -> None:
    note = rf"Let $f(x) = e^x$. $$\frac{{f(x+h) - f(x)}}{{h}} = {right}$$"
    found = claim(note, r"\frac")
    assert (found.status, found.steps[0].reason) == (
        status,
        "a remainder of which only the order is known",
    )


def test_an_output_called_o_is_a_letter() -> None:
    note = "Let $o = \\sigma(z)$, σ the sigmoid.\n\n$$\\frac{\\partial o}{\\partial z} = o(1-o)$$\n"
    assert claim(note, "partial").status == "verified"


def test_a_bold_macro_of_one_letter_is_no_factor() -> None:
    note = r"$$\v y = \v x - \v A^{-1}(\v A\v x + \v b) = -\v A^{-1}\v b$$"
    assert claim(note, "A").status == "verified"
    assert claim(note.replace("= -", "= "), "A").status != "verified"


RECURRENCE = "$$s_t = g(u_t, s_{t-1}, v)$$\n\n"
DIRECT = r"\frac{\partial g(u_t, s_{t-1}, v)}{\partial v}"
BEFORE = r"\frac{\partial g(u_t, s_{t-1}, v)}{\partial s_{t-1}}"
LAST = r"\frac{\partial s_{t-1}}{\partial v}"
FACTOR = r"\frac{\partial g(u_j, s_{j-1}, v)}{\partial s_{j-1}}"
EARLIER = r"\frac{\partial g(u_i, s_{i-1}, v)}{\partial v}"


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (f"{DIRECT} + {BEFORE} {LAST}", "verified"),
        (f"{DIRECT} - {BEFORE} {LAST}", "wrong"),
        (f"{DIRECT} + {LAST}", "wrong"),
        (f"{BEFORE} {LAST}", "wrong"),
        (rf"{DIRECT} + \sum_{{i=1}}^{{t-1}}(\prod_{{j=i+1}}^t {FACTOR}) {EARLIER}", "verified"),
        (rf"{DIRECT} + \sum_{{i=1}}^{{t-1}}(\prod_{{j=i}}^t {FACTOR}) {EARLIER}", "wrong"),
        (rf"{DIRECT} - \sum_{{i=1}}^{{t-1}}(\prod_{{j=i+1}}^t {FACTOR}) {EARLIER}", "wrong"),
    ],
)
def test_partials_of_written_arguments_hold_the_others_fixed(right: str, status: str) -> None:
    note = f"{RECURRENCE}$$\\frac{{\\partial s_t}}{{\\partial v}} = {right}$$\n"
    assert claim(note, right).status == status


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (
            r"\frac{\partial f(x,u)}{\partial x} + \frac{\partial f(x,u)}{\partial u}\frac{du}{dx}",
            "verified",
        ),
        (r"\frac{\partial f}{\partial x} + \frac{\partial f}{\partial u}\frac{du}{dx}", "verified"),
        (r"\frac{\partial f}{\partial x} - \frac{\partial f}{\partial u}\frac{du}{dx}", "wrong"),
        (
            r"\frac{\partial f}{\partial x} + \frac{\partial f}{\partial u}\frac{dx}{du}",
            "unchecked",
        ),
        (r"\frac{\partial f}{\partial x} + \frac{\partial f}{\partial u}", "unchecked"),
    ],
)
def test_a_total_derivative_is_the_sum_of_partial_ones(right: str, status: str) -> None:
    note = f"$u = g(x)$ and $y = f(x, u)$.\n\n$$\\frac{{dy}}{{dx}} = {right}$$\n"
    assert claim(note, right).status == status


CUBIC = "Let $f(x, y) = x^2 y + y^3$, $g(x) = x^3 - 2x$ and $p(x) = \\ln x$.\n\n"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\frac{\partial f}{\partial x} = \frac{\partial f}{\partial y} = 0", "unchecked"),
        (r"g'(x) = g''(x) = 0", "unchecked"),
        (r"g'(x) = p'(x)", "unchecked"),
        (r"\frac{dg}{dx} = \frac{dp}{dx}", "unchecked"),
        (r"g'(c) = \frac{g(b) - g(a)}{b - a}", "unchecked"),
        (r"g(b) - g(a) = g'(a)(b - a)", "unchecked"),
        (r"g'(x) = p'(x) - x g''(x)", "unchecked"),
        (r"u'(q) = c'(q) - q u''(q)", "unchecked"),
        (r"\frac{d}{dx} u(c(x)) = u'(x) c'(x)", "wrong"),
        (r"\frac{d}{dx} g(x) p(x) = g'(x) p'(x)", "wrong"),
        (r"g'(b) = 3b^2", "wrong"),
        (r"\frac{\partial f}{\partial x} = 2xy + y", "wrong"),
    ],
)
def test_equations_that_are_asked_for(formula: str, status: str) -> None:
    assert claim(f"{CUBIC}$${formula}$$\n", formula).status == status


def test_functions_and_what_is_made_of_them_are_related() -> None:
    note = "Let $h(x) = u(x) c(x)$.\n\n$$h'(x) = u'(x) c'(x)$$\n"
    assert claim(note, "h'").status == "wrong"
    right = r"\frac{\partial M}{\partial w} = \frac{\partial y}{\partial w}"
    note = f"Let $M = (y-t)^2$ and $y = w x$.\n\n$${right}$$\n"
    assert claim(note, "partial").status == "wrong"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (r"\frac{q}{p} = \tan\beta", "unchecked"),
        (r"p^2 + q^2 = \beta^2", "unchecked"),
        (r"(p + q)^2 = p^2 + 2pq + q^2", "wrong"),
        (r"\frac{q}{r} = \tan\beta", "wrong"),
    ],
)
def test_a_relation_between_free_symbols_is_a_condition(given: str, status: str) -> None:
    step = r"e = q\cos\beta + p\sin\beta = 2p\sin\beta"
    assert claim(f"Let ${given}$.\n\n$${step}$$\n", step).status == status


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        ("", "", "wrong"),
        ("It is wrong to say", "", "unchecked"),
        ("You cannot write", "", "unchecked"),
        ("Many write", ", which is a mistake", "unchecked"),
        ("A common mistake is to leave out the inner derivative:", "", "unchecked"),
        ("The mistake is mended now.", "", "wrong"),
        ("❌", "", "unchecked"),
    ],
)
def test_what_is_quoted_as_wrong_is_no_claim(before: str, after: str, status: str) -> None:
    note = f"Let $f(x) = (3x + 1)^2$.\n\n{before} $f'(x) = 2(3x + 1)${after}.\n"
    assert claim(note, "f'").status == status


def test_words_after_a_dash_are_a_remark() -> None:
    note = "$$u = v w^2 -- произведение чисел$$\n$$s = 3 u^2 — here some words$$\n\n"
    right = r"\frac{\partial u}{\partial v} = w^2"
    assert claim(f"{note}$${right}$$\n", "v} =").status == "verified"
    right = r"\frac{\partial s}{\partial v} = 6 u w^2"
    assert claim(f"{note}$${right}$$\n", "v} =").status == "verified"


def test_a_prime_may_transpose() -> None:
    note = (
        "Let $Z = x'Ax$ with a symmetric matrix A.\n\n$$\\frac{\\partial Z}{\\partial x} = 2x'A$$\n"
    )
    assert claim(note, "partial").status == "unchecked"


def test_entries_in_brackets() -> None:
    note = "$$\\bar u = a^T u = \\sum_k a(k) u(k)$$\n"
    assert claim(note, "bar").status == "verified"
    assert claim(note.replace("a(k) u", "a(k) 2u"), "bar").status != "verified"
    assert claim("$$\\bar v = p^T v = \\sum_s p(s) v(s)$$\n", "bar").status != "wrong"


def test_prose_taken_into_a_formula_is_not_judged() -> None:
    note = "$$a = g'(s)$ and $g'(s) = g(s)$$\n"
    assert not any(c.status == "wrong" for c in claims(note))


def test_an_exponential_with_a_logarithm_in_plain_text() -> None:
    note = "Let f(x) = x².\n\ndy/dx = f'(x) · e^(ln x) = x · f'(x)\n"
    assert [s.status for s in claim(note, "dy").steps][-1] == "verified"


@pytest.mark.parametrize(
    ("given", "formula", "status"),
    [
        ("Find the roots of $f(x) = 0$.", "f'(x) = 2x", "unchecked"),
        ("Find the roots of $f(x) = 0$.", "f'(c) = 0", "unchecked"),
        ("Where is $f(x) = 5$?", "f'(x) = 2x", "unchecked"),
        ("Let $f(x) = 5$.", "f'(x) = 0", "verified"),
        ("On $f(x, y) = c$", r"\frac{\partial f}{\partial x} = 2x", "unchecked"),
        ("On $f(x, y) = 0$", r"\frac{\partial f}{\partial x} = 0", "unchecked"),
        ("Let $f(x) = x^2 - 6x$. For $x = 3$", "f'(x) = 0", "unchecked"),
        ("Let $f(x) = x^2 - 6x$.", "f'(3) = 0", "verified"),
    ],
)
def test_where_a_function_has_a_value_is_not_what_it_is(
    given: str, formula: str, status: str
) -> None:
    found = [c for c in claims(f"{given}\n\n$${formula}$$\n") if formula in c.source]
    assert [c.status for c in found] == [status]


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (r"\sum_{i=1}^n x_i^2 - n\bar x^2", "verified"),
        (r"\sum_{i=1}^n x_i^2 + n\bar x^2", "wrong"),
        (r"\sum_{i=1}^n x_i^2 - \bar x^2", "wrong"),
    ],
)
def test_a_barred_letter_is_the_mean_of_its_family(right: str, status: str) -> None:
    step = rf"c = \sum_{{i=1}}^n (x_i - \bar x)^2 = {right}"
    assert claim(f"$${step}$$\n", step).status == status


@pytest.mark.parametrize(
    ("right", "status"),
    [(r"F^2\frac{r-R}{(R+r)^3}", "verified"), (r"F^2\frac{r+R}{(R+r)^3}", "wrong")],
)
def test_what_solves_a_condition_is_no_definition(right: str, status: str) -> None:
    first = r"$\frac{dP}{dR} = \frac{F^2(r-R)}{(R+r)^3} = 0 \Rightarrow R = r$"
    note = f"$P = \\frac{{F^2 R}}{{(R+r)^2}}$, so {first}.\n\n$$\\frac{{dP}}{{dR}} = {right}$$\n"
    assert claim(note, right).status == status


def test_a_price_that_solves_a_condition() -> None:
    note = "Let $u(q) = pq - c(q)$. Then $u'(q) = p - c'(q) = 0$, so $p = c'(q)$.\n"
    assert claim(note, "u'").steps[0].status == "verified"


BARE = "$T = \\sum_{i=1}^n c_i$ and $S = \\sum (c_i - u)^2$.\n\n"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"g = \sum (c_i-u)^2 = \sum c_i^2 - 2u\sum c_i + nu^2", "verified"),
        (r"g = \sum (c_i-u)^2 = \sum c_i^2 - 2u\sum c_i + u^2", "wrong"),
        (r"h = \frac{\sum (c_i-u)}{2} = \frac{\sum c_i - nu}{2}", "verified"),
        (r"\frac{\partial S}{\partial u} = -2\sum (c_i - u) = -2\sum c_i + 2nu", "verified"),
        (r"\frac{\partial S}{\partial u} = -2\sum (c_i + u)", "wrong"),
        (r"\frac{\partial S}{\partial c_j} = 2(c_j - u)", "verified"),
        (r"\frac{\partial S}{\partial c_j} = 2\sum (c_j - u)", "unchecked"),
    ],
)
def test_a_bare_sum_runs_over_its_only_index(formula: str, status: str) -> None:
    assert claim(f"{BARE}$${formula}$$\n", formula).status == status


def test_a_bare_sum_over_samples_that_are_not_written() -> None:
    note = "$M = \\frac{1}{2m}\\sum (h - y)^2$ and $h = u + v x$.\n\n"
    right = r"\frac{\partial M}{\partial v} = \frac{1}{m}\sum (h - y)x"
    assert claim(f"{note}$${right}$$\n", "v}").status == "verified"


def test_names_of_partials_of_written_arguments() -> None:
    names = (
        r"$a_t = \frac{\partial s_t}{\partial v}$, "
        r"$b_t = \frac{\partial g(u_t, s_{t-1}, v)}{\partial v}$, "
        r"$c_t = \frac{\partial g(u_t, s_{t-1}, v)}{\partial s_{t-1}}$"
    )
    note = f"{RECURRENCE}Let {names}.\n\n$$a_t = b_t + c_t a_{{t-1}}$$\n"
    assert claim(note, "a_t = b_t").status != "wrong"
    assert claim(note.replace("b_t + c", "b_t - c"), "a_t = b_t").status != "verified"


def test_wide_spaces_part_a_condition() -> None:
    note = "Let $X(x) = a x + b$.\n\n$$X'(x) = a\\;\\;\\;\\;a \\in \\mathbb{R}$$\n"
    assert claim(note, "X'").status == "verified"


def test_a_product_of_vectors_is_no_product_of_numbers() -> None:
    field = r"$$\vec E = \frac{\vec F}{q} = \vec v \times \vec B$$"
    note = field + "\n\n$$\\vec F = q(\\vec v + \\vec u) \\times \\vec B$$\n"
    assert not any(c.status == "wrong" for c in claims(note))


@pytest.mark.parametrize(
    ("given", "formula", "status"),
    [
        (r"A fixed point: $f(\eta) = \eta$.", "f'(x) = 2x", "unchecked"),
        (r"A fixed point: $f(\eta) = \eta$.", r"f(b) - f(a) = f'(\xi)(b - a)", "unchecked"),
        ("There is a $c$ such that $f(c) = 2c$.", "f'(x) = 3x", "unchecked"),
        ("Let $f(x) = x$.", "f'(x) = 1", "verified"),
    ],
)
def test_where_a_function_has_some_value(given: str, formula: str, status: str) -> None:
    assert claim(f"{given}\n\n$${formula}$$\n", formula).status == status


def test_functions_that_are_sought_are_those_that_are_found() -> None:
    text = r"""
$$h(x) = \frac{\sin x}{x}$$

Now find functions $g, h, k$ such that $f(x) = k(h(g(x)))$:

$$g(x) = x^3 - 2x$$

$$h(x) = x^5$$

$$\frac{dh}{dx} = 5x^4$$
"""
    assert claims(text)[-1].status == "verified"
