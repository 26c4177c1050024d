"""The examples of the op table as functions of arrays, for generated tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from vaultbp.engine.op import Op
from vaultbp.engine.reference import example_of, example_shapes
from vaultbp.engine.table import TABLE

NAMESPACE = {"np": np, **{name: op for name, op in TABLE.items() if "." not in name}}


def example(op: Op) -> Callable[..., Any]:
    """The op's example as a function of the arrays it names, in order."""
    code = compile(example_of(op), f"<example of {op.name}>", "eval")
    names = list(example_shapes(op))

    def call(*arrays: Any) -> Any:
        return eval(code, {**NAMESPACE, **dict(zip(names, arrays, strict=True))})

    return call


def points(op: Op, rng: np.random.Generator) -> list[Any]:
    """Random arrays in the op's domain, for its example."""
    low, high = op.domain.low, op.domain.high
    return [np.asarray(rng.uniform(low, high, s)) for s in example_shapes(op).values()]


def random_like(value: Any, rng: np.random.Generator) -> Any:
    return rng.standard_normal(np.shape(value))


OPS = sorted(TABLE)
