"""What a child reported and how it ended -> the results of the note's own cells."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vaultbp.cells.outputs import compare
from vaultbp.cells.plan import Piece, Plan
from vaultbp.cells.results import CellError, CellResult, Status
from vaultbp.cells.streams import PRINTED_LIMIT


@dataclass
class Outcome:
    """All that is known of one child: filled while it runs, judged when it has ended.

    Pieces are numbered as in ``Plan.runnable``.
    """

    started: int = -1
    """The piece that began last."""
    ended: dict[int, dict[str, Any]] = field(default_factory=dict)
    """The harness's report on each piece that ran to its end, or to its exception."""
    printed: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Standard output and error of each piece."""
    cut: str | None = None
    """Why the parent gave the child up: ``timeout``, ``output`` or ``server``."""
    status: int | None = None
    """As ``waitpid`` gives it."""

    def take(self, report: Mapping[str, Any]) -> bool:
        """Take one report; false if it is out of order, and so not the harness's."""
        number = report.get("start")
        if number == self.started + 1 and (self.started in self.ended or self.started < 0):
            self.started += 1
            return True
        if report.get("end") == self.started and self.started not in self.ended:
            self.ended[self.started] = dict(report)
            return True
        return False


def results(plan: Plan, outcome: Outcome, timeout: float) -> tuple[CellResult, ...]:
    """The result of every cell of the note, in order."""
    return tuple(_results(plan, outcome, timeout))


def unrunnable(plan: Plan) -> tuple[CellResult, ...]:
    """Results of a note of which nothing is run: every cell skipped, or a problem with its imports."""
    found = []
    problem = plan.problem
    for piece in plan.pieces:
        if piece.options.skip is not None:
            found.append(_skipped(piece, piece.options.skip))
        elif problem is not None:
            found.append(_result(piece, "failed", error=problem))
            problem = None
        else:
            found.append(_skipped(piece, "not run: the note's imports failed"))
    return tuple(found)


def _results(plan: Plan, outcome: Outcome, timeout: float) -> Iterator[CellResult]:
    stopped: str | None = None
    blocked = _failed_import(plan, outcome, timeout)
    number = len(plan.borrowed)
    for piece in plan.pieces:
        if piece.options.skip is not None:
            yield _skipped(piece, piece.options.skip)
            continue
        if stopped is not None:
            yield _skipped(piece, stopped)
            continue
        if blocked is not None:
            yield _result(piece, "failed", error=blocked)
            stopped = "not run: the note's imports failed"
        elif number in outcome.ended:
            yield _finished(plan, piece, outcome, number)
            if outcome.ended[number].get("error") and not piece.options.isolated:
                stopped = f"not run: the cell on line {piece.cell.line} did not pass"
        else:  # the child ended inside this piece, or before it without a word about it
            yield _unfinished(piece, outcome, number, timeout)
            stopped = f"not run: the cell on line {piece.cell.line} did not finish"
        number += 1


def _failed_import(plan: Plan, outcome: Outcome, timeout: float) -> CellError | None:
    """The error of the first borrowed cell that did not pass, told at the note's import."""
    for number, piece in enumerate(plan.borrowed):
        report = outcome.ended.get(number)
        if report is not None and report.get("error") is None:
            continue
        if report is not None:
            error = _error(plan, piece, report["error"])
        else:
            error = _why_unfinished(piece, outcome, timeout)[1]
        message = f"{piece.path}:{error.line}: {error.type}: {error.message}"
        return CellError("ImportError", message, plan.import_line, traceback=error.traceback)
    return None


def _finished(plan: Plan, piece: Piece, outcome: Outcome, number: int) -> CellResult:
    report = outcome.ended[number]
    error = report.get("error")
    stdout, stderr = outcome.printed[number]
    notices: tuple[str, ...] = ()
    if piece.options.plot and not report.get("figures") and error is None:
        notices = ("`show=plot`, but the cell drew no figure",)
    result = _result(
        piece,
        "failed" if error else "passed",
        seconds=float(report.get("seconds", 0.0)),
        stdout=stdout,
        stderr=stderr,
        error=_error(plan, piece, error) if error else None,
        figures=tuple(report.get("figures", ())),
        notices=notices,
    )
    differs = compare(result, piece.output) if piece.output and not error else None
    return result if differs is None else result._replace(status="failed", error=differs)


def _error(plan: Plan, piece: Piece, report: Mapping[str, Any]) -> CellError:
    sources = {plan.note.path: plan.note.source}
    frames = []
    for path, line, function in report.get("frames", ()):
        text = sources[path].line(line).strip() if path in sources else ""
        place = f"{path}:{line} in {function}"
        frames.append(f"{place}: {text}" if text else place)
    return CellError(
        report["type"], report["message"], report["line"], report.get("column"), tuple(frames)
    )


def _unfinished(piece: Piece, outcome: Outcome, number: int, timeout: float) -> CellResult:
    status, error = _why_unfinished(piece, outcome, timeout)
    stdout, stderr = outcome.printed.get(number, ("", ""))
    return _result(
        piece,
        status,
        seconds=(piece.options.timeout or timeout) if status == "timeout" else 0.0,
        stdout=stdout,
        stderr=stderr,
        error=error,
    )


def _why_unfinished(piece: Piece, outcome: Outcome, timeout: float) -> tuple[Status, CellError]:
    line = piece.cell.line
    if outcome.cut == "timeout":
        limit = piece.options.timeout or timeout
        message = (
            f"still running after {limit:g} s; `timeout=` in the fence's info string gives more"
        )
        return "timeout", CellError("Timeout", message, line)
    if outcome.cut == "output":
        message = f"printed more than {PRINTED_LIMIT >> 20} MB"
        return "killed", CellError("TooMuchOutput", message, line)
    if outcome.cut == "server":
        message = "took the process that runs the cells down with it"
        return "killed", CellError("Killed", message, line)
    status = outcome.status or 0
    number = status & 0x7F
    if number:
        message = f"the process was ended by {_signal_name(number)} before the cell was"
        return "killed", CellError("Killed", message, line)
    message = f"the process ended (exit code {status >> 8}) before the cell did"
    return "failed", CellError("DidNotFinish", message, line)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _skipped(piece: Piece, reason: str) -> CellResult:
    return _result(piece, "skipped", error=CellError("Skipped", reason, piece.cell.line))


def _result(
    piece: Piece,
    status: Status,
    *,
    seconds: float = 0.0,
    stdout: str = "",
    stderr: str = "",
    error: CellError | None = None,
    figures: tuple[str, ...] = (),
    notices: tuple[str, ...] = (),
) -> CellResult:
    own = tuple(notice.message for notice in piece.options.notices)
    return CellResult(
        path=piece.path,
        line=piece.cell.line,
        name=piece.name,
        status=status,
        seconds=seconds,
        stdout=stdout,
        error=error,
        figures=figures,
        notices=own + notices,
        stderr=stderr,
    )
