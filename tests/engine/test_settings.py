"""Arguments beside the array: a gradient by them is right, or refused in words; never left out."""

import numpy as np
import pytest

from vaultbp.engine import Tensor, UnsupportedError, UntrackedError, gradcheck, vjp

X = np.random.default_rng(5).standard_normal((3, 4))
LINE = np.array([0.3, 1.9, -0.7, 0.8, 2.6])
HALF = np.array(0.53)

RIGHT = {
    "the share of a quantile": (lambda q: np.quantile(LINE, q), HALF),
    "several shares": (lambda q: np.quantile(X, q, axis=1), np.array([0.2, 0.53])),
    "a percentage": (lambda q: np.percentile(LINE, q), 53 * np.ones(())),
    "places of interpolation": (
        lambda xp: np.interp([0.5, 1.2], xp, [1.0, 3.0, 2.0]),
        np.array([0.0, 0.9, 2.0]),
    ),
    "bounds": (lambda c: np.clip(LINE, -c, c), HALF),
    "bounds by name": (lambda c: np.clip(LINE, min=-c, max=c), HALF),
    "a bound of the method": (lambda c: Tensor(LINE).clip(max=c), HALF),
    "weights": (lambda w: np.average(LINE, weights=w), np.abs(LINE)),
    "the width of a trapezoid": (lambda d: np.trapezoid(LINE, dx=d), HALF),
    "places of trapezoids": (lambda x: np.trapezoid(LINE, x), np.sort(LINE)),
    "ends of a line": (lambda a: np.linspace(0.1, a, 4), HALF),
    "what fills an array": (lambda a: np.full_like(Tensor(X), a), HALF),
    "what is inserted": (lambda a: np.insert(LINE, 2, a), HALF),
    "an alternative": (lambda a: np.where(X > 0, a, X), HALF),
}


@pytest.mark.parametrize("name", RIGHT)
def test_gradient_by_a_setting(name):
    f, x = RIGHT[name]
    assert gradcheck(f, x).compared > 0


REFUSED = {
    "filled up by means": lambda t: np.pad(t, 1, mode="mean"),
    "filled up along a line": lambda t: np.pad(t, 1, mode="linear_ramp"),
    "another quantile": lambda t: np.quantile(t, 0.3, method="lower"),
    "where=": lambda t: np.nansum(t, where=np.ones(5, bool)),
    "mode=": lambda t: np.take(t, [0, 9], mode="wrap"),
    "weights of a covariance": lambda t: np.cov(LINE, aweights=t),
    "weights of a histogram": lambda t: np.histogram(LINE, weights=t),
    "a tensor to pad with": lambda t: np.pad(LINE, 1, constant_values=t[0]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_setting_without_a_rule_is_refused(name):
    with pytest.raises((UnsupportedError, UntrackedError)):
        REFUSED[name](Tensor(LINE))


def test_different_entries_and_where_they_stand():
    x = np.array([2.0, 1.0, 2.0, 3.0])
    found, index, inverse, counts = np.unique(Tensor(x), True, True, True)
    np.testing.assert_array_equal(found.data, [1, 2, 3])
    np.testing.assert_array_equal(index, [1, 0, 3])
    np.testing.assert_array_equal(inverse, [1, 0, 1, 2])
    np.testing.assert_array_equal(counts, [1, 2, 1])
    _, pull = vjp(np.unique, x)
    np.testing.assert_array_equal(pull(np.array([10.0, 20.0, 30.0])), [20, 10, 0, 30])


def test_an_array_filled_with_a_number_stays_plain():
    assert isinstance(np.full_like(Tensor(X), 2), np.ndarray)
    assert np.full_like(Tensor(X), 2.0, shape=(2,)).shape == (2,)
