"""Runs notes: a child process each, several at a time, every limit kept by the parent."""

from __future__ import annotations

import os
import re
import selectors
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from vaultbp.cells.children import ForkServer, ServerLostError
from vaultbp.cells.confine import LAYERS, REQUIRED
from vaultbp.cells.outcomes import Outcome, results, unrunnable
from vaultbp.cells.plan import Lookup, Plan, plan_note
from vaultbp.cells.results import CellResult, Mode, Run, Sandbox
from vaultbp.cells.streams import Stream
from vaultbp.notes import Note

TIMEOUT = 30.0
"""Seconds of wall time that a cell may take, unless the note or the caller says otherwise."""
GRACE = 3.0
"""Seconds within which a killed child must be reported as ended, and a new one must begin."""
Finished = Callable[[Plan, tuple[CellResult, ...]], None]


@dataclass
class Job:
    """One note being run by one child."""

    number: int
    slot: int
    plan: Plan
    outcome: Outcome
    pipes: dict[int, Stream]
    """Open reading ends, each with the stream it feeds."""
    deadline: float


class Pool:
    """Runs plans on one fork server, ``jobs`` at a time, and starts a new server when one dies."""

    def __init__(
        self,
        plans: Sequence[Plan],
        server: ForkServer,
        jobs: int,
        timeout: float,
        finished: Finished,
    ) -> None:
        self.waiting = deque(plans)
        self.server = server
        self.slots = list(range(jobs))
        self.timeout = timeout
        self.finished = finished
        self.jobs: dict[int, Job] = {}
        self.started = 0
        self.selector = selectors.DefaultSelector()
        self.selector.register(server.control, selectors.EVENT_READ)

    def run(self) -> None:
        """Run every plan. Raises ServerLostError with ``self.jobs`` holding what was running."""
        while self.waiting or self.jobs:
            while self.waiting and self.slots:
                self.start(self.waiting.popleft())
            self.wait()

    def start(self, plan: Plan) -> None:
        """Hand one note to the server."""
        readers, writers = zip(*(os.pipe() for _ in range(2)), strict=True)
        token = os.urandom(16).hex()
        outcome = Outcome(Stream(token), Stream(token))
        self.started += 1
        job = Job(
            number=self.started,
            slot=self.slots.pop(),
            plan=plan,
            outcome=outcome,
            pipes=dict(zip(readers, (outcome.stdout, outcome.stderr), strict=True)),
            deadline=time.monotonic() + GRACE,
        )
        self.jobs[job.number] = job
        for reader in readers:
            os.set_blocking(reader, False)
            self.selector.register(reader, selectors.EVENT_READ, job)
        try:
            self.server.send(_task(job, token, self.timeout), writers)
        finally:
            for writer in writers:
                os.close(writer)

    def wait(self) -> None:
        """Wait for the next event or deadline, and deal with it."""
        soonest = min(job.deadline for job in self.jobs.values())
        for key, _ in self.selector.select(max(0.0, soonest - time.monotonic())):
            if isinstance(key.data, Job):
                self.read(key.data, key.fd)
            else:
                self.hear()
        now = time.monotonic()
        for job in list(self.jobs.values()):
            if now >= job.deadline:
                if job.outcome.cut is not None or job.outcome.started < 0:
                    raise ServerLostError("a child was not ended when it was told to")
                self.cut(job, "timeout")

    def read(self, job: Job, descriptor: int) -> None:
        """Take what a pipe holds; false alarms and ends of file included."""
        stream = job.pipes.get(descriptor)
        if stream is None:
            return
        try:
            data = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return
        if not data:
            self.drop(job, descriptor)
            return
        for report in stream.feed(data):
            if stream is not job.outcome.stdout:
                continue
            job.outcome.take(report)
            if "start" in report and job.outcome.cut is None:
                piece = job.plan.runnable[job.outcome.started]
                job.deadline = time.monotonic() + (piece.options.timeout or self.timeout)
        if stream.too_long() and job.outcome.cut is None:
            self.cut(job, "output")

    def cut(self, job: Job, why: str) -> None:
        """End a child that broke a limit."""
        job.outcome.cut = why
        job.deadline = time.monotonic() + GRACE
        self.server.send({"kill": job.number})

    def hear(self) -> None:
        """Deal with the children that the server says have ended."""
        for answer in self.server.answers():
            job = self.jobs.pop(answer["job"])
            job.outcome.status = answer["status"]
            self.finish(job)

    def finish(self, job: Job) -> None:
        """Take what the pipes still hold, whoever else may keep them open, and judge."""
        self.drain(job)
        self.slots.append(job.slot)
        self.finished(job.plan, results(job.plan, job.outcome, self.timeout))

    def drain(self, job: Job) -> None:
        for descriptor in list(job.pipes):
            stream = job.pipes[descriptor]
            while descriptor in job.pipes and not stream.too_long():
                before = stream.total
                self.read(job, descriptor)
                if stream.total == before:
                    break
            self.drop(job, descriptor)
        job.outcome.close()

    def drop(self, job: Job, descriptor: int) -> None:
        if job.pipes.pop(descriptor, None) is not None:
            self.selector.unregister(descriptor)
            os.close(descriptor)

    def close(self) -> None:
        for job in self.jobs.values():
            for descriptor in list(job.pipes):
                self.drop(job, descriptor)
        self.selector.close()


