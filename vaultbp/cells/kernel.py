"""System calls that the standard library does not offer, through ctypes. Linux only."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

Step = tuple[str, Callable[..., int], tuple[object, ...]]
"""A call of the C library prepared for later: its name, the function, its arguments."""

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_HEADER = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this process
_NO_CAPABILITIES = (ctypes.c_uint32 * 6)()

on_linux = sys.platform == "linux"
machine = os.uname().machine if hasattr(os, "uname") else ""
_libc = ctypes.CDLL(None, use_errno=True) if on_linux else None


def prctl(option: int, value: object, third: object = 0) -> None:
    """Change an attribute of this process. Raises OSError."""
    _checked("prctl", _library().prctl(option, value, third, 0, 0))


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends, where it can. Raises OSError."""
    if on_linux:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def syscall(name: str, number: int, *arguments: object) -> int:
    """Make a system call by number. Raises OSError, which bears ``name``."""
    return _checked(name, _library().syscall(ctypes.c_long(number), *arguments))


def unshare(flags: int) -> None:
    """Leave the namespaces named by ``flags`` for new ones. Raises OSError."""
    _checked("unshare", _library().unshare(flags))


def mount(kind: str, target: str, flags: int, data: str | None = None) -> None:
    """Mount a file system of a kind that has no device. Raises OSError."""
    what = kind.encode()
    text = None if data is None else data.encode()
    _checked("mount", _library().mount(what, target.encode(), what, ctypes.c_ulong(flags), text))


def unmount(target: str, flags: int) -> None:
    """Raises OSError."""
    _checked("umount", _library().umount2(target.encode(), flags))


def prctl_step(option: int, value: object, third: object = 0) -> Step:
    """``prctl``, to be called later. Raises OSError where there is none."""
    return "prctl", _library().prctl, (option, value, third, 0, 0)


def syscall_step(name: str, number: int, *arguments: object) -> Step:
    """``syscall``, to be called later. Raises OSError where there is none."""
    return name, _library().syscall, (ctypes.c_long(number), *arguments)


def drop_step() -> Step:
    """A call that gives up every privilege that is not the user's own. Raises OSError."""
    if machine not in _CAPSET:
        raise OSError(f"dropping capabilities is not written for {machine}")
    return syscall_step("capset", _CAPSET[machine], _CAPABILITY_HEADER, _NO_CAPABILITIES)


def take(step: Step) -> None:
    """Make a prepared call. Raises OSError."""
    name, call, arguments = step
    if call(*arguments) < 0:
        raise last_error(name)


def last_error(name: str) -> OSError:
    """Why the call that was just made failed."""
    number = ctypes.get_errno()
    return OSError(number, f"{name}: {os.strerror(number)}")


def _library() -> ctypes.CDLL:
    if _libc is None:
        raise OSError(f"not available on {sys.platform}")
    return _libc


def _checked(name: str, result: int) -> int:
    if result < 0:
        raise last_error(name)
    return result
