"""The cache: nothing stale, nothing damaged, nothing that a stranger could plant."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cells.running import make_note, run_notes
from vaultbp import cells
from vaultbp.cells import CellResult, Run, cache, keys
from vaultbp.cells.cache import Cache
from vaultbp.cells.kept import MANY
from vaultbp.cells.verify import verify
from vaultbp.notes import read
from vaultbp.source import Source


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cells.sqlite"


@pytest.fixture(autouse=True)
def _steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are not about the installation, which may change while they run."""
    monkeypatch.setattr(keys, "environment", lambda: b"this installation")


def run_text(path: Path, text: str, name: str = "note.md", **terms: object) -> CellResult:
    """The last result of a note, with the cache at ``path``."""
    with Cache(path) as kept:
        done = cells.run([read(Source(name, text))], cache=kept, **terms)  # type: ignore[arg-type]
    return done.cells[-1]


NOTE = "Prose.\n\n```python\nx = 1\nprint(x)\n```\n"


def test_a_second_run_takes_everything_from_the_cache(path: Path) -> None:
    first, second = run_text(path, NOTE), run_text(path, NOTE)
    assert (first.cached, second.cached) == (False, True)
    assert second == first._replace(cached=True)


def test_a_source_is_not_even_read_the_second_time(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def runs() -> Run:
        with Cache(path) as kept:
            return cells.run([Source("a.md", NOTE), Source("b.md", "no cells")], cache=kept)

    first = runs()
    monkeypatch.setattr("vaultbp.notes.read", None)
    second = runs()
    assert [result.cached for result in (*first.cells, *second.cells)] == [False, True]
    assert second.cells[0] == first.cells[0]._replace(cached=True)


@pytest.mark.parametrize(
    "text",
    [
        NOTE.replace("x = 1", "x = 2"),
        NOTE.replace("python", "python isolated"),
        NOTE.replace("python", "python raises=ValueError"),
        "```python\ny = 0\n```\n\n" + NOTE,
    ],
)
def test_what_can_change_a_result_runs_again(path: Path, text: str) -> None:
    run_text(path, NOTE)
    assert not run_text(path, text).cached


def test_prose_names_and_places_do_not_count(path: Path) -> None:
    failing = "```python name=fit\nx = 1\ndef f():\n    return x / 0\n```\n\nText.\n\n```python\nf()\n```\n"
    first = run_text(path, failing)
    moved = "# New heading\n\n" + failing.replace("name=fit", "name=other")
    second = run_text(path, moved, "moved.md")
    assert second.cached
    assert first.error is not None
    assert second.error is not None
    assert first.error.line == 4
    assert second.error.line == 6
    assert second.error.traceback == (
        "moved.md:12 in <module>: f()",
        "moved.md:6 in f: return x / 0",
    )


def test_another_installation_another_level_another_result(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_text(path, NOTE)
    assert not run_text(path, NOTE, sandbox="off").cached
    with monkeypatch.context() as patch:
        patch.setattr(keys, "environment", lambda: b"another installation")
        assert not run_text(path, NOTE).cached
    assert run_text(path, NOTE).cached


def test_python_packages_and_sources_make_the_installation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    found = {keys.environment()}
    for module, name, value in (
        (sys, "version", "9.9"),
        (sys, "platform", "plan9"),
        (keys, "_distributions", lambda: ["numpy-9.dist-info"]),
        (keys, "__file__", str(Path(__file__).parents[1] / "cells" / "test_cache.py")),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, value)
            found.add(keys.environment())
    assert len(found) == 5


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("assert 1 == 2", True),
        ("x = = 1", True),
        ("raise KeyError('x')", True),
        ("open('/nonexistent')", False),
        ("raise MemoryError", False),
        ("import os; os._exit(0)", False),
        ("import os; os.kill(os.getpid(), 9)", False),
        ("while True: pass", False),
    ],
)
def test_only_what_would_come_again_is_kept(path: Path, code: str, kept: bool) -> None:
    text = f"```python\n{code}\n```\n"
    first = run_text(path, text, timeout=0.5)
    second = run_text(path, text, timeout=0.5)
    assert first.status == second.status != "passed"
    assert second.cached is kept


