"""Text for terminals: display widths, colours, and a source excerpt with carets."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from itertools import accumulate
from typing import NamedTuple
from unicodedata import category, east_asian_width

from vaultbp.source import Source, Span

_CODES = {
    "error": "31;1",
    "warning": "33;1",
    "info": "36;1",
    "good": "32",
    "bad": "31",
    "dim": "2",
    "bold": "1",
    "frame": "34;1",
}


class Palette(NamedTuple):
    """Paints text if colour is on; without it every mark is still a word or a sign."""

    on: bool = False

    def paint(self, style: str, text: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.on and text else text


def width(text: str) -> int:
    """Terminal columns of a text: CJK takes two, combining marks none."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(map(_columns, text))


_SPACING = frozenset(("Lu", "Ll", "Lt", "Nd", "No", "Pd", "Pc", "Ps", "Pe", "Po", "Sm", "Sc"))
"""The categories of characters that take a place of their own: one column, unless they are wide."""


@cache
def _char_width(char: str) -> int:
    """Columns of one character; -1 for control characters."""
    if char.isascii():
        return 1 if char.isprintable() else -1
    if char < "\u0300" and char.isprintable():
        return 1
    if category(char) in _SPACING and east_asian_width(char) not in "WF":
        return 1
    # Its tables take long to import, and the letters of most languages need none of them.
    from wcwidth import wcwidth

    return wcwidth(char)


@cache
def _columns(char: str) -> int:
    return max(_char_width(char), 0)


def pad(text: str, columns: int) -> str:
    """Fill up to a display width with spaces."""
    return text + " " * max(columns - width(text), 0)


def shown(text: str) -> str:
    """A line as it can be shown: a tab takes four columns, control characters become a sign."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char == "\t":
        return "    "
    if char < " " or char == "\x7f":
        return chr(0x2400 + ord(char)) if char < " " else "␡"
    if not char.isascii() and (_char_width(char) < 0 or char in _TURNING):
        return "�"
    return char


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of writing for all that follows."""


_UNSAFE = re.compile(r"(\x1b\[[0-9;]*m)|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str, *, painted: bool = False) -> str:
    """A whole answer as it can be printed: names and texts of notes may hold what moves the cursor, sets
    the title of the window or turns the direction of writing; each becomes a sign. ``painted``: colours
    are kept."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(lambda found: _harmless(found, painted=painted), text)


def _harmless(found: re.Match[str], *, painted: bool) -> str:
    if found[1]:
        return found[1] if painted else "␛" + found[1][1:]
    return _visible(found[0])


def clip(text: str, columns: int) -> str:
    """Cut a text to a display width, with an ellipsis if something was cut."""
    if text.isascii() and text.isprintable():
        return text if len(text) <= columns else text[: columns - 1] + "…"
    used = list(accumulate(map(_columns, text)))
    if not used or used[-1] <= columns:
        return text
    return text[: bisect_right(used, columns - 1)] + "…"


def excerpt(source: Source, span: Span, columns: int, paint: Palette, style: str) -> list[str]:
    """The lines of a span with carets under it, as rustc and ruff show them.

    No row is wider than ``columns``: a longer line is cut around the span; a span over many lines shows
    its first two and its last.
    """
    first, last = (
        source.position(span.start).line,
        source.position(max(span.end - 1, span.start)).line,
    )
    gutter = len(str(last))
    columns = max(columns - gutter - len(" | "), 8)
    bar = paint.paint("frame", "|")
    rows = [f"{' ' * gutter} {bar}"]
    for number in _picked(first, last):
        if number is None:
            rows.append(f"{' ' * gutter} {bar} …")
            continue
        text, marks = _marked(source, number, span, columns)
        label = paint.paint("frame", str(number).rjust(gutter))
        rows.append(f"{label} {bar} {text}".rstrip())
        rows.append(f"{' ' * gutter} {bar} {paint.paint(style, marks)}".rstrip())
    return rows


def _picked(first: int, last: int) -> list[int | None]:
    if last - first < 4:
        return list(range(first, last + 1))
    return [first, first + 1, None, last]


def _marked(source: Source, number: int, span: Span, columns: int) -> tuple[str, str]:
    """One line, cut to ``columns`` around the span, and the carets below it.

    Looks at a few hundred characters around the span only, however long the line is.
    """
    text, (begin, stop), reach = source.text, source.line_span(number), 4 * columns
    start = min(max(span.start, begin), stop)
    end = min(max(span.end, start), stop)
    if begin > span.start:
        inside = text[start : start + reach]
        start = min(start + len(inside) - len(inside.lstrip()), stop)
    head, lead = begin, ""
    far = start - begin > reach or width(shown(text[begin:start])) > columns // 4
    marked = width(shown(text[start : min(end, start + reach)]))
    least = int(not marked)  # a place without width has a caret too
    if far and (end - begin > reach or width(shown(text[begin:end])) + least > columns):
        head, lead = max(start - columns // 4, begin), "…"
        while width(shown(text[head:start])) > columns // 2:  # wide characters, and tabs
            head += 1
    before = lead + shown(text[head:start])
    line = lead + clip(shown(text[head : min(head + reach, stop)]), columns - len(lead))
    carets = max(min(marked, columns - width(before)), 1)
    return line, " " * width(before) + "^" * carets
