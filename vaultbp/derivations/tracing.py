"""The computation graph behind a derivative: every quantity's value and adjoint at one point.

For a claim about ``∂A/∂B`` the definitions behind ``A`` are evaluated on the engine's tape at the first
sample point, and one backward pass gives ``∂A/∂q`` for every quantity ``q`` on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vaultbp.derivations.arrays.declared import declare
from vaultbp.derivations.decide import Judge
from vaultbp.derivations.infer import infer
from vaultbp.derivations.judging import place
from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.opening import open_notebook
from vaultbp.derivations.meaning.scope import NEVER, Ground
from vaultbp.derivations.meaning.terms import Deriv, Term, walk
from vaultbp.derivations.numerics.compare import assignments
from vaultbp.derivations.numerics.differentiate import TapeEvaluator, spell
from vaultbp.derivations.numerics.world import CannotEvaluate, TooLarge, World
from vaultbp.derivations.readings.trial import Trial
from vaultbp.derivations.verdicts import Claim
from vaultbp.notes.note import Note
from vaultbp.terminal import pad, width

MOST = 40
"""Quantities shown; a longer graph says how many were left out."""


@dataclass(frozen=True)
class Row:
    """One quantity at the point: its value, and how the differentiated one answers to it."""

    name: str
    value: float
    adjoint: float
    given: bool
    """Nothing in the note computes it: it was drawn."""


class _Recorder(TapeEvaluator):
    """Puts every free quantity on the tape, so that each gets an adjoint."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.given: dict[Ground, Any] = {}

    def leaf(self, node: Ground) -> Any:
        from vaultbp.engine import Tensor

        if node not in self.given:
            self.given[node] = Tensor(super().leaf(node), name=str(node))
        return self.given[node]


def attach(note: Note, linked: Sequence[Note], claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The claims with the graph of the first derivative that each speaks of, as lines of text."""
    book = open_notebook(note, linked)
    declare(book)
    infer(book)
    judgement = Judge(book)
    stated_at = {place(stated, stated.chain.span): stated for stated in book.stated}
    return tuple(
        replace(claim, trace=_lines(judgement, stated_at[claim.span]))
        if claim.kind == "claim" and claim.span in stated_at
        else claim
        for claim in claims
    )


def _lines(judgement: Judge, stated: Stated) -> tuple[str, ...]:
    found = next((t for side in stated.sides for t in walk(side) if isinstance(t, Deriv)), None)
    if found is None:
        return ()
    try:
        with np.errstate(all="ignore"):
            rows = _rows(judgement, stated, found.of)
    except (CannotEvaluate, TooLarge, ArithmeticError, ValueError, TypeError, RecursionError):
        return ()
    return tuple(_table(rows, spell(found.of))) if len(rows) > 1 else ()


def _rows(judgement: Judge, stated: Stated, of: Term) -> list[Row]:
    from vaultbp.engine import Tensor, gradients

    world = judgement.world(stated, NEVER, Trial())
    recorder = _Recorder(world)
    result = recorder.value(of, assignments(world, of, of, stated.case)[0])
    if not isinstance(result, Tensor) or result.ndim != 1:
        return []
    computed = {node: known.value for node, known in recorder.frame.memo.items()}
    nodes = {
        node: value
        for node, value in {**recorder.given, **computed}.items()
        if isinstance(value, Tensor) and value.tracked and value.ndim == 1
    }
    adjoints = gradients(result, list(nodes.values()))
    usable = np.flatnonzero(np.isfinite(np.asarray(result.data, dtype=float)))
    if not usable.size:
        return []
    at = int(usable[0])
    return [
        Row(str(node), float(value.data[at]), float(adjoint[at]), node in recorder.given)
        for (node, value), adjoint in zip(nodes.items(), adjoints, strict=True)
        if adjoint is not None
    ]


def _table(rows: list[Row], of: str) -> list[str]:
    shown = rows[-MOST:]
    cells = [("quantity", "value", f"∂{of}/∂quantity")]
    cells += [(row.name, f"{row.value:.6g}", f"{row.adjoint:.6g}") for row in shown]
    first, second = (max(width(cell[k]) for cell in cells) for k in (0, 1))
    lines = [f"{pad(a, first)}  {pad(b, second)}  {c}" for a, b, c in cells]
    marks = ["", *("  (given)" if row.given else "" for row in shown)]
    left_out = [f"… and {len(rows) - MOST} quantities before these"] if len(rows) > MOST else []
    return [*left_out, *(line + mark for line, mark in zip(lines, marks, strict=True))]
