"""Between the offsets of a source and the positions of the protocol.

The protocol counts lines from 0 and columns in UTF-16 code units (Language Server Protocol 3.17,
"Position"); everything here counts code points.
"""

from __future__ import annotations

from lsprotocol.types import Position, Range

from vaultbp.source import Source, Span


def position(source: Source, offset: int) -> Position:
    """Where an offset stands, as the protocol counts."""
    line, column = source.position(offset)
    before = source.line(line)[: column - 1]
    return Position(line - 1, len(before.encode("utf-16-le", "surrogatepass")) // 2)


def span_range(source: Source, span: Span) -> Range:
    return Range(position(source, span.start), position(source, span.end))


def offset(source: Source, place: Position) -> int:
    """The offset of a place; one beyond the end of its line is the end of the line."""
    text = source.line(place.line + 1)
    units = 0
    for at, char in enumerate(text):
        if units >= place.character:
            return source.offset(place.line + 1, at + 1)
        units += 2 if ord(char) > 0xFFFF else 1
    return source.offset(place.line + 1, len(text) + 1)
