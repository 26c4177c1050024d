"""``junit``: test results for build servers (the XML that Ant's JUnit task writes and all of them read).

A note is a suite. Its cases are its claims and its cells that hold, those left out with the reason,
and a failed case for each finding of severity error; so a build fails exactly when ``check`` does.
Other findings are in the suite's ``system-out``.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from vaultbp.cells.results import CellResult
from vaultbp.derivations.verdicts import Claim
from vaultbp.diagnostics import Diagnostic, Severity
from vaultbp.notes import Note
from vaultbp.reports import Report

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped (section 2.2)."""


def render(report: Report) -> str:
    suites = ElementTree.Element("testsuites", name="vaultbp")
    findings: dict[str, list[Diagnostic]] = {}
    for item in report.diagnostics:
        findings.setdefault(item.path, []).append(item)
    for note in report.facts.notes:
        _suite(suites, note, report, findings.get(note.path, []))
    for name in ("tests", "failures", "skipped"):
        suites.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    suites.set("errors", "0")
    ElementTree.indent(suites)
    text = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(
    suites: ElementTree.Element, note: Note, report: Report, findings: list[Diagnostic]
) -> None:
    suite = ElementTree.SubElement(suites, "testsuite", name=_clean(note.path))
    for claim in report.facts.claims.get(note.path, ()):
        _claim(suite, note, claim)
    cells = (report.facts.cells or {}).get(note.path, ())
    for cell in cells:
        _cell(suite, note, cell)
    errors = [item for item in findings if item.severity is Severity.ERROR]
    for item in errors:
        line = note.source.position(item.span.start).line
        case = _case(suite, note, f"{item.rule}, line {line}", line)
        _failure(case, note, item)
    if not len(suite):
        _case(suite, note, "nothing to report", 1)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(errors)))
    suite.set("errors", "0")
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    suite.set("time", f"{sum(cell.seconds for cell in cells):.3f}")
    others = [_said(note, item) for item in findings if item.severity is not Severity.ERROR]
    if others:
        ElementTree.SubElement(suite, "system-out").text = _clean("\n".join(others))


def _claim(suite: ElementTree.Element, note: Note, claim: Claim) -> None:
    """A case for a claim that holds or was left out; one that is wrong is among the findings."""
    line = note.source.position(claim.span.start).line
    if claim.status == "verified":
        _case(suite, note, f"derivation, line {line}", line)
    elif claim.status == "unchecked":
        case = _case(suite, note, f"derivation, line {line}", line)
        ElementTree.SubElement(case, "skipped", message=_clean(claim.reason or "not checked"))


def _cell(suite: ElementTree.Element, note: Note, cell: CellResult) -> None:
    if cell.status not in ("passed", "skipped"):
        return
    case = _case(suite, note, f"{cell.name}, line {cell.line}", cell.line)
    case.set("time", f"{cell.seconds:.3f}")
    if cell.status == "skipped":
        reason = cell.error.message if cell.error else "skipped"
        ElementTree.SubElement(case, "skipped", message=_clean(reason))
    if cell.stdout:
        ElementTree.SubElement(case, "system-out").text = _clean(cell.stdout)


def _case(suite: ElementTree.Element, note: Note, name: str, line: int) -> ElementTree.Element:
    path = _clean(note.path)
    place = {"classname": path, "file": path, "line": str(line)}
    return ElementTree.SubElement(suite, "testcase", {"name": _clean(name), **place})


def _failure(case: ElementTree.Element, note: Note, item: Diagnostic) -> None:
    first = item.message.split("\n", 1)[0]
    failure = ElementTree.SubElement(case, "failure", message=_clean(first), type=item.rule)
    failure.text = _clean(_said(note, item))


def _said(note: Note, item: Diagnostic) -> str:
    line, column = note.source.position(item.span.start)
    text = f"{item.path}:{line}:{column}: {item.severity}[{item.rule}]: {item.message}"
    return f"{text}\nhelp: {item.help}" if item.help else text


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
