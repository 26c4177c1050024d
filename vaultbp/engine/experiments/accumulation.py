"""Forward against reverse accumulation: which is cheaper depends on the shape of the Jacobian.

Reverse accumulation takes one pass per output, forward accumulation one per input.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vaultbp.engine.experiments.cost import cpu_seconds
from vaultbp.engine.transforms import jvp, vjp


@dataclass(frozen=True)
class AccumulationCost:
    """Cost of a full Jacobian in both directions, in passes and CPU seconds."""

    inputs: int
    outputs: int
    forward_passes: int
    reverse_passes: int
    forward: float
    reverse: float
    disagreement: float
    """Largest absolute difference between the two Jacobians."""


def layered(matrices: list[Any]) -> Any:
    def f(x: Any) -> Any:
        for matrix in matrices:
            x = np.tanh(matrix @ x)
        return x

    return f


def by_forward(f: Any, x: Any) -> Any:
    """Jacobian column by column."""
    return np.stack([jvp(f, (x,), (e,))[1] for e in np.eye(x.size)], axis=-1)


def by_reverse(f: Any, x: Any) -> Any:
    """Jacobian row by row."""
    y, pull = vjp(f, x)
    return np.stack([pull(e) for e in np.eye(np.size(y))])


def accumulation_costs(
    shapes: tuple[tuple[int, int], ...] = ((40, 1), (10, 10), (1, 40)),
    depth: int = 4,
    seed: int = 0,
) -> list[AccumulationCost]:
    """Costs for functions of (inputs, outputs) numbers, made of `depth` tanh layers."""
    rng = np.random.default_rng(seed)
    rows = []
    for inputs, outputs in shapes:
        widths = [inputs, *[20] * (depth - 1), outputs]
        pairs = zip(widths[1:], widths, strict=False)
        f = layered([rng.standard_normal((m, n)) / np.sqrt(n) for m, n in pairs])
        x = rng.standard_normal(inputs)
        gap = float(np.max(np.abs(by_forward(f, x) - by_reverse(f, x))))
        rows.append(
            AccumulationCost(
                inputs,
                outputs,
                inputs,
                outputs,
                cpu_seconds(lambda f=f, x=x: by_forward(f, x), 5),  # type: ignore[misc]
                cpu_seconds(lambda f=f, x=x: by_reverse(f, x), 5),  # type: ignore[misc]
                gap,
            )
        )
    return rows
