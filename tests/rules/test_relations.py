"""The rules of relations where only some notes are asked about, and where an inverse is declared too."""

from __future__ import annotations

from vaultbp.config import parse_config
from vaultbp.findings import Facts
from vaultbp.notes import read
from vaultbp.rules import diagnose
from vaultbp.source import Source
from vaultbp.vault import index

BOTH = {"requires": {"inverse": "leadsTo", "acyclic": True}, "leadsTo": {"label": "leads to"}}


def found(
    texts: dict[str, str], relations: dict[str, object], only: set[str] | None = None
) -> list[tuple[str, str, str]]:
    vault = index(read(Source(path, f"---\n{text}\n---\n")) for path, text in texts.items())
    facts = Facts(vault, config=parse_config({"relations": relations}), only=only)
    return [(item.path, item.rule, item.message) for item in diagnose(facts, (), ("links",))]


CIRCLE = {"A.md": 'requires: "[[B]]"', "B.md": 'requires: "[[C]]"', "C.md": 'requires: "[[A]]"'}


def test_a_circle_is_told_at_a_note_that_was_asked_about() -> None:
    message = "`requires` leads round in a circle: "
    assert found(CIRCLE, BOTH) == [("A.md", "relation-cycle", message + "A → B → C → A")]
    assert found(CIRCLE, BOTH, {"C.md"}) == [("C.md", "relation-cycle", message + "C → A → B → C")]
    assert found({**CIRCLE, "D.md": ""}, BOTH, {"D.md"}) == []


def test_an_inverse_that_is_declared_too_contradicts() -> None:
    for keys in (("requires", "leadsTo"), ("leadsTo", "requires")):
        text = "\n".join(f'{key}: "[[B]]"' for key in keys)
        rules = [rule for _, rule, _ in found({"A.md": text, "B.md": ""}, BOTH)]
        assert "contradicted-relation" in rules


WAY = {"A.md": 'requires: "[[B]]"\nleadsTo: "[[C]]"', "B.md": 'requires: "[[C]]"', "C.md": ""}


def test_the_inverse_of_what_follows_from_a_transitive_relation_contradicts() -> None:
    for transitive in (True, False):
        schema = {"requires": {"inverse": "leadsTo", "transitive": transitive}}
        told = [(path, rule) for path, rule, _ in found(WAY, schema) if "contra" in rule]
        assert told == ([("A.md", "contradicted-relation")] if transitive else [])
        assert found({**WAY, "D.md": ""}, schema, {"D.md"}) == []


def test_ways_of_a_transitive_relation_that_agree_are_no_contradiction() -> None:
    schema = {"requires": {"inverse": "leadsTo", "transitive": True}}
    agreeing = {**WAY, "A.md": 'requires: "[[B]]"', "C.md": 'leadsTo: "[[A]]"'}
    assert not any("contra" in rule for _, rule, _ in found(agreeing, schema))
