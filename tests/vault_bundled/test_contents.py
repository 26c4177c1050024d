"""What the bundled vault holds, and that it opens anywhere: standard syntax, neutral settings."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.vault_bundled.conftest import ROOT
from vaultbp.notes import Note

SUBJECTS = """
Backpropagation, Forward pass, Backward pass, Chain rule, Several paths, Chain rule for vectors,
Computation graph, Reverse accumulation, Forward accumulation, Automatic differentiation, Gradient,
Jacobian, Numerical gradient, Gradient checking, Loss function, Mean squared error, Cross-entropy,
Softmax, Sigmoid, Tanh, ReLU, Step function, Weights, Bias, Neuron, Neural network models,
Error propagation, Gradient descent, Optimization step, Stochastic mode, Batch mode, Mini-batch mode,
Momentum, Adam, Learning rate, Vanishing gradients, Local minima, Line fit, Logistic regression,
Two-layer network, Mazur's network, Softmax with cross-entropy, The four equations,
Batch normalisation, Recurrent network through time, LSTM cell, Self-attention, Convolution,
Linnainmaa 1970, Werbos 1974
"""

PLUGIN_SYNTAX = {
    "Dataview": r"^```dataview|^\w+:: |=this\.",
    "Templater": r"<%",
    "Tasks": r"^```tasks",
    "embedded JavaScript": r"<script|^```js-engine",
}


def test_every_subject_has_its_note(notes: dict[str, Note]) -> None:
    wanted = {name.strip() for name in SUBJECTS.replace("\n", " ").split(",")}
    assert wanted <= set(notes)
    assert "Rumelhart, Hinton and Williams 1986" in notes


def test_every_note_is_tied_to_others_by_relations(notes: dict[str, Note]) -> None:
    tied: set[str] = set()
    for title, note in notes.items():
        targets = {link.target for link in note.links if link.key}
        tied |= targets | ({title} if targets else set())
    assert set(notes) - tied == {"Start here"}


def test_the_start_note_reaches_every_note(notes: dict[str, Note]) -> None:
    linked = {link.target for link in notes["Start here"].links}
    assert set(notes) - linked == {"Start here"}


def test_every_derivation_is_complete(notes: dict[str, Note]) -> None:
    for note in notes.values():
        if note.path.startswith("Derivations/"):
            headings = [heading.text for heading in note.headings]
            assert "What people get wrong here" in headings, note.path
            assert any("wrong on purpose" in comment.text for comment in note.comments), note.path
            assert any("vaultbp.engine" in cell.code for cell in note.cells), note.path
            assert any("assert " in cell.code for cell in note.cells), note.path


def test_random_numbers_are_seeded(notes: dict[str, Note]) -> None:
    for note in notes.values():
        for cell in note.cells:
            assert not re.search(r"default_rng\(\)|np\.random\.(?!default_rng)", cell.code), (
                note.path
            )


def test_history_names_its_sources(notes: dict[str, Note]) -> None:
    for note in notes.values():
        if note.path.startswith("History/"):
            assert re.search(r"\d{2,}–\d{2,}", note.source.text), f"{note.path}: no pages"


@pytest.mark.parametrize("plugin", PLUGIN_SYNTAX)
def test_no_plugin_is_needed(notes: dict[str, Note], plugin: str) -> None:
    for note in notes.values():
        text = note.source.text
        assert not re.search(PLUGIN_SYNTAX[plugin], text, re.MULTILINE), note.path


def test_the_settings_are_neutral() -> None:
    folder = ROOT / ".obsidian"
    assert [file.name for file in folder.iterdir()] == ["app.json"]
    settings = json.loads((folder / "app.json").read_text(encoding="utf-8"))
    assert all(isinstance(value, bool | str) for value in settings.values())


def test_notes_are_short() -> None:
    longest = max(Path(ROOT).rglob("*.md"), key=lambda path: len(path.read_text("utf-8").split()))
    assert len(longest.read_text("utf-8").split()) < 1000, longest
