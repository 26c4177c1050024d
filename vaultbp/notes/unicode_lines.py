"""Equations in plain Unicode: lines such as ``∂L/∂w = ∂L/∂a × ∂a/∂w`` without any marks.

Read only where a whole line is the equation: a line of prose, a list item, a code span, or a line of
a fence without a language. In such a fence the equations beside a marked one count, too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from vaultbp.notes.code import blank
from vaultbp.notes.note import Cell, Formula
from vaultbp.notes.reader import CONTAINER, Reader
from vaultbp.source import Span

_MARK = re.compile(r"∂|∇|Σ|∑|/d(?=[^\W\d_])")
"""Each alternative begins with a plain character, so that other text is skipped fast."""
_NUMERATOR = re.compile(r"(?<![A-Za-z])d[^\W\d_]\w{0,5}[ \t]?$")
_LABEL = re.compile(
    r"(?:\*\*[^*\n]+\*\*\s*[:：]|\*\*[^*\n]+[:：]\*\*)\s*"
    r"|\(?(?:[a-z]|[ivx]{2,4}|\d{1,2})\)[ \t]+(?=[^\s=+\-−·*/×^)])"
)
"""What names or counts an equation: ``**Loss**:``, ``(a)``, ``2)``."""
_TAIL = re.compile(r"(?:\s{2,}|\t)(?:#|//|--|\().*$|\s+#\s.*$|[ \t]*(?:\*\*|__)?[ \t]*\\?$")
_RELATION = re.compile(r"(?<![=<>!:+\-*/])=(?![=>])")
_TWO_WORDS = re.compile(r"(?<![\w.])([^\W\d_]{3,}) +([^\W\d_]{3,})(?!\w)")
_NO_EQUATION = re.compile(
    r"[$|`;?!:：。，、“”\"\[\]{}…]\s|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w\.\w+\(|\]\(|\[\[|->|=>|⇐|[—ÅÑÐÃ]"
)
_FUNCTIONS = frozenset(
    {"sin", "cos", "tan", "exp", "log", "max", "min", "sum", "tanh", "sign", "diag", "sqrt"}
    | {"sigmoid", "softmax", "relu", "argmax", "argmin", "det", "for"}
)
_PLAIN = frozenset({"", "text", "txt", "plain", "plaintext"})
_LONGEST = 600


def read_unicode(reader: Reader, start: int) -> list[Formula]:
    """The equations without marks, outside formulas, comments and code of a known language."""
    text = reader.text
    if not is_marked(text):
        return []
    formulas: list[Formula] = []
    formulas.extend(_from_spans(reader))
    formulas.extend(_from_lines(reader, start))
    for cell in reader.cells:
        if cell.language in _PLAIN and is_marked(cell.code):
            formulas.extend(_from_cell(reader, cell))
    return formulas


def is_marked(text: str) -> bool:
    """Whether the text has a sign of derivatives or sums: ``∂``, ``∇``, ``Σ`` or ``dy/dx``."""
    return any(_is_mark(match) for match in _MARK.finditer(text))


def _is_mark(match: re.Match[str]) -> bool:
    if match[0] != "/d":
        return True
    before = match.string[max(0, match.start() - 9) : match.start()]
    return _NUMERATOR.search(before) is not None


def is_equation(text: str, *, marked: bool = True) -> bool:
    """Whether a whole line is an equation rather than prose or code."""
    if len(text) > _LONGEST or not _RELATION.search(text):
        return False
    if (marked and not is_marked(text)) or _NO_EQUATION.search(text + " "):
        return False
    return not any(
        first.lower() not in _FUNCTIONS and second.lower() not in _FUNCTIONS
        for first, second in _TWO_WORDS.findall(text)
    )


def _from_spans(reader: Reader) -> Iterator[Formula]:
    for span in reader.inline_code:
        body = reader.text[span.start : span.end]
        if is_equation(body.strip()):
            yield _formula(reader.text, [_trim(reader.text, span)])


def _from_lines(reader: Reader, start: int) -> Iterator[Formula]:
    done = start
    for mark in _MARK.finditer(reader.text, start):
        if mark.start() < done or not _is_mark(mark) or reader.is_opaque(mark.start()):
            continue
        begin = reader.text.rfind("\n", 0, mark.start()) + 1
        stop = _line_stop(reader.text, mark.start())
        done = stop
        if stop - begin > 2 * _LONGEST or _in_comment(reader, begin):
            continue
        first = _equation_on(reader.text, Span(begin, stop))
        if first is None or reader.is_opaque(first.end - 1):
            continue
        places, done = _continued(reader.text, first, stop, len(reader.text))
        yield _formula(reader.text, places)


def _from_cell(reader: Reader, cell: Cell) -> Iterator[Formula]:
    starts = reader.source.line_starts
    done = 0
    for number, indent in enumerate(cell.indents):
        begin = starts[cell.line - 1 + number] + indent
        if begin < done:
            continue
        stop = _line_stop(reader.text, begin)
        place = _equation_on(reader.text, Span(begin, stop), marked=False)
        if place is None:
            continue
        places, done = _continued(reader.text, place, stop, cell.span.end)
        yield _formula(reader.text, places)


def _equation_on(text: str, line: Span, *, marked: bool = True) -> Span | None:
    """The part of a line that is its equation, without list marks, bold marks and remarks."""
    match = CONTAINER.match(text, line.start, line.end)
    begin = match.end() if match else line.start
    label = _LABEL.match(text, begin, line.end)
    if label:
        begin = label.end()
    elif text.startswith("**", begin):
        begin += 2
    body = text[begin : line.end].rstrip()
    tail = _TAIL.search(body)
    end = begin + (tail.start() if tail else len(body))
    place = _trim(text, Span(begin, end))
    return place if is_equation(text[place.start : place.end], marked=marked) else None


def _continued(text: str, first: Span, stop: int, limit: int) -> tuple[list[Span], int]:
    """The equation's lines: those below that begin with ``=`` go on with it."""
    places = [first]
    while stop < limit:
        end = _line_stop(text, stop + 1)
        match = CONTAINER.match(text, stop + 1, end)
        begin = match.end() if match else stop + 1
        if not text.startswith("=", begin) or end > limit or text.startswith("==", begin):
            break
        tail = _TAIL.search(text[begin:end].rstrip())
        place = _trim(text, Span(begin, begin + tail.start() if tail else end))
        if not is_equation(text[place.start : place.end], marked=False):
            break
        places.append(place)
        stop = end
    return places, stop


def _formula(text: str, places: list[Span]) -> Formula:
    """One formula from one place per line; what stands between the places becomes spaces."""
    whole = Span(places[0].start, places[-1].end)
    body = text[whole.start : whole.end]
    for above, below in pairwise(places):
        newline = text.index("\n", above.end)
        body = blank(body, above.end - whole.start, newline - whole.start)
        body = blank(body, newline + 1 - whole.start, below.start - whole.start)
    return Formula(whole, whole, body, "unicode")


def _trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _line_stop(text: str, at: int) -> int:
    newline = text.find("\n", at)
    return len(text) if newline < 0 else newline


def _in_comment(reader: Reader, at: int) -> bool:
    index = bisect_right(reader.comments, at, key=lambda comment: comment.span.start) - 1
    return index >= 0 and at < reader.comments[index].span.end
