"""The computation graph that `math --trace` shows: values and adjoints of every quantity."""

from __future__ import annotations

import pytest

from vaultbp.derivations import judge
from vaultbp.derivations.tracing import attach
from vaultbp.notes import read
from vaultbp.source import Source

NOTE = r"""
$$z = w x + b$$
$$L = (z - t)^2$$
$$\frac{\partial L}{\partial w} = 2 (z - t) x$$
"""


def table(text: str) -> dict[str, tuple[float, float, bool]]:
    note = read(Source("n.md", text))
    (claim,) = [c for c in attach(note, (), judge(note)) if c.kind == "claim"]
    rows = [line.split() for line in claim.trace[1:]]
    return {row[0]: (float(row[1]), float(row[2]), row[3:] == ["(given)"]) for row in rows}


def test_values_and_adjoints_agree_with_calculus() -> None:
    rows = table(NOTE)
    assert set(rows) == {"w", "x", "b", "z", "t", "L"}
    value = {name: row[0] for name, row in rows.items()}
    adjoint = {name: row[1] for name, row in rows.items()}
    slope = 2 * (value["z"] - value["t"])
    assert value["z"] == pytest.approx(value["w"] * value["x"] + value["b"], rel=1e-4)
    expected = {
        "L": 1.0,
        "z": slope,
        "t": -slope,
        "b": slope,
        "w": slope * value["x"],
        "x": slope * value["w"],
    }
    assert adjoint == pytest.approx(expected, rel=1e-4)
    assert {name for name, row in rows.items() if row[2]} == {"w", "x", "b", "t"}


def test_what_cannot_be_evaluated_has_no_graph() -> None:
    note = read(Source("n.md", "$$\\frac{\\partial Q}{\\partial s} = \\text{something}$$"))
    assert [claim.trace for claim in attach(note, (), judge(note))] == [()]
