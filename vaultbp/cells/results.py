"""What running cells gave: data that every view shows.

Named tuples, which are made (and imported) several times as fast as data classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

LAYERS = ("process", "limits", "landlock", "seccomp", "namespaces")
"""From the weakest to the strongest; ``process`` (own session, clean environment, wall time, output
cap, ended with its parent) is always there."""
REQUIRED = LAYERS[:4]
"""What ``require`` asks for. Namespaces are a bonus: many systems forbid them to ordinary users."""

Mode = Literal["require", "best", "off"]
"""How confined cells must run: the minimum or not at all, as far as possible, not at all."""
Status = Literal["passed", "failed", "timeout", "killed", "skipped"]


class CellError(NamedTuple):
    """Why a cell did not pass; ``line`` is the note's own, 1-based."""

    type: str
    message: str
    line: int
    column: int | None = None
    traceback: tuple[str, ...] = ()


class CellResult(NamedTuple):
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
    stderr: str = ""


class Sandbox(NamedTuple):
    """How confined the cells were: the layers reached, and those missing, each with the reason."""

    level: str
    """Layers joined by ``+``, for example ``process+limits+landlock+seccomp+namespaces``."""
    missing: tuple[str, ...] = ()

    @property
    def layers(self) -> tuple[str, ...]:
        return tuple(self.level.split("+"))

    def __str__(self) -> str:
        """One line for people: what confined the cells, and what could not be had and why."""
        layers = [layer for layer in self.layers if layer != "process"]
        if not layers:
            said = "not confined: own process, clean environment and time limit only"
        else:
            said = f"confined by {', '.join(layers)}"
        return f"{said}; missing: {'; '.join(self.missing)}" if self.missing else said


class Run(NamedTuple):
    """Everything that running notes gave: results by path of the note, in the notes' order."""

    results: Mapping[str, tuple[CellResult, ...]]
    sandbox: Sandbox
    notices: tuple[str, ...] = ()
    """What happened on the way that a person should know, such as a damaged cache set aside."""
    known: bool = False
    """Whether the cache knew the results of all notes by nothing but their texts."""

    @property
    def cells(self) -> tuple[CellResult, ...]:
        """The results of all notes, one after the other."""
        return tuple(result for results in self.results.values() for result in results)
