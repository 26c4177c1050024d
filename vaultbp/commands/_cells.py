"""How the results of cells are shown: as text, as JSON, and while they are being made."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from vaultbp.terminal import Palette, shown

if TYPE_CHECKING:
    from vaultbp.cells import CellError, CellResult, Run, Sandbox
    from vaultbp.cells.verify import Comparison

_MARKS = {
    "passed": ("good", "✓"),
    "failed": ("bad", "✗"),
    "timeout": ("bad", "✗"),
    "killed": ("bad", "✗"),
    "skipped": ("dim", "–"),
}
_LINES = 200
"""Lines of one cell's output that are shown; JSON has them all."""


class Progress:
    """How many notes are done, on standard error: on a terminal only, and only for a slow run."""

    QUIET = 0.5
    """Seconds before anything is shown."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.on = sys.stderr.isatty()
        self.drawn = False

    def __call__(self, done: int, total: int) -> None:
        if self.on and time.monotonic() - self.began > self.QUIET:
            self.drawn = True
            sys.stderr.write(f"\r\x1b[Kran {done} of {total} notes")
            sys.stderr.flush()

    def clear(self) -> None:
        if self.drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def as_json(results: Sequence[CellResult], sandbox: Sandbox) -> str:
    """The JSON of ``run``; its shape is a promise."""
    cells = [_cell_data(cell) for cell in results]
    confined = {"level": sandbox.level, "missing": list(sandbox.missing)}
    data = {"version": 1, "cells": cells, "sandbox": confined}
    return json.dumps(data, ensure_ascii=False, indent=1)


def _cell_data(cell: CellResult) -> dict[str, Any]:
    error = cell.error
    return {
        "path": cell.path,
        "line": cell.line,
        "name": cell.name,
        "status": cell.status,
        "seconds": round(cell.seconds, 6),
        "stdout": cell.stdout,
        "error": error and {"type": error.type, "message": error.message, "line": error.line},
        "cached": cell.cached,
    }


def as_text(results: Sequence[CellResult], done: Run, taken: str, paint: Palette) -> str:
    """For people: each cell with its place, its verdict and what it printed; the total last, with the
    time that it took."""
    rows: list[str] = []
    path = None
    marks = {
        status: paint.paint(style, mark if status == "passed" else f"{mark} {status}")
        for status, (style, mark) in _MARKS.items()
    }
    kept = paint.paint("dim", "  kept from an earlier run")
    for cell in results:
        if cell.path != path:
            path = cell.path
            rows += ["", paint.paint("bold", path)] if rows else [paint.paint("bold", path)]
        aside = "" if cell.status == "skipped" else kept
        if aside and not cell.cached:
            aside = paint.paint("dim", f"  {cell.seconds:.2f} s")
        rows.append(f"{cell.line:5}  {marks[cell.status]} {cell.name}{aside}")
        if cell.stdout or cell.stderr or cell.figures or cell.error or cell.notices:
            rows += _cell_rows(cell, paint)
    return "\n".join([*rows, *([""] if rows else []), _total(results, done.sandbox, taken, paint)])


def _cell_rows(cell: CellResult, paint: Palette) -> list[str]:
    """What is to be said of a cell below its own line."""
    rows = []
    bar = paint.paint("frame", "│")
    for text in (cell.stdout, cell.stderr):
        lines = text.rstrip("\n").split("\n") if text.strip("\n") else []
        rows += [f"       {bar} {shown(line)}" for line in lines[:_LINES]]
        if len(lines) > _LINES:
            rows.append(f"       {bar} … {len(lines) - _LINES} more lines (--format json has all)")
    if cell.figures:
        many = f"{len(cell.figures)} figures" if len(cell.figures) > 1 else "1 figure"
        rows.append(f"       {bar} [{many}: `vaultbp report` shows them]")
    if cell.error is not None:
        rows += _error_rows(cell, cell.error, paint)
    return rows + [f"       {paint.paint('warning', 'note:')} {text}" for text in cell.notices]


def _error_rows(cell: CellResult, error: CellError, paint: Palette) -> list[str]:
    first, *rest = error.message.split("\n")
    if cell.status == "skipped":
        return [f"       {paint.paint('dim', first)}"]
    column = f":{error.column}" if error.column else ""
    place = paint.paint("dim", f"{cell.path}:{error.line}{column}")
    rows = [f"       {place}  {paint.paint('error', error.type)}: {shown(first)}"]
    rows += [f"           {shown(line)}" for line in rest]
    if len(error.traceback) > 1:
        rows += [paint.paint("dim", f"           {shown(frame)}") for frame in error.traceback]
    return rows


def _total(results: Sequence[CellResult], sandbox: Sandbox, taken: str, paint: Palette) -> str:
    if not results:
        return f"{paint.paint('dim', '–')} no code cells"
    counts = Counter(cell.status for cell in results)
    failed = counts["failed"] + counts["timeout"] + counts["killed"]
    style, mark = _MARKS["failed" if failed else "passed"]
    parts = [f"{counts['passed']} passed", f"{failed} failed"]
    if counts["skipped"]:
        parts.append(f"{counts['skipped']} skipped")
    text = f"{paint.paint(style, mark)} cells: {', '.join(parts)} · {taken}"
    return "\n".join([text, paint.paint("dim", f"  {sandbox}")])


def comparisons_as_text(compared: Sequence[Comparison], paint: Palette) -> str:
    """For people: each cell that came out otherwise than it was kept; the total last."""
    rows: list[str] = []
    for one in compared:
        if one.differs:
            cell = one.kept
            place = paint.paint("dim", f"{cell.path}:{cell.line}")
            rows.append(f"{place}  {paint.paint('bad', '✗')} {cell.name} is not as it was kept")
            for word, result in (("kept", one.kept), ("now", one.now)):
                rows.append(f"    {word:5} {result.status} {shown(_said(result))}")
    notes = len({one.kept.path for one in compared})
    if not compared:
        return f"{paint.paint('dim', '–')} no results are kept of these notes"
    if not rows:
        return f"{paint.paint('good', '✓')} notes run once more: {notes}; every cell as it was kept"
    rows.append(
        f"{paint.paint('bad', '✗')} notes run once more: {notes}; --rerun keeps new results"
    )
    return "\n".join(rows)


def _said(cell: CellResult) -> str:
    """What a cell came to, in one line."""
    said = f"{cell.error.type}: {cell.error.message}" if cell.error else cell.stdout
    line = " ".join(said.split())
    return line if len(line) <= 100 else f"{line[:99]}…"
