"""A vault as it was at a git revision."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from vaultbp.history import HistoryError, vault_at


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


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="repository"):
        vault_at(tmp_path, "HEAD")


def test_reading_history_starts_no_program(repository: Path) -> None:
    witness = repository / "witness"
    git(repository, "config", "core.fsmonitor", f"touch {witness}")
    git(repository, "config", "core.pager", f"touch {witness}")
    vault_at(repository, "HEAD")
    assert not witness.exists()
