"""What running a cell gave: data that every view shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["passed", "failed", "timeout", "killed", "skipped"]


@dataclass(frozen=True, slots=True)
class CellError:
    """Why a cell did not pass; ``line`` is the note's own, 1-based."""

    type: str
    message: str
    line: int
    column: int | None = None
    traceback: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellResult:
    """One cell, run (or skipped, with the reason in ``error``)."""

    path: str
    line: int
    """1-based line on disk of the cell's first line of code."""
    name: str
    status: Status
    seconds: float
    stdout: str = ""
    error: CellError | None = None
    cached: bool = False
    figures: tuple[str, ...] = ()
    """Captured figures as PNG, base64."""
    notices: tuple[str, ...] = ()
