"""The op table, by family. Each block states one operation: forward, derivative rule, domain,
kinks, example; documentation and gradient tests are generated from it."""

from vaultbp.engine.ops import (
    activations,
    arranging,
    convolution,
    elementwise,
    fourier,
    indexing,
    joining,
    linalg,
    losses,
    polynomials,
    products,
    reductions,
    spacing,
    statistics,
)

__all__ = [
    "activations",
    "arranging",
    "convolution",
    "elementwise",
    "fourier",
    "indexing",
    "joining",
    "linalg",
    "losses",
    "polynomials",
    "products",
    "reductions",
    "spacing",
    "statistics",
]
