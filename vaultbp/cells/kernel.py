"""System calls that the standard library does not offer, through ctypes. Linux only."""

from __future__ import annotations

import ctypes
import os
import sys

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


def drop_capabilities() -> None:
    """Give up every privilege that is not the user's own. Raises OSError."""
    if machine not in _CAPSET:
        raise OSError(f"dropping capabilities is not written for {machine}")
    syscall("capset", _CAPSET[machine], _CAPABILITY_HEADER, _NO_CAPABILITIES)


def _library() -> ctypes.CDLL:
    if _libc is None:
        raise OSError(f"not available on {sys.platform}")
    return _libc


def _checked(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
