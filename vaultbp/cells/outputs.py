"""Output fences: what a note says a cell prints, compared with what it printed, and rewritten.

An output fence is a fence of the language ``output`` with nothing but blank lines between it and the
cell. Comparing goes token by token: numbers within a tolerance, white space free, ``...`` stands for
any tokens.
"""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from vaultbp.cells.results import CellError, CellResult
from vaultbp.diagnostics import Edit
from vaultbp.source import Source, Span

if TYPE_CHECKING:
    from vaultbp.notes import Cell, Note

DIFFERS = "OutputDiffers"
"""The type of error of a cell that ran to its end and printed something else than the note says."""
RELATIVE, ROUNDING = 1e-6, 1e-12
"""How far two numbers may lie apart: in proportion to themselves, or to the largest number that is
printed, of which small ones may be what rounding left. Two integers must be the same."""

_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_TOKEN = re.compile(
    r"\.\.\.+|…"
    rf"|(?:(?<![\w.])|[+-]){_NUMBER}[jJ](?!\w)"
    rf"|(?<![\w.)\]])[+-]?{_NUMBER}(?!\w)"
    r"|\w+|\n|[^\w\s]"
)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_IMAGINARY = re.compile(rf"([+-]?{_NUMBER})[jJ]", re.ASCII)
_ELLIPSIS = ("...", "…")


def expected_output(note: Note, cell: Cell) -> Cell | None:
    """The output fence that belongs to a cell."""
    for before, after in pairwise(note.cells):
        if before.span == cell.span and after.language == "output":
            between = note.source.text[before.span.end : after.span.start]
            return after if not between.strip(" \t\r\n>") else None
    return None


def differs(expected: str, printed: str) -> int | None:
    """The 1-based line of ``expected`` from which it no longer agrees; ``None`` if it agrees."""
    wanted, given = _tokens(expected), _tokens(printed)
    reached = _furthest_match(wanted, given, _Likeness(wanted))
    if reached is None:
        return None
    return 1 + sum(token == "\n" for token in wanted[:reached])


def compare(result: CellResult, fence: Cell) -> CellError | None:
    """What an output fence says against a cell that passed."""
    row = differs(fence.code, result.stdout)
    if row is None:
        return None
    said, printed = _line(fence.code, row), _line(result.stdout, row)
    last = max(fence.code.count("\n"), 1)
    message = f"the note says it prints {said!r}, it prints {printed!r}; `--update` writes that"
    return CellError(DIFFERS, message, fence.line + min(row, last) - 1)


def _line(text: str, number: int) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[number - 1].strip() if number <= len(lines) else ""


def _tokens(text: str) -> list[str]:
    """Tokens with line ends kept as tokens, but for blank lines and within brackets."""
    found: list[str] = []
    depth = 0
    for token in _TOKEN.findall(_normal(text)):
        if token == "\n":
            if depth == 0 and found and found[-1] != "\n":
                found.append(token)
            continue
        depth = max(0, depth + (token in ("[", "(", "{")) - (token in ("]", ")", "}")))
        found.append(token)
    return found[:-1] if found and found[-1] == "\n" else found


def _furthest_match(wanted: Sequence[str], given: Sequence[str], same: _Likeness) -> int | None:
    """``None`` if the tokens match; else how many of ``wanted`` matched before they first did not.

    The usual wildcard match: after a mismatch, the last ellipsis takes one token more.
    """
    at = other = furthest = 0
    retry: tuple[int, int] | None = None
    while other < len(given):
        if at < len(wanted) and wanted[at] in _ELLIPSIS:
            at += 1
            retry = (at, other)
        elif at < len(wanted) and same(wanted[at], given[other]):
            at, other = at + 1, other + 1
            furthest = max(furthest, at)
        elif retry is not None:
            retry = (retry[0], retry[1] + 1)
            at, other = retry
        else:
            return furthest
    while at < len(wanted) and wanted[at] in (*_ELLIPSIS, "\n"):
        at += 1
    return None if at == len(wanted) else max(furthest, at)


