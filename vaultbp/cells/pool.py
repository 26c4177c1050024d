"""Hands plans to a fork server, several at a time, and keeps every limit from outside."""

from __future__ import annotations

import os
import selectors
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vaultbp.cells.children import ForkServer
from vaultbp.cells.errors import ServerLostError
from vaultbp.cells.outcomes import Outcome
from vaultbp.cells.plan import Plan
from vaultbp.cells.streams import Stream

BEGIN_WITHIN = 30.0
"""Seconds within which a new child must begin its first cell."""
END_WITHIN = 5.0
"""Seconds within which a killed child must be reported as ended."""
Finished = Callable[[Plan, Outcome], None]


@dataclass
class Job:
    """One note being run by one child."""

    number: int
    slot: int
    plan: Plan
    token: str
    pipes: dict[int, Stream]
    """Open reading ends, each with the stream it feeds."""
    deadline: float
    """When something must have happened, by the monotonic clock."""

    def __post_init__(self) -> None:
        self.outcome = Outcome()
        self.stdout, self.stderr = self.pipes.values()

    def settle(self) -> Outcome:
        """The child has ended and its pipes are read: give each cell what it printed."""
        for stream in (self.stdout, self.stderr):
            stream.close()
        for number in range(len(self.plan.runnable)):
            segment = 2 * number + 1
            self.outcome.printed[number] = (self.stdout.text(segment), self.stderr.text(segment))
        if self.outcome.started < 0:
            self.outcome.printed[0] = (self.stdout.text(0), self.stderr.text(0))
        return self.outcome


class Pool:
    """Runs plans on one fork server, ``jobs`` at a time."""

    def __init__(
        self,
        plans: Sequence[Plan],
        server: ForkServer,
        jobs: int,
        timeout: float,
        finished: Finished,
        *,
        explained: bool = True,
    ) -> None:
        self.waiting = deque(plans)
        self.server = server
        self.slots = list(range(jobs))
        self.timeout = timeout
        self.finished = finished
        self.explained = explained
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
        self.started += 1
        job = Job(
            number=self.started,
            slot=self.slots.pop(),
            plan=plan,
            token=token,
            pipes={reader: Stream(token) for reader in readers},
            deadline=time.monotonic() + BEGIN_WITHIN,
        )
        self.jobs[job.number] = job
        for reader in readers:
            os.set_blocking(reader, False)
            self.selector.register(reader, selectors.EVENT_READ, job)
        try:
            self.server.send(_task(job, self.timeout, self.explained), writers)
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
            taken = stream is job.stdout and job.outcome.take(report)
            if taken and "start" in report and job.outcome.cut is None:
                piece = job.plan.runnable[job.outcome.started]
                job.deadline = time.monotonic() + (piece.options.timeout or self.timeout)
        if stream.too_long() and job.outcome.cut is None:
            self.cut(job, "output")

    def cut(self, job: Job, why: str) -> None:
        """End a child that broke a limit."""
        job.outcome.cut = why
        job.deadline = time.monotonic() + END_WITHIN
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
        self.finished(job.plan, job.settle())

    def drain(self, job: Job) -> None:
        for descriptor in list(job.pipes):
            stream = job.pipes[descriptor]
            while descriptor in job.pipes and not stream.too_long():
                before = stream.total
                self.read(job, descriptor)
                if stream.total == before:
                    break
            self.drop(job, descriptor)

    def drop(self, job: Job, descriptor: int) -> None:
        if job.pipes.pop(descriptor, None) is not None:
            self.selector.unregister(descriptor)
            os.close(descriptor)

    def close(self) -> None:
        for job in self.jobs.values():
            for descriptor in list(job.pipes):
                self.drop(job, descriptor)
        self.selector.close()


def _task(job: Job, timeout: float, explained: bool) -> dict[str, Any]:
    pieces = job.plan.runnable
    return {
        "job": job.number,
        "slot": job.slot,
        "token": job.token,
        "explained": explained,
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
