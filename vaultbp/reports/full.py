"""``full``: for people at a terminal. Each finding with its source, carets and help."""

from __future__ import annotations

from vaultbp.diagnostics import Diagnostic
from vaultbp.reports import Report, conclude
from vaultbp.source import Source
from vaultbp.terminal import Palette, excerpt, harmless, shown


def render(report: Report) -> str:
    paint = Palette(report.color)
    sources = report.sources
    blocks = [
        _finding(item, sources[item.path], report.width, paint) for item in report.diagnostics
    ]
    return harmless("\n".join([*blocks, conclude(report)]) + "\n", painted=report.color)


def _finding(item: Diagnostic, source: Source, columns: int, paint: Palette) -> str:
    line, column = source.position(item.span.start)
    gutter = " " * len(str(source.position(max(item.span.end - 1, item.span.start)).line))
    level = paint.paint(str(item.severity), f"{item.severity}[{item.rule}]")
    head = f"{level}: {paint.paint('bold', item.message)}"
    place = f"{gutter}{paint.paint('frame', '-->')} {shown(item.path)}:{line}:{column}"
    rows = [head, place, *excerpt(source, item.span, columns, paint, str(item.severity))]
    for note in _notes(item):
        rows.append(f"{gutter} {paint.paint('frame', '=')} {note}")
    return "\n".join(rows) + "\n"


def _notes(item: Diagnostic) -> list[str]:
    notes = [f"help: {line}" for line in (item.help or "").splitlines()]
    if item.fix is not None and item.fix.safe:
        notes.append(f"fix: {item.fix.message} (`vaultbp check --fix` writes it)")
    return notes
