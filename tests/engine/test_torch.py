"""The op table against torch, where torch is installed."""

import numpy as np
import pytest

from tests.engine.examples import example, points
from vaultbp.engine import vjp
from vaultbp.engine.table import TABLE

torch = pytest.importorskip("torch")
F = torch.nn.functional

UNARY = [
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "square", "reciprocal",
    "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh",
    "arccosh", "arctanh", "absolute", "negative", "deg2rad", "rad2deg", "sigmoid", "relu", "sinc",
]  # fmt: skip

BINARY = [
    "add", "subtract", "multiply", "divide", "maximum", "minimum", "fmax", "fmin",
    "hypot", "arctan2", "logaddexp", "logaddexp2", "remainder", "fmod", "copysign", "float_power",
]  # fmt: skip


def spd(x):
    return x @ x.mT + 2 * torch.eye(x.shape[-1], dtype=x.dtype)


OTHER = {
    "matmul": lambda x, y: x @ y,
    "einsum": lambda x, y: torch.einsum("ij,jk->ik", x, y),
    "kron": torch.kron,
    "power": torch.pow,
    "cross": lambda x, y: torch.linalg.cross(x, y),
    "sum": lambda x: x.sum(1),
    "mean": lambda x: x.mean(0),
    "prod": lambda x: x.prod(1),
    "max": lambda x: x.amax(1),
    "min": lambda x: x.amin(1),
    "var": lambda x: x.var(1),
    "std": lambda x: x.std(1),
    "cumsum": lambda x: x.cumsum(1),
    "cumprod": lambda x: x.cumprod(1),
    "logsumexp": lambda x: x.logsumexp(1),
    "median": lambda x: torch.quantile(x, 0.5, dim=1),
    "sort": lambda x: x.sort(1).values,
    "clip": lambda x: x.clamp(-0.5, 0.5),
    "linalg.inv": lambda x: torch.linalg.inv(spd(x)),
    "linalg.det": lambda x: torch.linalg.det(spd(x)),
    "linalg.slogdet": lambda x: torch.linalg.slogdet(spd(x))[1],
    "linalg.cholesky": lambda x: torch.linalg.cholesky(spd(x)),
    "linalg.eigvalsh": lambda x: torch.linalg.eigvalsh(spd(x)),
    "linalg.eigh": lambda x: torch.linalg.eigh(spd(x))[1] ** 2,
    "linalg.svd": lambda x: torch.linalg.svd(x, full_matrices=False)[2] ** 2,
    "linalg.solve": lambda x, y: torch.linalg.solve(spd(x), y),
    "linalg.pinv": torch.linalg.pinv,
    "linalg.norm": lambda x: torch.linalg.norm(x, dim=1),
    "linalg.matrix_power": lambda x: torch.linalg.matrix_power(x, 3),
    "trace": torch.trace,
    "fft.fft": lambda x: torch.fft.fft(x).abs() ** 2,
    "fft.rfft": lambda x: torch.fft.rfft(x).abs() ** 2,
    "fft.irfft": lambda x: torch.fft.irfft(x, 6),
    "fft.irfftn": lambda x: torch.fft.irfftn(x).abs() ** 2,
    "softmax": lambda x: F.softmax(x, 1),
    "log_softmax": lambda x: F.log_softmax(x, 1),
    "elu": F.elu,
    "leaky_relu": F.leaky_relu,
    "silu": F.silu,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "gelu": lambda x: F.gelu(x, approximate="tanh"),
    "softmax_cross_entropy": lambda x: F.cross_entropy(x, torch.tensor([2, 0])),
    "mean_squared_error": F.mse_loss,
    "mean_absolute_error": F.l1_loss,
    "huber": F.huber_loss,
    "sigmoid_cross_entropy": lambda x, *_: F.binary_cross_entropy_with_logits(
        x, torch.ones(2, 3, dtype=x.dtype)
    ),
    "conv1d": lambda x, y: F.conv1d(x, y, padding=1),
    "conv2d": lambda x, y: F.conv2d(x, y, stride=2, padding=1),
    "max_pool2d": lambda x: F.max_pool2d(x, 2),
    "mean_pool2d": lambda x: F.avg_pool2d(x, 2),
}


def peer(name):
    if name in OTHER:
        return OTHER[name]
    return getattr(torch, name)


@pytest.mark.parametrize("name", [*UNARY, *BINARY, *OTHER])
def test_value_and_gradients_equal_those_of_torch(name):
    op, rng = TABLE[name], np.random.default_rng(23)
    xs = points(op, rng)
    y, pull = vjp(example(op), *xs)
    v = rng.standard_normal(np.shape(y))
    adjoints = pull(v) if len(xs) > 1 else (pull(v),)
    theirs = [torch.tensor(x, requires_grad=True) for x in xs]
    out = peer(name)(*theirs)
    np.testing.assert_allclose(y, out.detach().numpy(), rtol=1e-11, atol=1e-13)
    out.backward(torch.tensor(v))
    for a, t in zip(adjoints, theirs, strict=True):
        np.testing.assert_allclose(a, t.grad.numpy(), rtol=1e-9, atol=1e-11)
