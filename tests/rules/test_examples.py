"""Every rule's own examples: the bad ones are found, the good ones are not."""

from __future__ import annotations

import pytest

from tests.facts import facts_of
from vaultbp.rules import Example, Rule, all_rules, diagnose

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.name}-{'bad' if example.bad else 'good'}-{number}")
    for rule in all_rules()
    for number, example in enumerate(rule.examples)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_example_shows_the_rule(rule: Rule, example: Example) -> None:
    facts = facts_of(example.files, run=rule.group == "cells", encoding=example.encoding)
    found = [item for item in diagnose(facts, select=[rule.name]) if item.rule == rule.name]
    assert bool(found) is example.bad, [item.message for item in found]
    for item in found:
        source = next(note.source for note in facts.vault.notes if note.path == item.path)
        assert 0 <= item.span.start <= item.span.end <= len(source.text)
        assert item.message


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_the_rule_documents_itself(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    assert len(rule.summary) < 110
    assert rule.code.startswith("VB")
