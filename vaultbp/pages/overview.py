"""The report's first page: the figures of the vault, what is wrong first, and the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from vaultbp.diagnostics import Diagnostic, Severity
from vaultbp.pages.sides import said

if TYPE_CHECKING:
    from vaultbp.pages.report import Book

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_PROVED = frozenset({"wrong-derivation", "failing-cell"})
_MOST = 500
"""Findings listed; the rest stand beside their notes."""
_LARGEST = 400
"""Notes of a graph that is drawn here; a larger one is worth a page of its own."""


def overview(book: Book) -> Markup:
    """The section that a reader sees first."""
    return Markup('<section id="overview"><h1>{}</h1>{}{}{}</section>').format(
        book.name, _figures(book), _findings(book), _graph(book)
    )


def _figures(book: Book) -> Markup:
    from vaultbp.reports import summarize

    summary = summarize(book.facts, book.diagnostics)
    rows = [
        (summary.notes, "notes", ""),
        (summary.wrong, "✗ wrong", "wrong"),
        (summary.unchecked, "– unchecked", "unchecked"),
        (summary.verified, "✓ verified", "verified"),
    ]
    if book.facts.cells is not None:
        rows.append((summary.cells_failed, "✗ cells failed", "wrong"))
        rows.append((summary.cells_passed, "✓ cells passed", "verified"))
    rows.append((summary.errors, "errors", "wrong"))
    rows.append((summary.warnings, "warnings", "unchecked"))
    parts = [
        Markup('<li class="{}"><b>{}</b> {}</li>').format(kind if number else "", number, word)
        for number, word, kind in rows
    ]
    return Markup('<ul class="figures">{}</ul>').format(Markup("").join(parts))


def _findings(book: Book) -> Markup:
    found = sorted(book.diagnostics, key=_weight)
    if not found:
        return Markup('<p class="fine">✓ Nothing to report.</p>')
    rows = Markup("").join(_row(book, item) for item in found[:_MOST])
    more = len(found) - _MOST
    rest = Markup("<p>and {} more, beside their notes</p>").format(more) if more > 0 else ""
    return Markup('<h2>Found</h2><ul class="findings">{}</ul>{}').format(rows, rest)


def _weight(item: Diagnostic) -> tuple[bool, int]:
    """What is proved wrong first, then errors, warnings, hints; each in the order of the notes."""
    return item.rule not in _PROVED, _ORDER[item.severity]


def _row(book: Book, item: Diagnostic) -> Markup:
    note = book.facts.vault.by_path[item.path]
    line = note.source.position(item.span.start).line
    place = f"{item.path}:{line}"
    link = Markup('<a class="internal" href="{}">{}</a>').format(book.places.href(item.path), place)
    return Markup('<li class="{}"><b>{}</b> {} {}</li>').format(
        item.severity, item.rule, link, said(item.message)
    )


def _graph(book: Book) -> Markup:
    from vaultbp.graph import build
    from vaultbp.relations import vocabulary
    from vaultbp.render.svg import render
    from vaultbp.selection import tally

    config = book.facts.config
    graph = build(book.facts.vault, inline_fields=config.inline_fields)
    graph.graph["relations"] = vocabulary(config.relations).relations
    if graph.number_of_nodes() > _LARGEST:
        words = "The graph is large: `vaultbp graph --format html` makes a page to explore it."
        return Markup("<h2>Graph</h2><p>{}</p>").format(words)
    tally(graph, book.facts)
    for name, node in graph.nodes(data=True):
        if name in book.places.anchors:
            node["href"] = book.places.href(name)
    # The picture escapes every text that it takes from a note.
    return Markup('<h2>Graph</h2><div class="graph">{}</div>').format(Markup(render(graph)))
