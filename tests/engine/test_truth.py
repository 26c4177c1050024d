"""The op table against 50-digit arithmetic: mpmath, independent of the engine and of numpy."""

import mpmath
import numpy as np
import pytest

from tests.engine.examples import OPS, example, points
from vaultbp.engine import vjp
from vaultbp.engine.fastpath import Elementwise
from vaultbp.engine.table import TABLE

mp = mpmath.mp.clone()
mp.dps = 50

TRUTH = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "negative": lambda x: -x,
    "positive": lambda x: +x,
    "power": lambda x, y: x**y,
    "float_power": lambda x, y: x**y,
    "remainder": lambda x, y: x - y * mp.floor(x / y),
    "fmod": lambda x, y: x - y * mp.floor(x / y),
    "square": lambda x: x * x,
    "sqrt": mp.sqrt,
    "cbrt": mp.cbrt,
    "reciprocal": lambda x: 1 / x,
    "hypot": lambda x, y: mp.sqrt(x * x + y * y),
    "exp": mp.exp,
    "exp2": lambda x: mp.mpf(2) ** x,
    "expm1": mp.expm1,
    "log": mp.log,
    "log2": lambda x: mp.log(x, 2),
    "log10": lambda x: mp.log(x, 10),
    "log1p": lambda x: mp.log(1 + x),
    "logaddexp": lambda x, y: mp.log(mp.exp(x) + mp.exp(y)),
    "logaddexp2": lambda x, y: mp.log(mp.mpf(2) ** x + mp.mpf(2) ** y, 2),
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "arcsin": mp.asin,
    "arccos": mp.acos,
    "arctan": mp.atan,
    "arctan2": mp.atan2,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "arcsinh": mp.asinh,
    "arccosh": mp.acosh,
    "arctanh": mp.atanh,
    "deg2rad": lambda x: x * mp.pi / 180,
    "radians": lambda x: x * mp.pi / 180,
    "rad2deg": lambda x: x * 180 / mp.pi,
    "degrees": lambda x: x * 180 / mp.pi,
    "absolute": abs,
    "fabs": abs,
    "maximum": lambda x, y: max(x, y),
    "fmax": lambda x, y: max(x, y),
    "minimum": lambda x, y: min(x, y),
    "fmin": lambda x, y: min(x, y),
    "copysign": lambda x, y: abs(x) * mp.sign(y),
    "conjugate": lambda x: x,
    "sinc": lambda x: mp.sincpi(x),
    "i0": lambda x: mp.besseli(0, x),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "relu": lambda x: max(x, mp.mpf(0)),
    "leaky_relu": lambda x: x if x > 0 else x * mp.mpf(0.01),
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "gelu": lambda x: (
        x / 2 * (1 + mp.tanh(mp.mpf(0.7978845608028654) * (x + mp.mpf(0.044715) * x**3)))
    ),
}


def test_every_elementwise_op_has_a_truth():
    missing = {
        name for name, op in TABLE.items() if isinstance(op, Elementwise) and not op.step
    } - set(TRUTH)
    assert not missing


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_value_and_derivatives_to_working_precision(name):
    op, truth = TABLE[name], TRUTH[name]
    rng = np.random.default_rng(11)
    arity = 2 if isinstance(op, Elementwise) and op.arity == 2 else 1
    for _ in range(8):
        xs = [float(v) for v in rng.uniform(op.domain.low, op.domain.high, arity)]
        exact = [mp.mpf(x) for x in xs]
        y, pull = vjp(op, *xs)
        got = pull(1.0) if arity > 1 else (pull(1.0),)
        assert y == pytest.approx(float(truth(*exact)), rel=4e-15, abs=1e-15)
        for k in range(arity):
            n = tuple(int(place == k) for place in range(arity))
            derivative = float(mp.diff(truth, tuple(exact) if arity > 1 else exact[0],
                                       n if arity > 1 else 1))  # fmt: skip
            assert got[k] == pytest.approx(derivative, rel=2e-14, abs=1e-15)


ON_OBJECTS = [
    "matmul", "dot", "einsum", "tensordot", "outer", "inner", "kron", "cross", "sum", "mean",
    "prod", "cumsum", "cumprod", "reshape", "transpose", "concatenate", "stack", "take", "where",
    "flip", "roll", "diff", "trapezoid", "trace", "diagonal", "diag", "tril", "triu",
    "squeeze", "expand_dims", "swapaxes", "moveaxis", "tile", "repeat", "max", "min", "sort",
    "getitem", "rot90", "vstack", "hstack", "ravel",
]  # fmt: skip
"""Functions that numpy can compute on arrays of 50-digit numbers: an oracle for their rules."""


@pytest.mark.parametrize("name", ON_OBJECTS)
def test_array_functions_against_50_digits(name):
    op = TABLE[name]
    rng = np.random.default_rng(13)
    f, xs = example(op), points(op, rng)
    y, pull = vjp(f, *xs)
    v = rng.standard_normal(np.shape(y))
    adjoints = pull(v) if len(xs) > 1 else (pull(v),)
    to_mp = np.vectorize(mp.mpf, otypes=[object])
    h = mp.mpf(10) ** -16
    for place, x in enumerate(xs):
        for entry in np.ndindex(x.shape):
            shifted = []
            for sign in (1, -1):
                arrays = [to_mp(a) for a in xs]
                arrays[place] = arrays[place].copy()
                arrays[place][entry] += sign * h
                shifted.append(np.asarray(f(*arrays)))
            slope = (shifted[0] - shifted[1]) / (2 * h)
            exact = float(np.sum(slope * to_mp(v)))
            assert adjoints[place][entry] == pytest.approx(exact, rel=1e-13, abs=1e-14)


def matrix(x):
    return mp.matrix(x.tolist())


LINALG = {
    "linalg.inv": (np.linalg.inv, lambda m: mp.inverse(m).tolist()),
    "linalg.det": (np.linalg.det, lambda m: [[mp.det(m)]]),
    "linalg.slogdet": (lambda x: np.linalg.slogdet(x)[1], lambda m: [[mp.log(abs(mp.det(m)))]]),
    "linalg.eigvalsh": (np.linalg.eigvalsh, lambda m: [list(mp.eigsy(m, eigvals_only=True))]),
    "linalg.svd": (
        lambda x: np.linalg.svd(x, compute_uv=False),
        lambda m: [list(mp.svd_r(m, compute_uv=False))],
    ),
    "linalg.cholesky": (np.linalg.cholesky, lambda m: mp.cholesky(m).tolist()),
}


@pytest.mark.parametrize("name", sorted(LINALG))
def test_linear_algebra_against_50_digits(name):
    assert name in OPS
    f, truth = LINALG[name]
    rng = np.random.default_rng(17)
    a = rng.standard_normal((3, 3))
    x = a @ a.T + np.eye(3)
    direction = rng.standard_normal((3, 3))
    direction = direction + direction.T  # symmetric: several read one triangle only
    y, pull = vjp(f, x)
    v = rng.standard_normal(np.shape(y))
    h = mp.mpf(10) ** -15
    plus, minus = (truth(matrix(x) + s * h * matrix(direction)) for s in (1, -1))
    flat = [(p - m) / (2 * h) for rp, rm in zip(plus, minus, strict=True)
            for p, m in zip(rp, rm, strict=True)]  # fmt: skip
    exact = sum(d * mp.mpf(float(c)) for d, c in zip(flat, np.ravel(v), strict=True))
    assert np.vdot(pull(v), direction) == pytest.approx(float(exact), rel=1e-11)
