"""The script that counts caught mistakes makes them, and counts them."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


def test_mutants_of_a_small_note_are_made_and_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    sys.modules.pop("mutants", None)
    mutants = importlib.import_module("mutants")
    note = tmp_path / "Note.md"
    note.write_text("Let $y = u^2 + 3u - c$.\n\n$$\\frac{dy}{du} = 2u + 3$$\n", encoding="utf-8")
    made, _ = mutants._make(str(note))
    assert {mutant.kind for mutant in made} >= {"sign", "factor"}
    outcomes = [mutants._run(mutant).outcome for mutant in made]
    # A lone number may be a special case put in: a mutant that leaves one is not accused.
    assert set(outcomes) == {"caught", "unchecked"}
    assert outcomes.count("unchecked") == 1
