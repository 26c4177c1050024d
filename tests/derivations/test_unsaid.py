"""What authors do not say in formulas: that data were measured, that a label marks one class, over what a
loss is averaged. Each right note stands beside one that stays wrong."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claims


def statuses(note: str) -> list[str]:
    return [step.status for claim in claims(note) if claim.kind == "claim" for step in claim.steps]


MODEL = r"""The data follow $y_i = a x_i + b + \varepsilon_i$, and we minimise
$$J(a, b) = \frac{1}{n} \sum_{i=1}^n (y_i - (a x_i + b))^2$$

"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\frac{\partial J}{\partial a} = -\frac2n \sum_i x_i (y_i - (a x_i + b))", "verified"),
        (r"\frac{\partial J}{\partial b} = -\frac2n \sum_i (y_i - (a x_i + b))", "verified"),
        (r"\frac{\partial J}{\partial a} = \frac2n \sum_i x_i (y_i - (a x_i + b))", "wrong"),
        (r"\frac{\partial J}{\partial a} = -\frac2n \sum_i (y_i - (a x_i + b))", "wrong"),
        (r"y_i - a x_i = b + \varepsilon_i", "verified"),
        (r"y_i - a x_i = b - \varepsilon_i", "unchecked"),
    ],
)
def test_what_was_measured_does_not_move_with_the_model(step: str, status: str) -> None:
    assert statuses(f"{MODEL}$${step}$$") == [status]


@pytest.mark.parametrize(
    ("shown", "step", "status"),
    [
        (r"y = (0, \ldots, 1, \ldots, 0)", r"-\sum_{k=1}^K y_k \ln p_k = -\ln p_3", "unchecked"),
        (r"y = (y_1, \ldots, y_K)", r"-\sum_{k=1}^K y_k \ln p_k = -\ln p_3", "wrong"),
        (r"y = (1/K, \ldots, 1/K)", r"\sum_k y_k p_k = \frac1K \sum_k p_k", "unchecked"),
        (r"y = (1/K, \ldots, 1/K)", r"\sum_k y_k p_k = -\sum_k p_k y_k", "wrong"),
    ],
)
def test_entries_may_be_shown_in_part(shown: str, step: str, status: str) -> None:
    note = rf"""Scores $p_k = z_k^2 + 1$ and a vector ${shown}$.

$$\frac{{\partial p_k}}{{\partial z_k}} = 2 z_k$$

$$L = {step}$$
"""
    assert statuses(note) == ["verified", status]


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (
            r"\frac{\partial J}{\partial w} = \frac{1}{m} x \frac{\partial J}{\partial z}",
            "unchecked",
        ),
        (r"\frac{\partial J}{\partial w} = -\frac{1}{m} x \frac{\partial J}{\partial z}", "wrong"),
        (r"\frac{\partial J}{\partial w} = \frac{1}{u} x \frac{\partial J}{\partial z}", "wrong"),
        (r"\frac{\partial J}{\partial w} = x \frac{\partial J}{\partial z}", "verified"),
    ],
)
def test_a_loss_may_be_averaged(step: str, status: str) -> None:
    note = rf"""Let $z = w x + b$, with $\bar x = \frac{{1}}{{m}} \sum_{{i=1}}^m x_i$ and $u = x^2$.

$$\frac{{\partial z}}{{\partial w}} = x$$

$${step}$$
"""
    assert statuses(note)[-1] == status


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"x \frac{dy}{dx} = e^x", "unchecked"),
        (r"\frac{dy}{dx} = 3 \sin(3x)", "wrong"),
        (r"\frac{dy}{dx} = 3 \cos(3x)", "verified"),
    ],
)
def test_a_differential_equation_is_no_claim_about_the_solution_of_another(
    step: str, status: str
) -> None:
    note = "One equation has the solutions $y = \\sin(3x) + C$.\n\n"
    assert statuses(f"{note}$${step}$$") == [status]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (r"$r = \frac{O(n^2 k)}{O(n^2 + nk)} = O(\frac{k}{1 + k/n})$ with $O = QK$", "unchecked"),
        (r"$r = \frac{G(n^2 k)}{G(n^2 + nk)} = 2G(\frac{k}{1 + k/n})$ with $G = QK$", "wrong"),
        (r"$T = n(n - 1) + 3 n^2 = \Theta(n^2) + \Theta(n^2) = \Theta(n^2)$", "unchecked"),
        (r"$T = \Theta(u - v) = \Theta u - v$", "wrong"),
        (r"$10^{-8/3} \approx 10^{-2.7}$", "verified"),
        (r"$10^{-8/3} \approx 10^{-1.7}$", "wrong"),
        (r"$0.07^{100} \approx 10^{-100}$", "unchecked"),
        (r"$0.07^{100} \approx 10^{-200}$", "wrong"),
        (r"$0.07^{100} \approx 10^{-111}$", "wrong"),
        (r"$0.0101 = 2^{-2} + 2^{-4}$", "unchecked"),
        (r"$0.0101 = 2^{-2} + 2^{-3}$", "wrong"),
        (r"$3 \cdot 1024 \cdot 2048 = 25$ MB", "unchecked"),
        (r"$3 \cdot 1024 \cdot 2048 = 25$ apples", "wrong"),
        (r"$3 \cdot 1024 \cdot 2048 = 55$ MB", "wrong"),
        (r"$x^n x^m = x^n+m = x^{m + n}$", "unchecked"),
        (r"Then $u = v \qquad x_k+1 = x_k - 3 r x_k$", "unchecked"),
    ],
)  # fmt: skip
def test_signs_and_numbers(text: str, status: str) -> None:
    found = [step.status for claim in claims(text) for step in claim.steps]
    assert found[-1] == status


