"""Brackets with a prime, rules for any functions, and names with a prime: ``y'`` after ``y = …``."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"(x^4)' = 4x^3", "verified"),
        (r"(x^4)' = 4x^4", "wrong"),
        (r"(x^4)'' = 12x^2", "verified"),
        (r"(\operatorname{tg} x)' = 1 + \operatorname{tg}^2 x", "verified"),
        (r"(\operatorname{ctg} x)' = \frac{1}{\sin^2 x}", "wrong"),
        (r"(\operatorname{arctg} x)' = \frac{1}{1 + x^2}", "verified"),
        (r"(\operatorname{sen} 2t)' = 2 \cos 2t", "verified"),
        (r"\left[ t^2 g(t) \right]' = 2t g(t) + t^2 g'(t)", "verified"),
        (r"[g(h(t))]' = g'(h(t)) h'(t)", "verified"),
        (r"[g(h(t))]' = g'(t) h'(t)", "unchecked"),
        (r"(x^2 y)' = 2xy + x^2 y'", "verified"),
        (r"(x^2 y)' = 2xy", "unchecked"),
        (r"\left(\frac{1}{1 + x}\right)' = \frac{(1)'(1 + x) - (1 + x)'}{(1 + x)^2}", "unchecked"),
        (r"\left(\frac{x}{1 + x}\right)' = \frac{(x)'(1 + x) - x(1 + x)'}{(1 + x)^2}", "verified"),
    ],
)
def test_brackets(formula: str, status: str) -> None:
    assert claim(f"$${formula}$$", "'").status == status


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"(pq)' = p'q + pq'", "verified"),
        (r"(\frac{p}{q})' = \frac{p'q - pq'}{q^2}", "verified"),
        (r"(e^p)' = p' e^p", "verified"),
        (r"(p + q)' = p' + q'", "verified"),
        (r"(cp)' = cp'", "verified"),
        # What does not hold may be about sets or matrices: nobody is accused.
        (r"(pq)' = p'q'", "unchecked"),
        (r"(p + q)' = p'q'", "unchecked"),
        (r"(pq)' = q'p'", "unchecked"),
        (r"(\frac{p}{q})' = \frac{p'q + pq'}{q^2}", "unchecked"),
        (r"(X b)' = b' X'", "unchecked"),
        (r"(a - b)' S (a - b) = a' S a - 2 a' S b + b' S b", "unchecked"),
    ],
)
def test_rules_for_any_functions(formula: str, status: str) -> None:
    assert claim(f"$${formula}$$", "'").status == status


@pytest.mark.parametrize(
    ("before", "formula", "status"),
    [
        ("$y = x^2 \\ln x$.", "y' = 2x \\ln x + x", "verified"),
        ("$y = x^2 \\ln x$.", "y'' = 2 \\ln x + 3", "verified"),
        ("$y = x^2 \\ln x$. Its derivative is", "y' = 2x \\ln x", "wrong"),
        ("$g(s) = e^{3s}$.", "g' = 3 e^{3s}", "verified"),
        ("$g(s) = e^{3s}$. Производная:", "g' = e^{3s}", "wrong"),
        # A prime may make a new name.
        ("$y = x^2 \\ln x$.", "y' = 2x \\ln x", "definition"),
        ("$w = 3x$. After one step", "w' = w - \\eta g", "unchecked"),
    ],
)
def test_names(before: str, formula: str, status: str) -> None:
    assert claim(f"{before}\n\n$${formula}$$", formula).status == status


def test_a_name_once_found_to_be_a_derivative_is_one_in_the_whole_note() -> None:
    text = "$y = x^3$. $$y' = 3x^2$$ And $z = \\cos x$. $$z' = \\sin x$$"
    assert [c.status for c in claims(text)] == ["definition", "verified", "definition", "wrong"]


def test_a_prime_may_transpose() -> None:
    text = "For matrices and vectors\n\n$$(3 x^2 + 1)' = 3 x^2$$"
    assert claim(text, "'").status == "unchecked"


def test_a_letter_that_moves_elsewhere_makes_no_mistake_here() -> None:
    text = (
        "# Motion\n\n$y(t) = c \\cos(b t)$, $z(t) = t^2$. $$z' = 2t$$ The second derivative: "
        "$$y'' = -b^2 c \\cos(bt)$$\n\n# Driven\n\n$b = \\sqrt{r / q}$, $r = q_0 \\cos(s t)$"
    )
    assert claim(text, "y''").status != "wrong"


def test_a_composed_function_may_be_meant_by_either_variable() -> None:
    note = "$$y = f(g(x))$$\n\n$$y = f(u)$$\n\n$$u = g(x)$$\n\n"
    right = r"y' = f'(g(x)) \cdot g'(x)"
    assert claim(f"{note}$${right}$$", right).status == "verified"
    other = r"y' = f'(g(x)) + g'(x)"
    assert claim(f"{note}$${other}$$", other).status != "verified"
