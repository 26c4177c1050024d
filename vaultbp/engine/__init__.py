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

from vaultbp.engine import ops, protocols
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
from vaultbp.engine.numeric import (
    Estimate,
    complex_step,
    directional,
    numeric_gradient,
    numeric_jacobian,
    richardson,
)
from vaultbp.engine.ops.indexing import at_add, at_set
from vaultbp.engine.tensor import Tensor, detach, no_grad
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

protocols.attach()

__all__ = [
    "DisconnectedWarning",
    "DtypeError",
    "EngineError",
    "EngineWarning",
    "Estimate",
    "GraphFreedError",
    "InPlaceError",
    "PrecisionWarning",
    "ShapeError",
    "StepFunctionWarning",
    "Tensor",
    "UnsupportedError",
    "UntrackedError",
    "at_add",
    "at_set",
    "checkpoint",
    "complex_step",
    "detach",
    "directional",
    "grad",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "no_grad",
    "numeric_gradient",
    "numeric_jacobian",
    "ops",
    "richardson",
    "value_and_grad",
    "vjp",
]
