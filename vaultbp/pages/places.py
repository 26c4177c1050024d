"""Where each note stands in the report: an anchor in one page, or a page of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from posixpath import dirname, relpath
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from vaultbp.notes import Heading


@dataclass(frozen=True)
class Places:
    """Anchors and pages of the notes of a report.

    In a folder every note has a page of its own below ``notes/``; ``files`` gives its path.
    """

    anchors: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)
    """Empty for a report in one file."""

    def href(self, path: str, *, seen_from: str = "", part: str = "") -> str:
        """The link to a note, or to a part of it, from the page of the note ``seen_from``.

        ``seen_from`` empty is the overview.
        """
        anchor = self.anchors[path] + (f"::{part}" if part else "")
        if not self.files:
            return "#" + quote(anchor, safe=":/")
        here = self.files.get(seen_from, "index.html")
        page = relpath(self.files[path], dirname(here) or ".")
        return quote(page) + (f"#{quote(anchor, safe=':/')}" if part else "")

    def overview(self, seen_from: str = "") -> str:
        """The link to the overview."""
        if not self.files:
            return "#overview"
        here = self.files.get(seen_from, "index.html")
        return relpath("index.html", dirname(here) or ".")


def arrange(paths: Iterable[str], *, folder: bool) -> Places:
    """Give every note an anchor (its path without ``.md`` and spaces) and, in a folder, a file."""
    anchors: dict[str, str] = {}
    taken: set[str] = {"overview"}
    for path in sorted(paths):
        # File systems may not tell upper from lower case.
        name = base = re.sub(r"\s+", "-", path[:-3] if path.lower().endswith(".md") else path)
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name.casefold())
        anchors[path] = name
    files = {path: f"notes/{name}.html" for path, name in anchors.items()} if folder else {}
    return Places(anchors, files)


def heading_slugs(headings: Sequence[Heading]) -> list[str]:
    """A slug for each heading of a note, unique within it."""
    slugs: list[str] = []
    for heading in headings:
        base = slug(heading.text) or "section"
        name, number = base, 1
        while name in slugs:
            number += 1
            name = f"{base}-{number}"
        slugs.append(name)
    return slugs


def slug(text: str) -> str:
    """A heading's text as an anchor: letters and digits, the rest joined by hyphens."""
    return "-".join(re.findall(r"\w+", text.casefold()))
