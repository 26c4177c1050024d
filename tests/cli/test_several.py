"""`math` and `check` take several notes and folders of one vault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from vaultbp.commands import cli

RIGHT = "$$y = x^2$$\n\n$$\\frac{dy}{dx} = 2x$$\n"
WRONG = "$$y = x^2$$\n\n$$\\frac{dy}{dx} = 3x$$\n\n[[Gone]] [[B]]\n"


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"a/A.md": RIGHT, "a/B.md": WRONG, "C.md": RIGHT, "D.md": ""}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".obsidian").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, arguments)
    return done.exit_code, done.stdout


def notes(*paths: str) -> list[Any]:
    found = json.loads(ask("math", *paths, "--format", "json")[1])["notes"]
    assert isinstance(found, list)
    return found


def test_each_note_comes_once_in_the_order_of_paths(vault: Path) -> None:
    assert [note["path"] for note in notes("C.md", "a")] == ["C.md", "a/A.md", "a/B.md"]
    assert notes("a/B.md", "a", "C.md", "a/A.md") == notes("C.md", "a")
    assert notes("C.md", "a") == notes("C.md") + notes("a")
    assert notes("C.md", ".") == notes()


def test_the_text_of_several_is_that_of_each_with_one_total(vault: Path) -> None:
    code, text = ask("math", "C.md", "a/B.md")
    blocks = text.rpartition("\n\n")[0]
    alone = [ask("math", path)[1].rpartition("\n\n")[0] for path in ("C.md", "a/B.md")]
    assert (code, blocks) == (1, "\n\n".join(alone))
    assert "1 verified" in text.rpartition("\n\n")[2]
    assert ask("math", "C.md", "a/A.md")[0] == 0


def test_check_takes_the_files_that_a_commit_changes(vault: Path) -> None:
    code, text = ask("check", "C.md", "D.md", "--format", "json")
    assert (code, json.loads(text)["summary"]["notes"]) == (0, 2)
    code, text = ask("check", "C.md", "a", "--format", "json")
    assert code == 1
    assert {item["path"] for item in json.loads(text)["diagnostics"]} == {"a/B.md"}


def test_two_vaults_are_asked_about_one_at_a_time(vault: Path) -> None:
    (vault / "other/.obsidian").mkdir(parents=True)
    (vault / "other/E.md").write_text("")
    for paths in (["C.md", "other/E.md"], ["other", "a"]):
        done = CliRunner().invoke(cli, ["math", *paths])
        assert done.exit_code == 2
        assert "different vaults" in done.stderr


def test_folders_outside_of_any_vault_are_one_if_one_holds_the_others(vault: Path) -> None:
    (vault / ".obsidian").rmdir()
    assert [note["path"] for note in notes("C.md", "a/B.md")] == ["C.md", "a/B.md"]
    (vault / "b").mkdir()
    (vault / "b/F.md").write_text("")
    assert CliRunner().invoke(cli, ["math", "a/A.md", "b/F.md"]).exit_code == 2


@pytest.mark.parametrize(
    "options",
    [["--trust"], ["--sandbox", "off"], ["--unsafe-fixes"], ["--write-baseline", "--no-baseline"]],
)
def test_an_option_that_would_do_nothing_is_refused(vault: Path, options: list[str]) -> None:
    assert CliRunner().invoke(cli, ["check", *options]).exit_code == 2
