"""Starting weights: functions (rng, shape) -> array.

The fan-in of a matrix (in, out) is `in`; of a convolution (filters, channels, kh, kw) it is
channels·kh·kw.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Shape: TypeAlias = tuple[int, ...]
Initialiser: TypeAlias = Callable[[np.random.Generator, Shape], Array]


def fans(shape: Shape) -> tuple[int, int]:
    """(fan-in, fan-out)."""
    if len(shape) < 2:
        size = shape[0] if shape else 1
        return size, size
    if len(shape) == 2:
        return shape
    field = int(np.prod(shape[2:]))
    return shape[1] * field, shape[0] * field


def zeros(rng: np.random.Generator, shape: Shape) -> Array:
    """All zero: for biases. Neurons that start equal stay equal."""
    return np.zeros(shape)


def glorot_uniform(rng: np.random.Generator, shape: Shape) -> Array:
    """Uniform with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010): tanh, sigmoid."""
    bound = np.sqrt(6.0 / sum(fans(shape)))
    return rng.uniform(-bound, bound, shape)


def glorot_normal(rng: np.random.Generator, shape: Shape) -> Array:
    """Normal with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010)."""
    return rng.normal(0.0, np.sqrt(2.0 / sum(fans(shape))), shape)


def he_normal(rng: np.random.Generator, shape: Shape) -> Array:
    """Normal with variance 2 / fan-in (He et al. 2015): relu."""
    return rng.normal(0.0, np.sqrt(2.0 / fans(shape)[0]), shape)


def he_uniform(rng: np.random.Generator, shape: Shape) -> Array:
    """Uniform with variance 2 / fan-in (He et al. 2015): relu."""
    bound = np.sqrt(6.0 / fans(shape)[0])
    return rng.uniform(-bound, bound, shape)


def lecun_normal(rng: np.random.Generator, shape: Shape) -> Array:
    """Normal with variance 1 / fan-in (LeCun et al. 1998)."""
    return rng.normal(0.0, np.sqrt(1.0 / fans(shape)[0]), shape)


INITIALISERS: dict[str, Initialiser] = {
    function.__name__: function
    for function in (zeros, glorot_uniform, glorot_normal, he_normal, he_uniform, lecun_normal)
}
