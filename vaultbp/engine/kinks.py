"""What the engine answers where a derivative does not exist: one convention, and a table.

The convention: at a kink the derivative is the mean of the slopes from the two sides, and ties
share equally. The one exception is `relu`, which is 0 at 0 as in every library. At a vertical
tangent it is infinite, as the limit is. Libraries disagree at kinks, so nothing that is true only
at one should be relied on.
"""

from __future__ import annotations

from dataclasses import dataclass

from vaultbp.engine.table import TABLE

CONVENTION = (
    "At a kink the derivative is the mean of the slopes from the two sides; ties share equally. "
    "relu is 0 at 0, as in every library."
)


@dataclass(frozen=True)
class KinkRow:
    """One line of the table of kinks."""

    op: str
    where: str
    derivative: str


@dataclass(frozen=True)
class Comparison:
    """What libraries answer at one kink (autograd 1.9, torch 2.13, jax 0.10)."""

    expression: str
    at: float
    engine: str
    autograd: str
    torch: str
    jax: str


COMPARISONS = (
    Comparison("np.maximum(x, 0.0)", 0.0, "0.5", "0.5", "0.5", "0.5"),
    Comparison("relu(x)", 0.0, "0", "–", "0", "0"),
    Comparison("np.abs(x)", 0.0, "0", "0", "0", "1"),
    Comparison("np.maximum(x, 1.0 * x)", 0.0, "1", "1", "1", "1"),
    Comparison("np.clip(x, 0.0, 1.0)", 0.0, "0.5", "0", "1", "0.5"),
    Comparison("np.sqrt(x)", 0.0, "inf", "error", "inf", "inf"),
    Comparison("np.sqrt(x * x)", 0.0, "nan", "nan", "nan", "nan"),
    Comparison("np.where(x > 0, np.log(x), 0.0)", 0.0, "nan", "nan", "nan", "nan"),
)


def kink_table() -> list[KinkRow]:
    """Every stated kink of the op table."""
    return [
        KinkRow(op.name, kink.where, kink.derivative) for op in TABLE.values() for kink in op.kinks
    ]


def kinks_markdown() -> str:
    """The convention and both tables, for documentation and `explain`."""
    lines = [CONVENTION, "", "| function | where | derivative |", "| --- | --- | --- |"]
    lines += [f"| `{row.op}` | {row.where} | {row.derivative} |" for row in kink_table()]
    lines += ["", "| at 0 | here | autograd | torch | jax |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| `{c.expression}` | {c.engine} | {c.autograd} | {c.torch} | {c.jax} |"
        for c in COMPARISONS
    ]
    return "\n".join(lines)
