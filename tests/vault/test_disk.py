"""What stands on a disk: odd files, links out of the vault, and Obsidian's own settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vaultbp.config import Config
from vaultbp.findings import gather
from vaultbp.notes import read
from vaultbp.source import Source
from vaultbp.vault import disk, find_root, index, load


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data.encode() if isinstance(data, str) else data)
    return root


def test_case_57_odd_notes_are_read_or_named(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "x.md/inside.md": "[[nul]]",
            "nul.md": "a\0b [[crlf]]",
            "utf16.md": "\ufeff[[crlf]]".encode("utf-16-le"),
            "bom.md": b'\xef\xbb\xbf---\nk: "[[crlf]]"\n---\n',
            "crlf.md": b"one\r\n[[bom]]\r\n",
            "latin.md": "caf\u00e9 [[bom]]".encode("latin-1"),
        },
    )
    vault = load(root)
    assert [note.path for note in vault.notes] == [
        "bom.md",
        "crlf.md",
        "latin.md",
        "nul.md",
        "utf16.md",
        "x.md/inside.md",
    ]
    assert {note.path: note.source.damage is not None for note in vault.notes} == {
        "bom.md": False,
        "crlf.md": False,
        "latin.md": True,
        "nul.md": True,
        "utf16.md": True,
        "x.md/inside.md": False,
    }
    found = {edge.source: (edge.target, edge.resolved) for edge in vault.edges()}
    assert found == {
        "bom.md": ("crlf.md", True),
        "crlf.md": ("bom.md", True),
        "latin.md": ("bom.md", True),
        "nul.md": ("crlf.md", True),
        "utf16.md": ("crlf.md", True),
        "x.md/inside.md": ("nul.md", True),
    }
    crlf = vault.by_path["crlf.md"]
    assert crlf.source.position(crlf.links[0].span.start) == (2, 1)


def test_case_59_ignored_notes_resolve_and_are_not_drawn(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            ".obsidian/app.json": '{"userIgnoreFilters": ["old/", "/.*x/"]}',
            "a.md": "[[gone]] [[b]]",
            "b.md": "",
            "old/gone.md": "[[a]]",
        },
    )
    vault = load(root)
    assert vault.links["a.md"][0].path == "old/gone.md"
    assert [(edge.source, edge.target) for edge in vault.edges()] == [("a.md", "b.md")]


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"userIgnoreFilters": 3}', "[" * 5000])
def test_broken_settings_hide_nothing(tmp_path: Path, text: str) -> None:
    root = write(tmp_path, {".obsidian/app.json": text, "a.md": ""})
    assert load(root).ignored == ()


def test_folders_and_files_with_a_dot_are_no_part_of_the_vault(tmp_path: Path) -> None:
    root = write(tmp_path, {".trash/old.md": "", ".hidden.md": "", "a.md": "[[old]]"})
    vault = load(root)
    assert vault.files == ("a.md",)
    assert vault.links["a.md"][0].path is None


def test_symbolic_links_never_lead_out_or_around(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.md": "[[Secret]]"})
    root = write(tmp_path / "vault", {"a.md": "[[loop]] [[secret]]"})
    (root / "loop").symlink_to(root)
    (root / "away").symlink_to(outside)
    (root / "secret.md").symlink_to(outside / "secret.md")
    (root / "dangling.md").symlink_to(root / "nowhere.md")
    (root / "same.md").symlink_to(root / "a.md")
    vault = load(root)
    assert vault.files == ("a.md", "same.md", "secret.md")
    secret = vault.by_path["secret.md"]
    assert secret.source.text == ""
    assert "out of the vault" in (secret.source.damage or "")


@pytest.mark.skipif(os.name != "posix", reason="needs named pipes")
def test_a_pipe_is_no_note(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert load(tmp_path).notes == ()


def test_a_note_that_disappears_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.md": "", "b.md": "[[a]]"})
    real = disk.read_source

    def vanish(root: Path, path: str) -> object:
        (root / "a.md").unlink(missing_ok=True)
        return real(root, path)

    monkeypatch.setattr("vaultbp.vault.whole.read_source", vanish)
    vault = load(tmp_path)
    assert "could not be read" in (vault.by_path["a.md"].source.damage or "")
    assert vault.links["b.md"][0].path == "a.md"


def test_a_huge_note_is_named_and_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "LARGEST", 10)
    write(tmp_path, {"a.md": "[[x]]" * 10, "b.md": "[[a]]"})
    vault = load(tmp_path)
    assert vault.by_path["a.md"].links == ()
    assert "larger than" in (vault.by_path["a.md"].source.damage or "")


@pytest.mark.parametrize(
    "target", ["../../etc/passwd", "/../../etc/passwd", "../..", "a/../../../x", "..\\..\\x"]
)
def test_no_link_reaches_out_of_the_vault(tmp_path: Path, target: str) -> None:
    write(tmp_path / "etc", {"passwd": "", "passwd.md": ""})
    root = write(tmp_path / "vault", {"f/a.md": f"[[{target}]]"})
    found = load(root).links["f/a.md"][0]
    assert found.path is None
    assert found.problem in ("outside", "missing")


def test_an_absolute_path_means_the_vaults_root(tmp_path: Path) -> None:
    root = write(tmp_path, {"f/a.md": "[[/b]] [[/etc/passwd]]", "b.md": ""})
    first, second = load(root).links["f/a.md"]
    assert (first.path, second.path) == ("b.md", None)


def test_a_note_belongs_to_the_nearest_vault_above(tmp_path: Path) -> None:
    write(tmp_path, {"v/.obsidian/app.json": "{}", "v/f/a.md": "", "w/f/b.md": ""})
    assert find_root(tmp_path / "v/f/a.md") == tmp_path / "v"
    assert find_root(tmp_path / "w/f/b.md") == tmp_path / "w/f"
    assert find_root(tmp_path / "v/f") == tmp_path / "v"
    assert find_root(tmp_path / "w") == tmp_path / "w"


def test_an_address_that_is_right_as_a_link_is_wrong_as_a_name() -> None:
    text = "[a](https://e.com/x) [[https://e.com/x]] [[b]] [[b#no]] [[b]] [[c]] [[c]]"
    vault = index([read(Source("a.md", text)), read(Source("b.md", ""))])
    said = [(found.problem, found.missing) for found in vault.flawed["a.md"]]
    assert said == [("url", None), (None, "heading"), ("missing", None), ("missing", None)]
    assert [item for item in vault.links["a.md"] if item in vault.flawed["a.md"]] == list(
        vault.flawed["a.md"]
    )


def test_a_folder_that_cannot_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(tmp_path, {"a.md": "[[b]]", "closed/b.md": "", "open/c.md": ""})
    scan = os.scandir

    def refuse(folder: str) -> object:
        if str(folder).endswith("closed"):
            raise PermissionError(13, "Permission denied", folder)
        return scan(folder)

    monkeypatch.setattr("vaultbp.vault.disk.os.scandir", refuse)
    vault = load(root)
    assert (vault.files, vault.unread) == (("a.md", "open/c.md"), ("closed",))
    (notice,) = gather(vault, Config()).notices
    assert notice.startswith("the folder closed could not be read")