@pytest.mark.parametrize(
    ("name", "status"), [(r"\text{id}_H", "unchecked"), (r"\text{b}_H", "unchecked")]
)
def test_an_identity_is_no_factor(name: str, status: str) -> None:
    note = rf"$$g(f {name}) = (g f) {name} = g f$$"
    assert statuses(note) == ["verified", status]


@pytest.mark.parametrize(("last", "status"), [(r"\epsilon / K", "unchecked"), ("2", "unchecked")])
def test_an_index_is_not_held_against_a_number_of_any_size(last: str, status: str) -> None:
    note = rf"""$$q_k = \begin{{cases}} 1 - \epsilon & k = y \\ {last} & k \neq y \end{{cases}}$$

$$L = \sum_k q_k p_k = {last} \sum_k p_k$$
"""
    assert statuses(note) == [status]


@pytest.mark.parametrize(
    ("left", "right", "status"),
    [
        (r"\frac{u v}{s_U s_V}", r"\frac{u v}{\sqrt{u^2 + 1} \sqrt{v^2 + 1}}", "unchecked"),
        (r"\frac{u v}{s_U s_V}", r"\frac{u v}{s_V}", "wrong"),
    ],
)
def test_a_symbol_written_once_may_be_spelt_out(left: str, right: str, status: str) -> None:
    assert statuses(f"$$r = {left} = {right}$$") == [status]


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (r"\frac1t (x_t + (t - 1) \mu_{t-1})", "verified"),
        (r"\mu_{t-1} + \frac1t (x_t - \mu_{t-1})", "verified"),
        (r"\mu_{t-1} - \frac1t (x_t - \mu_{t-1})", "wrong"),
        (r"\frac1t (x_t + (t + 1) \mu_{t-1})", "wrong"),
    ],
)
def test_the_letter_that_counts_steps_is_their_number(right: str, status: str) -> None:
    note = r"$$\mu_t = \frac1t \sum_{j=1}^t x_j = \frac1t (x_t + \sum_{j=1}^{t-1} x_j) = " + right
    assert statuses(f"{note}$$") == ["verified", status]


def test_a_letter_below_another_may_be_a_quantity() -> None:
    note = r"""Gates $z_i = a x + b$, $i = \sigma(z_i)$, $z_o = c x + d$ and $o = \sigma(z_o)$.
The loss is $L = (i o - y)^2$.

$$\frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial i} \frac{\partial i}{\partial z_i}"""
    assert statuses(f"{note}$$") == ["verified"]
    assert statuses(f"{note} i$$") == ["wrong"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (r"$1.234 \cdot 2 = 2.469$", "unchecked"),
        (r"$1.234 \cdot 2 = 2.468$", "verified"),
        (r"$1.234 \cdot 2 \approx 2.469$", "verified"),
        (r"$0.336 \cdot 2 = 0.673$", "unchecked"),
        (r"First $h = 3.36 / 10 = 0.336$. Then $0.336 \cdot 2 = 0.673$", "verified"),
        (r"$0.574 \cdot 0.3 = 0.172$", "verified"),
        (r"$1.234 \cdot 2 = 2.478$", "wrong"),
    ],
)
def test_only_what_was_computed_is_rounded(text: str, status: str) -> None:
    assert claims(text)[-1].status == status


@pytest.mark.parametrize(
    ("formulas", "status"), [("2 s + q = 3 s + q", "unchecked"), ("2 s + q = q + 2 s", "wrong")]
)
def test_what_is_given_two_formulas_accuses_nobody_below(formulas: str, status: str) -> None:
    note = rf"""Let $u = s^2 + 1$ and $v = {formulas}$.

$$\frac{{\partial u}}{{\partial s}} = 2 s$$

$$c = \frac{{u + v}}{{2}} = \frac{{s^2 + 1 + 3 s + q}}{{2}}$$
"""
    assert statuses(note)[-1] == status


def test_a_part_may_be_applied_to_one_entry() -> None:
    parts = (r"\frac{\delta Loss}{\delta w_j}", r"\frac{\delta r(w_j)}{\delta w_j}")
    step = rf"\frac{{\delta Cost}}{{\delta w_j}} = {' + '.join(parts)}"
    assert claims(f"$$Cost = Loss + r(w)$$\n\n$${step}$$")[-1].status == "unchecked"
