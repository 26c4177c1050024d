"""Formulas on which the judge itself once failed: it has a verdict, or a reason of its own."""

from __future__ import annotations

import numpy as np
import pytest

from tests.derivations.notes import claims
from vaultbp.derivations.numerics.functions import power
from vaultbp.engine import Tensor


@pytest.mark.parametrize(
    "note",
    [
        r"Let $m(z) = \frac{az + b}{cz + d}$. Then $m(\infty) = \frac{a}{c}$, $m(-\infty) = m(\infty) = q$,"
        r" so $\frac{z - 1}{z + 1} = q = m(\infty)$ and $q - 1 = m(\infty) - 1$.",
        "$$u = 3\\sqrt{\\frac{14}{5}} = 2 \\times \\sqrt{2{,}8 \\times 10^{4}}$$\n\n"
        "$$= 2 \\times 6{,}13 \\times 10^{5} \\approx 183\\;\\text{m/s} \\approx 2{,}5\\;\\text{km/s}$$",
        r"$x^{\infty} = 0 = x_{\infty}$ and $\sum_{k=0}^\infty x^k = \frac{1}{1 - x}$",
        r"$u_k = v_k + v_k = 2v_k$, $$c = \sum_{k=\infty}^{+\infty} u_k = 2c$$",
        r"$g(1/0) = \infty - \infty = 2^{\infty}$",
    ],
)
def test_the_judge_does_not_fail(note: str) -> None:
    reasons = [step.reason or "" for claim in claims(note) for step in claim.steps]
    reasons += [claim.reason or "" for claim in claims(note)]
    assert not [reason for reason in reasons if "the judge failed" in reason]


def test_a_tracked_exponent_that_is_one_number_at_all_points() -> None:
    exponent = Tensor(np.full(4, 2.0))
    result = power(Tensor(np.array([1.0, 2.0, 3.0, 4.0])), exponent)
    np.testing.assert_allclose(result.data, [1.0, 4.0, 9.0, 16.0])
    result.backward(seed=np.ones(4))
    np.testing.assert_allclose(exponent.grad, np.log([1.0, 2.0, 3.0, 4.0]) * [1.0, 4.0, 9.0, 16.0])
