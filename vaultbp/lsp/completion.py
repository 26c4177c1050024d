"""What may be written next: notes and headings in links, relations in properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from vaultbp.findings import Facts
from vaultbp.notes import Note
from vaultbp.relations import vocabulary
from vaultbp.source import Source
from vaultbp.vault.disk import is_note

_LINK = re.compile(r"!?\[\[([^\[\]|\n]*)$")
_KEY = re.compile(r"(?:\w[\w-]*)?\Z")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may be written, and what it is."""

    text: str
    kind: Literal["note", "heading", "relation", "file"]
    detail: str = ""


def choices(facts: Facts, note: Note, source: Source, offset: int) -> Iterator[Choice]:
    """What fits at ``offset`` of the text as it stands now."""
    line, column = source.position(offset)
    before = source.line(line)[: column - 1]
    link = _LINK.search(before)
    if link is not None:
        target, mark, _ = link[1].partition("#")
        yield from _headings(facts, note, target) if mark else _files(facts, note)
    elif _KEY.match(before) and _in_properties(source, line):
        yield from _relations(facts)


def _files(facts: Facts, note: Note) -> Iterator[Choice]:
    for path in facts.vault.files:
        kind: Literal["note", "file"] = "note" if is_note(path) else "file"
        name = facts.vault.name_for(path, note)
        if name is not None:
            yield Choice(name, kind, path)


def _headings(facts: Facts, note: Note, target: str) -> Iterator[Choice]:
    path = facts.vault.names.find(target, note.path).path if target else note.path
    other = facts.vault.by_path.get(path or "")
    for heading in other.headings if other else ():
        # Of a heading's characters these would end or split the link.
        text = re.sub(r"[#|^\[\]]+", " ", heading.text).strip()
        yield Choice(f"{target}#{text}", "heading", f"{'#' * heading.level} {heading.text}")


def _in_properties(source: Source, line: int) -> bool:
    if source.line(1).strip() != "---" or line < 2:
        return False
    return all(source.line(number).strip() != "---" for number in range(2, line))


def _relations(facts: Facts) -> Iterator[Choice]:
    used = {edge.relation for edge in facts.vault.edges() if edge.kind == "relation"}
    known = set(vocabulary(facts.config.relations).relations)
    for name in sorted(used | known):
        yield Choice(name, "relation", "known relation" if name in known else "used in this vault")
