"""Note and its parts: what one Markdown file holds, each part with its Span in the file's text.

The parts are msgspec Structs: made several times as fast as dataclasses (a large vault has a million
of them), and written to the index between runs as they are.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from vaultbp.source import Source, Span

LinkKind = Literal["wikilink", "markdown", "frontmatter", "inline-field"]
FormulaForm = Literal["display", "inline", "environment", "fence", "unicode", "image"]


class Heading(Struct, frozen=True, array_like=True, gc=False):
    """A heading: ``text`` is raw, as written, without the ``#`` marks."""

    span: Span
    level: int
    text: str


class Link(Struct, frozen=True, array_like=True, gc=False):
    """A link as written. Whether its target exists is the vault's question, not the note's."""

    span: Span
    """The whole link, brackets and embed mark included."""
    kind: LinkKind
    target: str
    """The path part as written (Markdown links: percent-decoded), white space trimmed."""
    target_span: Span
    fragment: str = ""
    """What follows the first ``#``; a block id keeps its ``^``."""
    display: str | None = None
    embed: bool = False
    key: str | None = None
    """The relation: frontmatter key (``updates``, nested maps ``a.b``) or inline-field name."""
    written: str = ""
    """The exact text of the link."""
    quoted: bool = True
    """False for a frontmatter ``[[x]]`` without quotes, which YAML does not read as text."""
    external: bool = False
    """The target is a URL: never resolved, never fetched."""


class Tag(Struct, frozen=True, array_like=True, gc=False):
    span: Span
    name: str
    """Without the ``#``, as written."""


class Block(Struct, frozen=True, array_like=True, gc=False):
    """A block id: ``^id`` at the end of a line or alone after a block."""

    span: Span
    id: str


class Cell(Struct, frozen=True, array_like=True, gc=False):
    """A fenced code cell as Obsidian shows it (not inside comments or an outer fence)."""

    span: Span
    """From the opening fence to the end of the closing one."""
    info: str
    """The info string after the fence marks, trimmed."""
    info_span: Span
    language: str
    """Lower-case; ``python`` for every spelling of Python (``py``, ``Python``, ``{python}``)."""
    code: str
    """The code with container prefixes (``> ``, list indent) stripped and ``\\n`` line ends."""
    line: int
    """1-based line on disk of the first line of ``code``."""
    indents: tuple[int, ...] = ()
    """For each line of ``code``: how many characters of the line on disk were stripped."""
    closed: bool = True
    fence: str = "```"
    """The opening fence marks; an output fence after the cell has language ``output``."""


class Formula(Struct, frozen=True, array_like=True, gc=False):
    """A piece of mathematics.

    ``text`` has the delimiters removed and container prefixes (``> ``) replaced by spaces, so that for
    every form but ``image`` ``text[k]`` stands on disk at ``body.start + k``.
    """

    span: Span
    """With delimiters."""
    body: Span
    """Without delimiters."""
    text: str
    form: FormulaForm
    before: str = ""
    """The prose just before, in the same paragraph or the one above, for conditions and negations."""
    after: str = ""
    """The prose just after, up to the next formula or the end of the paragraph."""
    offsets: tuple[int, ...] | None = None
    """For ``image``: where each character of the percent-decoded text stands on disk."""

    def place(self, span: Span) -> Span:
        """The place on disk of a span of ``text``."""
        if self.offsets is None:
            return Span(self.body.start + span.start, self.body.start + span.end)
        ends = (*self.offsets, self.body.end)
        return Span(ends[min(span.start, len(ends) - 1)], ends[min(span.end, len(ends) - 1)])


class Comment(Struct, frozen=True, array_like=True, gc=False):
    """``%% … %%`` or ``<!-- … -->``; ``text`` is what stands between the marks."""

    span: Span
    text: str
    html: bool = False


class Property(Struct, frozen=True, array_like=True, gc=False):
    """A frontmatter value: its dotted key (``a.b``, list items ``a.0``), text and place."""

    key: str
    value: str | None
    """The scalar's text (``None`` for an empty value)."""
    span: Span
    key_span: Span


class Frontmatter(Struct, frozen=True, array_like=True, gc=False):
    """The properties block. ``error`` says why its YAML could not be read; the body is read anyway."""

    span: Span
    properties: tuple[Property, ...] = ()
    error: str | None = None
    error_span: Span | None = None

    def values(self, key: str) -> list[str]:
        """The texts under a key: one for a scalar, several for a list, none if it is missing."""
        return [
            p.value
            for p in self.properties
            if p.value is not None and (p.key == key or p.key.startswith(key + "."))
        ]


class Note(Struct, frozen=True):
    """One note, read. Everything stands in the order of the text."""

    source: Source
    frontmatter: Frontmatter | None = None
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    tags: tuple[Tag, ...] = ()
    blocks: tuple[Block, ...] = ()
    cells: tuple[Cell, ...] = ()
    formulas: tuple[Formula, ...] = ()
    comments: tuple[Comment, ...] = ()
    oddities: tuple[tuple[str, Span, str], ...] = ()
    """What the reader noticed on the way: ``(rule, span, message)``, e.g. an unclosed ``$$``."""

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def title(self) -> str:
        """The file's name without ``.md``, as Obsidian shows it."""
        name = self.path.rsplit("/", 1)[-1]
        return name[:-3] if name.lower().endswith(".md") else name
