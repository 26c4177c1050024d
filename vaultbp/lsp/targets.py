"""Where a link leads: the note, its heading or its block."""

from __future__ import annotations

from vaultbp.findings import Facts
from vaultbp.notes import Link, Note
from vaultbp.source import Span
from vaultbp.vault.subpaths import normal


def link_at(note: Note, offset: int) -> Link | None:
    """The link that covers an offset."""
    covering = (link for link in note.links if link.span.start <= offset <= link.span.end)
    return next(covering, None)


def target(facts: Facts, note: Note, link: Link) -> tuple[str, Span] | None:
    """The file that a link names and the place in it; ``None`` if there is no such file."""
    found = facts.vault.resolve(note, link)
    if link.external or found.path is None:
        return None
    other = facts.vault.by_path.get(found.path)
    return found.path, _place(other, link.fragment) if other else Span(0, 0)


def _place(note: Note, fragment: str) -> Span:
    last = fragment.rsplit("#", 1)[-1].strip()
    if last.startswith("^"):
        spans = (block.span for block in note.blocks if block.id.casefold() == last[1:].casefold())
    else:
        wanted = normal(last)
        spans = (item.span for item in note.headings if last and normal(item.text) == wanted)
    return next(spans, Span(0, 0))


def backlinks(facts: Facts, path: str) -> list[tuple[str, Span]]:
    """Every link that leads to a note: whose it is, and where."""
    return [(edge.source, edge.link.span) for edge in facts.vault.edges() if edge.target == path]
