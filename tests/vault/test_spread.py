"""Work spread over processes gives what one process gives, whatever becomes of them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from vaultbp.notes import read
from vaultbp.vault import disk, kept
from vaultbp.vault.cards import card_of
from vaultbp.vault.disk import read_source, walk_stamped
from vaultbp.vault.kept import KeptNotes
from vaultbp.vault.spread import spread

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

PATHS = [f"{number}.md" for number in range(50)]


def work(path: str) -> bytes:
    return path.encode() * (int(path[:-3]) * 2000)


@pytest.mark.parametrize("jobs", [1, 2, 7, 60])
def test_every_path_is_worked_on_once(jobs: int) -> None:
    found = list(spread(PATHS, work, jobs))
    assert sorted(path for path, _ in found) == sorted(PATHS)
    assert all(data == work(path) for path, data in found)


@pytest.mark.parametrize("how", ["killed", "raised"])
def test_what_a_dead_child_leaves_is_done_here(how: str) -> None:
    parent = os.getpid()

    def deadly(path: str) -> bytes:
        if os.getpid() != parent and path == "31.md":
            if how == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            raise ValueError
        return work(path)

    assert dict(spread(PATHS, deadly, 2)) == {path: work(path) for path in PATHS}


def test_no_process_is_left_when_the_rest_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    fork, started = os.fork, []

    def counted() -> int:
        started.append(fork())
        return started[-1]

    monkeypatch.setattr(os, "fork", counted)
    for _ in spread(PATHS, work, 3):
        break
    assert len(started) == 3
    for process in started:
        with pytest.raises(ChildProcessError):
            os.waitpid(process, os.WNOHANG)


def test_notes_read_by_children_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MANY", 0)
    monkeypatch.setattr(kept, "cores", lambda: 3)
    monkeypatch.setattr(disk, "AT_REST", -3_600_000_000_000)
    root = tmp_path / "vault"
    root.mkdir()
    for path in PATHS:
        (root / path).write_text(f"# {path}\n[[{path}#Part|shown]] #tag $x$ é\n" * 3)
    (root / PATHS[3]).write_bytes(b"\xff\xfe\x00")
    stamps = dict(sorted(walk_stamped(root).items()))
    for _ in range(2):
        notes = KeptNotes(root, stamps, tmp_path / "kept.sqlite")
        fresh = [read(read_source(root, path)) for path in stamps]
        assert list(notes) == fresh
        assert notes.cards == {note.path: card_of(note) for note in fresh}
