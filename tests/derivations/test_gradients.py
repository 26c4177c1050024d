"""Gradients without their variable: transposed, and the matrix of second derivatives."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claims

QUADRATIC = r"""
$$q(x) = \frac12 x^T A x - c^T x$$

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\nabla q(x)^T d = \frac12 x^T (A + A^T) d - c^T d", "verified"),
        (r"\nabla q(x)^T d = x^T (A + A^T) d - c^T d", "unchecked"),
        (r"\nabla^2 q(x) = \frac12 (A + A^T)", "verified"),
        (r"\nabla^2 q(x) = A + A^T", "unchecked"),
        (r"\nabla^2 q(x) = A", "unchecked"),
    ],
)
def test_a_quadratic_form(step: str, status: str) -> None:
    found = claims(QUADRATIC.replace("{STEP}", step))[-1]
    assert found.status == status, found


def test_the_direction_of_steepest_descent() -> None:
    found = claims(
        r"""
$$d = -\frac{\nabla f(x)}{\|\nabla f(x)\|}$$

$$\nabla f(x)^T d = -\|\nabla f(x)\|$$

$$\nabla f(x)^T d = \|\nabla f(x)\|$$
"""
    )
    assert [c.status for c in found[-2:]] == ["verified", "unchecked"]


def test_the_laplacian_accuses_nobody() -> None:
    found = claims(
        r"""
$f(r) = r^3$ in space.

$$\nabla^2 f(r) = \frac{1}{r^2} \frac{d}{dr} \left( r^2 \frac{df}{dr} \right)$$
"""
    )
    assert found[-1].status == "unchecked"
