"""Many notes read by several processes at once, where the system can fork.

The children share nothing and write nothing but their notes, each into a pipe of its own; what a child
that dies leaves undone, the parent does. No note is executed, by parent or child.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
from collections.abc import Callable, Iterator, Sequence

from vaultbp.cores import available_cores

MANY = 2000
"""Notes from which on starting processes saves more time than it takes."""
_LENGTH = 4
_BLOCK = 1 << 20


def cores() -> int:
    """How many processes can work at once; 1 where there is no fork."""
    return available_cores() if hasattr(os, "fork") else 1


def spread(
    paths: Sequence[str], work: Callable[[str], bytes], jobs: int
) -> Iterator[tuple[str, bytes]]:
    """``work(path)`` for each path, in any order, done by ``jobs`` child processes."""
    shares = [paths[start::jobs] for start in range(jobs)]
    children = [_start(share, work) for share in shares]
    left = {pipe: iter(share) for (_, pipe), share in zip(children, shares, strict=True)}
    try:
        for pipe, data in _messages([pipe for _, pipe in children]):
            yield next(left[pipe]), data
    finally:
        for process, pipe in children:
            os.close(pipe)
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
    for share in left.values():
        for path in share:
            yield path, work(path)


def _start(paths: Sequence[str], work: Callable[[str], bytes]) -> tuple[int, int]:
    """A child that does its share, and the end of the pipe from which its results come."""
    ours, theirs = os.pipe()
    process = os.fork()
    if process:
        os.close(theirs)
        return process, ours
    try:
        os.close(ours)
        with os.fdopen(theirs, "wb", _BLOCK) as pipe:
            for path in paths:
                data = work(path)
                pipe.write(len(data).to_bytes(_LENGTH, "big") + data)
    finally:
        os._exit(0)


def _messages(pipes: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """What comes from the pipes, until all are closed; half a message at the end is left out."""
    with selectors.DefaultSelector() as selector:
        waiting = {pipe: bytearray() for pipe in pipes}
        for pipe in pipes:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                data = os.read(key.fd, _BLOCK)
                if not data:
                    selector.unregister(key.fd)
                    continue
                buffer = waiting[key.fd]
                buffer += data
                at = 0
                while len(buffer) >= at + _LENGTH:
                    stop = at + _LENGTH + int.from_bytes(buffer[at : at + _LENGTH], "big")
                    if len(buffer) < stop:
                        break
                    yield key.fd, bytes(buffer[at + _LENGTH : stop])
                    at = stop
                del buffer[:at]
