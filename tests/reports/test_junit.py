"""JUnit XML: readable by any parser, and failing exactly where ``check`` does."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts import facts_of
from vaultbp.diagnostics import Diagnostic, Severity
from vaultbp.reports import Report
from vaultbp.reports.junit import render
from vaultbp.rules import diagnose


def report_of(files: dict[str, str], *, run: bool = False) -> Report:
    facts = facts_of(files, run=run)
    return Report(facts, diagnose(facts))


def test_suites_cases_and_counts() -> None:
    files = {
        "a.md": "$$f(x) = x^2$$\n$$\\frac{df}{dx} = 2x$$\n\n```python\nprint('<&>')\n```\n",
        "b.md": "```python\nassert 1 == 2\n```\n\n```python\nx = 1\n```\n",
        "c.md": "Nothing at all.\n",
    }
    report = report_of(files, run=True)
    root = ElementTree.fromstring(render(report))
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["a.md", "b.md", "c.md"]
    for suite in (root, *root):
        cases = list(suite.iter("testcase"))
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(len(list(suite.iter("failure"))))
        assert suite.get("skipped") == str(len(list(suite.iter("skipped"))))
    errors = sum(item.severity is Severity.ERROR for item in report.diagnostics)
    assert root.get("failures") == str(errors) == "1"
    failed = suites["b.md"].find("testcase/failure/..")
    assert failed is not None
    assert failed.get("line") == "2"
    assert [case.get("name") for case in suites["c.md"]] == ["nothing to report"]
    assert suites["a.md"].findtext("testcase/system-out") == "<&>\n"


class Counted(list[Diagnostic]):
    """Findings that count how often somebody goes through all of them."""

    passes = 0

    def __iter__(self) -> Iterator[Diagnostic]:
        self.passes += 1
        return super().__iter__()


@pytest.mark.parametrize("notes", [1, 20])
def test_findings_are_gone_through_once_and_not_once_for_each_note(notes: int) -> None:
    report = report_of({f"{number}.md": "[[gone]]\n" for number in range(notes)})
    findings = Counted(report.diagnostics)
    root = ElementTree.fromstring(render(Report(report.facts, findings)))
    assert len(root) == notes
    assert len(findings) >= notes
    assert findings.passes == 1


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=60)
def test_any_text_gives_xml_that_can_be_read(text: str) -> None:
    root = ElementTree.fromstring(
        render(report_of({"a.md": text.encode("utf-8", "replace").decode()}))
    )
    assert root.tag == "testsuites"
