"""Notes kept between runs are those that reading anew would give, whatever happened in between."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from vaultbp.notes import read
from vaultbp.source import Source
from vaultbp.vault import disk, kept
from vaultbp.vault.cards import card_of
from vaultbp.vault.disk import is_note, read_source, walk_stamped
from vaultbp.vault.kept import KeptNotes

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


def ask(root: Path) -> None:
    """What is kept, or read now, is what the files hold: the cards, each note, all notes at once."""
    stamps = {path: at for path, at in sorted(walk_stamped(root).items()) if is_note(path)}
    notes = KeptNotes(root, stamps, root.parent / "kept.sqlite")
    fresh = {path: read(read_source(root, path)) for path in stamps}
    assert notes.paths == tuple(fresh)
    assert notes.cards == {path: card_of(note) for path, note in fresh.items()}
    assert {path: notes.by_path[path] for path in list(fresh)[:1]} == dict(list(fresh.items())[:1])
    assert list(notes) == list(fresh.values())
    notes.keep_found({path: path.encode() for path in stamps})


@pytest.fixture(autouse=True)
def at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of a change of the file's own record cannot be set: let it count as long ago."""
    monkeypatch.setattr(disk, "AT_REST", -3_600_000_000_000)


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
    monkeypatch.setattr(disk, "AT_REST", 2_000_000_000)
    ask(root)
    seen.clear()
    ask(root)
    assert sorted(seen) == sorted(NOTES)


def test_what_was_found_is_kept_with_the_note(root: Path) -> None:
    ask(root)
    write(root, {"a.md": "other"})
    stamps = {path: at for path, at in sorted(walk_stamped(root).items()) if is_note(path)}
    notes = KeptNotes(root, stamps, root.parent / "kept.sqlite")
    found = {path: notes.kept[path].found for path in stamps}
    assert found == {path: None if path == "a.md" else path.encode() for path in stamps}


@pytest.mark.parametrize("at", [*range(0, 100, 9), *range(100, 49_152, 1_500)])
def test_a_damaged_file_costs_nothing_but_time(root: Path, at: int) -> None:
    ask(root)
    file = root.parent / "kept.sqlite"
    data = bytearray(file.read_bytes())
    data[at % len(data)] ^= 0x55
    file.write_bytes(data)
    ask(root)
    ask(root)


def test_a_damaged_drawer_or_note_is_noticed(root: Path, seen: list[str]) -> None:
    for table in ("drawer", "note"):
        ask(root)
        with sqlite3.connect(root.parent / "kept.sqlite") as store:
            store.execute(f"UPDATE {table} SET checksum = checksum + 1")
        store.close()
        seen.clear()
        ask(root)
        assert sorted(seen) == sorted(NOTES)
        for file in root.parent.glob("kept.sqlite*"):
            file.unlink()


@pytest.mark.parametrize("size", [0, 10, 20, 5_000, 20_000])
def test_half_a_file_is_no_file(root: Path, size: int) -> None:
    ask(root)
    file = root.parent / "kept.sqlite"
    file.write_bytes(file.read_bytes()[:size])
    ask(root)


def test_where_nothing_can_be_written_all_is_read(root: Path) -> None:
    (root.parent / "kept.sqlite").mkdir()
    ask(root)


def test_a_note_kept_by_another_run_meanwhile_is_not_taken(root: Path) -> None:
    """One run has its cards and reads a note later; another has kept the note of a newer file."""
    ask(root)
    stamps = {path: at for path, at in sorted(walk_stamped(root).items()) if is_note(path)}
    notes = KeptNotes(root, stamps, root.parent / "kept.sqlite")
    write(root, {"a.md": "[[newer]]"})
    ask(root)
    (root / "a.md").write_text("[[newest]]")
    assert [link.target for link in notes.by_path["a.md"].links] == ["newest"]


def test_other_code_reads_anew(
    root: Path, seen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(root)
    seen.clear()
    monkeypatch.setattr(kept, "_salt", lambda: b"12345678")
    ask(root)
    assert sorted(seen) == sorted(NOTES)


WRITER = """
import sys, time
from pathlib import Path
from vaultbp.vault import disk, kept
from vaultbp.vault.disk import is_note, walk_stamped
disk.AT_REST = -3_600_000_000_000
root = Path(sys.argv[1])
end = time.monotonic() + 3
while time.monotonic() < end:
    for path in root.rglob("*.md"):
        path.write_text(path.read_text(errors="replace")[-3000:] + "[[x]] ")
    stamps = {p: at for p, at in sorted(walk_stamped(root).items()) if is_note(p)}
    notes = kept.KeptNotes(root, stamps, root.parent / "kept.sqlite")
    notes.keep_found({p: b"?" for p in stamps})
    print("turn", flush=True)
"""


def test_killed_in_the_middle_and_two_at_once(root: Path, tmp_path: Path) -> None:
    for _ in range(3):
        runs = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(root)], stdout=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        for run in runs:
            assert run.stdout is not None
            assert run.stdout.readline() == "turn\n"
        for run in runs:
            run.kill()
            run.communicate()
        ask(root)
        assert not list(tmp_path.glob("*.damaged"))


def test_links_are_never_kept(root: Path, seen: list[str]) -> None:
    (root / "link.md").symlink_to(root / "a.md")
    ask(root)
    seen.clear()
    ask(root)
    assert seen == ["link.md"]
