"""One slot of the fork server: a process that runs one note after the other, each in a child.

It only forks and waits. Whatever else it did would be paid for by every note: after a fork each page
of memory that either side writes to is copied.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import signal
import socket
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import NoReturn

from vaultbp.cells import frames, harness, kernel
from vaultbp.cells.confine import Confinement

_END_WITHIN = 1.0
"""Seconds for ending processes that make new ones."""


class Slot:
    """Serves one slot in the process that made it, a fork of the server's."""

    def __init__(self, number: int, line: socket.socket, confinement: Confinement) -> None:
        self.number = number
        self.line = line
        self.confinement = confinement
        self.child = 0

    def live(self) -> NoReturn:
        """Serve until the line ends, and end."""
        try:
            kernel.die_with_parent()
            if kernel.on_linux:
                kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
            else:
                signal.signal(signal.SIGTERM, self._stop)
            self.confinement.begin(self.number)
            self._serve()
        finally:
            os._exit(0)

    def _serve(self) -> None:
        while True:
            task, outputs = frames.receive(self.line)
            if task is None:
                return
            self.child = os.fork()
            if self.child == 0:
                self._become_child(task, outputs)
            for descriptor in outputs:
                os.close(descriptor)
            status = os.waitpid(self.child, 0)[1]
            if not self.confinement.forbids_fork:
                end_orphans(())
            self.confinement.clean(self.number)
            self.line.sendall(frames.STATUS.pack(status))

    def _become_child(self, task: bytes, outputs: list[int]) -> NoReturn:
        """In the child: take the pipes, give everything else up, run the cells, end."""
        code = 1
        try:
            os.dup2(outputs[0], 1)
            os.dup2(outputs[1], 2)
            for descriptor in (*outputs, self.line.fileno()):
                os.close(descriptor)
            told = marshal.loads(task)
            self.confinement.enter(told["seconds"])
            if "random" in sys.modules:
                sys.modules["random"].seed(0)  # it seeds itself anew after a fork
            harness.run_cells(told)
            code = 0
        except BaseException as error:  # the parent sees that no report came, and this line
            os.write(2, f"vaultbp: {type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(code)

    def _stop(self, *_: object) -> NoReturn:
        """Where a child does not end with its parent by itself."""
        if self.child:
            _kill(self.child)
        os._exit(0)


def end(process: int) -> None:
    """End a slot's process, and with it its child."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL if kernel.on_linux else signal.SIGTERM)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process, 0)


def end_orphans(spared: Collection[int]) -> None:
    """End what ended processes left behind: they are children of this process now, its subreaper."""
    deadline = time.monotonic() + _END_WITHIN
    while orphans := [child for child in _children() if child not in spared]:
        for process in orphans:
            _kill(process)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process, 0)
        if time.monotonic() > deadline:
            break


def _kill(process: int) -> None:
    """End a child and its process group. A child that has not yet called setsid has none."""
    for send in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            send(process, signal.SIGKILL)


def _children() -> list[int]:
    """Process ids of this process's children, from /proc; empty where there is no /proc."""
    with contextlib.suppress(OSError):  # not every kernel has this file
        return [int(child) for child in Path("/proc/thread-self/children").read_text().split()]
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_bytes().rpartition(b")")[2].split()[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return found
