"""Notes kept between runs are those that reading anew would give, whatever happened in between."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from vaultbp.notes import Note, read
from vaultbp.source import Source
from vaultbp.vault import kept
from vaultbp.vault.disk import read_source
from vaultbp.vault.kept import read_changed

NOTES = {
    "a.md": '---\nusedIn: "[[b]]"\ntags: [x]\n---\n# A\n[[b#^id|shown]] #tag\n',
    "folder/b.md": "text ^id\n\n$$y = x^2$$\n\n```python\nprint(1)\n```\n<!-- [[no]] -->\n",
    "c.md": "\ufeff# Кириллица 日本 😀\r\n![](i.png) `code`\r\n",
    "empty.md": "",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    vault = tmp_path / "vault"
    write(vault, NOTES)
    return vault


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that were read, in order."""
    paths: list[str] = []

    def note_down(root: Path, path: str) -> Source:
        paths.append(path)
        return read_source(root, path)

    monkeypatch.setattr(kept, "read_source", note_down)
    return paths


def write(root: Path, notes: Mapping[str, str], *, age: int = 10) -> None:
    """Write notes that have been at rest for ``age`` seconds, as far as their own time says."""
    for path, text in notes.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
        os.utime(file, (time.time() - age,) * 2)


def ask(root: Path) -> list[Note]:
    paths = sorted(file.relative_to(root).as_posix() for file in root.rglob("*.md"))
    found = read_changed(root, paths, root.parent / "kept.msgpack")
    assert found == [read(read_source(root, path)) for path in paths]
    return found


@pytest.fixture(autouse=True)
def at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of a change of the file's own record cannot be set: let it count as long ago."""
    monkeypatch.setattr(kept, "AT_REST", -3_600_000_000_000)


def test_what_did_not_change_is_not_read_again(root: Path, seen: list[str]) -> None:
    ask(root)
    assert sorted(seen) == sorted(NOTES)
    seen.clear()
    ask(root)
    assert seen == []


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        (lambda root: write(root, {"a.md": "other"}), ["a.md"]),
        (lambda root: write(root, {"new.md": "[[a]]"}), ["new.md"]),
        (lambda root: (root / "c.md").unlink(), []),
        (lambda root: (root / "c.md").rename(root / "d.md"), ["d.md"]),
        (lambda root: (root / "a.md").replace(root / "empty.md"), ["empty.md"]),
    ],
    ids=["written", "added", "removed", "renamed", "replaced"],
)
def test_what_changed_is_read(
    root: Path, seen: list[str], change: Callable[[Path], object], paths: list[str]
) -> None:
    ask(root)
    seen.clear()
    change(root)
    ask(root)
    assert seen == paths
    seen.clear()
    ask(root)
    assert seen == []


def test_a_change_that_keeps_size_and_time_is_seen(root: Path) -> None:
    """The time of the file's record (ctime) tells; no program can set it back."""
    ask(root)
    file = root / "a.md"
    state = file.stat()
    time.sleep(0.05)
    with file.open("r+b") as stream:
        stream.seek(state.st_size - 2)
        stream.write(b"!")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    ask(root)


def test_a_file_just_written_is_not_trusted(
    root: Path, seen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "AT_REST", 2_000_000_000)
    ask(root)
    seen.clear()
    ask(root)
    assert sorted(seen) == sorted(NOTES)


@pytest.mark.parametrize("at", [0, 17, 30, -20], ids=["version", "checksum", "body", "end"])
def test_a_damaged_file_costs_nothing_but_time(root: Path, seen: list[str], at: int) -> None:
    ask(root)
    file = root.parent / "kept.msgpack"
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)
    seen.clear()
    ask(root)
    assert sorted(seen) == sorted(NOTES)
    seen.clear()
    ask(root)
    assert seen == []


@pytest.mark.parametrize("size", [0, 10, 20, 200])
def test_half_a_file_is_no_file(root: Path, size: int) -> None:
    ask(root)
    file = root.parent / "kept.msgpack"
    file.write_bytes(file.read_bytes()[:size])
    ask(root)


def test_where_nothing_can_be_written_all_is_read(root: Path) -> None:
    (root.parent / "kept.msgpack").mkdir()
    ask(root)


def test_links_are_never_kept(root: Path, seen: list[str]) -> None:
    (root / "link.md").symlink_to(root / "a.md")
    ask(root)
    seen.clear()
    ask(root)
    assert seen == ["link.md"]
