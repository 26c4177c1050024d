"""read: Source -> Note. The stages in order; none of them raises on any text."""

from __future__ import annotations

from vaultbp.notes.frontmatter import read_frontmatter
from vaultbp.notes.images import read_images
from vaultbp.notes.note import Note
from vaultbp.notes.prose import with_prose
from vaultbp.notes.reader import Reader
from vaultbp.notes.scan import scan
from vaultbp.notes.setext import read_setext
from vaultbp.source import Source


def read(source: Source) -> Note:
    """Read a note. Never raises, whatever the text is; takes time in proportion to its length."""
    reader = Reader(source)
    properties = read_frontmatter(source.text, reader.text)
    start = properties.end if properties else 0
    scan(reader, start)
    reader.opaque.sort()
    headings = reader.headings
    underlined = read_setext(reader, start)
    if underlined:
        headings = sorted([*headings, *underlined], key=lambda heading: heading.span)
    formulas = [*reader.formulas, *read_images(reader)]
    if "/d" in reader.text or not reader.text.isascii():
        from vaultbp.notes.unicode_lines import read_unicode

        formulas += read_unicode(reader, start)
    if formulas:
        formulas = with_prose(formulas, reader.text, start)
    return Note(
        source=source,
        frontmatter=properties.frontmatter if properties else None,
        headings=tuple(headings),
        links=tuple(properties.links + reader.links if properties else reader.links),
        tags=tuple(reader.tags),
        blocks=tuple(reader.blocks),
        cells=tuple(reader.cells),
        formulas=tuple(formulas),
        comments=tuple(reader.comments),
        oddities=tuple(properties.oddities + reader.oddities if properties else reader.oddities),
    )
