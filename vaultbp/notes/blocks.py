"""Fences inside lists and quotes, as markdown-it-py finds them.

Where a fence stands at the start of a line, one pattern finds its end. In a list or a quote it depends
on every block around it where it begins and ends; then, and only then, the note is parsed in full.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

LONGEST = 300_000
"""Code points. A longer note is left to the patterns, since nothing bounds a full parse's time."""


class Fence(NamedTuple):
    """A fence: its lines of code as (line start, where the code begins, line end), and its end."""

    lines: list[tuple[int, int, int]]
    closing: tuple[int, int] | None
    """Where the closing line begins and its marks end; ``None`` if it is never closed."""


def nested_fences(text: str, start: int) -> dict[int, Fence] | None:
    """All fences of ``text[start:]`` by where their first line begins; ``None`` if it is too long."""
    if len(text) - start > LONGEST:
        return None
    starts = [start]
    while (newline := text.find("\n", starts[-1])) >= 0:
        starts.append(newline + 1)
    found = {}
    for token in _parser().parse(text[start:]):
        if token.type == "fence" and token.map is not None:
            first, end = token.map
            code = token.content.removesuffix("\n").split("\n") if token.content else []
            found[starts[first]] = _fence(text, starts, first, end, code)
    return found


def _fence(text: str, starts: list[int], first: int, end: int, code: list[str]) -> Fence:
    lines = []
    for number, line in enumerate(code, first + 1):
        stop = _line_end(text, starts, number)
        begin = max(starts[number], stop - len(line)) if text.endswith(line, 0, stop) else stop
        if begin == stop and line:
            begin = starts[number] + _indent(text[starts[number] : stop], line)
        lines.append((starts[number], begin, stop))
    closing = None
    last = first + 1 + len(code)
    if last < end:
        stop = _line_end(text, starts, last)
        closing = (starts[last], starts[last] + len(text[starts[last] : stop].rstrip()))
    return Fence(lines, closing)


def _indent(disk: str, line: str) -> int:
    """How much of a line on disk is not code, where tabs were made spaces."""
    rest = line.lstrip(" ")
    return len(disk) - len(rest) if rest and disk.endswith(rest) else len(disk)


def _line_end(text: str, starts: list[int], number: int) -> int:
    return starts[number + 1] - 1 if number + 1 < len(starts) else len(text)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").disable(["inline", "reference"])
