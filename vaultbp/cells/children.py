"""The parent's end of the fork server: starting it, handing it notes, hearing how children ended."""

from __future__ import annotations

import contextlib
import json
import marshal
import os
import select
import site
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from vaultbp.cells import frames
from vaultbp.cells.errors import ServerLostError
from vaultbp.cells.results import Sandbox

END_LIMIT = 2.0
"""Seconds within which the server must have ended what runs below it when told to end."""
START_LIMIT = 60.0
"""Seconds the server may take to load its modules."""

_PROGRAM = """\
import sys
sys.path.insert(0, {root!r})
from vaultbp.cells.server import main
del sys.path[0]
if {root!r} not in sys.path: sys.path.append({root!r})
main()
"""
"""Runs this very vaultbp, whatever else is installed; a cell finds everything else before its folder."""


class ForkServer:
    """A fork server, started at once and waited for when needed.

    ``many``: so many notes are to be run that preparing for them pays. Use as a context manager:
    leaving it ends every process below it.
    """

    def __init__(
        self, layers: Sequence[str], preload: Sequence[str], slots: int, *, many: bool = False
    ) -> None:
        if not hasattr(os, "fork"):
            raise ServerLostError(
                f"cells cannot run on {sys.platform}: they need a system that forks processes "
                "(Linux, macOS, or the Windows Subsystem for Linux)"
            )
        from vaultbp.cells.scratch import Scratch, remove_stale  # not everywhere to be had

        self._scratch = Scratch()
        self.scratch = self._scratch.path
        self.lines: dict[int, socket.socket] = {}
        """To each slot: where it takes tasks and says how they ended."""
        self._reached: Sandbox | None = None
        self._control, theirs = socket.socketpair()
        program = _PROGRAM.format(root=str(Path(__file__).resolve().parents[2]))
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", program],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(self.scratch),
                cwd="/",
                start_new_session=True,
            )
        settings = {
            "layers": list(layers),
            "preload": list(preload),
            "slots": slots,
            "many": many,
            "scratch": str(self.scratch),
        }
        try:
            self._send(marshal.dumps(settings))
            for slot in range(slots):
                self.begin(slot)
        except BaseException:
            self.close()
            raise
        remove_stale()

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_ready(self) -> bool:
        """Whether ``reached`` answers at once."""
        return self._reached is not None or bool(select.select([self._control], [], [], 0)[0])

    def reached(self) -> Sandbox:
        """Wait until the server is ready; the layers that it reached. Raises ServerLostError."""
        if self._reached is None:
            self._control.settimeout(START_LIMIT)
            try:
                body = frames.receive(self._control)[0]
            except OSError as error:
                raise ServerLostError(f"the fork server does not answer: {error}") from error
            if body is None:
                raise ServerLostError("the fork server ended")
            self._control.setblocking(True)
            ready = json.loads(body)
            self._reached = Sandbox("+".join(ready["layers"]), tuple(ready["missing"]))
        return self._reached

    def begin(self, slot: int) -> socket.socket:
        """Begin a slot, or begin it anew and end what runs there; its line. Raises ServerLostError."""
        if slot in self.lines:
            self.lines.pop(slot).close()
        self.lines[slot], theirs = socket.socketpair()
        with theirs:
            self._send(str(slot).encode(), [theirs.fileno()])
        return self.lines[slot]

    def close(self) -> None:
        """End the server and every process below it, and remove its scratch folder."""
        with contextlib.suppress(OSError):
            self._control.settimeout(END_LIMIT)
            self._control.shutdown(socket.SHUT_WR)
            while self._control.recv(1 << 16):  # its end closes when the server has ended
                continue
        for line in (self._control, *self.lines.values()):
            line.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=END_LIMIT)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._scratch.close()

    def _send(self, body: bytes, descriptors: Sequence[int] = ()) -> None:
        try:
            frames.send(self._control, body, descriptors)
        except OSError as error:
            raise ServerLostError(f"the fork server does not answer: {error}") from error


def _environment(scratch: Path) -> dict[str, str]:
    """What a cell may know of its surroundings: nothing of the user's own environment."""
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "MPLBACKEND": "Agg",
        "LD_BIND_NOW": "1",  # once in the server, not in each child
    }
    for library in ("OPENBLAS", "OMP", "MKL"):
        environment[f"{library}_NUM_THREADS"] = "1"  # threads do not survive a fork
    if site.ENABLE_USER_SITE:
        environment["PYTHONUSERBASE"] = site.getuserbase()
    return environment
