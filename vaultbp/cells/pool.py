"""Hands plans to a fork server, several at a time, and keeps every limit from outside."""

from __future__ import annotations

import marshal
import os
import selectors
import socket
import time
from collections.abc import Callable
from typing import Any

from vaultbp.cells import frames
from vaultbp.cells.children import ForkServer
from vaultbp.cells.errors import ServerLostError
from vaultbp.cells.outcomes import Outcome
from vaultbp.cells.plan import Plan
from vaultbp.cells.queue import Queue
from vaultbp.cells.streams import Stream

BEGIN_WITHIN = 30.0
"""Seconds within which a new child must begin its first cell."""
UNWATCHED = 0.02
"""Seconds in which the output of a new child is left in its pipes. Most are done by then, and are read
at one go; the pipes of the others are watched from then on."""
Finished = Callable[[Plan, Outcome], None]


class Job:
    """One note being run by one child."""

    def __init__(self, slot: int, plan: Plan, readers: tuple[int, int]) -> None:
        self.slot = slot
        self.plan = plan
        self.outcome = Outcome()
        token = os.urandom(16).hex()
        self.token = token
        self.stdout, self.stderr = Stream(token), Stream(token)
        self.pipes = {readers[0]: self.stdout, readers[1]: self.stderr}
        """Open reading ends, each with the stream it feeds."""
        began = time.monotonic()
        self.deadline = began + BEGIN_WITHIN
        """When something must have happened, by the monotonic clock."""
        self.watched = False
        self.watch_from = began + UNWATCHED

    def due(self) -> float:
        """When this job must be looked at, whatever happens."""
        return self.deadline if self.watched else min(self.deadline, self.watch_from)

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
    """Runs what is in a queue on one fork server, ``jobs`` at a time."""

    def __init__(
        self,
        waiting: Queue,
        server: ForkServer,
        jobs: int,
        timeout: float,
        finished: Finished,
        *,
        explained: bool = True,
    ) -> None:
        self.waiting = waiting
        self.server = server
        self.slots = list(range(jobs))
        self.timeout = timeout
        self.finished = finished
        self.explained = explained
        self.jobs: dict[int, Job] = {}
        """What is running, by slot."""
        self.lost: list[Job] = []
        """Those that took the process of their slot with them, or had it taken."""
        self.selector = selectors.DefaultSelector()
        for slot in self.slots:
            self.selector.register(server.lines[slot], selectors.EVENT_READ, slot)

    def run(self) -> None:
        """Run every plan. Raises ServerLostError with ``jobs`` holding what was running.

        What went down with the process of its slot is in ``lost`` afterwards.
        """
        while True:
            while self.slots and (plan := self.waiting.take()) is not None:
                self.start(plan)
            if not self.jobs:
                return
            self.waiting.look_ahead()  # while the children run
            self.wait()

    def start(self, plan: Plan) -> None:
        """Hand one note to a slot."""
        (out, write_out), (err, write_err) = os.pipe(), os.pipe()
        slot = self.slots.pop()
        job = self.jobs[slot] = Job(slot, plan, (out, err))
        os.set_blocking(out, False)
        os.set_blocking(err, False)
        task = marshal.dumps(_task(job, self.timeout, self.explained))
        try:
            frames.send(self.server.lines[slot], task, (write_out, write_err))
        except OSError:
            self.lose(job)
        finally:
            os.close(write_out)
            os.close(write_err)

    def wait(self) -> None:
        """Wait for the next event or deadline, and deal with it."""
        soonest = min(job.due() for job in self.jobs.values())
        for key, _ in self.selector.select(max(0.0, soonest - time.monotonic())):
            if isinstance(key.data, Job):
                self.read(key.data, key.fd)
            elif key.fileobj is self.server.lines[key.data]:
                self.hear(key.data)
        now = time.monotonic()
        for job in [job for job in self.jobs.values() if now >= job.due()]:
            if not job.watched:
                self.watch(job)
            elif job.outcome.started < 0:
                raise ServerLostError("a child did not begin")
            else:
                self.cut(job, "timeout")

    def watch(self, job: Job) -> None:
        """The child is not among those that are done at once: hear of what it writes."""
        job.watched = True
        for descriptor in list(job.pipes):
            self.selector.register(descriptor, selectors.EVENT_READ, job)
            self.read(job, descriptor)

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
            if taken and "start" in report:
                piece = job.plan.runnable[job.outcome.started]
                job.deadline = time.monotonic() + (piece.options.timeout or self.timeout)
        if job.watched and stream.too_long() and job.outcome.status is None:
            self.cut(job, "output")

    def cut(self, job: Job, why: str) -> None:
        """End a child that broke a limit, and the process of its slot with it."""
        if job.outcome.cut is None:
            job.outcome.cut = why
            self.replace(job.slot)
            self.finish(job)

    def hear(self, slot: int) -> None:
        """Deal with what a slot says: its child has ended, or it has ended itself."""
        job = self.jobs.get(slot)
        try:
            answer = self.server.lines[slot].recv(frames.STATUS.size, socket.MSG_WAITALL)
        except OSError:
            answer = b""
        if len(answer) < frames.STATUS.size:
            if job is None:
                self.replace(slot)
            else:
                self.lose(job)
        elif job is not None:
            (job.outcome.status,) = frames.STATUS.unpack(answer)
            self.finish(job)

    def lose(self, job: Job) -> None:
        """The process of a slot ended under a note, who knows why."""
        self.replace(job.slot)
        self.lost.append(job)
        self.drain(job)
        self.release(job)

    def replace(self, slot: int) -> None:
        """Begin a slot anew. Raises ServerLostError."""
        self.selector.unregister(self.server.lines[slot])
        self.selector.register(self.server.begin(slot), selectors.EVENT_READ, slot)

    def finish(self, job: Job) -> None:
        """The child has ended: judge."""
        self.drain(job)
        if job.outcome.cut is None and any(map(Stream.too_long, (job.stdout, job.stderr))):
            job.outcome.cut = "output"
        self.release(job)
        self.finished(job.plan, job.settle())

    def drain(self, job: Job) -> None:
        """Take what the pipes still hold, whoever else may keep them open."""
        for descriptor, stream in list(job.pipes.items()):
            before = -1
            while descriptor in job.pipes and not stream.too_long() and stream.total > before:
                before = stream.total
                self.read(job, descriptor)

    def release(self, job: Job) -> None:
        for descriptor in list(job.pipes):
            self.drop(job, descriptor)
        if self.jobs.pop(job.slot, None) is not None:
            self.slots.append(job.slot)

    def drop(self, job: Job, descriptor: int) -> None:
        if job.pipes.pop(descriptor, None) is not None:
            if job.watched:
                self.selector.unregister(descriptor)
            os.close(descriptor)

    def close(self) -> None:
        for job in list(self.jobs.values()):
            self.release(job)
        self.selector.close()


def _task(job: Job, timeout: float, explained: bool) -> dict[str, Any]:
    pieces = job.plan.runnable
    return {
        "token": job.token,
        "explained": explained,
        "seconds": sum(piece.options.timeout or timeout for piece in pieces),
        "cells": [
            {
                "code": piece.cell.code,
                "path": piece.path,
                "line": piece.cell.line,
                "indents": tuple(piece.cell.indents),
                "raises": piece.options.raises,
                "isolated": piece.options.isolated,
                "plot": piece.options.plot,
            }
            for piece in pieces
        ],
    }
