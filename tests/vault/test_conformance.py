"""The conformance table, case by case."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.facts import facts_of
from tests.vault.cases import CASES, Case
from vaultbp.rules import Rule, diagnose

_GROUPS = ("VB1", "VB2")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number:02d}")
def test_case(case: Case) -> None:
    facts = facts_of({case.source: case.text, **case.files})
    vault = facts.vault
    note = vault.by_path[case.source]
    found = [item for item in vault.links[case.source] if not item.link.external]
    if case.edges is None or case.targets:
        assert tuple(item.path for item in found) == case.targets
    if case.edges is not None:
        edges = [edge for edge in vault.edges() if edge.source == case.source]
        assert tuple((edge.relation, edge.target) for edge in edges) == case.edges
    rules = [item for item in diagnose(facts) if item.path == case.source]
    named = {rule.name for rule in _rules()}
    assert tuple(item.rule for item in rules if item.rule in named) == case.findings
    for item in found:
        assert note.source.slice(item.link.span) == item.link.written


def _rules() -> list[Rule]:
    from vaultbp.rules import all_rules

    return [rule for rule in all_rules() if rule.code.startswith(_GROUPS)]


def test_the_page_is_written_from_the_table() -> None:
    root = Path(__file__).resolve().parents[2]
    script = runpy.run_path(str(root / "scripts" / "write_conformance.py"))
    assert (root / "docs" / "conformance.md").read_text(encoding="utf-8") == script["page"]()
