"""The parent's end of the fork server: starting it, handing it notes, hearing how children ended."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import site
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vaultbp.cells.errors import ServerLostError
from vaultbp.cells.results import Sandbox
from vaultbp.cells.server import HEADER

END_LIMIT = 2.0
"""Seconds within which the server must have ended what runs below it when told to end."""
START_LIMIT = 60.0
"""Seconds the server may take to load its modules."""


class ForkServer:
    """A fork server, started at once and waited for when needed.

    Use as a context manager: leaving it ends every process below it.
    """

    def __init__(self, layers: Sequence[str], preload: Sequence[str], slots: int) -> None:
        if not hasattr(os, "fork"):
            raise ServerLostError(
                f"cells cannot run on {sys.platform}: they need a system that forks processes "
                "(Linux, macOS, or the Windows Subsystem for Linux)"
            )
        self.scratch = Path(tempfile.mkdtemp(prefix="vaultbp-"))
        self._answers = b""
        self._reached: Sandbox | None = None
        self.control, theirs = socket.socketpair()
        root = str(Path(__file__).resolve().parents[2])
        program = (
            f"import sys; sys.path.append({root!r}); from vaultbp.cells.server import main; main()"
        )
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
            "scratch": str(self.scratch),
        }
        try:
            self.send(settings)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reached(self) -> Sandbox:
        """Wait until the server is ready; the layers that it reached. Raises ServerLostError."""
        if self._reached is None:
            self.control.settimeout(START_LIMIT)
            while not (answers := self.answers()):
                continue
            self.control.setblocking(True)
            (ready,) = answers
            self._reached = Sandbox("+".join(ready["layers"]), tuple(ready["missing"]))
        return self._reached

    def send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Send one request. Raises ServerLostError."""
        body = json.dumps(message).encode()
        try:
            if descriptors:
                socket.send_fds(self.control, [HEADER.pack(len(body))], descriptors)
                self.control.sendall(body)
            else:
                self.control.sendall(HEADER.pack(len(body)) + body)
        except OSError as error:
            raise ServerLostError(f"the fork server does not answer: {error}") from error

    def answers(self) -> list[dict[str, Any]]:
        """The complete answers that have arrived; waits for at least some bytes. Raises ServerLostError."""
        try:
            data = self.control.recv(1 << 16)
        except OSError as error:
            raise ServerLostError(f"the fork server does not answer: {error}") from error
        if not data:
            raise ServerLostError("the fork server ended")
        *lines, self._answers = (self._answers + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        """End the server and every process below it, and remove its scratch folder."""
        with contextlib.suppress(OSError):
            self.control.settimeout(END_LIMIT)
            self.control.shutdown(socket.SHUT_WR)
            while self.control.recv(1 << 16):  # its end closes when the server has ended
                continue
        self.control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=END_LIMIT)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)


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
    }
    for library in ("OPENBLAS", "OMP", "MKL"):
        environment[f"{library}_NUM_THREADS"] = "1"  # threads do not survive a fork
    if site.ENABLE_USER_SITE:
        environment["PYTHONUSERBASE"] = site.getuserbase()
    return environment
