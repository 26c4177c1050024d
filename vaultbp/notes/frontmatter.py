"""Frontmatter: the properties block, each value with its place, and the links in it.

The YAML is composed into nodes and never constructed into objects: nodes know where they stand and
how they are written, aliases stay shared (an alias bomb weighs nothing), and no value is converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from vaultbp.notes.links import wikilink
from vaultbp.notes.note import Frontmatter, Link, Note, Property
from vaultbp.notes.plain_yaml import read_plain
from vaultbp.source import Span

_BLOCK = re.compile(r"---[ \t]*\n(?:(?P<yaml>[\s\S]*?)\n)??---[ \t]*(?:\n|\Z)")
_DEEP = re.compile(r"(?:[-?:][ \t]+){100}")
_DEEPEST = 100
_FAR_INDENTED = re.compile(r"^ +(?=\S)", re.MULTILINE)
_WHOLE_LINK = re.compile(r"\s*\[\[(?:(?!\]\]|\[\[).)+\]*\]\]\s*", re.DOTALL)
_SOME_LINK = re.compile(r"\[\[[^\[\]\n]+\]\]")
_MARKDOWN_LINK = re.compile(r"\s*!?\[[^\[\]\n]*\]\((?![a-z][a-z0-9+.-]*:)[^()\n]+\)\s*", re.I)
_QUOTE = re.compile(r"[\"']")
_FOLD = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")
_TEMPLATE = re.compile(r"\{\{.*?\}\}|<%.*?%>")


class Properties(Struct):
    """What the properties block gave: data, links, and what was odd about it."""

    frontmatter: Frontmatter
    end: int
    """Where the body begins."""
    links: list[Link] = []
    oddities: list[tuple[str, Span, str]] = []


def read_frontmatter(text: str, plain: str) -> Properties | None:
    """Read the block at the start of ``text``; ``plain`` is the text with ``\\n`` line ends."""
    match = _BLOCK.match(plain) if plain.startswith("---") else None
    if not match:
        return None
    start, stop = match.span("yaml") if match["yaml"] is not None else (match.end(), match.end())
    yaml_text = text[start:stop]
    found = Properties(Frontmatter(Span(0, _trimmed_end(plain, match.end()))), match.end())
    if not yaml_text.strip():
        return found
    walk = _Walk(text, start, found)
    error = walk.read(yaml_text)
    properties = tuple(walk.properties)
    reason, at = error if error else (None, 0)
    place = Span(start + min(at, len(yaml_text)), _line_stop(plain, start + at, stop))
    found.frontmatter = Frontmatter(
        found.frontmatter.span, properties, reason, place if reason else None
    )
    return found


def _trimmed_end(text: str, end: int) -> int:
    """``end`` without the line end and the white space before it."""
    while text[end - 1] in " \t\n":
        end -= 1
    return end


def _line_stop(text: str, at: int, stop: int) -> int:
    newline = text.find("\n", at, stop)
    return stop if newline < 0 else newline


def _compose(text: str) -> tuple[Any, tuple[str, int] | None]:
    """The root node, or why there is none and where (an offset into ``text``)."""
    import yaml

    from vaultbp.notes.handler import PositionedYAMLHandler

    if _is_deep(text):
        return None, (f"is nested more than {_DEEPEST} levels deep", 0)
    try:
        return PositionedYAMLHandler().load(text), None
    except yaml.YAMLError as error:
        return None, _explain(error, text)
    except ValueError:
        return None, ("holds characters that YAML does not allow", 0)


def _is_deep(text: str) -> bool:
    if text.count("[") + text.count("{") > _DEEPEST:
        depth = 0
        for mark in re.finditer(r"[\[\]{}]", text):
            depth += 1 if mark[0] in "[{" else -1
            if depth > _DEEPEST:
                return True
    if _DEEP.search(text):
        return True
    indents: list[int] = []
    for line in _FAR_INDENTED.finditer(text):
        column = len(line[0])
        while indents and indents[-1] >= column:
            indents.pop()
        indents.append(column)
        if len(indents) > _DEEPEST:
            return True
    return False


def _explain(error: Any, text: str) -> tuple[str, int]:
    """A YAML error in words, with the usual cause named, and its offset."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = mark.index if mark else getattr(error, "position", 0) or 0
    at = max(0, min(int(at), len(text)))
    begin = text.rfind("\n", 0, at) + 1
    stop = text.find("\n", at)
    line = text[begin : len(text) if stop < 0 else stop]
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    if _TEMPLATE.search(line):
        return "a template placeholder is not YAML", at
    if re.search(r"\]\][ \t]*[^\s#]", line) and "[[" in line:
        return "text after an unquoted [[link]]: put the whole value in quotes", at
    if re.search(r"!\[\[", line):
        return "an unquoted embed: put it in quotes", at
    if "mapping values are not allowed" in problem:
        return "a colon inside an unquoted value: put the value in quotes", at
    if "cannot start any token" in problem:
        return f"a value may not begin with {text[at : at + 1]!r}: put it in quotes", at
    if "[[" in line and "#" in line:
        return "# begins a comment inside an unquoted [[link]]: put the value in quotes", at
    return str(problem), at


