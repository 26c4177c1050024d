"""Links in the body: ``[[wikilinks]]``, ``![[embeds]]`` and ``[text](destinations)``."""

from __future__ import annotations

import re
from sys import intern

from vaultbp.notes.note import Link, LinkKind
from vaultbp.notes.reader import Reader
from vaultbp.source import Span, small_span

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_DESTINATION = re.compile(
    r"[ \t]*+(?:\n[ \t]*+)?"
    r"(?:<(?P<angled>[^<>\n]*+)>"
    r"|(?P<plain>(?!<)(?:[^\s()\\]++|\\.|\((?:[^\s()\\]++|\\.|\((?:[^\s()\\]++|\\.)*+\))*+\))*+))"
    r"(?:\)|[ \t]*+(?:\n[ \t]*+)?"
    r"(?:\"(?:[^\"\\\n]++|\\.)*+\"|'(?:[^'\\\n]++|\\.)*+')?+[ \t]*+(?:\n[ \t]*+)?\))"
)
_SIMPLE = re.compile(r"([^\[\]|#\\\n]++)((?:[#|\\][^\[\]\n]*+)?+)\]\](?!\])")
"""What follows the ``[[`` of nearly every link, read in one step: its path and the rest."""
_SIMPLE_MARKDOWN = re.compile(r"([^\[\]\\\n`$#^~%<]{0,1000}+)\]\(([^\s()<\\]*+)\)")
"""What follows the ``[`` of nearly every Markdown link: no mark in the text needs a look of its own."""
_LINE_FIELD = re.compile(
    r"(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]))*[ \t]*([\w*][\w *-]*?)::[^\n]*$"
)
_OPEN_FIELD = re.compile(r"[(\[]([\w*][\w *-]*?)::[^()\n]*$")
_LONGEST_FIELD = 300
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LONGEST_TEXT = 5000
"""A link's text is never longer than this; keeps text without structure linear."""


def read_bracket(reader: Reader, start: int, end: int) -> int:
    """A ``[[`` that closes on its line is a link; a single ``[`` waits for its ``](``."""
    text = reader.text
    if end - start == 1:
        whole = _SIMPLE_MARKDOWN.match(text, end)
        if whole:
            if not (reader.has_indents and reader.is_indented_code(start)):
                place, (display, written) = Span(start, whole.end()), whole.groups()
                link = _markdown_link(text, place, display, written, whole.start(2))
                reader.links.append(link)
            return whole.end()
        reader.brackets.append(start)
        return end
    simple = _SIMPLE.match(text, end)
    if simple and (name := simple[1].strip()):
        close = simple.end() - 2
        if not (simple[2] or reader.has_fields or reader.has_indents):
            return _plain_wikilink(reader, start, close, name)
    else:
        close = reader.find("]]", end)
        if close < 0 or close > reader.line_end(start):
            reader.brackets.append(start + 1)
            return end
        if text.startswith("[", end) or text.find("[[", end, close) >= 0:
            reader.brackets.append(start)
            return start + 1
        inner = text[end:close]
        while text.startswith("]", close + 2) and inner.count("[") > inner.count("]"):
            close += 1
            inner = text[end:close]
    if not reader.is_indented_code(start):
        embed = start > 0 and text[start - 1] == "!"
        key = _field(reader, start) if reader.has_fields else None
        kind: LinkKind = "inline-field" if key else "wikilink"
        link = wikilink(text, start - embed, close + 2, embed=embed, kind=kind, key=key)
        reader.links.append(link)
    return close + 2


def _plain_wikilink(reader: Reader, start: int, close: int, name: str) -> int:
    """A link that holds nothing but a path, which is nearly every one."""
    text = reader.text
    at = start + 2
    while text[at].isspace():
        at += 1
    embed = start > 0 and text[start - 1] == "!"
    begin, stop = start - embed, close + 2
    written = intern(text[begin:stop])
    target, place = intern(name), small_span(at, at + len(name))
    reader.links.append(
        Link(small_span(begin, stop), "wikilink", target, place, "", None, embed, None, written)
    )
    return stop


def _field(reader: Reader, at: int) -> str | None:
    """The name of the Dataview field (``key:: [[x]]``, ``(key:: [[x]])``) that a link stands in."""
    begin = max(reader.line_start(at), at - _LONGEST_FIELD)
    before = reader.text[begin:at]
    match = _OPEN_FIELD.search(before) or _LINE_FIELD.match(before)
    return match[1].strip(" *_") if match else None


def wikilink(
    text: str,
    start: int,
    stop: int,
    *,
    embed: bool = False,
    kind: LinkKind = "wikilink",
    key: str | None = None,
    quoted: bool = True,
    shift: int = 0,
) -> Link:
    """The parts of the ``[[…]]`` that fills ``text[start:stop]`` (an embed's ``!`` included).

    ``shift`` is where ``text`` itself begins in the note.
    """
    at = start + 2 + embed
    path = text[at : stop - 2]
    display = None
    if "|" in path:
        path, _, shown = path.partition("|")
        path = path[:-1] if path.endswith("\\") else path
        display = shown.strip()
    fragment = ""
    if "#" in path:
        path, _, fragment = path.partition("#")
        fragment = fragment.strip()
    name = path.strip()
    if name and path[0].isspace():
        at += len(path) - len(path.lstrip())
    at += shift
    return Link(
        small_span(start + shift, stop + shift),
        kind,
        intern(name),
        small_span(at, at + len(name)),
        fragment,
        display,
        embed,
        key,
        intern(text[start:stop]),
        quoted,
    )


def read_destination(reader: Reader, start: int, end: int) -> int:
    """A ``](``: with the last open ``[`` it makes a link if a destination and ``)`` follow."""
    if not reader.brackets:
        return end
    opening = reader.brackets.pop()
    text = reader.text
    if start - opening > _LONGEST_TEXT:
        reader.brackets.clear()
        return end
    match = _DESTINATION.match(text, end)
    if not match or reader.is_indented_code(start):
        return end
    group = "angled" if match["angled"] is not None else "plain"
    written = match[group] or ""
    at = match.start(group) if written else end
    display = text[opening + 1 : start]
    reader.links.append(_markdown_link(text, Span(opening, match.end()), display, written, at))
    return match.end()


def _markdown_link(text: str, place: Span, display: str, written: str, at: int) -> Link:
    """The link ``[display](written)`` at ``place``, or the embed with a ``!`` before it.

    ``at`` is where what is written of its destination begins.
    """
    begin, stop = place
    embed = begin > 0 and text[begin - 1] == "!"
    span = small_span(begin - embed, stop)
    whole = text[span.start : stop]
    if _SCHEME.match(written):
        target = small_span(at, at + len(written))
        return Link(span, "markdown", written, target, "", display, embed, None, whole, True, True)
    path, _, fragment = written.partition("#")
    target = small_span(at, at + len(path))
    fragment = _decode(fragment)
    return Link(span, "markdown", _decode(path), target, fragment, display, embed, None, whole)


def _decode(written: str) -> str:
    if "\\" in written:
        written = _ESCAPE.sub(r"\1", written)
    if "%" in written:
        from urllib.parse import unquote

        written = unquote(written)
    return written.strip()
