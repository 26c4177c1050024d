"""Source -> Note: frontmatter, headings, links, tags, cells and formulas, each with its Span."""

from vaultbp.notes.note import (
    Block,
    Cell,
    Comment,
    Formula,
    Frontmatter,
    Heading,
    Link,
    Note,
    Property,
    Tag,
)
from vaultbp.notes.reading import read

__all__ = [
    "Block",
    "Cell",
    "Comment",
    "Formula",
    "Frontmatter",
    "Heading",
    "Link",
    "Note",
    "Property",
    "Tag",
    "read",
]
