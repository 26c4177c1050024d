"""The op table, by family. Each block states one operation: forward, derivative rule, domain,
kinks, example; documentation and gradient tests are generated from it."""

from vaultbp.engine.ops import (
    arranging,
    elementwise,
    indexing,
    products,
    reductions,
)

__all__ = ["arranging", "elementwise", "indexing", "products", "reductions"]
