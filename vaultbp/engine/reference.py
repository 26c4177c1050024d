"""Documentation generated from the op table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaultbp.engine.fastpath import Elementwise
from vaultbp.engine.op import Op
from vaultbp.engine.table import BY_FUNCTION, TABLE, Composed


@dataclass(frozen=True)
class OpRow:
    """One op as its documentation shows it."""

    name: str
    family: str
    doc: str
    domain: str
    kinks: str
    example: str
    numpy: bool
    """Whether it is called by its numpy name; otherwise it is imported from the engine."""
    composed: bool
    """Whether its derivative comes from the ops it is written with."""


FAMILIES = (
    "elementwise", "reductions", "statistics", "products", "arranging", "joining", "indexing",
    "spacing", "polynomials", "linalg", "fourier", "activations", "losses", "convolution",
)  # fmt: skip
"""Order of the sections."""


def op_table() -> list[OpRow]:
    """All ops, family by family."""
    of_numpy = {id(op) for op in BY_FUNCTION.values()}
    return [
        OpRow(
            op.name,
            op.family,
            " ".join(op.doc.split("\n\n")[0].split()) or summary(op),
            op.domain.text,
            "; ".join(f"{kink.where}: {kink.derivative}" for kink in op.kinks),
            example_of(op),
            id(op) in of_numpy,
            isinstance(op, Composed),
        )
        for op in sorted(TABLE.values(), key=lambda op: FAMILIES.index(op.family))
    ]


def summary(op: Op) -> str:
    """First sentence of numpy's own documentation of a ufunc."""
    text = (getattr(getattr(np, op.name, None), "__doc__", "") or "").split("\n\n")
    return " ".join(text[1].split()) if len(text) > 1 else ""


def example_of(op: Op) -> str:
    """A call of the op, as code on arrays x and y."""
    return op.example or f"np.{op.name}({', '.join(op.arguments)})"


def example_shapes(op: Op) -> dict[str, tuple[int, ...]]:
    """Shapes of the arrays in its example; y is smaller, so that it is broadcast."""
    if op.shapes:
        return {name: shape for name, shape in op.shapes.items() if uses(example_of(op), name)}
    if isinstance(op, Elementwise):
        return dict(zip(op.arguments, [(2, 3), (3,)], strict=False))
    return {}


def uses(code: str, name: str) -> bool:
    return name in compile(code, "example", "eval").co_names


def ops_markdown() -> str:
    """The table as Markdown, one section per family."""
    lines: list[str] = []
    family = None
    for row in op_table():
        if row.family != family:
            family = row.family
            lines += ["", f"## {family}", "", "| op | what | where differentiable | example |"]
            lines.append("| --- | --- | --- | --- |")
        where = row.domain + (f"; kinks: {row.kinks}" if row.kinks else "")
        cells = f"`{row.name}`", row.doc, where, f"`{row.example}`"
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines).strip() + "\n"
