"""Whether what is kept is still what comes out: some notes are run once more and compared."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaultbp.cells.kept import Kept
from vaultbp.cells.results import LAYERS, CellResult, Mode
from vaultbp.cells.runner import run
from vaultbp.source import Source

if TYPE_CHECKING:
    from vaultbp.cells.cache import Cache
    from vaultbp.cells.plan import Lookup


@dataclass(frozen=True, slots=True)
class Comparison:
    """One cell, as it was kept and as it came out now."""

    kept: CellResult
    now: CellResult

    @property
    def differs(self) -> bool:
        return _told(self.kept) != _told(self.now)


def verify(
    notes: Sequence[Source],
    cache: Cache,
    sample: int,
    *,
    sandbox: Mode = "best",
    timeout: float = 30.0,
    jobs: int | None = None,
    lookup: Lookup | None = None,
) -> list[Comparison]:
    """Run up to ``sample`` notes, chosen by chance among those whose results are kept, once more.

    The cache is not written. Raises as ``run`` does.
    """
    kept = Kept(cache)
    level = kept.level(("process",) if sandbox == "off" else LAYERS)
    if level is None:
        return []
    kept.sandbox = level
    known: dict[str, tuple[CellResult, ...]] = {}
    chosen = []
    for note in random.sample(notes, len(notes)):
        cells = _known(kept, note, lookup, timeout)
        if any(cell.status != "skipped" for cell in cells):
            known[note.path] = cells
            chosen.append(note)
        if len(chosen) == sample:
            break
    done = run(chosen, sandbox=sandbox, timeout=timeout, jobs=jobs, lookup=lookup)
    return list(_compared(known, done.results))


def _known(
    kept: Kept, note: Source, lookup: Lookup | None, timeout: float
) -> tuple[CellResult, ...]:
    """What is kept of a note: by its text or, where it imports others, by all that it runs."""
    from vaultbp.cells.outcomes import results
    from vaultbp.cells.plan import plan_note
    from vaultbp.notes import read

    cells = kept.page(note)
    if cells is not None:
        return cells
    plan = plan_note(read(note), lookup)
    if plan.problem is not None or not plan.runnable:
        return ()
    outcome = kept.outcome(plan)
    return () if outcome is None else results(plan, outcome, timeout)


def _compared(
    known: dict[str, tuple[CellResult, ...]], now: Mapping[str, tuple[CellResult, ...]]
) -> Iterator[Comparison]:
    for path in sorted(known):
        for cell, again in zip(known[path], now[path], strict=True):
            if cell.status != "skipped" or again.status != "skipped":
                yield Comparison(cell, again)


def _told(cell: CellResult) -> tuple[object, ...]:
    """What a reader is told of a cell, but for the time it took."""
    error = cell.error and (cell.error.type, cell.error.message, cell.error.line)
    return cell.status, cell.stdout, cell.stderr, error, cell.figures
