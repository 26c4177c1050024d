"""Source and Span: the text as it is on disk, and positions in it.

Every later stage speaks in offsets into ``Source.text`` (code points). Lines and columns exist only
here: they are computed when something is printed, never carried around.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range ``[start, end)`` of code points in one source text."""

    start: int
    end: int


_OFFSETS = tuple(range(8192))
_new = tuple.__new__


def small_span(start: int, end: int) -> Span:
    """``Span(start, end)`` whose numbers take no memory of their own unless they are large.

    For what a vault has by the hundred thousand: a number is 32 bytes.
    """
    if end < 8192:
        return _new(Span, (_OFFSETS[start], _OFFSETS[end]))
    return Span(start, end)


class Position(NamedTuple):
    """A place on disk as people count it: both numbers are 1-based, columns in code points."""

    line: int
    column: int


@dataclass(frozen=True)
class Source:
    """One file's text, exactly as on disk except for a leading byte order mark.

    ``text`` keeps every line ending; ``newlines`` are ``\\n``, ``\\r\\n`` and lone ``\\r`` only, so that
    a form feed or U+2028 inside a line never shifts the lines below it.
    """

    path: str
    """Relative to the vault, with forward slashes."""
    text: str
    bom: bool = False
    """Whether the file began with a byte order mark, which ``text`` leaves out."""
    encoding: str = "utf-8"
    damage: str | None = field(default=None)
    """Why the bytes could not be read faithfully (``None`` when they could): undecodable bytes are
    shown as U+FFFD and the file is never written back."""

    @classmethod
    def from_bytes(cls, path: str, data: bytes) -> Source:
        """Decode a file. Never raises: what cannot be decoded is replaced and named in ``damage``."""
        for mark, name in _MARKS if data[:1] in _MARK_STARTS else ():
            if data.startswith(mark):
                body = data[len(mark) :]
                text, damage = _decode(body, name)
                if name != "utf-8" and damage is None:
                    damage = f"is {name.upper()}, not UTF-8"
                return cls(path, text, bom=True, encoding=name, damage=damage)
        text, damage = _decode(data, "utf-8")
        if damage is None and "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            damage = f"holds a NUL byte (line {line})"
        return cls(path, text, damage=damage)

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line."""
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def position(self, offset: int) -> Position:
        """The line and column of an offset; one past the end of the text is a place too."""
        starts = self.line_starts
        offset = max(0, min(offset, len(self.text)))
        line = bisect.bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a line and column, both 1-based, kept inside the text."""
        starts = self.line_starts
        if line > len(starts):
            return len(self.text)
        return min(starts[max(line, 1) - 1] + max(column, 1) - 1, len(self.text))

    def line(self, number: int) -> str:
        """The text of a 1-based line without its ending; empty beyond the last line."""
        return self.slice(self.line_span(number))

    def line_span(self, number: int) -> Span:
        """Where a 1-based line stands, without its ending; empty beyond the last line."""
        starts, text = self.line_starts, self.text
        if not 1 <= number <= len(starts):
            return Span(len(text), len(text))
        start = starts[number - 1]
        end = starts[number] if number < len(starts) else len(text)
        while end > start and text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def slice(self, span: Span) -> str:
        return self.text[span.start : span.end]


_LINE_END = re.compile(r"\n|\r\n?")
_MARK_STARTS = (b"\xef", b"\xff", b"\xfe")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def _decode(data: bytes, encoding: str) -> tuple[str, str | None]:
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = data[error.start : error.start + 1].hex()
        return (
            data.decode(encoding, errors="replace"),
            f"is not {encoding.upper()}: byte 0x{found} on line {line}",
        )