class _Likeness:
    """Says whether two tokens mean the same, in an output whose tokens are ``wanted``."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._wanted = wanted

    def __call__(self, wanted: str, given: str) -> bool:
        if wanted == given:
            return True
        if _INTEGER.fullmatch(wanted) and _INTEGER.fullmatch(given):
            return _plain_integer(wanted) == _plain_integer(given)
        left, right = _value(wanted), _value(given)
        if left is None or right is None or type(left) is not type(right):
            return False
        a, b = abs(left), abs(right)
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) and math.isnan(b)
        if cmath.isclose(left, right, rel_tol=RELATIVE):
            return True
        least = 1.0 if 0.0 in (a, b) else self._largest
        return cmath.isclose(left, right, rel_tol=0.0, abs_tol=ROUNDING * least)

    @cached_property
    def _largest(self) -> float:
        """The size of the largest number that is to be printed, 1 at most."""
        sizes = (abs(value) for token in self._wanted if (value := _value(token)) is not None)
        return min(1.0, max((size for size in sizes if math.isfinite(size)), default=1.0))


def _value(token: str) -> float | complex | None:
    """The number that a token is; ``None`` if it is none."""
    imaginary = _IMAGINARY.fullmatch(token)
    try:
        return complex(0.0, float(imaginary[1])) if imaginary else float(token)
    except ValueError:
        return None


def _plain_integer(token: str) -> str:
    """An integer in one way of writing it; it may be too long for Python to read."""
    digits = token.lstrip("+-").lstrip("0")
    return "-" + digits if token[0] == "-" and digits else digits


def edits(note: Note, results: Sequence[CellResult]) -> Iterator[Edit]:
    """The edits that make a note's output fences say what its cells printed.

    Cells that did not run to their end are left alone. A fence is rewritten only where it differs; a
    cell that prints and has no fence gets one.
    """
    by_line = {result.line: result for result in results}
    for cell in note.cells:
        result = by_line.get(cell.line)
        if cell.language != "python" or result is None or not _has_run(result):
            continue
        fence = expected_output(note, cell)
        if fence is not None:
            if differs(fence.code, result.stdout) is not None:
                yield Edit(fence.span, _fence(note.source, fence, fence, result.stdout))
        elif result.stdout.strip() and cell.closed:
            newline, prefix = _newline(note.source), _prefix(note.source, cell)
            text = _fence(note.source, cell, None, result.stdout)
            after = Span(cell.span.end, cell.span.end)
            yield Edit(after, f"{newline}{prefix.rstrip()}{newline}{prefix}{text}")


def _has_run(result: CellResult) -> bool:
    differs = result.error is not None and result.error.type == DIFFERS
    return result.status == "passed" or differs


def _fence(source: Source, place: Cell, old: Cell | None, printed: str) -> str:
    """A fence where ``place`` stands (the prefix of its first line is there already).

    Its marks are those of the ``old`` one, made longer than any run of them in the text.
    """
    mark, least, info = (old.fence[0], len(old.fence), old.info) if old else ("`", 3, "output")
    text = _normal(printed).rstrip("\n")
    longest = max((len(run) for run in re.findall(f"{re.escape(mark)}+", text)), default=0)
    marks = mark * max(least, longest + 1)
    prefix = _prefix(source, place)
    body = [f"{prefix}{line}" if line else prefix.rstrip() for line in text.split("\n")]
    lines = [f"{marks}{info}", *(body if text else []), f"{prefix}{marks}"]
    return _newline(source).join(lines)


def _normal(printed: str) -> str:
    """Output as a note can hold it: one kind of line end, no NUL."""
    return re.sub(r"\r\n|[\r\v\f]", "\n", printed).replace("\0", "␀")


def _prefix(source: Source, cell: Cell) -> str:
    """What later lines of the fence's container begin with: its quote marks, blanks for the rest."""
    line, column = source.position(cell.span.start)
    return re.sub(r"[^>\s]", " ", source.line(line)[: column - 1])


def _newline(source: Source) -> str:
    return "\r\n" if "\r\n" in source.text else "\n"
