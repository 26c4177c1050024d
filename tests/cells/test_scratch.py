"""The working folders of runs: removed at the end, and those of runs that were killed, by the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cells.running import run_code
from vaultbp.cells.scratch import Scratch, remove_stale

HOLD = """
import time
from vaultbp.cells.scratch import Scratch
scratch = Scratch()
(scratch.path / "0").mkdir()
print(scratch.path, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of this test alone."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield tmp_path
    tempfile.tempdir = None


def aged(path: Path) -> Path:
    """The same folder, as if made an hour ago."""
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))
    return path


def held() -> tuple[subprocess.Popen[str], Path]:
    """A process that holds a scratch folder of its own, and the folder."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    return holder, Path(holder.stdout.readline().rstrip())


def test_a_run_leaves_nothing(place: Path) -> None:
    assert run_code("open('left', 'w').write('x')").status in ("passed", "failed")
    assert list(place.iterdir()) == []


def test_the_folder_of_a_killed_run_is_removed_and_that_of_a_living_one_is_not(place: Path) -> None:
    dead, left = held()
    living, used = held()
    try:
        dead.send_signal(signal.SIGKILL)
        dead.wait()
        aged(left), aged(used)
        remove_stale()
        assert not left.exists()
        assert used.exists()
    finally:
        for process in (dead, living):
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def test_a_run_removes_what_a_killed_one_left(place: Path) -> None:
    dead, left = held()
    dead.kill()
    dead.wait()
    assert dead.stdout is not None
    dead.stdout.close()
    aged(left)
    assert run_code("1").status == "passed"
    assert not left.exists()


def test_a_folder_just_made_is_let_alone() -> None:
    scratch = Scratch()
    assert scratch._lock is not None
    os.close(scratch._lock)  # as between making and locking
    scratch._lock = None
    remove_stale()
    assert scratch.path.exists()
    aged(scratch.path)
    remove_stale()
    assert not scratch.path.exists()


@pytest.mark.parametrize("name", ["vaultbp-cells-", "vaultbp-cells-mine", "vaultbp-bench-abcd1234"])
def test_other_folders_are_let_alone(place: Path, name: str) -> None:
    other = place / name
    other.mkdir()
    aged(other)
    remove_stale()
    assert other.exists()


def test_neither_links_nor_files_are_followed(place: Path) -> None:
    precious = place / "precious"
    precious.mkdir()
    (precious / "note.md").write_text("mine")
    link = place / "vaultbp-cells-abcd1234"
    link.symlink_to(precious)
    os.utime(link, (0, 0), follow_symlinks=False)
    file = place / "vaultbp-cells-efgh5678"
    file.write_text("")
    os.utime(file, (0, 0))
    remove_stale()
    assert (precious / "note.md").read_text() == "mine"
    assert link.is_symlink()
    assert file.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a folder of another user's")
def test_folders_of_other_users_are_let_alone(place: Path) -> None:
    other = place / "vaultbp-cells-abcd1234"
    other.mkdir()
    os.chown(other, 12345, 12345)
    aged(other)
    remove_stale()
    assert other.exists()
