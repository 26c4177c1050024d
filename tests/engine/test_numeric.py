"""Numerical derivatives against 50-digit truth, and the honesty of their error estimates."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultbp.engine import complex_step, directional, numeric_gradient, numeric_jacobian, richardson

CASES = [
    (np.sin, mpmath.sin), (np.exp, mpmath.exp), (np.log, mpmath.log), (np.sqrt, mpmath.sqrt),
    (np.tanh, mpmath.tanh), (lambda x: x**5 - x, lambda x: x**5 - x), (np.arctan, mpmath.atan),
    (lambda x: np.exp(-x * x) * np.cos(3 * x), lambda x: mpmath.exp(-x * x) * mpmath.cos(3 * x)),
]  # fmt: skip
POINTS = np.array([0.3, 0.7, 1.1, 1.9])


@pytest.fixture(params=CASES)
def case(request):
    f, truth = request.param
    with mpmath.workdps(50):
        exact = np.array([float(mpmath.diff(truth, mpmath.mpf(float(x)))) for x in POINTS])
    return f, exact


def test_richardson_is_good_to_ten_digits_and_its_error_is_a_bound(case):
    f, exact = case
    found = richardson(f, POINTS)
    error = np.abs(found.value - exact)
    assert np.max(error / (np.abs(exact) + 1e-3)) < 1e-10
    assert np.all(error <= found.error)
    assert np.max(found.error / (np.abs(exact) + 1e-1)) < 1e-6


def test_complex_step_is_exact_to_rounding(case):
    f, exact = case
    np.testing.assert_allclose(complex_step(f, POINTS), exact, rtol=2e-15)


def test_all_sample_points_at_once_with_further_axes():
    matrix = np.arange(6.0).reshape(2, 3)
    found = richardson(lambda x: np.sin(x)[:, None, None] * matrix, POINTS)
    np.testing.assert_allclose(found.value, np.cos(POINTS)[:, None, None] * matrix, atol=1e-11)
    assert found.error.shape == found.value.shape


def test_large_arguments_take_larger_steps():
    x = np.array([1e6, -1e8])
    found = richardson(lambda x: x * x, x)
    np.testing.assert_allclose(found.value, 2 * x, rtol=1e-12)


def test_directional_gradient_and_jacobian():
    rng = np.random.default_rng(0)
    x, d, w = rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), rng.normal(size=(3, 2))
    f = lambda x: np.tanh(x @ w)  # noqa: E731
    along = directional(f, x, d)
    whole = numeric_jacobian(f, x)
    assert whole.value.shape == (2, 2, 2, 3)
    np.testing.assert_allclose(np.tensordot(whole.value, d, 2), along.value, atol=1e-10)
    np.testing.assert_allclose(numeric_gradient(lambda x: np.sum(x**2), x).value, 2 * x, atol=1e-11)


def test_a_nearby_kink_shows_in_the_error():
    found = richardson(np.abs, np.array([1e-3]))
    assert abs(found.value[0] - 1.0) <= found.error[0] * 3 + 1e-12
    assert found.error[0] > 1e-3


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-2, 2), min_size=2, max_size=6), st.floats(-2, 2))
def test_polynomials(coefficients, x):
    p = np.polynomial.Polynomial(coefficients)
    found = richardson(p, np.array([x]))
    assert abs(found.value[0] - p.deriv()(x)) <= found.error[0] + 1e-13