class _Walk:
    """Goes through the composed nodes once; a node that is shared by aliases is read once only."""

    def __init__(self, text: str, base: int, found: Properties) -> None:
        self.text = text
        self.base = base
        self.found = found
        self.properties: list[Property] = []
        self.seen: set[int] = set()

    def read(self, block: str) -> tuple[str, int] | None:
        """Read the block; what could not be read, and where, if anything."""
        plain = read_plain(block)
        if plain is None:
            root, error = _compose(block)
            return error if root is None else self._root(root)
        for key, value, span, key_span in plain:
            self._add(key, value, self._shift(span), self._shift(key_span))
        return None

    def _shift(self, span: Span) -> Span:
        return Span(self.base + span.start, self.base + span.end)

    def _root(self, root: Any) -> tuple[str, int] | None:
        if root.id != "mapping":
            return "is not a list of `key: value` properties", root.start_mark.index
        return self._mapping(root, "", None)

    def _mapping(self, node: Any, prefix: str, key_span: Span | None) -> tuple[str, int] | None:
        for key, value in node.value:
            if key.id != "scalar":
                cause = "a template placeholder" if key.id == "mapping" else "a list used as a key"
                return f"{cause} is not YAML text: put it in quotes", key.start_mark.index
            name = key.value.replace("\n", " ")
            error = self._value(value, f"{prefix}{name}", self._span(key))
            if error:
                return error
        return None

    def _value(self, node: Any, key: str, key_span: Span) -> tuple[str, int] | None:
        if id(node) in self.seen:
            return None
        if key.count(".") > 2 * _DEEPEST:
            return f"is nested more than {_DEEPEST} levels deep", node.start_mark.index
        self.seen.add(id(node))
        if node.id == "scalar":
            empty = not node.style and not node.value
            self._add(key, None if empty else node.value, self._span(node), key_span)
        elif node.id == "mapping":
            return self._mapping(node, key + ".", key_span)
        elif self._is_unquoted_link(node):
            self._unquoted(node, key, key_span)
        else:
            for index, item in enumerate(node.value):
                error = self._value(item, f"{key}.{index}", key_span)
                if error:
                    return error
        return None

    def _is_unquoted_link(self, node: Any) -> bool:
        """A flow list that holds nothing but a flow list, mark beside mark: ``[[…]]``."""
        if len(node.value) != 1 or node.value[0].id != "sequence" or not node.flow_style:
            return False
        outer, inner = self._span(node), self._span(node.value[0])
        return (
            inner.start == outer.start + 1
            and inner.end == outer.end - 1
            and bool(node.value[0].value)
        )

    def _unquoted(self, node: Any, key: str, key_span: Span) -> None:
        span = self._span(node)
        raw = self.text[span.start : span.end]
        self.properties.append(Property(key, raw, span, key_span))
        link = wikilink(self.text, span.start, span.end, kind="frontmatter", key=key, quoted=False)
        if "\n" in raw or "\r" in raw:
            said = folded(raw)
            read = wikilink(said, 0, len(said), kind="frontmatter", key=key, quoted=False)
            link = replace(read, span=link.span, target_span=link.target_span, written=raw)
        self.found.links.append(link)

    def _add(self, key: str, value: str | None, span: Span, key_span: Span) -> None:
        self.properties.append(Property(key, value, span, key_span))
        if value is None:
            return
        if "](" in value and _MARKDOWN_LINK.fullmatch(value):
            message = "a Markdown link in a property: Obsidian sees only `[[…]]` there"
            self.found.oddities.append(("markdown-in-property", span, message))
        if "[[" not in value:
            return
        if _WHOLE_LINK.fullmatch(value):
            self._link(value.strip(), span, key)
        elif _SOME_LINK.search(value):
            message = "a link inside longer text: Obsidian sees only values that are a whole link"
            self.found.oddities.append(("mixed-text-link", span, message))

    def _link(self, value: str, span: Span, key: str) -> None:
        raw = self.text[span.start : span.end]
        begin, end = raw.find("[["), raw.rfind("]]") + 2
        if begin < 0 or end < begin + 4:
            begin, end = 0, len(raw)
        written = raw[begin:end]
        at = span.start + begin
        link = wikilink(written, 0, len(written), kind="frontmatter", key=key, shift=at)
        if written != value:
            said = wikilink(value, 0, len(value), kind="frontmatter", key=key)
            link = replace(said, span=link.span, target_span=link.target_span, written=written)
        self.found.links.append(link)

    def _span(self, node: Any) -> Span:
        start, end = node.start_mark.index, node.end_mark.index
        if node.id == "scalar" and node.style in ("|", ">"):
            raw = self.text[self.base + start : self.base + end]
            end = start + len(raw.rstrip())
        return Span(self.base + start, self.base + max(start, end))


def folded(text: str) -> str:
    """``text`` on one line, as YAML reads plain text that goes on over several."""
    return _FOLD.sub(" ", text)


def written_in(note: Note, place: Span, text: str) -> str:
    """``text`` as it has to be written at ``place`` to be read as ``text`` there: in a quoted property
    its quotes are escaped, in the body nothing is."""
    for item in note.frontmatter.properties if note.frontmatter else ():
        if item.span.start <= place.start < item.span.end:
            mark = _QUOTE.search(note.source.text, item.span.start, place.start)
            if mark and mark[0] == "'":
                return text.replace("'", "''")
            return text.replace("\\", "\\\\").replace('"', '\\"') if mark else text
    return text


def keys(frontmatter: Frontmatter) -> Iterator[str]:
    """The top-level keys, each once, in order."""
    seen: set[str] = set()
    for item in frontmatter.properties:
        key = item.key.split(".")[0]
        if key not in seen:
            seen.add(key)
            yield key
