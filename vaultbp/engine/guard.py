"""A check, for debugging, that arrays were not written to between the forward and backward pass.

A derivative rule reads the arrays that its operation used. Tensors cannot be written to, but a
plain numpy array can, and numpy keeps no count of versions: `X[:] = next_batch` before
`loss.backward()` gives the gradient at a point that never was. Looking costs one more pass over
every array that is kept, so it is done on request.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

import numpy as np

from vaultbp.engine.errors import InPlaceError
from vaultbp.engine.tensor import Node, live_edges, values


def guard(node: Node, where: str) -> None:
    """Let the rules of `node` first look whether what they read is what was kept."""
    op: Any = copy(node.op)
    op.rules = list(op.rules)
    for position, _, saved, _ in live_edges(node):
        op.rules[position] = looking_first(op.rules[position], saved, op.name, where)
    if op.through is not None:
        op.through = looking_first(op.through, node.local, op.name, where)
    node.op = op


def looking_first(
    rule: Callable[..., Any], saved: tuple[Any, ...], name: str, where: str
) -> Callable[..., Any]:
    before = [digest(x) for x in saved]

    def back(g: Any, *saved: Any) -> Any:
        for x, then in zip(saved, before, strict=True):
            if digest(x) != then:
                raise InPlaceError(
                    f"an array of shape {np.shape(values(x))} that {name} read ({where}) was "
                    "written to before the backward pass, which needs the values it had: write "
                    "after the backward pass, or give the operation a copy (X.copy())"
                )
        return rule(g, *saved)

    return back


def digest(x: Any) -> int | None:
    """A number that changes with the values of an array; None for anything else."""
    x = values(x)
    return hash(x.tobytes()) if isinstance(x, np.ndarray) else None
