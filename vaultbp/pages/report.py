"""The report: every note with its verdicts, and an overview, as one page or a folder of pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import Markup

from vaultbp.diagnostics import Diagnostic
from vaultbp.pages import asset, fill, scripts
from vaultbp.pages.code import style as code_style
from vaultbp.pages.font import face
from vaultbp.pages.notes import Reader
from vaultbp.pages.overview import overview
from vaultbp.pages.places import Places, arrange, slug
from vaultbp.pages.sides import beside, contents

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.notes import Note
    from vaultbp.vault import Edge


@dataclass(frozen=True)
class Book:
    """What a report is made of: the facts, the findings and where each note stands."""

    facts: Facts
    diagnostics: Sequence[Diagnostic]
    places: Places

    @cached_property
    def name(self) -> str:
        return self.facts.vault.root.resolve().name or "vault"

    @cached_property
    def findings(self) -> Mapping[str, Sequence[Diagnostic]]:
        """The findings of each note, by path."""
        found: dict[str, list[Diagnostic]] = {}
        for item in self.diagnostics:
            found.setdefault(item.path, []).append(item)
        return found

    @cached_property
    def edges(self) -> Mapping[str, tuple[Sequence[Edge], Sequence[Edge]]]:
        """The links out of and into each note, by path."""
        found: dict[str, tuple[list[Edge], list[Edge]]] = {}
        for edge in self.facts.vault.edges():
            found.setdefault(edge.source, ([], []))[0].append(edge)
            found.setdefault(edge.target, ([], []))[1].append(edge)
        return found

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.facts, self.places)


def one_page(facts: Facts, diagnostics: Sequence[Diagnostic]) -> str:
    """The whole report in one file."""
    book = Book(facts, diagnostics, arrange((note.path for note in facts.notes), folder=False))
    articles = [_article(book, note) for note in facts.notes]
    return _page(book, "", Markup("").join([overview(book), *articles]))


def pages(facts: Facts, diagnostics: Sequence[Diagnostic]) -> dict[str, str]:
    """The report as files by path: ``index.html`` and one page for each note."""
    book = Book(facts, diagnostics, arrange((note.path for note in facts.notes), folder=True))
    files = {"index.html": _page(book, "", overview(book))}
    for note in facts.notes:
        files[book.places.files[note.path]] = _page(book, note.path, _article(book, note))
    return files


def _article(book: Book, note: Note) -> Markup:
    # Many notes begin with their own title; once is enough.
    titled = note.headings and slug(note.headings[0].text) == slug(note.title)
    title = Markup("") if titled else Markup("<h1>{}</h1>").format(note.title)
    return Markup(
        '<article id="{}"><div class="text">{}{}</div><aside>{}</aside></article>'
    ).format(book.places.anchors[note.path], title, book.reader.body(note), beside(book, note))


def _page(book: Book, seen_from: str, body: Markup) -> str:
    title = book.facts.vault.by_path[seen_from].title if seen_from else "report"
    return fill(
        "report.html",
        script=scripts(["report.js"]),
        style=asset("report.css") + code_style() + face(body),
        markup={"body": body, "contents": contents(book, seen_from)},
        name=book.name,
        title=title,
        home=book.places.overview(seen_from),
        kind="one" if not book.places.files else "many",
    )
