"""Marks of one character: headings and tags (``#``), block ids (``^``)."""

from __future__ import annotations

import re
from sys import intern

from vaultbp.notes.note import Block, Heading, Tag
from vaultbp.notes.reader import Reader
from vaultbp.source import small_span

_TAG = re.compile(r"[^\s\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\]+")
_BLOCK_ID = re.compile(r"[A-Za-z0-9-]+(?=[ \t]*(?:\n|\Z))")
_CLOSING_MARKS = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")


def read_hash(reader: Reader, start: int, end: int) -> int:
    """A heading at the start of a line's text, or a tag after white space."""
    text = reader.text
    before = text[start - 1] if start else "\n"
    if text[end : end + 1] in _SPACES and end - start <= 6:
        if before == "\n" or _begins_block(reader, start):
            stop = reader.line_end(end)
            title = text[end:stop].strip()
            if title.endswith("#"):
                title = _CLOSING_MARKS.sub("", title)
            reader.headings.append(
                Heading(small_span(start, _last(text, start, stop)), end - start, title)
            )
        return end
    if end - start == 1 and before.isspace():
        return _read_tag(reader, start, end)
    return end


_SPACES = ("", " ", "\t", "\n")


def _begins_block(reader: Reader, start: int) -> bool:
    return reader.content_start(start) == start and not reader.is_indented_code(start)


def _read_tag(reader: Reader, start: int, end: int) -> int:
    match = _TAG.match(reader.text, end)
    if not match:
        return end
    name, stop = match[0], match.end()
    if name.isdigit() or ("/" in name and name.replace("/", "").isdigit()):
        return end
    reader.tags.append(Tag(small_span(start, stop), intern(name)))
    return stop


def read_caret(reader: Reader, start: int, end: int) -> int:
    """A block id: ``^id`` at the end of a line; Obsidian's own help has some with no space before."""
    match = _BLOCK_ID.match(reader.text, end)
    if match:
        reader.blocks.append(Block(small_span(start, match.end()), match.group()))
        return match.end()
    return end


def _last(text: str, start: int, stop: int) -> int:
    """The end of a line's text, without the white space behind it."""
    while stop > start and text[stop - 1] in " \t":
        stop -= 1
    return stop
