"""A code cell with what it printed, drew and how long it took."""

from __future__ import annotations

import re

from markupsafe import Markup

from vaultbp.cells.results import CellError, CellResult
from vaultbp.notes import Cell
from vaultbp.pages.code import highlight

_MARKS = {"passed": "✓", "failed": "✗", "timeout": "✗", "killed": "✗", "skipped": "–"}
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
_LONG = 20_000
"""More output than this is cut; nobody reads it in a page."""


def cell(found: Cell, result: CellResult | None) -> Markup:
    """The code and, if it was run, its outcome."""
    code = highlight(found.code, found.language)
    if result is None:
        return Markup('<div class="cell">{}</div>').format(code)
    return Markup('<div class="cell {}">{}<div class="outcome">{}</div></div>').format(
        result.status, code, _outcome(result)
    )


def _outcome(result: CellResult) -> Markup:
    cached = ", from the cache" if result.cached else ""
    parts = [
        Markup('<p class="how {}"><b>{}</b> {} in {} s{}</p>').format(
            result.status, _MARKS[result.status], result.status, f"{result.seconds:.2f}", cached
        )
    ]
    for kind, text in (("stdout", result.stdout), ("stderr", result.stderr)):
        if text.strip():
            parts.append(Markup('<pre class="{}">{}</pre>').format(kind, _cut(text)))
    if result.error is not None:
        parts.append(_error(result.error))
    for figure in result.figures:
        if _BASE64.match(figure):
            parts.append(
                Markup(
                    '<img alt="Figure drawn by the cell" src="data:image/png;base64,{}">'
                ).format(figure)
            )
    return Markup("").join(parts)


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}\n… {len(text) - _LONG} characters more"


def _error(error: CellError) -> Markup:
    rows = "\n".join([*error.traceback, f"{error.type}: {error.message}"])
    return Markup('<pre class="error">line {}: {}</pre>').format(error.line, rows)
