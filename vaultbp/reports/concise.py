"""``concise``: one line a finding, as compilers print them."""

from __future__ import annotations

from vaultbp.reports import Report, conclude
from vaultbp.terminal import harmless, shown


def render(report: Report) -> str:
    lines = []
    sources = report.sources
    for item in report.diagnostics:
        line, column = sources[item.path].position(item.span.start)
        message = " ".join(item.message.split())
        lines.append(f"{shown(item.path)}:{line}:{column}: {item.severity}[{item.rule}] {message}")
    return harmless("\n".join([*lines, conclude(report)]) + "\n", painted=report.color)
