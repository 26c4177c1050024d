"""The figures of the bundled vault come from a script, are small, and are shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from tests.vault_bundled.conftest import ROOT
from vaultbp.notes import Note

SCRIPT = ROOT.parent / "scripts" / "draw_figures.py"


def test_the_script_draws_every_figure_the_same_each_time(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        subprocess.run([sys.executable, SCRIPT, tmp_path / folder], check=True, capture_output=True)
    first = {path.name: path.read_bytes() for path in (tmp_path / "first").iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "second").iterdir()}
    assert first == second
    assert set(first) == {path.name for path in (ROOT / "Figures").iterdir()}


def test_every_figure_is_small_and_has_a_title() -> None:
    for path in (ROOT / "Figures").iterdir():
        assert path.stat().st_size < 20_000
        picture = ElementTree.parse(path).getroot()
        title = picture.find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert title.text


def test_every_figure_is_shown_in_a_note(notes: dict[str, Note]) -> None:
    shown = {link.target for note in notes.values() for link in note.links if link.embed}
    assert shown == {path.name for path in (ROOT / "Figures").iterdir()}
