"""Functions whose parameters are written below them: ``f_θ(x)``."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

LOG = r"\nabla_\theta \ln \pi_\theta(a|s) = "
SQUARE = r"\nabla_\theta \frac{1}{2} (f_\theta(x) - y)^2 = "


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (LOG + r"\frac{\nabla_\theta \pi_\theta(a|s)}{\pi_\theta(a|s)}", "verified"),
        (LOG + r"\frac{\nabla_\theta \pi_\theta(a|s)}{2\pi_\theta(a|s)}", "wrong"),
        (LOG + r"-\frac{\nabla_\theta \pi_\theta(a|s)}{\pi_\theta(a|s)}", "wrong"),
        (LOG + r"\frac{\nabla_\theta \pi_\theta(s|a)}{\pi_\theta(a|s)}", "wrong"),
        (SQUARE + r"(f_\theta(x) - y) \nabla_\theta f_\theta(x)", "verified"),
        (SQUARE + r"(y - f_\theta(x)) \nabla_\theta f_\theta(x)", "wrong"),
        (SQUARE + r"2 (f_\theta(x) - y) \nabla_\theta f_\theta(x)", "wrong"),
        (SQUARE + r"(f_\theta(x) - y) f_\theta(x)", "unchecked"),  # f may be exp θx
        (r"\nabla_w \sum_i g_w(x_i) = \sum_i \nabla_w g_w(x_i)", "verified"),
        (r"\frac{\partial}{\partial w} g_{w,b}(x)^2 = 2 g_{w,b}(x) \frac{\partial g_{w,b}(x)}"
         r"{\partial w} + 0 \frac{\partial g_{w,b}(x)}{\partial b}", "verified"),
    ],
)  # fmt: skip
def test_a_function_depends_on_what_stands_below_it(formula: str, status: str) -> None:
    assert claim(f"$${formula}$$", formula).status == status


@pytest.mark.parametrize(
    "formula",
    [
        # The value of a policy depends on its parameters, whatever is written.
        r"\nabla_\theta \sum_a \pi_\theta(a|s) q_\pi(s,a) = "
        r"\sum_a q_\pi(s,a) \nabla_\theta \pi_\theta(a|s)",
        r"\nabla_\theta \sum_a \pi_\theta(a|s) Q^\pi(s,a) = "
        r"\sum_a Q^\pi(s,a) \nabla_\theta \pi_\theta(a|s)",
    ],
)
def test_what_is_named_after_it_may_depend_on_them_too(formula: str) -> None:
    assert claim(f"$${formula}$$", formula).status == "unchecked"


def test_a_formula_says_itself_what_a_function_depends_on() -> None:
    text = "Let $f_\\theta(x) = \\theta x^2$ and $$\\nabla_\\theta f_\\theta(x) = {}$$"
    for right, status in (("x^2", "verified"), ("2\\theta x", "wrong")):
        written = text.format(right)
        assert claim(written, written.split("$$")[1]).status == status


def test_other_parameters_are_held() -> None:
    left = r"\nabla_\theta \frac{p_\theta(x)}{p_{\theta_0}(x)}"
    formula = left + r" = \frac{\nabla_\theta p_\theta(x)}{p_{\theta_0}(x)}"
    assert claim(f"$${formula}$$", formula).status == "verified"


HELD = r"$e = r + \gamma Q_w(s') - Q_w(s)$ is the error." "\n\n"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        # The target is held by convention; nobody may be accused of that, nor is it verified.
        (r"\nabla_w \frac{1}{2} e^2 = -e \nabla_w Q_w(s)", "unchecked"),
        (
            r"\nabla_w \frac{1}{2} e^2 = e \left(\gamma \nabla_w Q_w(s') - \nabla_w Q_w(s)\right)",
            "verified",
        ),
        # A distribution sums to one.
        (
            r"\nabla_w \sum_x p_w(x) \log p_w(x) = \sum_x \log p_w(x) \nabla_w p_w(x)",
            "unchecked",
        ),
        (
            r"\nabla_w \sum_x p_w(x) \log p_w(x) = \sum_x (1 + \log p_w(x)) \nabla_w p_w(x)",
            "verified",
        ),
        # Data are no such argument.
        (
            r"\nabla_w \sum_i (g_w(x_i) - y_i)^2 = \sum_i (g_w(x_i) - y_i) \nabla_w g_w(x_i)",
            "wrong",
        ),
    ],
)
def test_what_is_assumed_of_such_functions_accuses_nobody(formula: str, status: str) -> None:
    assert claim(f"{HELD}$${formula}$$", formula).status == status
