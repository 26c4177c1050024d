"""What a note means by its sums, limits of sums, logarithms, numbered equations and words."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims


def status(note: str, formula: str) -> str:
    return claim(f"{note}\n\n$${formula}$$\n", formula).status


@pytest.mark.parametrize(
    ("under", "right", "held"),
    [
        (r"\sum_{k=1, k \ne i}^n", r"\sum_{k=1}^n r_k - r_i", True),
        (r"\sum_{k=1, k \ne i}^n", r"3\sum_{k=1}^n r_k - 3r_i", False),
        (r"\sum_{\substack{k=1 \\ k \ne i}}^n", r"\sum_k r_k - r_i", True),
        (r"\sum_{1 \le k \le n}", r"\sum_{k=1}^n r_k", True),
        (r"\sum_{k \le i}", r"\sum_{k < i} r_k + r_i", True),
        (r"\sum_{k < i}", r"\sum_k r_k", False),
    ],
)
def test_all_conditions_under_a_sum_count(under: str, right: str, held: bool) -> None:
    found = status("Sums of the $r_k$.", f"s_i = {under} r_k = {right}")
    assert (found == "verified") == held


def test_a_pair_of_indices_is_summed_once() -> None:
    note = r"Let $E = \sum_{1 \le i < j \le 3} c_{ij}$."
    formula = r"E = c_{12} + c_{13} + c_{23}"
    assert status(note, formula) != "wrong"


SUM_OF_STEPS = "The cost $J = \\sum_{t=1}^T J_t$ of the states $s_t = \\tanh(A s_{t-1} + B u_t)$."


@pytest.mark.parametrize(
    ("formula", "held"),
    [
        (
            r"\frac{\partial J}{\partial s_t} ="
            r" \frac{\partial J}{\partial s_{t+1}} \frac{\partial s_{t+1}}{\partial s_t}",
            False,
        ),
        (
            r"\frac{\partial J}{\partial A} ="
            r" \frac{\partial J}{\partial s_T} \frac{\partial s_T}{\partial A}",
            False,
        ),
        (
            r"\frac{\partial J}{\partial A} ="
            r" \sum_t \frac{\partial J}{\partial s_t} \frac{\partial s_t}{\partial A}",
            True,
        ),
    ],
)
def test_a_sum_over_time_reaches_every_state(formula: str, held: bool) -> None:
    assert (status(SUM_OF_STEPS, formula) == "verified") == held


def test_a_note_that_writes_its_sums_leaves_none_out() -> None:
    note = (
        r"$C = \frac12 \sum_k (o_k - d_k)^2$ with $o_k = \sum_j m_{kj} h_j$."
        "\n\n"
        r"$$\frac{\partial C}{\partial h_j} = \sum_k (o_k - d_k) m_{kj}$$"
    )
    assert status(note, r"\frac{\partial C}{\partial h_j} = (o_k - d_k) m_{kj}") != "verified"


@pytest.mark.parametrize("value", ["1", r"\frac12", r"\frac{h(r)}{2h(r)}"])
def test_primes_are_differentiated_twice_too(value: str) -> None:
    note = "$g(x) = x - \\frac{f(x)}{f'(x)}$ where $f(x) = (x - r)^2 h(x)$."
    assert status(note, f"g'(r) = {value}") == "unchecked"


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        (r"\ln \frac{1}{a} e^{-b x} = -b x - \ln a = -(b x + \ln a)", "verified"),
        (r"\frac{d}{dx} \ln \frac{1}{a} e^{-b x} = \frac{d}{dx}(-b x - \ln a) = -b", "verified"),
        (r"\frac{d}{dx} \ln \frac{1}{a} e^{-b x} = b e^{-b x} \ln a", "verified"),
        (r"\frac{d}{dx} \ln \frac{1}{a} e^{-b x} = b", "wrong"),
    ],
)
def test_a_logarithm_may_be_of_all_that_follows(formula: str, found: str) -> None:
    assert status("Let $a > 0$ and $b > 0$.", formula) == found


@pytest.mark.parametrize("head", ["(3)", r"식(3)", r"\text{eq. }(3)", "Gl.(3)"])
def test_a_number_in_brackets_may_be_that_of_an_equation(head: str) -> None:
    note = f"Then\n\n$${head} = 2 \\times 1.5 + 1 = 5$$\n"
    found = [step.status for c in claims(note) for step in c.steps]
    assert found[0] != "wrong"


def test_what_vanishes_is_not_solved_for_its_own_formula() -> None:
    note = (
        "# Step\n\n$$y = x \\quad (x > 0)$$\n\n$$\\frac{dy}{dx} = 0 \\quad (x < 0)$$\n\n"
        "# Logistic\n\n$$y = \\frac{1}{1 + e^{-x}}$$\n"
    )
    assert status(note, r"\frac{dy}{dx} = y(1 - y)") == "verified"
    assert status(note, r"\frac{dy}{dx} = y(1 + y)") == "wrong"


SAID = [
    r"($N$ is the whole sum $\sum_m e^{v_m}$)",
    r"где $N$ — сумма $\sum_m e^{v_m}$",
    r"$N$ est la somme $\sum_m e^{v_m}$",
    r"$N$은 전체 합 $\sum_m e^{v_m}$",
]


@pytest.mark.parametrize("said", SAID)
def test_words_may_give_a_symbol_its_formula(said: str) -> None:
    note = rf"The weights are $w_k = \frac{{e^{{v_k}}}}{{N}}$, {said}."
    right = r"\frac{\partial w_k}{\partial v_k} = \frac{e^{v_k} N - e^{2v_k}}{N^2}"
    assert status(note, right) != "wrong"
    free = r"The weights are $w_k = \frac{e^{v_k}}{N}$."
    assert status(free, right) == "wrong"


@pytest.mark.parametrize(("after", "held"), [("", True), (r" Then $y' = 3u^2 u'$.", False)])
def test_a_prime_is_not_by_what_has_a_prime_too(after: str, held: bool) -> None:
    note = f"The derivative of $y = u^3$.{after}"
    found = [c.status for c in claims(f"{note}\n\n$$y' = 3u^2$$\n") if c.source == "y' = 3u^2"]
    assert (found == ["verified"]) == held


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        (r"s = \sum_{i \in S} q_i = \sum_{i=1}^n q_i", "unchecked"),
        (r"s = \sum_{i \in S} q_i = \sum_{j \in S} q_j", "verified"),
        (r"s = \sum_{i \in S} 2q_i = 2\sum_{i \in R} q_i", "unchecked"),
        (r"s = \sum_{i \in S} 2q_i = 2\sum_{i \in S} q_i", "verified"),
    ],
)
def test_a_sum_over_a_set_is_not_one_over_all(formula: str, found: str) -> None:
    assert status("Sums of the $q_i$.", formula) == found
