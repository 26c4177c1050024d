"""What stands beside a note: the list of all notes, and its own findings, relations and backlinks."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from vaultbp.notes import Note
    from vaultbp.pages.report import Book
    from vaultbp.vault import Edge

_STATES = (("wrong", "✗"), ("failing", "!"), ("unchecked", "–"), ("verified", "✓"))


def contents(book: Book, seen_from: str) -> Markup:
    """Links to all notes, by folder, each with the state of its claims and cells."""
    notes = sorted(book.facts.notes, key=lambda note: (_folder(note.path), note.title.casefold()))
    parts = []
    for folder, members in groupby(notes, key=lambda note: _folder(note.path)):
        rows = Markup("").join(_row(book, note, seen_from) for note in members)
        heading = Markup("<h2>{}</h2>").format(folder) if folder else Markup("")
        parts.append(Markup("<section>{}<ul>{}</ul></section>").format(heading, rows))
    return Markup("").join(parts)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _row(book: Book, note: Note, seen_from: str) -> Markup:
    kind, mark = state(book, note)
    here = Markup(' aria-current="page"') if note.path == seen_from else Markup("")
    return Markup('<li><a href="{}"{}>{}</a>{}</li>').format(
        book.places.href(note.path, seen_from=seen_from), here, note.title, _mark(kind, mark)
    )


def _mark(kind: str, mark: str) -> Markup:
    if not kind:
        return Markup("")
    return Markup('<span class="mark {}" title="{}">{}</span>').format(kind, kind, mark)


def state(book: Book, note: Note) -> tuple[str, str]:
    """The worst that was found in a note, as a word and a sign; two empty texts for nothing."""
    found = {str(claim.status) for claim in book.facts.judged(note.path)}
    for result in (book.facts.cells or {}).get(note.path, ()):
        found.add({"passed": "verified", "skipped": ""}.get(result.status, "failing"))
    return next(((kind, mark) for kind, mark in _STATES if kind in found), ("", ""))


def beside(book: Book, note: Note) -> Markup:
    """The column beside a note's text."""
    outgoing, incoming = book.edges.get(note.path, ((), ()))
    return Markup("").join(
        [
            Markup('<p class="path">{}</p>').format(note.path),
            _findings(book, note),
            _relations(book, note, outgoing, "Points to", outward=True),
            _relations(book, note, incoming, "Pointed to by", outward=False),
        ]
    )


def _findings(book: Book, note: Note) -> Markup:
    own = book.findings.get(note.path, ())
    if not own:
        return Markup("")
    rows = Markup("").join(
        Markup('<li class="{}"><b>{}</b> line {}: {}</li>').format(
            item.severity,
            item.rule,
            note.source.position(item.span.start).line,
            said(item.message),
        )
        for item in own
    )
    return Markup('<h2>Findings</h2><ul class="findings">{}</ul>').format(rows)


def said(message: str) -> Markup:
    """A finding's message; what it quotes in backticks becomes code."""
    parts = message.split("`")
    if len(parts) % 2 == 0:
        return escape(message)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part)
        for at, part in enumerate(parts)
    )


def _relations(
    book: Book, note: Note, edges: Iterable[Edge], heading: str, *, outward: bool
) -> Markup:
    """The notes at the other ends, by relation; several links to one note are one row."""
    groups: dict[tuple[bool, str], dict[str, int]] = {}
    for edge in edges:
        key = (edge.kind != "relation", edge.relation if edge.kind == "relation" else "links")
        other = edge.target if outward else edge.source
        groups.setdefault(key, {}).setdefault(other, 0)
        groups[key][other] += 1
    if not groups:
        return Markup("")
    parts = [Markup("<h2>{}</h2>").format(heading)]
    for (_, name), others in sorted(groups.items()):
        arrow = "→" if outward else "←"
        rows = Markup("").join(
            _end(book, note, other, times) for other, times in sorted(others.items())
        )
        parts.append(Markup("<h3>{} {}</h3><ul>{}</ul>").format(name, arrow, rows))
    return Markup("").join(parts)


def _end(book: Book, note: Note, other: str, times: int) -> Markup:
    many = f" ×{times}" if times > 1 else ""
    if other in book.places.anchors:
        title = book.facts.vault.by_path[other].title
        href = book.places.href(other, seen_from=note.path)
        return Markup('<li><a class="internal" href="{}">{}</a>{}</li>').format(href, title, many)
    known = other in book.facts.vault.by_path or "." in other.rsplit("/", 1)[-1]
    kind = "attachment" if known else "missing"
    return Markup('<li><span class="{}">{}</span>{}</li>').format(kind, other, many)
