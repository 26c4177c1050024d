"""Subpaths: whether a note has the heading or the block that a link's ``#…`` names.

Headings are compared as Obsidian compares them (its API calls it ``stripHeading``): marks become spaces,
runs of spaces one, and case does not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from vaultbp.notes import Note
from vaultbp.vault.names import key_of

_MARKS = str.maketrans(dict.fromkeys('!"#$%&()*+,.:;<=>?@^`{|}~/[]\\', " "))
_WIKILINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_MARKDOWN = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_BLOCK_ID = re.compile(r"[ \t]+\^[A-Za-z0-9-]+$")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+(.*?)[ \t]*#*[ \t\r]*$", re.MULTILINE)
_BLOCK = re.compile(r"\^([A-Za-z0-9-]+)[ \t\r]*$", re.MULTILINE)

Missing = Literal["heading", "block"]


def normal(heading: str) -> str:
    """What headings are compared by."""
    return " ".join(key_of(heading).translate(_MARKS).split())


class Subpaths:
    """The headings and blocks of one note, ready to be looked up."""

    def __init__(self, note: Note) -> None:
        self.blocks = {block.id.lower() for block in note.blocks}
        self.headings: dict[str, list[int]] = {}
        self._note = note
        self._levels = [heading.level for heading in note.headings]
        for at, heading in enumerate(note.headings):
            for name in _names(heading.text):
                self.headings.setdefault(name, []).append(at)
        self.hidden: set[str] = set()
        """Headings inside HTML comments: nothing is said about links to them."""
        for comment in note.comments:
            if comment.html:
                self.hidden.update(normal(text) for text in _HEADING.findall(comment.text))
                self.blocks.update(name.lower() for name in _BLOCK.findall(comment.text))

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

    def has_anchor(self, fragment: str) -> bool:
        """Whether a Markdown link's fragment means something to other programs than Obsidian.

        A heading's slug (``#two-words``, as forges make them) or an anchor written as HTML or as
        ``{#name}``. Notes of web sites and repositories are full of these.
        """
        wanted = _letters(fragment)
        if wanted and any(_letters(heading.text) == wanted for heading in self._note.headings):
            return True
        text = self._note.source.text
        name = re.escape(fragment)
        return (
            re.search(rf"(?:id|name)\s*=\s*[\"']?{name}[\"'\s>]|\{{#{name}[\s}}]", text) is not None
        )

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
                for at in range(outer + 1, len(self._levels))
                if self._levels[at] <= self._levels[outer]
            ),
            len(self._levels),
        )
        return [at for at in self.headings.get(name, []) if outer < at < end][:50]


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
