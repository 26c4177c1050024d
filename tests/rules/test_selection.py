"""Which rules run: the nearer name wins."""

from __future__ import annotations

from vaultbp.rules import chosen


def names(select: list[str], ignore: list[str]) -> set[str]:
    return {rule.name for rule in chosen((select, ignore))}


def test_defaults() -> None:
    assert "wrong-derivation" in names([], [])
    assert "unchecked-derivation" not in names([], [])


def test_a_rule_beats_its_group_and_all() -> None:
    assert names(["wrong-derivation"], ["all"]) == {"wrong-derivation"}
    assert "wrong-derivation" not in names(["math"], ["wrong-derivation"])
    assert "unchecked-derivation" in names(["math"], [])
    assert "VB301" not in names([], ["VB301"])
    assert "wrong-derivation" not in names([], ["VB301"])


def test_the_command_line_beats_the_configuration() -> None:
    found = {rule.name for rule in chosen((["math"], []), ([], ["unchecked-derivation"]))}
    assert "unchecked-derivation" not in found
    assert "wrong-derivation" in found
    found = {rule.name for rule in chosen(([], ["all"]), (["links"], []))}
    assert "unresolved-link" in found
    assert "wrong-derivation" not in found
