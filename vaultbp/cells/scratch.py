"""The folder that a run's cells work in, and those that runs left behind which were ended by force.

As long as a run lives it holds a lock on its folder, which the kernel lets go of however the run ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import tempfile
import time
from pathlib import Path

_PREFIX = "vaultbp-cells-"
_NAME = re.compile(_PREFIX + r"[a-z0-9_]{8}")
_SETTLED = 60.0
"""Seconds. Between making a folder and locking it lies a moment; a younger one is let alone."""


class Scratch:
    """A new folder of this run's own. ``close`` removes it with all that is in it."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock = _locked(str(self.path))

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def remove_stale() -> None:
    """Remove what dead runs of this user left. Raises nothing: what cannot be removed stays."""
    oldest = time.time() - _SETTLED
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    _remove_if_stale(entry, oldest)


def _remove_if_stale(entry: os.DirEntry[str], oldest: float) -> None:
    state = entry.stat(follow_symlinks=False)
    if not entry.is_dir(follow_symlinks=False) or state.st_uid != os.getuid():
        return
    if state.st_mtime > oldest:
        return
    lock = _locked(entry.path)
    if lock is not None:
        shutil.rmtree(entry.path, ignore_errors=True)
        os.close(lock)


def _locked(folder: str) -> int | None:
    """A descriptor that holds the lock of a folder; ``None`` if another holds it, or none can be had."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
