"""Complex numbers between a real input and a real result: right, or refused."""

import operator

import numpy as np
import pytest

from tests.engine.examples import OPS, example, points
from vaultbp.engine import DtypeError, EngineError, Tensor, grad, gradcheck, jvp, no_grad, vjp
from vaultbp.engine.numeric import numeric_gradient
from vaultbp.engine.table import TABLE
from vaultbp.engine.trees import leaves

pytestmark = [
    pytest.mark.filterwarnings("ignore::vaultbp.engine.StepFunctionWarning"),
    pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning"),  # astype
]


def turned(x):
    """Complex numbers of varying phase, whose real part keeps the sign of x."""
    return x * 0.9 + np.cos(2 * x) * x * 0.3j


def through_complex(op):
    """A real number from real arrays, by way of the op's example at complex arrays."""

    def f(*xs):
        rng = np.random.default_rng(3)
        total = 0.0
        for y in leaves(example(op)(*[turned(x) for x in xs])):
            w = rng.standard_normal(np.shape(y)) + 1j * rng.standard_normal(np.shape(y))
            total = total + np.sum(np.real(y * w))
        return total

    return f


@pytest.mark.parametrize("name", OPS)
def test_every_op_is_right_on_complex_values_or_refuses_them(name):
    f, xs = through_complex(TABLE[name]), points(TABLE[name], np.random.default_rng(1))
    try:
        adjoints = grad(f, tuple(range(len(xs))))(*xs)
    except (EngineError, TypeError) as error:
        refusal = str(error)
    else:
        compare(f, xs, adjoints)
        return
    assert "real numbers only" in refusal or "not supported" in refusal


def compare(f, xs, adjoints):
    """Adjoints with numeric derivatives and with forward mode."""
    value = f(*[Tensor(x) for x in xs])
    assert value.data == pytest.approx(f(*xs), rel=1e-12)
    for k, (x, adjoint) in enumerate(zip(xs, adjoints, strict=True)):

        def of_one(y, k=k):
            return f(*xs[:k], y, *xs[k + 1 :])

        assert adjoint.dtype == np.float64
        numeric = np.asarray(numeric_gradient(of_one, x, h=1e-4, levels=2).value)
        np.testing.assert_allclose(adjoint, numeric, rtol=1e-6, atol=1e-8)
        forward = jvp(of_one, (x,), (np.ones(x.shape),))[1]
        assert forward == pytest.approx(np.sum(adjoint), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.linalg.norm(np.fft.fft(x)),
        lambda x: np.linalg.norm(np.fft.fft(x), 3),
        lambda x: np.var(np.fft.fft(x) + 0.3j * x),
        lambda x: np.std(np.fft.fft(x) + 0.3j * x, ddof=1),
        lambda x: np.real(np.vdot(np.fft.fft(x), np.exp(1j * x))),
        lambda x: np.sum(np.abs(np.linalg.pinv(np.reshape(np.exp(1j * x), (3, 2)))) ** 2),
    ],
)
def test_gradients_through_complex_values(f):
    gradcheck(f, np.array([0.3, -0.5, 1.1, 0.7, -1.2, 0.4]), order=2)


@pytest.mark.parametrize("x", [0.7, np.array([0.7, -1.3])])
def test_imaginary_part_and_angle_of_real_numbers_have_real_gradients(x):
    for f in (np.imag, lambda x: x.imag, np.angle, lambda x: np.imag(x) * x):
        adjoint = vjp(f, x)[1](np.ones(np.shape(x)))
        assert adjoint.dtype == np.float64
        assert not np.any(adjoint - np.angle(x) * 0.0)


@pytest.mark.parametrize("op", [operator.add, operator.sub, operator.mul, operator.truediv, pow])
def test_a_complex_number_and_a_scalar_tensor_in_either_order(op):
    for f in (lambda x: np.real(op(0.5j, x)), lambda x: np.imag(op(x, 0.5 + 0.3j))):
        gradcheck(f, 0.7, order=2)
        with no_grad():
            assert f(Tensor(0.7)).data == pytest.approx(f(0.7))


def test_vdot_conjugates_its_first_argument():
    x, y = np.array([1 + 2j, 0.5j]), np.array([2.0, 1 - 1j])
    assert np.vdot(Tensor(x), y).data == np.vdot(x, y)


def test_qr_of_a_wide_complex_matrix_has_the_values_of_numpy():
    z = np.array([[1 + 2j, 0.5, 1j], [0.3, -1j, 2.0]])
    np.testing.assert_allclose(np.linalg.qr(Tensor(z))[1].data, np.linalg.qr(z)[1])


@pytest.mark.parametrize(
    "f",
    [
        np.linalg.cholesky,
        np.linalg.qr,
        np.linalg.eigh,
        lambda z: np.linalg.svd(z, compute_uv=False),
        np.fft.rfft,
        np.sign,
    ],
)
def test_rules_for_real_numbers_refuse_complex_ones(f):
    def total(x):
        z = x @ x.T + 2 * np.eye(3) + 1j * (x - x.T)
        return sum(np.sum(np.abs(y)) for y in leaves(f(z)))

    with pytest.raises(DtypeError, match="real numbers only"):
        grad(total)(np.random.default_rng(0).standard_normal((3, 3)))
