"""The layer that every Unix has: resource limits, for one child and what it may start."""

from __future__ import annotations

import resource

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


def limit_use(seconds: float, *, tasks: bool) -> None:
    """Bound the work of this one process; after ``seconds`` of wall time the parent gives up anyway."""
    _lower(resource.RLIMIT_CPU, int(seconds) + 6)
    if tasks:
        _lower(resource.RLIMIT_NPROC, TASKS)


def _lower(kind: int, value: int) -> None:
    """Set both limits; one that is already lower stays."""
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))
