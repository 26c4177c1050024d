"""Outcome <-> JSON as kept in the cache, with every line relative to its cell."""

from __future__ import annotations

from typing import Any

from vaultbp.cells.outcomes import Outcome
from vaultbp.cells.plan import Plan

_PASSING = frozenset(
    {"MemoryError", "OSError", "PermissionError", "FileNotFoundError", "BlockingIOError",
     "TimeoutError", "InterruptedError", "KeyboardInterrupt", "RecursionError", "RuntimeError"}
)  # fmt: skip
"""Errors that may be gone the next time, whatever the code: never kept."""


def is_lasting(plan: Plan, outcome: Outcome) -> bool:
    """Whether running again would give the same: the child ended by itself, in order."""
    if outcome.cut is not None or outcome.status != 0:
        return False
    if not all(number in outcome.ended for number in range(outcome.started + 1)):
        return False
    errors = [report["error"] for report in outcome.ended.values() if report.get("error")]
    return all(error["type"] not in _PASSING for error in errors)


def to_record(plan: Plan, outcome: Outcome) -> dict[str, Any]:
    """The outcome as JSON that does not change when the cells move within their notes."""
    return {
        "ended": [_moved(plan, outcome.ended[n], away=True) for n in sorted(outcome.ended)],
        "printed": [outcome.printed[n] for n in sorted(outcome.ended)],
    }


def from_record(plan: Plan, record: dict[str, Any]) -> Outcome:
    """The outcome kept in a record, placed where the plan's cells stand now."""
    ended = {n: _moved(plan, report, away=False) for n, report in enumerate(record["ended"])}
    printed = {n: (text[0], text[1]) for n, text in enumerate(record["printed"])}
    return Outcome(started=len(ended) - 1, ended=ended, printed=printed, status=0)


def _moved(plan: Plan, report: dict[str, Any], *, away: bool) -> dict[str, Any]:
    """A report whose lines are counted from their cell's first (``away``), or in the file again."""
    error = report.get("error")
    if error is None:
        return report
    move = _relative if away else _absolute
    home = error.get("home") or plan.runnable[report["end"]].path
    home, line = move(plan, home, error["line"])
    frames = [[*move(plan, path, number), name] for path, number, name in error["frames"]]
    return report | {"error": error | {"frames": frames, "line": line, "home": home}}


def _relative(plan: Plan, path: str, line: int) -> tuple[str, int]:
    """A line of a piece as its number (in decimal, which no note's path is) and the line within."""
    for number, piece in enumerate(plan.runnable):
        first = piece.cell.line
        if piece.path == path and first <= line <= first + piece.cell.code.count("\n"):
            return str(number), line - first
    return path, line


def _absolute(plan: Plan, path: str, line: int) -> tuple[str, int]:
    if path.isdecimal():
        piece = plan.runnable[int(path)]
        return piece.path, piece.cell.line + line
    return path, line
