"""Vectors with all entries written out, and derivatives at a place: their mistakes are seen."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

FUNCTION = "Let $h(u, v) = u^3 v + v^2$.\n\n"
GRADIENT = r"\left(\frac{\partial h}{\partial u}, \frac{\partial h}{\partial v}\right)"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (rf"\nabla h = {GRADIENT} = (3u^2 v, u^3 + 2v)", "verified"),
        (rf"\nabla h = {GRADIENT} = (3u^2 v, u^3 - 2v)", "wrong"),
        (rf"\nabla h = {GRADIENT} = (u^3 + 2v, 3u^2 v)", "unchecked"),
        (r"\nabla h = \langle 3u^2 v, u^3 + 2v \rangle", "verified"),
        (r"\nabla h = \langle 3u^2 v, u^3 + v \rangle", "wrong"),
        (r"\nabla h = \begin{pmatrix} 3u^2 v \\ u^3 + 2v \end{pmatrix}", "verified"),
        (r"\nabla h = \begin{pmatrix} 3u^2 \\ u^3 + 2v \end{pmatrix}", "wrong"),
        (r"\nabla h(2, 1) = \langle 12, 10 \rangle", "verified"),
    ],
)
def test_gradients_with_their_entries_written(formula: str, status: str) -> None:
    assert claim(f"{FUNCTION}$${formula}$$", formula).status == status


def test_angles_are_an_inner_product_beside_numbers() -> None:
    note = r"For columns $a, b \in \mathbb{R}^n$: $\langle a, b \rangle = a^\top b$."
    assert claim(note, r"\langle a, b").status == "verified"


@pytest.mark.parametrize(
    ("note", "formula", "status"),
    [
        ("Let $f(x) = x^3$.", "f'(2) = 12", "verified"),
        ("Let $f(x) = x^3$.", "f'(2) = 10", "wrong"),
        ("By small steps of $f(x) = x^3$,", "f'(2) = 12.06", "unchecked"),
        ("First $f(x) = x^3$, and then $f(x) = x^2$.", "f'(2) = 10", "unchecked"),
        ("Let $f(x) = x^3$.\n\n## Another one\n\nNow", "f'(2) = 10", "unchecked"),
        ("Suppose that", "f'(2) = 10", "unchecked"),
        ("Let $f(x, y) = x^2 y$.", r"\frac{\partial f}{\partial x}(1, 2) = 5", "wrong"),
        ("Let $f(x, y) = x^2 y$.", r"\frac{\partial f}{\partial x}(1, 2) = 4", "verified"),
    ],
)
def test_a_derivative_at_a_place_is_a_number(note: str, formula: str, status: str) -> None:
    assert claim(f"{note}\n\n$${formula}$$", formula).status == status


ENTRIES = r"""$z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j$ and $a^l_j = \sigma(z^l_j)$ with the cost
$C = \frac12 \sum_j (a^L_j - y_j)^2$, where $\delta^l_j = \frac{\partial C}{\partial z^l_j}$.

$$%s$$
"""


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\delta^L = (a^L - y) \odot \sigma'(z^L)", "verified"),
        (r"\delta^L = a^L \odot \sigma'(z^L)", "wrong"),
        (r"\delta^l = (w^{l+1})^\top \delta^{l+1} \odot \sigma'(z^l)", "verified"),
        (r"\delta^l = 2 (w^{l+1})^\top \delta^{l+1} \odot \sigma'(z^l)", "wrong"),
    ],
)
def test_arrays_of_entries_that_are_defined(formula: str, status: str) -> None:
    assert claim(ENTRIES % formula, formula).status == status
