"""``sarif``: for code scanning services and editors (SARIF 2.1.0, OASIS standard).

Lines and columns are 1-based and count code points, as ``columnKind`` says. Paths are relative to the
folder in which the command runs, which is where services look for files.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vaultbp import __version__
from vaultbp.diagnostics import Diagnostic, Fix, Severity
from vaultbp.reports import Report
from vaultbp.rules import Rule, find_rule
from vaultbp.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report) -> str:
    names = sorted({item.rule for item in report.diagnostics})
    index = {name: at for at, name in enumerate(names)}
    places = _Places(report)
    results = [_result(item, index[item.rule], places) for item in report.diagnostics]
    for item, result, nth in zip(report.diagnostics, results, _nth(places, report), strict=True):
        result["partialFingerprints"] = {
            "vaultbp/v1": _fingerprint(item, places.sources[item.path], nth)
        }
    run = {
        "tool": {
            "driver": {
                "name": "vaultbp",
                "version": __version__,
                "rules": [_rule(name, find_rule(name)) for name in names],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
    data = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _rule(name: str, found: Rule | None) -> dict[str, Any]:
    if found is None:
        return {"id": name}
    return {
        "id": found.name,
        "name": "".join(word.capitalize() for word in found.name.split("-")),
        "shortDescription": {"text": found.summary},
        "fullDescription": {"text": found.doc},
        "help": {"text": found.doc, "markdown": found.doc},
        "defaultConfiguration": {"level": _LEVELS[found.severity]},
        "properties": {"tags": [found.group], "code": found.code},
    }


class _Places:
    """Spans of the vault's notes as SARIF's locations."""

    def __init__(self, report: Report) -> None:
        self.sources: Mapping[str, Source] = report.sources
        self.prefix = quote(report.prefix)

    def uri(self, path: str) -> dict[str, str]:
        return {"uri": self.prefix + quote(path)}

    def region(self, path: str, span: Span) -> dict[str, int]:
        start, end = (self.sources[path].position(offset) for offset in span)
        return {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }

    def location(self, path: str, span: Span) -> dict[str, Any]:
        return {
            "physicalLocation": {
                "artifactLocation": self.uri(path),
                "region": self.region(path, span),
            }
        }


def _result(item: Diagnostic, index: int, places: _Places) -> dict[str, Any]:
    text = item.message if item.help is None else f"{item.message}\n{item.help}"
    result: dict[str, Any] = {
        "ruleId": item.rule,
        "ruleIndex": index,
        "level": _LEVELS[item.severity],
        "message": {"text": text},
        "locations": [places.location(item.path, item.span)],
    }
    if item.labels:
        result["relatedLocations"] = [
            {"id": at}
            | places.location(label.path, label.span)
            | {"message": {"text": label.message}}
            for at, label in enumerate(item.labels, 1)
        ]
    if item.fix is not None:
        result["fixes"] = [_fix(item, item.fix, places)]
    return result


def _text(item: Diagnostic, source: Source) -> str:
    return source.slice(item.span) or source.line(source.position(item.span.start).line)


def _nth(places: _Places, report: Report) -> list[int]:
    """Of several findings that say the same of the same text, which one each is."""
    seen: dict[tuple[str, str, str], int] = {}
    numbers = []
    for item in report.diagnostics:
        key = (item.rule, item.path, _text(item, places.sources[item.path]))
        seen[key] = seen.get(key, 0) + 1
        numbers.append(seen[key])
    return numbers


def _fingerprint(item: Diagnostic, source: Source, nth: int) -> str:
    """The finding's rule, note and text: the same when lines above it come and go."""
    key = "\0".join([item.rule, item.path, _text(item, source), str(nth)])
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _fix(item: Diagnostic, fix: Fix, places: _Places) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": places.region(item.path, edit.span),
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    change = {"artifactLocation": places.uri(item.path), "replacements": replacements}
    return {"description": {"text": fix.message}, "artifactChanges": [change]}
