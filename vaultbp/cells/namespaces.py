"""Namespaces: a world for the fork server with no network, no other processes and its own mounts.

They are entered once, by the server, and every child is born into them; so they cost a note nothing.
The server becomes process 1 of its process namespace: when it dies, the kernel ends everything in it.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from vaultbp.cells import kernel

_USER, _MOUNT, _NETWORK, _IPC, _PROCESS = 0x10000000, 0x00020000, 0x40000000, 0x08000000, 0x20000000
_PRIVATE, _RECURSIVE = 1 << 18, 1 << 14
_NO_SETUID, _NO_DEVICES, _NO_EXECUTION = 2, 4, 8
_DETACH = 2
SCRATCH_SIZE = 32 << 20
"""Bytes that a note may keep in its scratch folder."""


def enter(scratch: list[Path]) -> None:
    """Move this process into new namespaces and return in a child of it, as their process 1.

    The process that called waits for that child and ends as it does. Each folder of ``scratch``
    becomes a small file system in memory. Raises OSError; the process must then be thrown away.
    """
    _isolate()
    process = os.fork()
    if process:
        _follow(process)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(OSError):  # masked in some containers; Landlock hides it anyway
        kernel.mount("proc", "/proc", _NO_SETUID | _NO_DEVICES | _NO_EXECUTION)
    for folder in scratch:
        mount_scratch(folder)


def mount_scratch(folder: Path) -> None:
    """Put an empty file system of bounded size on a folder. Raises OSError."""
    options = f"size={SCRATCH_SIZE},nr_inodes=4096,mode=700"
    kernel.mount("tmpfs", str(folder), _NO_SETUID | _NO_DEVICES | _NO_EXECUTION, options)


def empty_scratch(folder: Path) -> None:
    """Replace the file system on a folder by an empty one. Raises OSError."""
    kernel.unmount(str(folder), _DETACH)
    mount_scratch(folder)


def _isolate() -> None:
    uid, gid = os.getuid(), os.getgid()
    try:
        kernel.unshare(_USER | _MOUNT | _NETWORK | _IPC | _PROCESS)
    except OSError as error:
        raise OSError(f"this system forbids them to this user ({error.strerror})") from None
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    kernel.mount("none", "/", _PRIVATE | _RECURSIVE)


def _follow(process: int) -> None:
    """Wait for the server and end as it did; hold none of its descriptors open."""
    os.closerange(0, 3)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # new namespaces forget the old setting
    status = os.waitpid(process, 0)[1]
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
