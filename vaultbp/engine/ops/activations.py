"""Activation functions, softmax, and the linear layer as one op."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaultbp.engine.backward import unbroadcast
from vaultbp.engine.errors import ShapeError
from vaultbp.engine.op import NONZERO, Kink, composed, general
from vaultbp.engine.ops.products import swap
from vaultbp.engine.tensor import Array, values

VECTOR = {"shapes": {"x": (2, 3)}}


@general(
    about={"example": "sigmoid(x)", **VECTOR},
    x=lambda g, out: g * (out * (1.0 - out)),
)
def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), without overflow."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


@general(
    about={
        "example": "relu(x)",
        "domain": NONZERO,
        "kinks": (Kink("x = 0", "0, as every library has it; maximum(x, 0) gives ½"),),
        **VECTOR,
    },
    x=lambda g, out: g * (values(out) > 0),
)
def relu(x: Array) -> Array:
    """The positive part of x."""
    return np.maximum(x, 0.0)


@composed(
    about={
        "example": "leaky_relu(x)",
        "domain": NONZERO,
        "kinks": (Kink("x = 0", "slope"),),
        **VECTOR,
    },
)
def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    """x, times `slope` where it is negative."""
    return np.where(values(x) > 0, x, slope * x)


@composed(about={"example": "elu(x)", **VECTOR})
def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where positive, alpha·(exp(x) - 1) elsewhere."""
    positive = values(x) > 0
    return np.where(positive, x, alpha * np.expm1(np.where(positive, 0.0, x)))


@composed(about={"example": "softplus(x)", **VECTOR})
def softplus(x: Any) -> Any:
    """log(1 + exp(x)), without overflow."""
    return np.logaddexp(x, 0.0)


@composed(about={"example": "silu(x)", **VECTOR})
def silu(x: Any) -> Any:
    """x·sigmoid(x), also called swish."""
    return x * sigmoid(x)


@composed(about={"example": "gelu(x)", **VECTOR})
def gelu(x: Any) -> Any:
    """The tanh form of the Gaussian error linear unit (Hendrycks and Gimpel 2016)."""
    return 0.5 * x * (1.0 + np.tanh(0.7978845608028654 * (x + 0.044715 * (x * x * x))))


@composed(
    about={"example": "softsign(x)", **VECTOR},
)
def softsign(x: Any) -> Any:
    """x / (1 + |x|)."""
    return x / (1.0 + np.abs(x))


@general(
    about={"example": "softmax(x, axis=1)", **VECTOR},
    x=lambda g, out, axis: out * (g - np.add.reduce(g * out, axis=axis, keepdims=True)),
)
def softmax(x: Array, axis: int = -1) -> Array:
    """exp(x) / Σ exp(x) along `axis`, without overflow."""
    e = np.exp(x - np.maximum.reduce(x, axis=axis, keepdims=True))
    e /= np.add.reduce(e, axis=axis, keepdims=True)
    return e


@general(
    about={"example": "log_softmax(x, axis=1)", **VECTOR},
    x=lambda g, out, axis: g - np.exp(out) * np.add.reduce(g, axis=axis, keepdims=True),
)
def log_softmax(x: Array, axis: int = -1) -> Array:
    """log softmax(x) along `axis`, without overflow."""
    z = x - np.maximum.reduce(x, axis=axis, keepdims=True)
    z -= np.log(np.add.reduce(np.exp(z), axis=axis, keepdims=True))
    return z


def _rows(x: Any) -> Any:
    """All leading axes as one."""
    return x if len(x.shape) == 2 else x.reshape((-1, x.shape[-1]))


@general(
    about={"example": "affine(x, y, np.ones(4))", "shapes": {"x": (2, 3), "y": (3, 4)}},
    x=lambda g, W: g @ swap(W),
    W=lambda g, x: _rows(x).T @ _rows(g),
    b=lambda g, b_shape: unbroadcast(g, b_shape),
)
def affine(x: Array, W: Array, b: Array) -> Array:
    """x @ W + b in one op."""
    z = np.matmul(x, W)
    z += b
    return z


ACTIVATIONS = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "softplus": softplus,
    "silu": silu,
    "gelu": gelu,
    "elu": elu,
    "softmax": softmax,
}


@composed(
    about={"example": "linear(x, y, np.ones(4), 'tanh')", "shapes": {"x": (2, 3), "y": (3, 4)}}
)
def linear(x: Any, W: Any, b: Any = None, activation: str | None = None) -> Any:
    """A layer of neurons: activation(x @ W + b), x of shape (…, in), W (in, out), b (out,).

    Equal to the composed form; the product and the bias are one op.
    """
    if np.shape(x)[-1:] != np.shape(W)[:1]:
        raise ShapeError(
            f"linear: x has {np.shape(x)[-1:]} inputs (shape {np.shape(x)}), "
            f"W of shape {np.shape(W)} takes {np.shape(W)[:1]}"
        )
    z = x @ W if b is None else affine(x, W, b)
    if activation is None:
        return z
    if activation not in ACTIVATIONS:
        raise ValueError(f"no activation {activation!r}: one of {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[activation](z)
