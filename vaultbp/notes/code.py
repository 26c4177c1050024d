"""Code: fences, which become cells, and code spans."""

from __future__ import annotations

import re
from bisect import bisect_left

from vaultbp.notes.blocks import Fence, nested_fences
from vaultbp.notes.note import Cell, Formula
from vaultbp.notes.reader import CONTAINER, Reader
from vaultbp.source import Span

_PYTHON = frozenset({"python", "py", "python3", "py3", "ipython", "ipython3"})
_MATH = frozenset({"math", "latex", "tex"})
_CLOSING = {
    "`": re.compile(r"^ {0,3}(````*)[ \t]*$", re.MULTILINE),
    "~": re.compile(r"^ {0,3}(~~~~*)[ \t]*$", re.MULTILINE),
}
_CLOSING_HERE = {
    "`": re.compile(r"[ \t]{0,3}(````*)[ \t]*$"),
    "~": re.compile(r"[ \t]{0,3}(~~~~*)[ \t]*$"),
}
_QUOTES = re.compile(r"(?:[ \t]{0,3}> ?)")
_LANGUAGE = re.compile(r"\{?\s*\.?([^\s{},:=]+)")
_RUNS = re.compile(r"``*")


def read_backticks(reader: Reader, start: int, end: int) -> int:
    """Three or more at the start of a line's text open a fence; otherwise a code span."""
    if end - start >= 3 and reader.content_start(start) == start:
        stop = reader.line_end(end)
        if reader.text.find("`", end, stop) < 0:
            after = _read_fence(reader, start, end)
            if after >= 0:
                return after
    return _read_span(reader, start, end)


def read_tildes(reader: Reader, start: int, end: int) -> int:
    if reader.content_start(start) == start:
        after = _read_fence(reader, start, end)
        if after >= 0:
            return after
    return end


def _read_span(reader: Reader, start: int, end: int) -> int:
    """A code span ends at the next run of as many backticks in the same block."""
    text, length = reader.text, end - start
    close = text.find("`", end) if length == 1 else -1
    if close < 0 or text.startswith("`", close + 1):
        close = _matching_run(reader, end, length)
    if close < 0 or close >= reader.block_end(end):
        return end
    if close > reader.line_end(end) and reader.is_indented_code(start):
        return end
    reader.opaque.append(Span(start, close + length))
    reader.inline_code.append(Span(end, close))
    return close + length


def _matching_run(reader: Reader, at: int, length: int) -> int:
    """Where the next run of exactly ``length`` backticks stands, by a table made once per block."""
    block = reader.block_end(at)
    if reader.runs_end != block:
        reader.runs_end = block
        reader.runs = {}
        for run in _RUNS.finditer(reader.text, at, block):
            reader.runs.setdefault(run.end() - run.start(), []).append(run.start())
    places = reader.runs.get(length, [])
    index = bisect_left(places, at)
    return places[index] if index < len(places) else -1


def _read_fence(reader: Reader, start: int, end: int) -> int:
    """A fenced block: its cell, and for a ``math`` fence its formula; hidden ones are only skipped.

    Returns where to go on, or -1 if no fence begins here.
    """
    info_end = reader.line_end(end)
    fence = _fence(reader, start, end, info_end)
    if fence is None:
        return -1
    lines, closing = fence.lines, fence.closing
    stop = closing[1] if closing else (lines[-1][2] if lines else info_end)
    span = Span(start, max(stop, end))
    reader.opaque.append(span)
    if reader.in_comment(start):
        return span.end
    cell = _cell(reader, span, Span(end, info_end), lines, closed=closing is not None)
    reader.cells.append(cell)
    if not cell.closed:
        message = "this code fence is never closed"
        reader.oddities.append(("unclosed-fence", Span(start, end), message))
    if cell.language in _MATH:
        _add_formula(reader, cell, lines)
    return span.end


def _fence(reader: Reader, start: int, end: int, info_end: int) -> Fence | None:
    """The lines of the fence that begins at ``start``; ``None`` if a full parse finds none there."""
    line_start = reader.line_start(start)
    if line_start == start:
        return _top_level_fence(reader.text, reader.text[start], end - start, info_end, 0)
    if not reader.in_comment(start):
        if reader.nested is None:
            reader.nested = (nested_fences(reader.text, reader.start),)
        known = reader.nested[0]
        if known is not None:
            return known.get(line_start)
    if reader.is_indented_code(start):
        return None
    return _nested_fence(reader, start, end, info_end, reader.text[line_start:start])


