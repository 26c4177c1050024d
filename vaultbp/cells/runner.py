"""Runs notes: what is known from the cache is taken from there, the rest runs confined."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from vaultbp.cells import keys
from vaultbp.cells.cache import Cache, digest
from vaultbp.cells.children import ForkServer, ServerLostError
from vaultbp.cells.confine import LAYERS, REQUIRED
from vaultbp.cells.outcomes import Outcome, results, unrunnable
from vaultbp.cells.plan import Lookup, Plan, plan_note
from vaultbp.cells.pool import Finished, Pool
from vaultbp.cells.records import from_record, is_lasting, to_record
from vaultbp.cells.results import CellError, CellResult, Mode, Run, Sandbox
from vaultbp.notes import Note, read
from vaultbp.source import Source

TIMEOUT = 30.0
"""Seconds of wall time that a cell may take, unless the note or the caller says otherwise."""
Progress = Callable[[int, int], None]
"""Told how many notes are done, and of how many."""


class SandboxRefusedError(Exception):
    """The confinement that was required cannot be had here; the message says what is missing."""


@dataclass(frozen=True)
class Terms:
    """On what terms notes are run."""

    sandbox: Mode = "best"
    timeout: float = TIMEOUT
    jobs: int | None = None
    layers: Sequence[str] = LAYERS


def run(
    notes: Iterable[Note | Source],
    *,
    sandbox: Mode = "best",
    timeout: float = TIMEOUT,
    jobs: int | None = None,
    lookup: Lookup | None = None,
    cache: Cache | None = None,
    rerun: bool = False,
    progress: Progress | None = None,
    layers: Sequence[str] = LAYERS,
) -> Run:
    """Run the cells of notes and return what each gave.

    A ``Source`` is read only if the cache does not know it. ``timeout`` is in seconds of wall time for
    each cell; ``jobs`` is how many notes run at once (one for each core if not given); ``lookup`` finds
    the notes that others import; with ``rerun`` the cache is written and not read; ``layers`` are those
    to try for. Cells of a note share one namespace in order; notes share nothing. Raises
    SandboxRefusedError before anything is run.
    """
    session = _Session(Terms(sandbox, timeout, jobs, layers), lookup, cache, rerun)
    for note in notes:
        session.add(note)
    session.run(progress or (lambda done, total: None))
    ordered = {path: session.found[path] for path in session.order if session.found[path]}
    notices = tuple(cache.notices) if cache else ()
    return Run(ordered, session.reached, notices)


class _Session:
    """One call of ``run``: which notes are known already, which are to be run."""

    def __init__(
        self, terms: Terms, lookup: Lookup | None, cache: Cache | None, rerun: bool
    ) -> None:
        self.terms = terms
        self.lookup = lookup
        self.cache = cache
        self.rerun = rerun
        self.order: list[str] = []
        self.found: dict[str, tuple[CellResult, ...]] = {}
        self.pending: list[Plan] = []
        self.pages: set[str] = set()
        """Paths of the notes given whole, as sources."""
        self.base = keys.environment() if cache else b""
        self.reached = self._level() if cache else Sandbox("process")

    def add(self, note: Note | Source) -> None:
        """Take one note: its results from the cache, or a plan to run it."""
        if isinstance(note, Source):
            self.pages.add(note.path)
            page = self._kept(self._page(note))
            if page is not None:
                self.order.append(note.path)
                self.found[note.path] = tuple(_cell(cell) for cell in page["cells"])
                return
            note = read(note)
        self.order.append(note.path)
        plan = plan_note(note, self.lookup)
        if plan.problem is not None or not plan.runnable:
            self._keep_page(plan, unrunnable(plan))
            return
        record = self._kept(keys.plan_key(self.base, self.reached, plan))
        if record is None:
            self.pending.append(plan)
            return
        cells = results(plan, from_record(plan, record), self.terms.timeout)
        self._keep_page(
            plan, tuple(replace(cell, cached=cell.status != "skipped") for cell in cells)
        )

    def run(self, progress: Progress) -> None:
        """Run what the cache did not know."""
        if not self.pending:
            if self.terms.sandbox == "require" and self.cache:
                _require(self.reached)
            return
        total = len(self.order)
        done = total - len(self.pending)

        def finished(plan: Plan, outcome: Outcome) -> None:
            nonlocal done
            done += 1
            self._finished(plan, outcome)
            progress(done, total)

        def reached(sandbox: Sandbox) -> None:
            if self.terms.sandbox == "require":
                _require(sandbox)
            self.reached = sandbox

        progress(done, total)
        run_plans(self.pending, self.terms, reached, finished)

    def _finished(self, plan: Plan, outcome: Outcome) -> None:
        cells = results(plan, outcome, self.terms.timeout)
        if self.cache is None or not is_lasting(plan, outcome):
            self.found[plan.note.path] = cells
            return
        key = keys.plan_key(self.base, self.reached, plan)
        self.cache.put(key, to_record(plan, outcome))
        self._keep_page(plan, cells)

    def _keep_page(self, plan: Plan, cells: tuple[CellResult, ...]) -> None:
        self.found[plan.note.path] = cells
        whole = plan.note.path in self.pages and not plan.borrowed and plan.problem is None
        if self.cache is not None and whole:
            body = {"cells": [asdict(cell) for cell in cells]}
            self.cache.put(self._page(plan.note.source), body)

    def _page(self, source: Source) -> bytes:
        return keys.page_key(self.base, self.reached, source)

    def _kept(self, key: bytes) -> dict[str, Any] | None:
        return None if self.cache is None or self.rerun else self.cache.get(key)

    def _level(self) -> Sandbox:
        """The level that this host gives, from the cache or by trying it out."""
        assert self.cache is not None
        layers = _wanted(self.terms)
        key = digest(self.base, keys.host(), *layers)
        known = self.cache.get(key)
        if known is None:
            with ForkServer(layers, (), 1) as server:
                known = {"layers": server.layers, "missing": server.missing}
            self.cache.put(key, known)
        return Sandbox("+".join(known["layers"]), tuple(known["missing"]))


def run_plans(
    plans: Sequence[Plan], terms: Terms, reached: Callable[[Sandbox], None], finished: Finished
) -> None:
    """Run plans, telling ``reached`` the level of each server before anything runs on it.

    The notes that were running when a server was lost are run again, each alone; one that is alone
    when it happens again did it.
    """
    preload = _preload(plans)
    jobs = min(terms.jobs or _cores(), len(plans))
    queues: deque[list[Plan]] = deque([list(plans)])
    while queues:
        batch = queues.popleft()
        with ForkServer(_wanted(terms), preload, jobs) as server:
            reached(Sandbox("+".join(server.layers), server.missing))
            pool = Pool(batch, server, min(jobs, len(batch)), terms.timeout, finished)
            try:
                pool.run()
            except ServerLostError:
                server.process.kill()
                lost = list(pool.jobs.values())
                if len(batch) == 1 and lost:
                    lost[0].outcome.cut = lost[0].outcome.cut or "server"
                    finished(lost[0].plan, lost[0].settle())
                else:
                    queues.extend([job.plan] for job in lost)
                    queues.extend([[*pool.waiting]] if pool.waiting else [])
            finally:
                pool.close()


def _wanted(terms: Terms) -> Sequence[str]:
    return ("process",) if terms.sandbox == "off" else terms.layers


def _require(reached: Sandbox) -> None:
    lacking = [layer for layer in REQUIRED if layer not in reached.layers]
    if lacking:
        reasons = "; ".join(reached.missing) or "not tried"
        raise SandboxRefusedError(f"no cell was run: {', '.join(lacking)} missing ({reasons})")


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cell(kept: dict[str, Any]) -> CellResult:
    """A result kept as JSON."""
    error = kept["error"]
    if error is not None:
        error = CellError(**(error | {"traceback": tuple(error["traceback"])}))
    figures, notices = tuple(kept["figures"]), tuple(kept["notices"])
    fresh = kept | {"error": error, "figures": figures, "notices": notices}
    return CellResult(**(fresh | {"cached": kept["status"] != "skipped"}))


_LIBRARIES = {
    "numpy": ("numpy", "numpy.random", "numpy.linalg"),
    "vaultbp": ("numpy", "numpy.random", "numpy.linalg", "vaultbp.engine"),
    "matplotlib": ("numpy", "matplotlib.pyplot"),
}
_IMPORT = re.compile(r"^\s*(?:import|from)\b.*", re.MULTILINE)


def _preload(plans: Iterable[Plan]) -> list[str]:
    """Modules worth loading once, before the first fork: those that the cells import."""
    lines = {
        line
        for plan in plans
        for piece in plan.runnable
        for line in _IMPORT.findall(piece.cell.code)
    }
    named = {name for line in lines for name in _LIBRARIES if re.search(rf"\b{name}\b", line)}
    wanted = (module for name in _LIBRARIES if name in named for module in _LIBRARIES[name])
    return list(dict.fromkeys(wanted))
