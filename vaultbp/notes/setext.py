"""Headings that are underlined: a line of text over a line of ``=`` or ``-``."""

from __future__ import annotations

import re

from vaultbp.notes.note import Heading
from vaultbp.notes.reader import Reader
from vaultbp.source import Span

_UNDERLINE = re.compile(r"\n {0,3}(=+|--+)[ \t]*(?=\n|\Z)")
_NO_PARAGRAPH = re.compile(
    r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})(?![^ \t])|[-*_=][-*_= \t]*$|>|\||<|\[\^|%%)"
    r"|[ \t]{4}|\s*\Z"
)
"""Lines that are no paragraph of their own, empty headings and list items among them."""


def read_setext(reader: Reader, start: int) -> list[Heading]:
    """Underlined headings outside code, comments and mathematics."""
    text = reader.text
    found = []
    for match in _UNDERLINE.finditer(text, max(start - 1, 0)):
        begin = text.rfind("\n", max(start - 1, 0), match.start()) + 1
        if begin < start or match.start() - begin > 1000:
            continue
        line = text[begin : match.start()]
        if _NO_PARAGRAPH.match(line) or reader.is_opaque(begin) or reader.is_opaque(match.start()):
            continue
        if reader.is_opaque(match.start(1)):
            continue
        level = 1 if match[1][0] == "=" else 2
        found.append(Heading(Span(begin, match.end(1)), level, line.strip()))
    return found
