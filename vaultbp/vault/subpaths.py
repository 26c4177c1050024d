"""Subpaths: whether a note has the heading or the block that a link's ``#…`` names.

Headings are compared as Obsidian compares them (its API calls it ``stripHeading``): marks become spaces,
runs of spaces one, and case does not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from vaultbp.notes import Note
from vaultbp.vault.names import key_of

_MARKS = str.maketrans(dict.fromkeys('!"#$%&()*+,.:;<=>?@^`{|}~/[]\\', " "))
_WIKILINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_MARKDOWN = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_TAG = re.compile(r"<[^<>]*>")
_BLOCK_ID = re.compile(r"[ \t]+\^[A-Za-z0-9-]+$")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+(.*?)[ \t]*#*[ \t\r]*$", re.MULTILINE)
_BLOCK = re.compile(r"\^([A-Za-z0-9-]+)[ \t\r]*$", re.MULTILINE)

Missing = Literal["heading", "block"]


def normal(heading: str) -> str:
    """What headings are compared by."""
    return " ".join(key_of(heading).translate(_MARKS).split())


class Subpaths(Struct, array_like=True, gc=False):
    """The headings and blocks of one note, ready to be looked up."""

    headings: dict[str, list[int]]
    """For each name by which one may be called, which of the note's headings bear it."""
    levels: list[int]
    blocks: set[str]
    hidden: set[str]
    """Headings inside HTML comments: nothing is said about links to them."""

    @classmethod
    def of(cls, note: Note) -> Subpaths:
        found = cls({}, [heading.level for heading in note.headings], set(), set())
        found.blocks.update(block.id.lower() for block in note.blocks)
        for at, heading in enumerate(note.headings):
            for name in _names(heading.text):
                found.headings.setdefault(name, []).append(at)
        for comment in note.comments:
            if comment.html:
                found.hidden.update(normal(text) for text in _HEADING.findall(comment.text))
                found.blocks.update(name.lower() for name in _BLOCK.findall(comment.text))
        return found

    def missing(self, fragment: str) -> Missing | None:
        """What of a link's fragment the note does not have; ``None`` if all is there."""
        last = fragment.rpartition("#")[2].strip()
        if last.startswith("^"):
            return None if last[1:].lower() in self.blocks else "block"
        if last.startswith("[^"):
            return None
        if normal(fragment) in self.headings or normal(last) in self.hidden:
            return None
        parts = [normal(part) for part in fragment.split("#") if part.strip()]
        parts = [part for part in parts if part]
        return None if self._leads(parts) else "heading"

    def _leads(self, parts: Sequence[str]) -> bool:
        """Whether each part is a heading deeper than, and inside the section of, the one before."""
        if not parts:
            return True
        if len(parts) == 1:
            return parts[0] in self.headings
        reached = self.headings.get(parts[0], [])
        for part in parts[1:]:
            reached = [inner for outer in reached[:50] for inner in self._inside(outer, part)]
        return bool(reached)

    def _inside(self, outer: int, name: str) -> list[int]:
        end = next(
            (
                at
                for at in range(outer + 1, len(self.levels))
                if self.levels[at] <= self.levels[outer]
            ),
            len(self.levels),
        )
        return [at for at in self.headings.get(name, []) if outer < at < end][:50]


def has_anchor(note: Note, fragment: str) -> bool:
    """Whether a Markdown link's fragment means something to other programs than Obsidian.

    A heading's slug (``#two-words``, as forges make them) or an anchor written as HTML or as
    ``{#name}``. Notes of web sites and repositories are full of these.
    """
    wanted = _letters(fragment)
    if wanted and any(_letters(_TAG.sub("", item.text)) == wanted for item in note.headings):
        return True
    from urllib.parse import quote

    name = "(?:" + "|".join({re.escape(fragment), re.escape(quote(fragment))}) + ")"
    anchor = rf"(?:id|name)\s*=\s*[\"']?{name}[\"'\s>]|\{{#{name}[\s}}]"
    return re.search(anchor, note.source.text) is not None


def _letters(text: str) -> str:
    return "".join(char for char in key_of(text) if char.isalpha())


def _names(text: str) -> set[str]:
    """A heading's text as written and, where it holds links, as displayed."""
    names = {normal(text)}
    if "[" in text:
        shown = _MARKDOWN.sub(r"\1", _WIKILINK.sub(r"\1", text))
        names.add(normal(shown))
    if "^" in text:
        names.add(normal(_BLOCK_ID.sub("", text)))
    return names