class SandboxRefusedError(Exception):
    """The confinement that was required cannot be had here; the message says what is missing."""


@dataclass(frozen=True)
class Terms:
    """On what terms notes are run."""

    sandbox: Mode = "best"
    timeout: float = TIMEOUT
    """Seconds of wall time for each cell."""
    jobs: int | None = None
    """How many notes run at once; one for each core if not given."""
    layers: Sequence[str] = LAYERS
    """The layers to try for."""


def run(
    notes: Iterable[Note],
    *,
    sandbox: Mode = "best",
    timeout: float = TIMEOUT,
    jobs: int | None = None,
    lookup: Lookup | None = None,
    layers: Sequence[str] = LAYERS,
) -> Run:
    """Run the cells of notes and return what each gave.

    ``timeout`` is in seconds of wall time for each cell; ``jobs`` is how many notes run at once (one
    for each core if not given); ``lookup`` finds the notes that others import; ``layers`` are those
    to try for. Cells of a note share one namespace in order; notes share nothing. Raises
    SandboxRefusedError before anything is run.
    """
    plans = [plan_note(note, lookup) for note in notes]
    found: dict[str, tuple[CellResult, ...]] = {}
    pending = []
    for plan in plans:
        if plan.problem is not None or not plan.runnable:
            found[plan.note.path] = unrunnable(plan)
        else:
            pending.append(plan)

    def finished(plan: Plan, cells: tuple[CellResult, ...]) -> None:
        found[plan.note.path] = cells

    reached = Sandbox("process")
    if pending:
        reached = run_plans(pending, finished, Terms(sandbox, timeout, jobs, layers))
    ordered = {plan.note.path: found[plan.note.path] for plan in plans if plan.pieces}
    return Run(ordered, reached)


def run_plans(plans: Sequence[Plan], finished: Finished, terms: Terms) -> Sandbox:
    """Run plans, telling ``finished`` of each. A note that takes the server down is run again alone."""
    preload = _preload(plans)
    jobs = min(terms.jobs or len(os.sched_getaffinity(0)), len(plans))
    layers = ("process",) if terms.sandbox == "off" else terms.layers
    queues: deque[list[Plan]] = deque([list(plans)])
    reached = Sandbox("process")
    while queues:
        batch = queues.popleft()
        with ForkServer(layers, preload, jobs) as server:
            reached = Sandbox("+".join(server.layers), server.missing)
            if terms.sandbox == "require":
                _require(reached)
            pool = Pool(batch, server, min(jobs, len(batch)), terms.timeout, finished)
            try:
                pool.run()
            except ServerLostError:
                running = list(pool.jobs.values())
                if len(batch) == 1:
                    _blame(running[0], terms.timeout, finished)
                else:
                    queues.extend([job.plan] for job in running)
                    if pool.waiting:
                        queues.append(list(pool.waiting))
                server.process.kill()
            finally:
                pool.close()
    return reached


def _require(reached: Sandbox) -> None:
    lacking = [layer for layer in REQUIRED if layer not in reached.layers]
    if lacking:
        reasons = "; ".join(reached.missing) or "not asked for"
        raise SandboxRefusedError(f"no cell was run: {', '.join(lacking)} missing ({reasons})")


def _blame(job: Job, timeout: float, finished: Finished) -> None:
    """A note that was alone when the server died: it did it."""
    job.outcome.cut = job.outcome.cut or "server"
    job.outcome.close()
    finished(job.plan, results(job.plan, job.outcome, timeout))


def _task(job: Job, token: str, timeout: float) -> dict[str, Any]:
    pieces = job.plan.runnable
    return {
        "job": job.number,
        "slot": job.slot,
        "token": token,
        "seconds": sum(piece.options.timeout or timeout for piece in pieces),
        "cells": [
            {
                "code": piece.cell.code,
                "path": piece.path,
                "line": piece.cell.line,
                "indents": piece.cell.indents,
                "raises": piece.options.raises,
                "isolated": piece.options.isolated,
                "plot": piece.options.plot,
            }
            for piece in pieces
        ],
    }


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
