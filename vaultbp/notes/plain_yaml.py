"""The properties that most notes have, read without a YAML parser: ``key: value`` and plain lists.

Taken is only what YAML cannot read otherwise: values on one line, plain or in quotes without escapes,
and lists of these. For anything else the answer is ``None`` and the block goes to the parser; a test
holds the two against each other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from vaultbp.source import Span

_QUOTED = r"\"[^\"\\\n]*+\"|'[^'\n]*+'"
_PLAIN = r"[\w/(.](?:[^\n:#]|:(?=\S))*+"
_ITEM = rf"(?:{_QUOTED}|[\w/(.][\w ./()+-]*+)"
_LINE = re.compile(
    r"(?:(?P<key>[^\W\d](?:[\w -]{0,98}[\w-])?):|(?P<indent> *+)-(?=[ \n]|\Z))"
    rf"(?: ++(?P<value>{_QUOTED}|{_PLAIN}|\[ *(?:{_ITEM}, *)*+{_ITEM}\]|\[\]))? *(?:\n++|\Z)"
)
_ITEMS = re.compile(_ITEM)


class Scalar(NamedTuple):
    """A value: its dotted key, its text (``None`` if empty), and where both stand in the block."""

    key: str
    value: str | None
    span: Span
    key_span: Span


def read_plain(text: str) -> list[Scalar] | None:
    """The scalars of a block in order; ``None`` if it holds anything that is not plain."""
    if not text.replace("\n", "").isprintable():
        return None
    found: list[Scalar] = []
    at, key, key_span, items, indent = 0, "", Span(0, 0), -1, ""
    while at < len(text):
        line = _LINE.match(text, at)
        if not line:
            return None
        at, value = line.end(), line["value"]
        if line["key"] is None:
            if items < 0 or (items and line["indent"] != indent):
                return None
            name = f"{key}.{items}"
            if value is None:
                found.append(_empty(name, line.end("indent"), key_span))
            elif value[0] != "[":
                found.append(_scalar(name, value, line.start("value"), key_span))
            else:
                return None
            items, indent = items + 1, line["indent"]
            continue
        if items == 0:
            found.append(_empty(key, key_span.end, key_span))
        key, key_span = line["key"], Span(*line.span("key"))
        items = 0 if value is None else -1
        if value is None:
            continue
        start = line.start("value")
        if value[0] != "[":
            found.append(_scalar(key, value, start, key_span))
            continue
        for number, item in enumerate(_ITEMS.finditer(value)):
            found.append(_scalar(f"{key}.{number}", item[0], start + item.start(), key_span))
    if items == 0:
        found.append(_empty(key, key_span.end, key_span))
    return found


def _scalar(key: str, written: str, start: int, key_span: Span) -> Scalar:
    written = written.rstrip(" ")
    value = written[1:-1] if written[0] in "\"'" else written
    return Scalar(key, value, Span(start, start + len(written)), key_span)


def _empty(key: str, mark: int, key_span: Span) -> Scalar:
    """Nothing after the colon or dash at ``mark``: YAML has the value stand right behind it."""
    return Scalar(key, None, Span(mark + 1, mark + 1), key_span)
