"""A translation says the same as its original: same formulas, same marks, in the same order."""

from __future__ import annotations

import re

import pytest

from vaultbp.notes import Note

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
