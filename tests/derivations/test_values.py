"""Steps that hold only for particular values, and symbols with several definitions."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim
from vaultbp.derivations.meaning.scope import Scope, definition_of
from vaultbp.derivations.meaning.terms import Idx, Mul, Num, Pow, Sym

GIVEN = "Take $u = 1$, $c = 0$ and $M = \\frac12 (k u + c - y)^2$.\n\n"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\frac{\partial M}{\partial k} = (k u + c - y) u", "verified"),
        (r"\frac{\partial M}{\partial k} = k - y", "unchecked"),
        (r"\frac{\partial M}{\partial k} = k + y", "wrong"),
        (r"s = k u + c = k", "unchecked"),
        (r"s = k u + c = k (1 + k) + c", "wrong"),
        (r"s = k u + c = k + 1", "wrong"),
    ],
)
def test_a_step_may_be_meant_for_the_values_given(formula: str, status: str) -> None:
    assert claim(f"{GIVEN}$${formula}$$", formula).status == status


@pytest.mark.parametrize(
    ("words", "formula", "status"),
    [
        ("With zero bias", "z = w x + b = w x", "unchecked"),
        ("We ignore the penalty", r"z = (w - y)^2 + \lambda w^2 = (w - y)^2", "unchecked"),
        ("In full", "z = w x + b = w x", "wrong"),
        ("With zero bias", "z = w x + b = w x^2", "wrong"),
        ("With unit input", "z = w x + b = w + b", "unchecked"),
        ("There are no such troubles here, and", "z = w x + b = w x", "wrong"),
        (r"Beside $\sin u$ in a linear layer", "z = w x + b = w x", "wrong"),
    ],
)
def test_words_may_set_a_symbol_to_nought(words: str, formula: str, status: str) -> None:
    assert claim(f"{words} we have\n\n$${formula}$$", formula).status == status


SQUARE, CUBE = "$$y = x^2$$\n\nWords.\n\n$$v = 3$$\n\n", "$$y = x^3$$\n\nWords.\n\n$$v = 3$$\n\n"


@pytest.mark.parametrize(
    ("right", "status"), [("2 x", "unchecked"), ("3 x^2", "verified"), ("4 x", "wrong")]
)
def test_of_two_definitions_the_sections_own_is_meant_or_else_the_other(
    right: str, status: str
) -> None:
    text = f"# One\n\n{SQUARE}# Two\n\n{CUBE}$$\\frac{{dy}}{{dx}} = {right}$$"
    assert claim(text, "dy").status == status


def test_two_definitions_in_one_section_leave_open_which_is_meant() -> None:
    text = f"{SQUARE}{CUBE}$$\\frac{{dy}}{{dx}} = 4 x$$"
    assert claim(text, "dy").status == "unchecked"


def test_an_index_is_summed_only_where_every_term_repeats_it() -> None:
    text = r"$$e_{ij} = -p_{ij} \log q_{ij} - (1 - q_{ij}) = -p_{ij} \log q_{ij} - (1 + q_{ij})$$"
    assert claim(text, "e_{ij}").status == "wrong"


SUMMED = "The loss is $L = \\sum_{t=1}^T l(y_t, p_t)$ with $p_t = w h_t$.\n\n"


def test_a_sum_over_an_index_left_unwritten_is_never_wrong() -> None:
    step = r"\frac{\partial L}{\partial w} = \sum_{t=1}^T \frac{\partial l}{\partial w}"
    assert claim(f"{SUMMED}$${step}$$", r"\partial l}{").status != "wrong"


def test_values_at_one_case_do_not_excuse_the_general_step() -> None:
    text = "Either $t = 1$ or $t = 0$. Let $H = -t \\log p - (1 - t) \\log(1 - p)$.\n\n"
    step = r"\frac{dH}{dp} = -\frac{t}{p} - \frac{1 - t}{1 - p}"
    assert claim(f"{text}$${step}$$", "dH").status == "wrong"


def test_what_was_defined_before_a_symbol_changed_may_mean_the_old_one() -> None:
    text = "Let $a = x + 1$ and $b = a^2$. Now let $a = x - 1$.\n\n"
    assert claim(f"{text}$$\\frac{{db}}{{dx}} = 2 (x + 1)$$", "db").status == "unchecked"


@pytest.mark.parametrize(
    ("words", "formula"),
    [
        ("We drop the factor 2 of $E = (y - t)^2$", r"\frac{\partial E}{\partial y} = y - t"),
        ("As $a + b = 1$", "F = a c + b c = c"),
        ("To first order", r"f = \frac{1}{1 + x} = 1 - x"),
        ("Because $x \\ll 1$", r"f = \frac{1}{1 + x} = 1 - x"),
        ("In the limit $n \\to \\infty$", r"s = \frac{n}{n + 1} x = x"),
        ("For centred data", r"v = \sum_i (x_i - \mu)^2 = \sum_i x_i^2"),
    ],
)
def test_what_holds_up_to_a_factor_on_a_condition_or_in_a_limit_is_never_wrong(
    words: str, formula: str
) -> None:
    assert claim(f"{words} we have\n\n$${formula}$$", formula).status == "unchecked"
    plain = claim(f"Let $E = (y - t)^2$. We have\n\n$${formula}$$", formula)
    assert plain.status == "wrong"


def test_a_factor_that_is_only_spoken_of_is_not_left_out() -> None:
    note = "Let $E = (y - t)^2$. The slope has the factor that one expects:\n\n"
    formula = r"\frac{\partial E}{\partial y} = y - t"
    assert claim(f"{note}$${formula}$$", formula).status == "wrong"


def test_formulas_of_an_index_letter_are_no_numbers() -> None:
    scope, two = Scope(), Num(2.0, "2")
    for power in (two, Num(3.0, "3")):
        body = Mul((two, Pow(Idx("k"), power)), ("",))
        definition = definition_of(Sym("s"), body, 1)
        assert definition is not None
        scope.add(definition)
    assert len(scope.symbols["s"]) == 2
    assert not scope.numbers


@pytest.mark.parametrize(
    ("right", "status"),
    [(r"\sum_{j=0}^{n} c_j u_j", "unchecked"), (r"\sum_{j=1}^{n} c_j u_j", "wrong")],
)
def test_a_member_of_a_family_may_have_been_given_a_value(right: str, status: str) -> None:
    """``u_0 = 1`` takes the constant into the sum, on both sides of which stand other members."""
    formula = r"g(u) = c_0 + \sum_{j=1}^{n} c_j u_j = " + right
    text = "Set $u_0 = 1$ for each sample $u$.\n\n$$" + formula + "$$"
    assert claim(text, "g(u)").status == status