def test_rerun_runs_and_keeps(path: Path) -> None:
    run_text(path, NOTE)
    assert not run_text(path, NOTE, rerun=True).cached
    assert run_text(path, NOTE).cached


def test_an_output_fence_is_compared_with_what_was_kept(path: Path) -> None:
    run_text(path, NOTE)
    result = run_text(path, f"{NOTE}\n```output\n2\n```\n")
    assert result.cached
    assert result.error is not None
    assert result.error.type == "OutputDiffers"


def damage_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(4096, len(data)):
        data[at] ^= 0x5A
    path.write_bytes(data)


def damage_row(path: Path) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE entry SET body = zeroblob(20)")
    connection.close()


def forge_row(path: Path) -> None:
    """A row swapped with another bears the wrong key in its checksum."""
    connection = sqlite3.connect(path)
    with connection:
        rows = connection.execute("SELECT key, checksum, body FROM entry").fetchall()
        for (key, _, _), (_, checksum, body) in zip(rows, rows[1:] + rows[:1], strict=True):
            connection.execute(
                "UPDATE entry SET checksum = ?, body = ? WHERE key = ?", (checksum, body, key)
            )
    connection.close()


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def other_file(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 300)


def other_schema(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize(
    "damage", [damage_page, damage_row, forge_row, cut_short, other_file, other_schema]
)
def test_a_damaged_cache_is_set_aside_and_said(path: Path, damage: object) -> None:
    run_text(path, NOTE)
    assert callable(damage)
    damage(path)
    with Cache(path) as kept:
        done = cells.run([read(Source("note.md", NOTE))], cache=kept)
    assert [result.status for result in done.cells] == ["passed"]
    assert not done.cells[0].cached
    assert "set aside" in "".join(done.notices)
    assert path.with_name("cells.sqlite.damaged").exists()
    assert run_text(path, NOTE).cached


def test_a_cache_that_cannot_be_written_is_said_and_does_no_harm(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with Cache(blocked / "cells.sqlite") as kept:
        done = cells.run([read(Source("note.md", NOTE))], cache=kept)
    assert done.cells[0].status == "passed"
    assert "not kept" in "".join(done.notices)


def test_rows_of_long_ago_are_forgotten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Cache(path) as kept:
        kept.put(b"old", {"a": 1})
    later = time.time() + (cache.KEEP_DAYS + 2) * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    with Cache(path) as kept:
        kept.put(b"new", {"a": 2})
    with Cache(path) as kept:
        assert kept.get(b"old") is None
        assert kept.get(b"new") == {"a": 2}


WRITER = """
import sys
from pathlib import Path
from vaultbp.cells import cache
cache.BATCH = 5
kept = cache.Cache(Path(sys.argv[1]))
number = 0
print("ready", flush=True)
while True:
    number += 1
    kept.put(b"%d-%d" % (int(sys.argv[2]), number % 500), {"text": "x" * 400, "number": number % 500})
"""


def test_killing_writers_damages_nothing(path: Path) -> None:
    """Fifty times ``kill -9`` in the middle of writing, two writers at once."""
    kills = 50
    root = Path(__file__).parents[2]
    for number in range(0, kills, 2):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(path), str(number + which)],
                stdout=subprocess.PIPE,
                cwd=root,
            )
            for which in range(2)
        ]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        time.sleep(0.02 + 0.001 * (number % 7))
        for writer in writers:
            writer.kill()
            writer.wait()
            assert writer.stdout is not None
            writer.stdout.close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    rows = connection.execute("SELECT key FROM entry").fetchall()
    connection.close()
    assert len(rows) > kills
    with Cache(path) as kept:
        for (key,) in rows:
            body = kept.get(key)
            assert body is not None
            assert body["number"] == int(key.split(b"-")[1])
        assert kept.notices == []


