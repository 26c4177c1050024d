"""A backprop engine on numpy: write plain numpy on tensors, ask for derivatives of any order.

>>> import numpy as np
>>> from vaultbp.engine import Tensor, grad
>>> grad(lambda x: np.sum(np.sin(x) * x))(np.array([0.0, 1.0])).round(4)
array([0.    , 1.3818])
>>> w = Tensor(2.0)
>>> (w * w).backward()
>>> float(w.grad)
4.0
"""

from typing import TYPE_CHECKING, Any

from vaultbp.engine import allocation, protocols
from vaultbp.engine import ops as ops
from vaultbp.engine.backward import gradients
from vaultbp.engine.errors import (
    DisconnectedWarning,
    DtypeError,
    EngineError,
    EngineWarning,
    GraphFreedError,
    InPlaceError,
    PrecisionWarning,
    ShapeError,
    StepFunctionWarning,
    UnsupportedError,
    UntrackedError,
)
from vaultbp.engine.ops.activations import (
    affine,
    elu,
    gelu,
    leaky_relu,
    linear,
    log_softmax,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    softsign,
)
from vaultbp.engine.ops.convolution import conv1d, conv2d, max_pool2d, mean_pool2d
from vaultbp.engine.ops.indexing import at_add, at_set
from vaultbp.engine.ops.losses import (
    binary_cross_entropy,
    cross_entropy,
    huber,
    mean_absolute_error,
    mean_squared_error,
    negative_log_likelihood,
    one_hot,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
)
from vaultbp.engine.ops.reductions import logsumexp
from vaultbp.engine.table import custom_op
from vaultbp.engine.tensor import Tensor, check_inplace, detach, no_grad
from vaultbp.engine.transforms import (
    checkpoint,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)

if TYPE_CHECKING:
    from vaultbp.engine.checking import GradCheck, GradientError, gradcheck
    from vaultbp.engine.graph import Graph, GraphNode, trace
    from vaultbp.engine.kinks import kink_table, kinks_markdown
    from vaultbp.engine.numeric import (
        Estimate,
        complex_step,
        directional,
        numeric_gradient,
        numeric_jacobian,
        richardson,
    )
    from vaultbp.engine.reference import op_table, ops_markdown

protocols.attach()
allocation.keep_freed_memory()

_ON_DEMAND = {
    "checking": ("GradCheck", "GradientError", "gradcheck"),
    "graph": ("Graph", "GraphNode", "trace"),
    "kinks": ("kink_table", "kinks_markdown"),
    "numeric": (
        "Estimate",
        "complex_step",
        "directional",
        "numeric_gradient",
        "numeric_jacobian",
        "richardson",
    ),
    "reference": ("op_table", "ops_markdown"),
}
"""Modules that a computation does not need, and what they define: imported when first asked for."""


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for module, names in _ON_DEMAND.items():
        if name in names:
            value = getattr(import_module(f"vaultbp.engine.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "DisconnectedWarning",
    "DtypeError",
    "EngineError",
    "EngineWarning",
    "Estimate",
    "GradCheck",
    "GradientError",
    "Graph",
    "GraphFreedError",
    "GraphNode",
    "InPlaceError",
    "PrecisionWarning",
    "ShapeError",
    "StepFunctionWarning",
    "Tensor",
    "UnsupportedError",
    "UntrackedError",
    "affine",
    "at_add",
    "at_set",
    "binary_cross_entropy",
    "check_inplace",
    "checkpoint",
    "complex_step",
    "conv1d",
    "conv2d",
    "cross_entropy",
    "custom_op",
    "detach",
    "directional",
    "elu",
    "gelu",
    "grad",
    "gradcheck",
    "gradients",
    "hessian",
    "huber",
    "hvp",
    "jacobian",
    "jvp",
    "kink_table",
    "kinks_markdown",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsumexp",
    "max_pool2d",
    "mean_absolute_error",
    "mean_pool2d",
    "mean_squared_error",
    "negative_log_likelihood",
    "no_grad",
    "numeric_gradient",
    "numeric_jacobian",
    "one_hot",
    "op_table",
    "ops_markdown",
    "relu",
    "richardson",
    "sigmoid",
    "sigmoid_cross_entropy",
    "silu",
    "softmax",
    "softmax_cross_entropy",
    "softplus",
    "softsign",
    "trace",
    "value_and_grad",
    "vjp",
]
