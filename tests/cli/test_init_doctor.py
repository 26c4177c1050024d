"""``init`` and ``doctor``: a first vault that passes, and a look over what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vaultbp.commands import cli


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(item) for item in arguments])


def test_what_init_writes_passes_cells_and_all(tmp_path: Path) -> None:
    assert run("init", tmp_path / "new").exit_code == 0
    result = run("check", tmp_path / "new", "--run", "--error-on-warning")
    assert result.exit_code == 0, result.output
    assert "1 verified, 0 wrong, 0 unchecked" in result.output
    assert "cells: 1 passed, 0 failed" in result.output


def test_the_sign_that_init_tells_to_change_is_found(tmp_path: Path) -> None:
    run("init", tmp_path)
    note = tmp_path / "First derivation.md"
    text = note.read_text(encoding="utf-8")
    changed = text.replace("= (w x - t) x\n", "= (w x + t) x\n")
    assert changed != text
    note.write_text(changed, encoding="utf-8")
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert "wrong-derivation" in result.output


@pytest.mark.parametrize("name", ["vaultbp.toml", "First derivation.md"])
def test_init_never_overwrites(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    result = run("init", tmp_path)
    assert result.exit_code == 2
    assert "already there" in result.output
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_doctor_finds_nothing_broken_here(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_text("Fine.")
    result = run("doctor", tmp_path)
    assert result.exit_code == 0, result.output
    assert "✓ cells run, confined by process" in result.output
    assert "1 note, 1 file" in result.output


def test_doctor_names_what_is_broken(tmp_path: Path) -> None:
    (tmp_path / "vaultbp.toml").write_text("ignroe = []\n")
    (tmp_path / "Bad.md").write_bytes(b"caf\xe9")
    result = run("doctor", tmp_path)
    assert result.exit_code == 1
    assert "ignroe" in result.output
    assert "✗ 1 note cannot be read faithfully: Bad.md" in result.output
    assert run("doctor", tmp_path / "nowhere").exit_code == 1


def test_doctor_runs_nothing_of_the_vault(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_text(f"```python\nopen({str(tmp_path / 'hit')!r}, 'w')\n```\n")
    run("doctor", tmp_path)
    assert not (tmp_path / "hit").exists()
