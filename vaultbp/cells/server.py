"""The fork server: one preloaded, single-threaded process that forks a child for each note.

It runs as ``python -m vaultbp.cells.server`` with one end of a Unix socket as its standard input. Each
request is a frame (length, JSON) that carries the writing ends of the child's two output pipes; each
answer is a line of JSON: ``{"ready": …}`` once, then ``{"job", "status", "cpu"}`` for every child that
ended. A request ``{"kill": job}`` ends that child. End of input ends everything.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Any, NoReturn

from vaultbp.cells import confine, harness, kernel

PRELOAD = ("random", "numpy", "numpy.random", "vaultbp.engine", "matplotlib.pyplot")
"""Modules that the parent may ask to have loaded before the first fork; never a note's own."""
HEADER = struct.Struct("!I")


def main() -> None:
    """Serve until the other end closes."""
    if kernel.on_linux:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    control = socket.socket(fileno=os.dup(0))
    settings = _receive(control)[0]
    if settings is None:
        return
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    scratch = [Path(settings["scratch"], str(slot)) for slot in range(settings["slots"])]
    for folder in scratch:
        folder.mkdir()
    confinement = confine.prepare(scratch, settings["layers"])
    _preload(settings["preload"])
    _warm()
    confinement.ready()
    _send(control, {"ready": True, "layers": confinement.layers, "missing": confinement.missing})
    Server(control, confinement).serve()


def _preload(names: list[str]) -> None:
    """Import what the notes will want. A module that cannot be imported is the note's own problem."""
    for name in names:
        if name in PRELOAD:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed(0)


_SAMPLE = """
import numpy as np
x = np.linspace(0.0, 1.0, 4)
assert np.allclose(x, x) and float(x @ x) >= 0 and x.sum() < 9
text = f"{x} {x.mean():.3f}" + repr(x * 2 + x ** 2 - x.reshape(2, 2).T.ravel())
"""


def _warm() -> None:
    """Do once what most notes do, so that children share it instead of doing it for the first time."""
    for explained in (True, False):
        program = harness.compile_cell(_SAMPLE, "", 1, explained=explained)
        if "numpy" in sys.modules:
            exec(program, {})  # our own text, above
    json.dumps(json.loads('{"end": 0, "seconds": 0.5, "error": null}'))
    harness.prepare()
    gc.collect()
    gc.freeze()


class Server:
    """Forks children, reaps them, kills them when told to."""

    def __init__(self, control: socket.socket, confinement: confine.Confinement) -> None:
        self.control = control
        self.confinement = confinement
        self.jobs: dict[int, tuple[int, int]] = {}
        """Job number and slot by process id of the running child."""

    def serve(self) -> None:
        """Wait for requests and for children that end, whichever comes first."""
        awake, wake = os.pipe()
        for end in (awake, wake):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        while True:
            watched: list[Any] = [self.control, awake]
            ready = select.select(watched, [], [])[0]
            if awake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(awake, 4096)
                self.reap()
            if self.control in ready and not self.answer(awake, wake):
                return self.kill_all()

    def answer(self, *private: int) -> bool:
        """Carry out one request; false at the end of input."""
        request, descriptors = _receive(self.control)
        if request is None:
            return False
        if "kill" in request:
            for process, (job, _) in self.jobs.items():
                if job == request["kill"]:
                    _kill(process)
            return True
        self.confinement.place(request["slot"])
        process = os.fork()
        if process == 0:
            self.become_child(request, descriptors, private)
        self.jobs[process] = (request["job"], request["slot"])
        for descriptor in descriptors:
            os.close(descriptor)
        return True

    def become_child(
        self, task: dict[str, Any], outputs: list[int], private: tuple[int, ...]
    ) -> NoReturn:
        """In the child: take the pipes, give everything else up, run the cells, end."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            os.dup2(outputs[0], 1)
            os.dup2(outputs[1], 2)
            for descriptor in (*outputs, *private, self.control.fileno()):
                os.close(descriptor)
            self.confinement.enter(task["slot"], task["seconds"])
            if "random" in sys.modules:
                sys.modules["random"].seed(0)  # it seeds itself anew after a fork
            harness.run_cells(task)
            code = 0
        except BaseException as error:  # the parent sees that no report came, and this line
            os.write(2, f"vaultbp: {type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(code)

    def reap(self) -> None:
        """Report every child that ended; end the orphans that it left behind."""
        ended = []
        while True:
            try:
                process, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if process == 0:
                break
            if process in self.jobs:
                ended.append((*self.jobs.pop(process), status, usage.ru_utime + usage.ru_stime))
        if ended and not self.confinement.forbids_fork:
            self.kill_orphans()
        for job, slot, status, cpu in ended:
            self.confinement.clean(slot)
            _send(self.control, {"job": job, "status": status, "cpu": cpu})

    def kill_orphans(self) -> None:
        """Grandchildren whose parent ended are ours now (we are their subreaper)."""
        for process in _children():
            if process not in self.jobs:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    def kill_all(self) -> None:
        for process in list(self.jobs):
            _kill(process)
        self.kill_orphans()


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


def _send(control: socket.socket, message: dict[str, Any]) -> None:
    control.sendall(json.dumps(message).encode() + b"\n")


def _receive(control: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """The next request and the descriptors it carries; ``None`` at the end of input."""
    header, descriptors, _, _ = socket.recv_fds(control, HEADER.size, 2)
    while header and len(header) < HEADER.size:
        header += control.recv(HEADER.size - len(header))
    if not header:
        return None, []
    (left,) = HEADER.unpack(header)
    parts = []
    while left:
        part = control.recv(min(left, 1 << 20))
        if not part:
            return None, []
        parts.append(part)
        left -= len(part)
    request: dict[str, Any] = json.loads(b"".join(parts))
    return request, descriptors


if __name__ == "__main__":
    main()
