"""Why nothing was run at all. What goes wrong within a cell is a result, never one of these."""

from __future__ import annotations


class SandboxRefusedError(Exception):
    """The confinement that was required cannot be had here; the message says what is missing."""


class UntrustedError(SandboxRefusedError):
    """Running a vault that is not trusted without confinement was asked for."""


class ServerLostError(Exception):
    """The fork server cannot start, ended, or does not answer; the message says how."""
