"""Landlock: what a child may open, which ports it may reach, whom it may signal (Linux 5.13 and later).

Numbers and structures as in ``linux/landlock.h``. The rule set is made once by the fork server and
entered by every child with one system call.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from vaultbp.cells import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_TRUNCATE, _IOCTL_DEVICE = 1 << 14, 1 << 15
_FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | _TRUNCATE | _IOCTL_DEVICE
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many of the file rights each version knows; 16 from version 5 on."""
_ALL_TCP = 0b11
_ALL_SCOPES = 0b11

READ = READ_FILE | READ_DIR | EXECUTE
"""Read and load. ``EXECUTE`` is for shared libraries' loaders; running programs is seccomp's affair."""


def version() -> int:
    """The Landlock version of the running kernel. Raises OSError where there is none."""
    return kernel.syscall("landlock", _CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)


def shortcomings(abi: int) -> list[str]:
    """What a kernel's Landlock cannot do yet, in words."""
    found = []
    if abi < 4:
        found.append(f"landlock: no rule for TCP (version {abi} of 4)")
    if abi < 6:
        found.append(f"landlock: no scope for signals and abstract sockets (version {abi} of 6)")
    return found


def ruleset(readable: Iterable[Path], writable: Iterable[Path]) -> int:
    """A descriptor of rules: read below ``readable``, do all but make devices below ``writable``.

    Paths that do not exist are left out. Raises OSError.
    """
    abi = version()
    handled = (1 << _RIGHTS.get(abi, 16)) - 1
    attributes = struct.pack("QQQ", handled, _ALL_TCP, _ALL_SCOPES)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    rules = kernel.syscall("landlock", _CREATE_RULESET, attributes[:size], ctypes.c_size_t(size), 0)
    everything = handled & ~(_MAKE_CHAR | _MAKE_BLOCK | EXECUTE)
    devices = [Path("/dev", name) for name in ("null", "zero", "random", "urandom")]
    for path in (*readable, *devices):
        _allow(rules, path, READ & handled)
    for path in (*writable, Path("/dev/null")):
        _allow(rules, path, everything)
    return rules


def enter_step(rules: int) -> kernel.Step:
    """A call that binds a process to the rules for good. Needs no-new-privileges."""
    return kernel.syscall_step("landlock", _RESTRICT_SELF, rules, 0)


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not path.is_dir():
            rights &= _FOR_FILES
        rule = struct.pack("=Qi", rights, descriptor)
        kernel.syscall("landlock", _ADD_RULE, rules, _PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)


def packages() -> list[Path]:
    """Where Python, its packages and the system's libraries are."""
    found = [sys.prefix, sys.base_prefix, sys.exec_prefix, str(Path(__file__).parents[1])]
    found += [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    found += ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo"]
    found += ["/etc/ld.so.cache", "/etc/localtime"]
    too_wide = {Path("/"), Path.home(), *Path.home().parents}
    return [path for path in dict.fromkeys(map(Path, found)) if path not in too_wide]
