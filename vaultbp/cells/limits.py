"""The layer that every Unix has: resource limits, for one child and what it may start."""

from __future__ import annotations

import resource
import sys

MEMORY = 1 << 30
"""Bytes of address space."""
FILE_SIZE = 8 << 20
"""Bytes of any one file."""
OPEN_FILES = 256
TASKS = 256
"""Threads and processes of the user. Only within a user namespace, where no one else is counted."""


def limit_sizes() -> None:
    """Bound memory and files of this process and all that it starts."""
    _lower(resource.RLIMIT_AS, MEMORY)
    _lower(resource.RLIMIT_FSIZE, FILE_SIZE)
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    _lower(resource.RLIMIT_CORE, 0)


class Use:
    """Bounds on the work of one process, prepared so that entering them costs little.

    ``tasks``: bound threads and processes too.
    """

    def __init__(self, *, tasks: bool) -> None:
        self._most = _hard(resource.RLIMIT_CPU)
        self._tasks = min(TASKS, _hard(resource.RLIMIT_NPROC)) if tasks else None

    def enter(self, seconds: float) -> None:
        """Bind this process; after ``seconds`` of wall time the parent gives up anyway."""
        work = min(int(seconds) + 6, self._most)
        resource.setrlimit(resource.RLIMIT_CPU, (work, work))
        if self._tasks is not None:
            resource.setrlimit(resource.RLIMIT_NPROC, (self._tasks, self._tasks))


def _lower(kind: int, value: int) -> None:
    """Set both limits; one that is already lower stays."""
    value = min(value, _hard(kind))
    resource.setrlimit(kind, (value, value))


def _hard(kind: int) -> int:
    hard = resource.getrlimit(kind)[1]
    return sys.maxsize if hard == resource.RLIM_INFINITY else hard
