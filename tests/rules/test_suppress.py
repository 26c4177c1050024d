"""Suppression: what it keeps back, how far it reaches, and what is said when it keeps nothing back."""

from __future__ import annotations

import pytest

from tests.facts import facts_of
from vaultbp.rules import diagnose


def rules(text: str) -> list[tuple[str, int]]:
    facts = facts_of({"a.md": text})
    source = facts.vault.notes[0].source
    return [(item.rule, source.position(item.span.start).line) for item in diagnose(facts)]


@pytest.mark.parametrize("name", ["unresolved-link", "VB101", "links", "all"])
@pytest.mark.parametrize(("begin", "end"), [("%%", "%%"), ("<!--", "-->")])
def test_an_entry_speaks_of_the_next_block(name: str, begin: str, end: str) -> None:
    text = f"{begin} vaultbp: ignore[{name}] why {end}\n\n[[x]]\n[[y]]\n\n[[z]]\n"
    assert rules(text) == [("unresolved-link", 6)]


def test_behind_text_an_entry_speaks_of_its_own_line() -> None:
    assert rules("[[x]] %% vaultbp: ignore[links] %%\n[[y]]\n") == [("unresolved-link", 2)]


def test_several_names() -> None:
    assert rules("%% vaultbp: ignore[unresolved-link, empty-link] %%\n[[x]] [[]]\n") == []


def test_disable_and_enable() -> None:
    text = "%% vaultbp: disable[links] %%\n[[x]]\n\n[[y]]\n%% vaultbp: enable[links] %%\n[[z]]\n"
    assert rules(text) == [("unresolved-link", 6)]


def test_a_property_speaks_of_the_whole_note() -> None:
    assert rules("---\nvaultbp-ignore: [unresolved-link]\n---\n[[x]]\n\n[[y]]\n") == []
    assert rules("---\nvaultbp-ignore: unresolved-link\n---\n[[x]]\n") == []


def test_another_rule_is_not_kept_back() -> None:
    found = rules("%% vaultbp: ignore[empty-link] %%\n[[x]]\n")
    assert found == [("unused-ignore", 1), ("unresolved-link", 2)]


def test_an_entry_in_code_is_code() -> None:
    text = "`%% vaultbp: ignore[links] %%`\n\n```\n%% vaultbp: ignore[links] %%\n```\n[[x]]\n"
    assert rules(text) == [("unresolved-link", 6)]


def test_an_unused_entry_is_kept_back_only_by_name() -> None:
    unused = "%% vaultbp: ignore[empty-link] %%\nNothing.\n"
    assert rules(unused) == [("unused-ignore", 1)]
    assert rules("---\nvaultbp-ignore: [notes]\n---\n" + unused) == [
        ("unused-ignore", 2),
        ("unused-ignore", 4),
    ]
    assert rules("---\nvaultbp-ignore: [unused-ignore]\n---\n" + unused) == []


def test_a_rule_that_does_not_run_leaves_its_entries_alone() -> None:
    assert rules("%% vaultbp: ignore[duplicate-name] %%\nNothing.\n") == []
