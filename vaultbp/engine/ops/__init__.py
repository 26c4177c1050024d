"""The op table, by family. Each block states one operation: forward, derivative rule, domain,
kinks, example; documentation and gradient tests are generated from it."""

from vaultbp.engine.ops import (
    activations,
    arranging,
    convolution,
    elementwise,
    fourier,
    indexing,
    linalg,
    losses,
    products,
    reductions,
)

__all__ = [
    "activations",
    "arranging",
    "convolution",
    "elementwise",
    "fourier",
    "indexing",
    "linalg",
    "losses",
    "products",
    "reductions",
]
