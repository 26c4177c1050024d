"""Vanishing gradients: the size of the derivative at each layer of a deep network."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaultbp.engine.ops.activations import linear
from vaultbp.engine.training.initialisers import INITIALISERS
from vaultbp.engine.transforms import grad


def gradient_norms(
    depth: int = 20,
    width: int = 32,
    activation: str = "sigmoid",
    initialiser: str = "glorot_uniform",
    seed: int = 0,
) -> list[float]:
    """Norm of ∂loss/∂W for each layer, first layer first, at random weights and inputs.

    With the sigmoid each layer multiplies the backward signal by at most 1/4 times its weights;
    relu with He's initialisation keeps its size.
    """
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((64, width)), rng.standard_normal((64, width))
    start = INITIALISERS[initialiser]
    weights = [start(rng, (width, width)) for _ in range(depth)]
    biases = np.zeros(width)

    def loss(weights: Any) -> Any:
        h: Any = x
        for W in weights:
            h = linear(h, W, biases, activation)
        return np.mean((h - y) ** 2)

    return [float(np.linalg.norm(g)) for g in grad(loss)(weights)]
