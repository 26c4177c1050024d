"""A note as its readers see it: the text as Obsidian shows it, with every verdict in its place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markupsafe import Markup

from vaultbp.pages import markdown
from vaultbp.pages.cells import cell
from vaultbp.pages.images import image, is_image
from vaultbp.pages.markdown import Cut
from vaultbp.pages.places import Places, heading_slugs, slug
from vaultbp.pages.verdicts import formula
from vaultbp.source import Span

if TYPE_CHECKING:
    from vaultbp.cells.results import CellResult
    from vaultbp.findings import Facts
    from vaultbp.notes import Link, Note

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_DEEPEST = 3
_MOST = 40
"""Embeds shown in one note; beyond, and deeper than ``_DEEPEST``, they are links."""


@dataclass
class Reader:
    """Renders the notes of one report; counts what needs a number of its own."""

    facts: Facts
    places: Places
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def body(self, note: Note) -> Markup:
        """The text of a note as HTML."""
        return _Body(self, note, seen_from=note.path, above=(note.path,)).render()

    def number(self) -> int:
        return next(self._numbers)


@dataclass
class _Body:
    """One rendering of a note: on its own page, or embedded in another's (``above``)."""

    reader: Reader
    note: Note
    seen_from: str
    above: tuple[str, ...]
    embeds: list[str] = field(default_factory=list)

    def render(self, region: Span | None = None) -> Markup:
        text = self.note.source.text
        whole = region or Span(0, len(text))
        return markdown.render(text, self._cuts(whole), whole, self._link, self._image, self._place)

    def _cuts(self, region: Span) -> Iterator[Cut]:
        note = self.note
        if note.frontmatter is not None:
            yield note.frontmatter.span, Markup("")
        for comment in note.comments:
            yield comment.span, Markup("")
        yield from self._formulas(region)
        yield from self._links(region)
        for tag in note.tags:
            yield tag.span, Markup('<span class="tag">#{}</span>').format(tag.name)
        for block in note.blocks:
            yield block.span, self._anchor("^" + block.id)
        results = {result.line: result for result in self._results()}
        for found in note.cells:
            yield found.span, cell(found, results.get(found.line))
        for heading, name in zip(note.headings, heading_slugs(note.headings), strict=True):
            start = note.source.text.find(heading.text, heading.span.start, heading.span.end)
            if heading.text and start >= 0:
                yield Span(start, start), self._anchor(name)

    def _results(self) -> tuple[CellResult, ...]:
        results: Mapping[str, tuple[CellResult, ...]] = self.reader.facts.cells or {}
        return results.get(self.note.path, ())

    def _anchor(self, part: str) -> Markup:
        """A place to link to; an embedded text has none, or there would be two of one name."""
        if len(self.above) > 1:
            return Markup("")
        anchor = self.reader.places.anchors[self.note.path]
        return Markup('<span class="anchor" id="{}::{}"></span>').format(anchor, part)

    def _place(self, part: str) -> tuple[Markup, str]:
        """Where a part of this note can be found, and the link to there."""
        if len(self.above) > 1:
            return Markup(""), ""
        href = self.reader.places.href(self.note.path, seen_from=self.seen_from, part=part)
        return self._anchor(part), href

    def _formulas(self, region: Span) -> Iterator[Cut]:
        claims = self.reader.facts.claims.get(self.note.path, ())
        for found in self.note.formulas:
            span = found.span
            if span.start < region.start or span.end > region.end:
                continue
            own = [
                claim
                for claim in claims
                if claim.span.start < span.end and span.start < claim.span.end
            ]
            yield span, formula(found, own, f"verdict-{self.reader.number()}")

    def _links(self, region: Span) -> Iterator[Cut]:
        for link in self.note.links:
            if link.kind in ("markdown", "frontmatter") or not link.written.lstrip("!").startswith(
                "[["
            ):
                continue
            if region.start <= link.span.start and link.span.end <= region.end:
                yield link.span, self._embed(link) if link.embed else self._wikilink(link)

    def _wikilink(self, link: Link) -> Markup:
        path = self.reader.facts.vault.resolve(self.note, link).path
        shown = link.display or " > ".join(
            part for part in (link.target, *link.fragment.split("#")) if part
        )
        return self._anchored(path, link.fragment, shown or link.written)

    def _anchored(self, path: str | None, fragment: str, shown: str) -> Markup:
        if path is None:
            return Markup('<a class="missing" title="no such note">{}</a>').format(shown)
        if path not in self.reader.places.anchors:
            return Markup('<span class="attachment">{}</span>').format(shown)
        href = self.reader.places.href(path, seen_from=self.seen_from, part=part_of(fragment))
        return Markup('<a class="internal" href="{}">{}</a>').format(href, shown)

    def _embed(self, link: Link) -> Markup:
        vault = self.reader.facts.vault
        path = vault.resolve(self.note, link).path
        if path is None:
            return self._anchored(None, "", f"![[{link.target}]]")
        if is_image(path):
            size = (
                link.display if link.display and re.match(r"\d+(x\d+)?\Z", link.display) else None
            )
            return image(vault.root, path, link.display or link.target, size)
        other = vault.by_path.get(path)
        too_many = len(self.above) > _DEEPEST or len(self.embeds) >= _MOST
        if other is None or path in self.above or too_many:
            return self._wikilink(link)
        self.embeds.append(path)
        inner = _Body(self.reader, other, self.seen_from, (*self.above, path), self.embeds)
        return Markup('<div class="embed"><p class="from">{}</p>{}</div>').format(
            self._wikilink(link), inner.render(section(other, link.fragment))
        )

    def _link(self, destination: str) -> tuple[str, str] | None:
        if _SCHEME.match(destination):
            return destination, "external"
        target, _, fragment = unquote(destination).partition("#")
        path = self._find(target)
        if path is None or path not in self.reader.places.anchors:
            return "", "missing"
        href = self.reader.places.href(path, seen_from=self.seen_from, part=part_of(fragment))
        return href, "internal"

    def _find(self, target: str) -> str | None:
        if not target:
            return self.note.path
        return self.reader.facts.vault.names.find(target, self.note.path).path

    def _image(self, source: str, alt: str) -> Markup:
        if _SCHEME.match(source):
            # Shown, it would ask another host for it; a reader may, by following the link.
            if not source.lower().startswith(("http://", "https://")):
                return Markup('<span class="attachment">{}</span>').format(alt or source[:80])
            return Markup('<a class="external" href="{}" rel="{}">image: {}</a>').format(
                source, "noopener noreferrer nofollow", alt or source
            )
        path = self._find(unquote(source).partition("#")[0])
        if path is None:
            return self._anchored(None, "", alt or source)
        name, _, size = alt.rpartition("|")
        return image(self.reader.facts.vault.root, path, name or alt, size)


def part_of(fragment: str) -> str:
    """The anchor of a subpath within its note: its last heading's, or its block's."""
    last = fragment.rsplit("#", 1)[-1].strip()
    return last if last.startswith("^") else slug(last)


def section(note: Note, fragment: str) -> Span | None:
    """The part of a note that a subpath names; ``None`` for all of it."""
    last = fragment.rsplit("#", 1)[-1].strip()
    if last.startswith("^"):
        return _block(note, last[1:])
    wanted = slug(last)
    for at, heading in enumerate(note.headings):
        if wanted and slug(heading.text) == wanted:
            ends = (
                after.span.start
                for after in note.headings[at + 1 :]
                if after.level <= heading.level
            )
            return Span(heading.span.start, next(ends, len(note.source.text)))
    return None


def _block(note: Note, name: str) -> Span | None:
    """The paragraph or list item that ends in a block id."""
    for block in note.blocks:
        if block.id.casefold() == name.casefold():
            before = note.source.text[: block.span.start]
            breaks = [
                found.end() for found in re.finditer(r"\n[ \t]*\r?\n|^[ \t]*[-*+] ", before, re.M)
            ]
            return Span(breaks[-1] if breaks else 0, block.span.end)
    return None
