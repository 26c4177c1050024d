"""``concise``: one line a finding, as compilers print them."""

from __future__ import annotations

from vaultbp.reports import Report, conclude


def render(report: Report) -> str:
    lines = []
    sources = report.sources
    for item in report.diagnostics:
        line, column = sources[item.path].position(item.span.start)
        message = " ".join(item.message.split())
        lines.append(f"{item.path}:{line}:{column}: {item.severity}[{item.rule}] {message}")
    return "\n".join([*lines, conclude(report)]) + "\n"
