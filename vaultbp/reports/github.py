"""``github``: annotations for GitHub Actions, then the plain list.

GitHub shows ten errors and ten warnings of a step; the list and the total say the rest.
Source: "Workflow commands for GitHub Actions", setting an error message.
"""

from __future__ import annotations

from vaultbp.diagnostics import Severity
from vaultbp.reports import Report
from vaultbp.reports.concise import render as render_concise

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    lines = []
    sources = report.sources
    for item in report.diagnostics:
        source = sources[item.path]
        start, end = source.position(item.span.start), source.position(item.span.end)
        place = {
            "file": report.prefix + item.path,
            "line": start.line,
            "endLine": end.line,
            "title": item.rule,
        }
        if start.line == end.line:
            place |= {"col": start.column, "endColumn": end.column}
        values = ",".join(f"{key}={_property(str(value))}" for key, value in place.items())
        text = item.message if item.help is None else f"{item.message}\n{item.help}"
        lines.append(f"::{_COMMANDS[item.severity]} {values}::{_data(text)}")
    return "\n".join([*lines, render_concise(report)])


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
