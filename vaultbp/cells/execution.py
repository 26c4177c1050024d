"""Runs the notes that the cache does not know, and has it keep what they gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vaultbp.cells.kept import Kept
from vaultbp.cells.outcomes import Outcome, results, unrunnable
from vaultbp.cells.plan import Lookup, Plan, plan_note
from vaultbp.cells.queue import Queue
from vaultbp.cells.results import CellResult, Mode
from vaultbp.cells.runner import Progress, require
from vaultbp.cells.servers import Servers, Terms
from vaultbp.source import Source

if TYPE_CHECKING:
    from vaultbp.cells.children import ForkServer
    from vaultbp.cells.demand import Demand
    from vaultbp.notes import Note

FEW = 8
"""Up to so many notes, all asserts show their operands the first time."""


class Execution:
    """One call of ``run``, as far as something is to be run. Results go into ``found``."""

    def __init__(
        self,
        kept: Kept,
        found: dict[str, tuple[CellResult, ...]],
        lookup: Lookup | None,
        timeout: float,
        progress: Progress | None,
    ) -> None:
        self.kept = kept
        self.found = found
        self.lookup = lookup
        self.timeout = timeout
        self.progress = progress or (lambda done, total: None)
        self.left = 0
        """Notes without results so far."""
        self.pages: set[str] = set()
        """Paths of the notes given as sources: their results are kept by their whole text."""

    def run(
        self,
        notes: Sequence[Note | Source],
        wanted: Demand,
        server: ForkServer | None,
        mode: Mode,
    ) -> None:
        """Run notes on a server that starts while they are being read.

        ``server``: started as ``wanted`` says; ``None`` if no note may have anything to run.
        """
        self.left = len(notes)
        if server is None:
            for note in notes:
                if self.plan(note) is not None:
                    raise AssertionError(f"{note.path}: a cell without a fence")
            return
        terms = Terms(wanted.slots, self.timeout, explained=wanted.notes <= FEW)
        with Servers(wanted, server) as servers:
            waiting = Queue(plan for plan in map(self.plan, notes) if plan is not None)
            while not servers.is_ready() and waiting.look_ahead(least=len(notes)):
                continue
            if not waiting.is_empty():
                self.kept.sandbox = servers.reached()
                require(self.kept.sandbox, mode)
                self.execute(waiting, servers, terms)

    def plan(self, note: Note | Source) -> Plan | None:
        """Read and plan a note; ``None`` if its results are known without running it."""
        if isinstance(note, Source):
            from vaultbp.notes import read  # while the server starts

            self.pages.add(note.path)
            note = read(note)
        plan = plan_note(note, self.lookup)
        if plan.problem is not None or not plan.runnable:
            self.finish(plan, unrunnable(plan), lasting=True)
            return None
        outcome = self.kept.outcome(plan)
        if outcome is None:
            return plan
        cells = results(plan, outcome, self.timeout)
        self.finish(plan, cells, lasting=True)
        self.found[note.path] = tuple(
            cell._replace(cached=cell.status != "skipped") for cell in cells
        )
        return None

    def execute(self, waiting: Queue, servers: Servers, terms: Terms) -> None:
        """Run what is in a queue and take its results.

        Asserts that show their operands cost more to compile than most cells to run. Where there are
        many notes, only those in which an assert failed are run so, a second time.
        """
        again: dict[str, tuple[Plan, Outcome]] = {}

        def finished(plan: Plan, outcome: Outcome) -> None:
            path = plan.note.path
            if terms.explained and path in again and not _failed_assert(outcome):
                outcome = again[path][1]  # this time it held: what was seen first counts
            elif not terms.explained and _failed_assert(outcome):
                again[path] = (plan, outcome)
                return
            lasting = self.kept.keep_outcome(plan, outcome)
            self.finish(plan, results(plan, outcome, self.timeout), lasting=lasting)

        servers.run(waiting, terms, finished)
        if again:
            terms = replace(terms, explained=True)
            servers.run(Queue([plan for plan, _ in again.values()]), terms, finished)

    def finish(self, plan: Plan, cells: tuple[CellResult, ...], *, lasting: bool) -> None:
        path = plan.note.path
        self.found[path] = cells
        alone = plan.problem is None and not plan.borrowed
        if lasting and alone and path in self.pages:
            self.kept.keep_page(plan.note.source, cells)
        self.left -= 1
        self.progress(len(self.found) - self.left, len(self.found))


def _failed_assert(outcome: Outcome) -> bool:
    reports = outcome.ended.values()
    return any(r["error"] and r["error"]["type"] == "AssertionError" for r in reports)
