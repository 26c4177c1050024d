"""Activation functions, softmax, and the linear layer as one op."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaultbp.engine.fastpath import Layer
from vaultbp.engine.op import NONZERO, Kink, Op
from vaultbp.engine.ops.elementwise import tanh_x
from vaultbp.engine.ops.products import matrix_product, product, rows_of
from vaultbp.engine.sums import sum_rows
from vaultbp.engine.table import composed, general, register
from vaultbp.engine.tensor import Array, values

VECTOR = {"shapes": {"x": (2, 3)}}
ZERO = np.zeros(())
"""As an argument of a ufunc it takes half the time of 0.0, which has to be made an array first."""


@general(
    about={"example": "sigmoid(x)", **VECTOR},
    x=lambda g, out: g * (out * (1.0 - out)),
)
def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), without overflow."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


def relu_x(g: Any, out: Any) -> Any:
    if type(g) is type(out) is np.ndarray and g.dtype is out.dtype:
        slope = np.greater(out, ZERO).astype(g.dtype)  # two passes, faster than one over two dtypes
        slope *= g
        return slope
    return g * (values(out) > 0)


@general(
    about={
        "example": "relu(x)",
        "domain": NONZERO,
        "kinks": (Kink("x = 0", "0, as every library has it; maximum(x, 0) gives ½"),),
        **VECTOR,
    },
    x=relu_x,
)
def relu(x: Array) -> Array:
    """The positive part of x."""
    return np.maximum(x, 0.0)


@composed(
    about={
        "example": "leaky_relu(x)",
        "domain": NONZERO,
        "kinks": (Kink("x = 0", "½ (1 + slope)"),),
        **VECTOR,
    },
)
def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    """x, times `slope` where it is negative."""
    return np.maximum(x, 0.0) + slope * np.minimum(x, 0.0)


@composed(
    about={"example": "elu(x)", "kinks": (Kink("x = 0, alpha ≠ 1", "½ (1 + alpha)"),), **VECTOR}
)
def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where positive, alpha·(exp(x) - 1) elsewhere."""
    return np.maximum(x, 0.0) + alpha * np.expm1(np.minimum(x, 0.0))


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


def _affine(name: str, activate: Any, through: Any) -> Op:
    """One op for x @ W + b and an activation that works in place and reads only its result."""

    def forward(x: Array, W: Array, b: Array) -> Array:
        z = matrix_product(x, W)
        if b.shape != W.shape[1:]:
            raise ValueError(f"the bias has shape {b.shape}, the layer {W.shape[1:]} outputs")
        z += b
        return z if activate is None else activate(z)

    example = f"{name}(x, y, np.ones(4))"
    op = Layer(
        forward,
        {
            "x": lambda g, W: product(g, W.T),
            "W": lambda g, x: product(x.T, g) if g.ndim == 2 else rows_of(x).T @ rows_of(g),
            "b": lambda g: sum_rows(g if g.ndim == 2 else rows_of(g)),
        },
        name=name,
        through=through,
        example=example,
        shapes={"x": (2, 3), "y": (3, 4)},
        doc=f"x @ W + b{'' if activate is None else ', then the activation'}, in one op.",
    )
    return register(op)


def _tanh(z: Array) -> Array:
    return np.tanh(z, out=z)


def _sigmoid(z: Array) -> Array:
    z *= 0.5
    np.tanh(z, out=z)
    z *= 0.5
    z += 0.5
    return z


affine = _affine("affine", None, None)
FUSED = {
    None: affine,
    "relu": _affine("affine_relu", lambda z: np.maximum(z, ZERO, out=z), relu_x),
    "tanh": _affine("affine_tanh", _tanh, tanh_x),
    "sigmoid": _affine("affine_sigmoid", _sigmoid, sigmoid.rules[0]),
}

APPLY = {activation: op.apply for activation, op in FUSED.items()}

ACTIVATIONS: dict[str, Any] = {
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

    Equal to the composed form; one op where the activation is None, relu, tanh or sigmoid.
    """
    if b is not None and activation in APPLY:
        return APPLY[activation](x, W, b)
    if activation is not None and activation not in ACTIVATIONS:
        raise ValueError(f"no activation {activation!r}: one of {', '.join(ACTIVATIONS)}")
    z = x @ W if b is None else affine(x, W, b)
    return z if activation is None else ACTIVATIONS[activation](z)
