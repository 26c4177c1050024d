"""A translation says the same as its original: same formulas, same marks, in the same order."""

from __future__ import annotations

import re

import pytest

from vaultbp.findings import Facts
from vaultbp.notes import Note, read
from vaultbp.rules import diagnose
from vaultbp.source import Source
from vaultbp.vault import index

PAIRS = {
    "Обратное распространение": "Backpropagation",
    "Цепное правило": "Chain rule",
    "Прямой проход": "Forward pass",
    "Функция потерь": "Loss function",
    "Градиент": "Gradient",
    "Градиентный спуск": "Gradient descent",
    "Сигмоида": "Sigmoid",
    "Подгонка прямой": "Line fit",
}


def displayed(note: Note) -> list[str]:
    """Display formulas and marks, white space made even."""
    marks = re.finditer(r"%%[^%]*%%|\$\$(.+?)\$\$", note.source.text, re.DOTALL)
    return [" ".join(mark[0].split()) for mark in marks]


def test_every_translation_names_its_original(notes: dict[str, Note]) -> None:
    named = {
        title: link.target
        for title, note in notes.items()
        for link in note.links
        if link.key == "translationOf"
    }
    assert named == PAIRS


@pytest.mark.parametrize("title", PAIRS)
def test_formulas_are_in_step(notes: dict[str, Note], title: str) -> None:
    assert displayed(notes[title]) == displayed(notes[PAIRS[title]])


@pytest.mark.parametrize("title", PAIRS)
def test_headings_are_in_step(notes: dict[str, Note], title: str) -> None:
    """The same sections; those that only hold a program may be left out."""
    levels = [heading.level for heading in notes[title].headings]
    original = [heading.level for heading in notes[PAIRS[title]].headings]
    assert len(original) - 2 <= len(levels) <= len(original)
    assert len(re.findall("[а-яё]", notes[title].source.text)) > 300


def test_the_rule_notices_a_formula_that_was_changed_or_lost(notes: dict[str, Note]) -> None:
    original = notes["Chain rule"]
    changed = original.source.text.replace("4u^3", "5u^3").replace(r"$$r = \sqrt{s}$$", "")
    changed_note = read(Source(original.path, changed))
    all_notes = [changed_note if note is original else note for note in notes.values()]
    facts = Facts(index(all_notes, [note.path for note in all_notes]))
    found = [item for item in diagnose(facts) if item.rule == "stale-translation"]
    assert [item.path for item in found] == ["Русский/Цепное правило.md"] * 2
    assert "5u^3" in found[0].message
    assert "no such formula" in found[1].message