def _nested_fence(reader: Reader, start: int, end: int, info_end: int, prefix: str) -> Fence:
    """A fence in a list or quote by its prefix alone, for notes too long for a full parse."""
    text, mark, length = reader.text, reader.text[start], end - start
    depth = prefix.count(">")
    indent = _columns(re.sub(r"^(?:[ \t]*>[ ]?)+", "", prefix) if depth else prefix)
    in_list = any(mark_char not in " \t>" for mark_char in prefix)
    nested = in_list or indent >= 4
    if not depth and not nested:
        return _top_level_fence(text, mark, length, info_end, len(prefix))
    lines: list[tuple[int, int, int]] = []
    at = info_end
    while at < len(text) - 1:
        at += 1
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        body = at
        for _ in range(depth):
            quote = _QUOTES.match(text, body, line_end)
            if not quote:
                return Fence(lines, None)
            body = quote.end()
        body, reached = _skip_columns(text, body, line_end, indent)
        if nested and reached < indent and text[body:line_end].strip():
            return Fence(lines, None)
        close = _CLOSING_HERE[mark].match(text, body, line_end)
        if close and len(close[1]) >= length:
            return Fence(lines, (at, close.end(1)))
        lines.append((at, body, line_end))
        at = line_end
    return Fence(lines, None)


def _top_level_fence(text: str, mark: str, length: int, info_end: int, indent: int) -> Fence:
    closing = None
    stop = len(text)
    for match in _CLOSING[mark].finditer(text, info_end):
        if len(match[1]) >= length:
            closing, stop = (match.start(), match.end(1)), match.start() - 1
            break
    lines: list[tuple[int, int, int]] = []
    at = info_end
    while at < min(stop, len(text) - 1):
        at += 1
        line_end = text.find("\n", at, stop)
        line_end = stop if line_end < 0 else line_end
        body, _ = _skip_columns(text, at, line_end, indent)
        lines.append((at, body, line_end))
        at = line_end
    return Fence(lines, closing)


def _columns(prefix: str) -> int:
    column = 0
    for char in prefix:
        column += 4 - column % 4 if char == "\t" else 1
    return column


def _skip_columns(text: str, at: int, stop: int, columns: int) -> tuple[int, int]:
    """Step over up to ``columns`` columns of white space; also says how many were there."""
    column = 0
    while at < stop and column < columns and text[at] in " \t":
        column += 4 - column % 4 if text[at] == "\t" else 1
        at += 1
    return at, column


def _cell(
    reader: Reader,
    span: Span,
    after_marks: Span,
    lines: list[tuple[int, int, int]],
    *,
    closed: bool,
) -> Cell:
    source = reader.source
    written = reader.text[after_marks.start : after_marks.end]
    info = written.strip()
    lead = after_marks.start + len(written) - len(written.lstrip())
    if not info:
        lead = after_marks.start
    first = lines[0][0] if lines else after_marks.end
    number = source.position(first).line + (0 if lines else 1)
    disk = source.text
    code = "".join(disk[body:stop].rstrip("\r") + "\n" for _, body, stop in lines)
    return Cell(
        span=span,
        info=info,
        info_span=Span(lead, lead + len(info)),
        language=language(info),
        code=code,
        line=number,
        indents=tuple(body - at for at, body, _ in lines),
        closed=closed,
        fence=reader.text[span.start : after_marks.start],
    )


def language(info: str) -> str:
    """The language of an info string, lower-case: ``py``, ``{python}``, ``{code-cell} ipython3``."""
    match = _LANGUAGE.match(info)
    word = match[1].lower() if match else ""
    if word == "code-cell" and match:
        match = _LANGUAGE.match(info[match.end() :].lstrip("} "))
        word = match[1].lower() if match else "python"
    return "python" if word in _PYTHON else word


def _add_formula(reader: Reader, cell: Cell, lines: list[tuple[int, int, int]]) -> None:
    if not lines or "\\documentclass" in cell.code or not cell.code.strip():
        return
    body = Span(lines[0][1], lines[-1][2])
    text = reader.text[body.start : body.end]
    for at, begin, _ in lines[1:]:
        text = blank(text, at - body.start, begin - body.start)
    text = text.replace("$$", "  ")
    reader.formulas.append(Formula(cell.span, body, text, "fence"))


def blank(text: str, start: int, stop: int) -> str:
    """``text`` with the characters of ``[start, stop)`` made spaces."""
    return text[:start] + " " * (stop - start) + text[stop:] if stop > start else text


__all__ = ["CONTAINER", "blank", "language", "read_backticks", "read_tildes"]
