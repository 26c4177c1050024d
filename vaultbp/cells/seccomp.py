"""Seccomp: a filter that denies a child the system calls no code cell needs (x86-64 Linux).

A deny list, because numpy and the interpreter may use any of the harmless ones. Denied calls fail with
``EPERM``; nothing is killed, so that a cell shows an ordinary ``PermissionError`` at its line.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from vaultbp.cells import kernel

_ARCHITECTURE = 0xC000003E  # AUDIT_ARCH_X86_64
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000
_MODE_FILTER = 2
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000

DENIED = {
    "network": {
        "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "accept4": 288,
    },
    "programs": {"execve": 59, "execveat": 322},
    "other processes": {
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
        "pidfd_send_signal": 424, "pidfd_open": 434, "pidfd_getfd": 438, "process_madvise": 440,
        "process_mrelease": 448, "tkill": 200, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297,
    },
    "shared memory and queues": {
        "shmget": 29, "shmat": 30, "shmctl": 31, "semget": 64, "semop": 65, "semctl": 66,
        "semtimedop": 220, "msgget": 68, "msgsnd": 69, "msgrcv": 70, "msgctl": 71, "mq_open": 240,
        "mq_unlink": 241, "memfd_create": 319, "memfd_secret": 447,
    },
    "namespaces and mounts": {
        "unshare": 272, "setns": 308, "pivot_root": 155,
        "chroot": 161, "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431,
        "fsmount": 432, "fspick": 433, "mount_setattr": 442, "name_to_handle_at": 303,
        "open_by_handle_at": 304, "quotactl": 179, "quotactl_fd": 443,
    },
    "the kernel": {
        "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "bpf": 321,
        "perf_event_open": 298, "userfaultfd": 323, "add_key": 248, "request_key": 249,
        "keyctl": 250, "init_module": 175, "delete_module": 176, "finit_module": 313,
        "kexec_load": 246, "kexec_file_load": 320, "reboot": 169, "swapon": 167, "swapoff": 168,
        "acct": 163, "settimeofday": 164, "clock_settime": 227, "clock_adjtime": 305,
        "adjtimex": 159, "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173,
        "modify_ldt": 154, "syslog": 103, "personality": 135, "vhangup": 153,
    },
}  # fmt: skip
"""Every call denied to the fork server and its children: x86-64 numbers by purpose."""
DENIED_TO_CHILDREN = {"fork": 57, "vfork": 58, "mount": 165, "umount2": 166}
"""What only the server needs."""

_LOAD, _EQUAL, _NOT_BELOW, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_AT = 0, 4, 16
_PRCTL, _KILL_CALL, _TGKILL, _CLONE, _CLONE3 = 157, 62, 234, 56, 435


def require() -> None:
    """Raises OSError, which says why, where the filter cannot be used."""
    if not kernel.on_linux:
        raise OSError("only on Linux")
    if kernel.machine != "x86_64":
        raise OSError(f"the filter is written and tested for x86_64 only, not {kernel.machine}")


def enter_server() -> None:
    """Install the long part of the filter, which children inherit. Needs no-new-privileges.

    Raises OSError.
    """
    program = Filter(_for_all())
    kernel.take(program.step())


def child_filter() -> Filter:
    """The short part of the filter, for a child that is put into it: it may signal itself (``abort``,
    ``raise``) and no other, and start threads and no process.
    """
    return Filter(_for_children())


class Filter:
    """A filter in memory, with the header that the kernel wants."""

    def __init__(self, code: bytes) -> None:
        self.buffer = ctypes.create_string_buffer(code, len(code))
        self.header = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(self.buffer))
        mark = struct.pack("I", _PID_PLACEHOLDER)
        self.places = [at for at in range(4, len(code), 8) if code[at : at + 4] == mark]

    def put(self, pid: int) -> None:
        """Write the process that is to be bound into the filter."""
        for at in self.places:
            struct.pack_into("I", self.buffer, at, pid)

    def step(self) -> kernel.Step:
        """The call that binds the process that makes it, for good. Keep the filter until then."""
        return kernel.prctl_step(kernel.PR_SET_SECCOMP, _MODE_FILTER, self.header)


_PID_PLACEHOLDER = 0x7E57_0001


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def _deny(number: int = errno.EPERM) -> bytes:
    return _step(_RETURN, _ERROR | number)


def _when(call: int, body: bytes) -> bytes:
    """Skip ``body`` for every call but one. ``body`` must end in a return."""
    return _step(_EQUAL, call, 0, len(body) // 8) + body


def _only_argument(value: int) -> bytes:
    """Allow the call when its first argument is ``value``, deny it otherwise."""
    allow = _step(_RETURN, _ALLOW)
    return _step(_LOAD, _FIRST_AT) + _step(_EQUAL, value, 0, 1) + allow + _deny()


def _for_all() -> bytes:
    parts = [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_EQUAL, _ARCHITECTURE, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
        _step(_NOT_BELOW, _X32, 0, 1),
        _deny(),
    ]
    parts += [_when(call, _deny()) for calls in DENIED.values() for call in calls.values()]
    return b"".join([*parts, _step(_RETURN, _ALLOW)])


def _for_children() -> bytes:
    allow = _step(_RETURN, _ALLOW)
    first = _step(_LOAD, _FIRST_AT)
    parts = [
        _step(_LOAD, _NUMBER_AT),
        _when(_CLONE, first + _step(_ANY_BIT, _CLONE_THREAD, 0, 1) + allow + _deny()),
        _when(_CLONE3, _deny(errno.ENOSYS)),  # libc then falls back on clone
        _when(_KILL_CALL, _only_argument(_PID_PLACEHOLDER)),
        _when(_TGKILL, _only_argument(_PID_PLACEHOLDER)),
        _when(_PRCTL, first + _step(_EQUAL, kernel.PR_SET_PDEATHSIG, 0, 1) + _deny() + allow),
    ]
    parts += [_when(call, _deny()) for call in DENIED_TO_CHILDREN.values()]
    return b"".join([*parts, allow])
