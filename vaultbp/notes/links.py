"""Links in the body: ``[[wikilinks]]``, ``![[embeds]]`` and ``[text](destinations)``."""

from __future__ import annotations

import re
from sys import intern

from vaultbp.notes.note import Link, LinkKind
from vaultbp.notes.reader import Reader
from vaultbp.source import Span

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_DESTINATION = re.compile(
    r"[ \t]*+(?:\n[ \t]*+)?"
    r"(?:<(?P<angled>[^<>\n]*+)>"
    r"|(?P<plain>(?!<)(?:[^\s()\\]++|\\.|\((?:[^\s()\\]++|\\.|\((?:[^\s()\\]++|\\.)*+\))*+\))*+))"
    r"(?:\)|[ \t]*+(?:\n[ \t]*+)?"
    r"(?:\"(?:[^\"\\\n]++|\\.)*+\"|'(?:[^'\\\n]++|\\.)*+')?+[ \t]*+(?:\n[ \t]*+)?\))"
)
_SIMPLE = re.compile(r"([^\[\]|#\\\n]++)(?:[#|\\][^\[\]\n]*+)?+\]\](?!\])")
"""What follows the ``[[`` of nearly every link, read in one step."""
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
    if end - start == 1:
        reader.brackets.append(start)
        return end
    text = reader.text
    simple = _SIMPLE.match(text, end)
    if simple and not simple[1].isspace():
        close = simple.end() - 2
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
        Span(start + shift, stop + shift),
        kind,
        intern(name),
        Span(at, at + len(name)),
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
    embed = opening > 0 and text[opening - 1] == "!"
    span = Span(opening - embed, match.end())
    at = match.start(group) if written else end
    reader.links.append(_markdown_link(text, span, written, at, text[opening + 1 : start], embed))
    return match.end()


def _markdown_link(text: str, span: Span, written: str, at: int, display: str, embed: bool) -> Link:
    external = _SCHEME.match(written) is not None
    path, _, fragment = written.partition("#") if not external else (written, "", "")
    return Link(
        span=span,
        kind="markdown",
        target=_decode(path) if not external else written,
        target_span=Span(at, at + len(path)),
        fragment=_decode(fragment),
        display=display,
        embed=embed,
        written=text[span.start : span.end],
        external=external,
    )


def _decode(written: str) -> str:
    if "\\" in written:
        written = _ESCAPE.sub(r"\1", written)
    if "%" in written:
        from urllib.parse import unquote

        written = unquote(written)
    return written.strip()