def test_a_killed_run_starts_clean_the_next_time(path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from tests.cells.running import make_note\nfrom vaultbp import cells\n"
        "from vaultbp.cells import cache, keys\ncache.BATCH = 1\n"
        "keys.environment = lambda: b'this installation'\n"
        "kept = cache.Cache(Path(sys.argv[1]))\n"
        "notes = [make_note(f'x = {i}\\nimport time; time.sleep(0.02)', path=f'{i}.md')"
        " for i in range(200)]\n"
        "cells.run(notes, cache=kept, progress=lambda done, total: print(done, flush=True))\n"
    )
    runner = subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert runner.stdout is not None
    while runner.stdout.readline() != b"5\n":
        assert runner.poll() is None
    runner.kill()
    runner.wait()
    runner.stdout.close()
    code = "x = {}\nimport time; time.sleep(0.02)"
    notes = [make_note(code.format(number), path=f"{number}.md") for number in range(8)]
    with Cache(path) as kept:
        done = run_notes(*notes, cache=kept)
    assert all(result.status == "passed" for result in done.cells)
    assert sum(result.cached for result in done.cells) >= 3
    assert done.notices == ()


def test_the_cache_is_the_users_own_and_not_the_vaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache.default_path() == Path("/somewhere/vaultbp/cells.sqlite")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache.default_path() == Path("~/.cache/vaultbp/cells.sqlite").expanduser()


def test_what_comes_out_otherwise_than_it_was_kept_is_found(path: Path) -> None:
    clock = NOTE.replace("print(x)", "import time; print(time.time_ns())")
    notes = [Source("clock.md", clock), Source("steady.md", NOTE), Source("prose.md", "none")]
    with Cache(path) as kept:
        assert verify(notes, kept, 9) == []
        cells.run(notes, cache=kept)
    with Cache(path) as kept:
        compared = verify(notes, kept, 9)
        assert cells.run(notes, cache=kept).cells[0].stdout == compared[0].kept.stdout
    assert {one.kept.path: one.differs for one in compared} == {
        "clock.md": True,
        "steady.md": False,
    }
    assert len(verify(notes, Cache(path), 1)) == 1


def test_many_notes_of_which_none_changed_are_one_row(path: Path) -> None:
    notes = [Source(f"{number}.md", NOTE.replace("1", str(number))) for number in range(MANY)]

    def outputs(sources: list[Source]) -> list[tuple[str, bool]]:
        with Cache(path) as kept:
            return [(cell.stdout, cell.cached) for cell in cells.run(sources, cache=kept).cells]

    outputs(notes)
    rows = rows_in(path)
    second = outputs(notes)
    assert rows_in(path) == rows + 1
    assert second == outputs(notes) == [(f"{number}\n", True) for number in range(MANY)]
    notes[3] = Source("3.md", NOTE.replace("1", "'new'"))
    changed = outputs(notes)
    assert changed[3] == ("new\n", False)
    assert changed[:3] + changed[4:] == second[:3] + second[4:]
    assert outputs(notes)[3] == outputs(notes)[3] == ("new\n", True)
    assert outputs(notes[1:]) == [second[1], second[2], ("new\n", True), *second[4:]]


def test_what_was_run_anew_holds_for_many_notes_too(path: Path) -> None:
    clock = "```python\nimport time\nprint(time.time_ns())\n```\n"
    notes = [Source(f"{number}.md", clock) for number in range(MANY)]

    def outputs(**terms: bool) -> list[str]:
        with Cache(path) as kept:
            return [cell.stdout for cell in cells.run(notes, cache=kept, **terms).cells]

    first = outputs()
    assert outputs() == outputs() == first
    anew = outputs(rerun=True)
    assert anew != first
    assert outputs() == outputs() == anew


def rows_in(path: Path) -> int:
    connection = sqlite3.connect(path)
    (rows,) = connection.execute("SELECT count(*) FROM entry").fetchone()
    connection.close()
    return int(rows)
