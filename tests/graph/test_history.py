"""A vault as it was at a git revision."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from vaultbp.graph import build
from vaultbp.history import HistoryError, vault_at
from vaultbp.questions import changes
from vaultbp.vault import load


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, "-C", str(root), *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "notes/.obsidian").mkdir(parents=True)
    (tmp_path / "notes/a.md").write_text("[[b é]]", encoding="utf-8")
    (tmp_path / "notes/b é.md").write_text("", encoding="utf-8")
    (tmp_path / "notes/.obsidian/x.md").write_text("[[a]]")
    (tmp_path / "other.md").write_text("[[a]]")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    (tmp_path / "notes/a.md").write_text("")
    (tmp_path / "notes/new.md").write_text("")
    return tmp_path


def test_only_the_folder_as_it_was(repository: Path) -> None:
    vault = vault_at(repository / "notes", "HEAD")
    assert vault.files == ("a.md", "b é.md")
    assert [item.path for item in vault.links["a.md"]] == ["b é.md"]


@pytest.mark.parametrize("revision", ["nothing", "--output=x", "HEAD:notes", ""])
def test_what_is_no_revision(repository: Path, revision: str) -> None:
    with pytest.raises(HistoryError):
        vault_at(repository, revision)


ODD = {
    "ümlaut 日.md": "[[tab\\t]] [[quote]] ![[bild.png]]",
    'quo"te.md': "---\nup: [[ümlaut 日]]\n---\n",
    "a/b/Deep.MD": "[[../../ümlaut 日]] [x](../b/Deep.MD)",
    "Templates/hidden.md": "[[ümlaut 日]]",
    "shows hidden.md": "[[hidden]]",
    "bild.png": "",
    "bad.md": "---\nx: [\n---\n[[Gone]]",
    ".dot/no.md": "[[Gone]]",
    ".obsidian/app.json": '{"userIgnoreFilters": ["Templates/"]}',
}


def test_nothing_came_or_went_where_nothing_was_written(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    for folder in ("", "inner/vault/"):
        for path, text in ODD.items():
            (tmp_path / folder / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / path).write_text(text, encoding="utf-8")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one")
    for root in (tmp_path, tmp_path / "inner/vault"):
        both = changes(build(vault_at(root, "HEAD")), build(load(root)))
        marked = [data for _, data in both.nodes(data=True) if "change" in data]
        assert not marked
        assert not [data for *_, data in both.edges(data=True) if "change" in data]


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="repository"):
        vault_at(tmp_path, "HEAD")


def test_reading_history_starts_no_program(repository: Path) -> None:
    witness = repository / "witness"
    git(repository, "config", "core.fsmonitor", f"touch {witness}")
    git(repository, "config", "core.pager", f"touch {witness}")
    vault_at(repository, "HEAD")
    assert not witness.exists()
