"""Kept verdicts: the same as fresh ones, never out of date, and no damage shows."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from vaultbp import cache
from vaultbp.derivations.batch import judge_all
from vaultbp.notes import Note, read
from vaultbp.source import Source

TEXTS = (
    "$$y = x^3$$\n\n$$\\frac{dy}{dx} = 3x^2$$\n",
    "$$y = x^3$$\n\n$$\\frac{dy}{dx} = 2x^2 = 3x^2$$\n",
    "$$\\frac{dy}{dx} = \\text{slope}$$ and $a = b$\n",
    "no formulas",
)


def tasks(*texts: str) -> list[tuple[Note, tuple[Note, ...]]]:
    return [(read(Source(f"{at}.md", text)), ()) for at, text in enumerate(texts)]


def test_kept_verdicts_are_the_fresh_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "v.sqlite"
    fresh = judge_all(tasks(*TEXTS))
    assert cache.judge_changed(tasks(*TEXTS), path) == fresh
    judged: list[str] = []

    def counting(todo: list[tuple[Note, tuple[Note, ...]]]) -> object:
        judged.extend(note.path for note, _ in todo)
        return judge_all(todo)

    monkeypatch.setattr(cache, "judge_all", counting)
    assert cache.judge_changed(tasks(*TEXTS), path) == fresh
    assert judged == []
    changed = (TEXTS[0].replace("3x^2", "4x^2"), *TEXTS[1:])
    assert cache.judge_changed(tasks(*changed), path) == judge_all(tasks(*changed))
    assert judged == ["0.md"]


def test_an_imported_note_that_changes_counts(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    note = read(Source("a.md", "$$\\frac{dy}{dx} = 3x^2$$\n"))
    for power in ("3", "2"):
        linked = read(Source("b.md", f"$$y = x^{power}$$\n"))
        todo = [(note, (linked,))]
        assert cache.judge_changed(todo, path) == judge_all(todo)


def test_new_code_judges_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "v.sqlite"
    cache.judge_changed(tasks(*TEXTS), path)
    judged: list[object] = []

    def counting(todo: list[tuple[Note, tuple[Note, ...]]]) -> object:
        judged.extend(todo)
        return judge_all(todo)

    monkeypatch.setattr(cache, "judge_all", counting)
    monkeypatch.setattr(cache, "_salt", lambda: b"another version")
    cache.judge_changed(tasks(*TEXTS), path)
    assert len(judged) == len(TEXTS)


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\0" + b"x" * 500])
def test_a_damaged_store_costs_only_time(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "v.sqlite"
    cache.judge_changed(tasks(*TEXTS), path)
    path.write_bytes(damage)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    assert cache.judge_changed(tasks(*TEXTS), path) == judge_all(tasks(*TEXTS))


def test_a_store_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "v.sqlite"
    assert cache.judge_changed(tasks(*TEXTS), path) == judge_all(tasks(*TEXTS))


def _forever(path: str) -> None:
    for number in range(10_000):
        cache.judge_changed(tasks(*(f"$a = {number}$ {text}" for text in TEXTS)), Path(path))


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_kill_and_two_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    spawn = multiprocessing.get_context("spawn")
    runs = [spawn.Process(target=_forever, args=(str(path),)) for _ in range(2)]
    for run in runs:
        run.start()
    until = time.monotonic() + 20
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)
    for run in runs:
        assert run.pid is not None
        os.kill(run.pid, signal.SIGKILL)
        run.join()
    with cache.Cache(path) as store:
        assert store.notices == []
    assert cache.judge_changed(tasks(*TEXTS), path) == judge_all(tasks(*TEXTS))
