"""A bracket after a name that is no function: what follows it belongs to the bracket alone."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim


@pytest.mark.parametrize(
    ("variable", "step", "status"),
    [
        ("b", "-2a(1-b)", "verified"),
        ("b", "-2a^2(1-b)", "wrong"),
        ("a", "(1-b)^2", "verified"),
        ("a", "2a(1-b)^2", "wrong"),
    ],
)
def test_a_square_after_a_product_with_a_bracket(variable: str, step: str, status: str) -> None:
    note = rf"Let $y = a(1-b)^2$. Then $$\frac{{\partial y}}{{\partial {variable}}} = {step}$$"
    assert claim(note, r"\partial y").status == status
