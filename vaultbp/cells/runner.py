"""Runs notes: what is known from the cache is taken from there, the rest runs confined."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from vaultbp.cells import keys
from vaultbp.cells.cache import Cache, digest
from vaultbp.cells.children import ForkServer
from vaultbp.cells.confine import LAYERS, REQUIRED
from vaultbp.cells.outcomes import Outcome, results, unrunnable
from vaultbp.cells.plan import Lookup, Plan, plan_note
from vaultbp.cells.records import from_record, is_lasting, to_record
from vaultbp.cells.results import CellError, CellResult, Mode, Run, Sandbox
from vaultbp.cells.servers import Servers
from vaultbp.cells.servers import Terms as RunTerms
from vaultbp.notes.note import Note
from vaultbp.source import Source

TIMEOUT = 30.0
"""Seconds of wall time that a cell may take, unless the note or the caller says otherwise."""
FEW = 8
"""Up to so many notes, all asserts show their operands the first time."""
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
    unknown = [note for note in notes if not session.recall(note)]
    session.run(unknown, progress or (lambda done, total: None))
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
        self.pages: set[str] = set()
        """Paths of the notes given whole, as sources."""
        self.base = keys.environment() if cache else b""
        self.reached = self._level(cache) if cache else Sandbox("process")
        if cache and terms.sandbox == "require":
            _require(self.reached)

    def recall(self, note: Note | Source) -> bool:
        """Take the results of a note that has not changed at all from the cache."""
        self.order.append(note.path)
        if not isinstance(note, Source):
            return False
        self.pages.add(note.path)
        page = self._kept(self._page(note))
        if page is not None:
            self.found[note.path] = tuple(_cell(cell) for cell in page["cells"])
        return page is not None

    def run(self, notes: Sequence[Note | Source], progress: Progress) -> None:
        """Run the notes of which the cache does not know the cells either.

        The server starts first and loads what the cells import while the notes are being read.
        """
        texts = [note.text if isinstance(note, Source) else _code(note) for note in notes]
        if not any(map(_may_run, texts)):
            for note in notes:
                if self._plan(note) is not None:
                    raise AssertionError(f"{note.path}: a cell without a fence")
            return
        jobs = min(self.terms.jobs or _cores(), len(notes))
        preload = _preload(texts)

        with Servers(_wanted(self.terms), preload, jobs) as servers:
            plans = [plan for plan in map(self._plan, notes) if plan is not None]
            if not plans:
                return
            self.reached = servers.reached()
            if self.terms.sandbox == "require":
                _require(self.reached)
            self._execute(plans, servers, jobs, progress)

    def _execute(
        self, plans: Sequence[Plan], servers: Servers, jobs: int, progress: Progress
    ) -> None:
        """Run plans and take their results.

        Asserts that show their operands cost more to compile than most cells to run. Where there are
        many notes, only those in which an assert failed are run so, a second time.
        """
        terms = RunTerms(jobs, self.terms.timeout, explained=len(plans) <= FEW)
        again: dict[str, tuple[Plan, Outcome]] = {}
        done, total = len(self.order) - len(plans), len(self.order)

        def finished(plan: Plan, outcome: Outcome) -> None:
            nonlocal done
            path = plan.note.path
            if terms.explained and path in again and _failed_assert(outcome) is None:
                outcome = again[path][1]  # this time it held: what was seen first counts
            elif not terms.explained and _failed_assert(outcome) is not None:
                again[path] = (plan, outcome)
                return
            done += 1
            self._finished(plan, outcome)
            progress(done, total)

        progress(done, total)
        servers.run(plans, terms, finished)
        if again:
            terms = replace(terms, explained=True)
            servers.run([plan for plan, _ in again.values()], terms, finished)

    def _plan(self, note: Note | Source) -> Plan | None:
        """Read and plan a note; ``None`` if its results are known without running it."""
        if isinstance(note, Source):
            from vaultbp.notes import read

            note = read(note)
        plan = plan_note(note, self.lookup)
        if plan.problem is not None or not plan.runnable:
            self._keep_page(plan, unrunnable(plan))
            return None
        record = self._kept(keys.plan_key(self.base, self.reached, plan)) if self.cache else None
        if record is None:
            return plan
        cells = results(plan, from_record(plan, record), self.terms.timeout)
        self._keep_page(plan, cells)
        self.found[note.path] = tuple(replace(c, cached=c.status != "skipped") for c in cells)
        return None

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

    def _level(self, cache: Cache) -> Sandbox:
        """The level that this host gives, from the cache or by trying it out."""
        layers = _wanted(self.terms)
        key = digest(self.base, keys.host(), *layers)
        known = cache.get(key)
        if known is None:
            with ForkServer(layers, (), 1) as server:
                known = asdict(server.reached())
            cache.put(key, known)
        return Sandbox(known["level"], tuple(known["missing"]))


def _failed_assert(outcome: Outcome) -> int | None:
    """The line at which an assert failed, if that is how the note ended."""
    for report in outcome.ended.values():
        if report["error"] and report["error"]["type"] == "AssertionError":
            line: int = report["error"]["line"]
            return line
    return None


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
    "random": ("random",),
    "numpy": ("numpy",),
    "vaultbp": ("numpy", "vaultbp.engine"),
    "matplotlib": ("numpy", "matplotlib.pyplot"),
}
_IMPORT = re.compile(r"^[ \t>]*(?:import|from)[ \t].*", re.MULTILINE)
_FENCE = re.compile(r"(?:```|~~~)[^\n]*(?:py|\{)", re.IGNORECASE)


def _code(note: Note) -> str:
    return "".join(f"```py\n{cell.code}" for cell in note.cells if cell.language == "python")


def _may_run(text: str) -> bool:
    """Whether a text can hold a cell: cheaper than reading it, and never wrong about a cell."""
    return _FENCE.search(text) is not None


def _preload(texts: Iterable[str]) -> list[str]:
    """Modules worth loading once, before the first fork: those that the notes seem to import.

    Nothing else is loaded: every module makes every fork a little slower.
    """
    lines = {line for text in texts for line in _IMPORT.findall(text)}
    named = {name for line in lines for name in _LIBRARIES if re.search(rf"\b{name}\b", line)}
    wanted = [module for name in _LIBRARIES if name in named for module in _LIBRARIES[name]]
    if "numpy" in wanted and any("random" in text for text in texts):
        wanted += ["random", "numpy.random"]
    return list(dict.fromkeys(wanted))
