"""``json``: for other programs. The shape is fixed and versioned."""

from __future__ import annotations

import json
from typing import Any

from vaultbp.diagnostics import Diagnostic
from vaultbp.reports import Report, as_json
from vaultbp.source import Source


def render(report: Report) -> str:
    sources = report.sources
    data = {
        "version": 1,
        "summary": as_json(report.summary),
        "diagnostics": [_finding(item, sources[item.path]) for item in report.diagnostics],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _finding(item: Diagnostic, source: Source) -> dict[str, Any]:
    start, end = source.position(item.span.start), source.position(item.span.end)
    return {
        "rule": item.rule,
        "severity": str(item.severity),
        "path": item.path,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "message": item.message,
        "help": item.help,
        "fix": _fix(item, source),
    }


def _fix(item: Diagnostic, source: Source) -> dict[str, Any] | None:
    if item.fix is None:
        return None
    edits = []
    for edit in item.fix.edits:
        start, end = source.position(edit.span.start), source.position(edit.span.end)
        edits.append(
            {
                "line": start.line,
                "column": start.column,
                "end_line": end.line,
                "end_column": end.column,
                "text": edit.text,
            }
        )
    return {"message": item.fix.message, "safe": item.fix.safe, "edits": edits}
