"""``vaultbp run``: what a person and a program see, and what it never does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cells.processes import descendants
from vaultbp.commands import main
from vaultbp.commands._cells import Progress

ROOT = Path(__file__).parents[2]


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty vault of its own, with a cache and a list of trust of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / ".obsidian").mkdir()
    monkeypatch.chdir(folder)
    return folder


class Said:
    """What a command said, and its exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        with pytest.raises(SystemExit) as stop:
            main(["run", *arguments])
        self.code = stop.value.code
        self.out, self.err = capsys.readouterr()


GOOD = (
    "# Good\n\n```python name=first\nx = 1\nprint('one', x)\n```\n\n```python\nprint(x + 1)\n```\n"
)


def test_json_has_the_promised_shape(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (vault / "a.md").write_text(GOOD + "\n```python\nassert x == 2\n```\n\n```python\nx\n```\n")
    said = Said(capsys, "a.md", "--format", "json")
    data = json.loads(said.out)
    assert said.code == 1
    assert data["version"] == 1
    assert set(data) == {"version", "cells", "sandbox"}
    assert set(data["sandbox"]) == {"level", "missing"}
    keys = ["path", "line", "name", "status", "seconds", "stdout", "error", "cached"]
    assert [list(cell) for cell in data["cells"]] == [keys] * 4
    assert [cell["status"] for cell in data["cells"]] == ["passed", "passed", "failed", "skipped"]
    error = data["cells"][2]["error"]
    assert list(error) == ["type", "message", "line"]
    assert (error["type"], error["line"]) == ("AssertionError", 13)
    assert "x = 1" in error["message"]
    assert [cell["line"] for cell in data["cells"]] == [4, 9, 13, 17]


def test_text_shows_output_place_values_and_confinement(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (vault / "a.md").write_text(GOOD + "\n```python\nassert x == 2\n```\n")
    out = Said(capsys, "a").out
    for part in (
        "a.md",
        "✓ first",
        "│ one 1",
        "✗ failed cell 3",
        "a.md:13",
        "x = 1",
        "2 passed, 1 failed",
    ):
        assert part in out
    assert "confined" in out


def test_a_second_run_says_that_it_kept_results(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (vault / "a.md").write_text(GOOD)
    assert "kept" not in Said(capsys, "a.md").out
    assert "kept from an earlier run" in Said(capsys, "a.md").out
    assert "kept" not in Said(capsys, "a.md", "--rerun").out
    assert "kept" not in Said(capsys, "a.md", "--no-cache").out


@pytest.mark.parametrize("target", ["Deep note", "deep NOTE", "sub/Deep note.md", "sub/Deep note"])
def test_a_note_is_found_by_path_or_name(
    target: str, vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (vault / "sub").mkdir()
    (vault / "sub" / "Deep note.md").write_text(GOOD)
    said = Said(capsys, target, "--format", "json")
    assert said.code == 0
    assert json.loads(said.out)["cells"][0]["path"] == "sub/Deep note.md"


def test_a_folder_runs_every_note(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.md", "b.md"):
        (vault / name).write_text(GOOD)
    (vault / ".obsidian" / "hidden.md").write_text(GOOD)
    (vault / "x.md").mkdir()
    cells = json.loads(Said(capsys, ".", "--format", "json").out)["cells"]
    assert [cell["path"] for cell in cells] == ["a.md", "a.md", "b.md", "b.md"]


@pytest.mark.parametrize(
    ("cell", "names"), [("first", ["first"]), ("1", ["first"]), ("2", ["cell 2"])]
)
def test_one_cell_runs_with_those_above_it(
    cell: str, names: list[str], vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (vault / "a.md").write_text(GOOD + "\n```python\n1/0\n```\n")
    said = Said(capsys, f"a.md#{cell}", "--format", "json")
    assert said.code == 0
    assert [found["name"] for found in json.loads(said.out)["cells"]] == names


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere", "no such note"),
        ("a.md#nothing", "its cells: first, cell 2"),
        ("a.txt", "only *.md"),
        ("empty", "no notes"),
        ("same", "several notes"),
        ("#", "no such note"),
    ],
)
def test_a_target_that_is_none_is_one_line_and_exit_2(
    target: str, words: str, vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (vault / "a.md").write_text(GOOD)
    (vault / "a.txt").write_text("x")
    for folder in ("empty", "one", "two"):
        (vault / folder).mkdir()
    for folder in ("one", "two"):
        (vault / folder / "same.md").write_text(GOOD)
    said = Said(capsys, target)
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert words in said.err


def test_running_changes_nothing_on_disk(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = GOOD + "\n```python\nopen('a.md', 'w').write('gone'); open('new', 'w')\n```\n"
    (vault / "a.md").write_text(text)
    Said(capsys, "a.md")
    assert (vault / "a.md").read_text() == text
    assert sorted(path.name for path in vault.iterdir()) == [".obsidian", "a.md"]


OLD = "\ufeff# T\r\n\r\n```python\r\nprint(1)\r\n```\r\n\r\n```output\r\n2\r\n```\r\n\r\nend"


def test_update_writes_only_the_output(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note = vault / "a.md"
    note.write_bytes(OLD.encode())
    note.chmod(0o640)
    assert Said(capsys, "a.md").code == 1
    assert Said(capsys, "a.md", "--check").code == 1
    said = Said(capsys, "a.md", "--update", "--diff")
    assert "-2" in said.out
    assert "+1" in said.out
    assert note.read_bytes() == OLD.encode()
    assert Said(capsys, "a.md", "--update").code == 0
    assert note.read_bytes() == OLD.replace("\r\n2\r\n", "\r\n1\r\n").encode()
    assert note.stat().st_mode & 0o777 == 0o640
    assert Said(capsys, "a.md", "--check").code == 0
    assert Said(capsys, "a.md").code == 0


def test_the_level_can_be_required_and_refusing_is_exit_3(
    vault: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (vault / "a.md").write_text(GOOD)
    monkeypatch.setattr("vaultbp.cells.runner.REQUIRED", ("process", "vault of steel"))
    for mode in ("require", "best"):  # a vault that is not trusted gets no less
        said = Said(capsys, "a.md", "--sandbox", mode, "--no-cache")
        assert said.code == 3
        assert "vault of steel" in said.err
        assert said.err.count("\n") == 1
    assert Said(capsys, "a.md", "--trust", "--sandbox", "require").code == 3
    assert Said(capsys, "a.md", "--sandbox", "best").code == 0


def test_without_a_sandbox_only_what_is_trusted_runs(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (vault / "a.md").write_text(GOOD)
    said = Said(capsys, "a.md", "--sandbox", "off")
    assert said.code == 3
    assert "--trust" in said.err
    said = Said(capsys, "a.md", "--sandbox", "off", "--trust", "--format", "json")
    assert said.code == 0
    assert json.loads(said.out)["sandbox"]["level"] == "process"
    assert Said(capsys, "a.md", "--sandbox", "off").code == 0


def test_a_list_of_trust_that_cannot_be_read_trusts_no_one(
    vault: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (vault / "a.md").write_text(GOOD)
    (tmp_path / "state" / "vaultbp").mkdir(parents=True)
    (tmp_path / "state" / "vaultbp" / "trusted.json").write_text('["everything"')
    assert Said(capsys, "a.md", "--sandbox", "off").code == 3


def test_garbage_gives_no_traceback(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (vault / "a.md").write_bytes(b"\xff\xfe\x00```python\n\x00\n```\n")
    (vault / "b.md").write_bytes(b"```python\nx = '\xff'\nprint(x)\n```\n")
    (vault / "c.md").write_bytes(b"```python\nx = 1\x00\n```\n")
    (vault / "d.md").write_text("```python\n" + "(" * 5000 + "\n```\n")
    (vault / "e.md").write_text("```python\n" + "-" * 50_000 + "1\n```\n")
    said = Said(capsys, ".", "--format", "json")
    assert said.code in (0, 1)
    assert "Traceback" not in said.err
    assert len(json.loads(said.out)["cells"]) >= 4


def test_ctrl_c_leaves_no_process_and_no_folder(vault: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (vault / "a.md").write_text("```python\nprint('begun')\nwhile True: pass\n```\n")
    runner = subprocess.Popen(
        [sys.executable, "-m", "vaultbp", "run", "a.md"],
        cwd=vault,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)},
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 20
    while len(below := descendants(runner.pid)) < 3:
        assert runner.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    runner.send_signal(signal.SIGINT)
    _, err = runner.communicate(timeout=10)
    assert runner.returncode == 130
    assert b"Traceback" not in err
    time.sleep(0.2)
    assert [process for process in below if Path("/proc", str(process)).exists()] == []
    assert list(scratch.iterdir()) == []


def test_progress_is_for_terminals(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (vault / "a.md").write_text("```python\nimport time; time.sleep(0.8)\n```\n")
    assert Said(capsys, "a.md").err == ""


def test_a_system_that_cannot_fork_is_told_so(
    vault: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (vault / "a.md").write_text(GOOD)
    monkeypatch.delattr(os, "fork")
    said = Said(capsys, "a.md")
    assert said.code == 2
    assert "cells cannot run on" in said.err
    assert said.err.count("\n") == 1


def test_progress_is_drawn_for_slow_runs_and_wiped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = Progress()
    progress(1, 9)
    assert capsys.readouterr().err == "", "a quick run shows nothing"
    progress.began -= Progress.QUIET + 1
    progress(2, 9)
    progress.clear()
    assert capsys.readouterr().err == "\r\x1b[Kran 2 of 9 notes\r\x1b[K"


def test_what_is_kept_can_be_verified(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (vault / "a.md").write_text("```python name=clock\nimport time\nprint(time.time_ns())\n```\n")
    (vault / "b.md").write_text(GOOD)
    assert "no results are kept" in Said(capsys, "--verify", "5").out
    Said(capsys)
    said = Said(capsys, "--verify", "5")
    assert said.code == 1
    assert "a.md:2" in said.out
    assert "clock is not as it was kept" in said.out
    assert "b.md" not in said.out
    said = Said(capsys, "b.md", "--verify", "5")
    assert (said.code, "every cell as it was kept" in said.out) == (0, True)


def test_one_cell_is_run_and_updated_alone(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cells = [f"```python name=c{n}\nx = {n}\nprint(x)\n```\n\n" for n in range(2)]
    last = "```python name=last\nwhile True:\n    pass\n```\n"
    (vault / "a.md").write_text("".join(cells) + last)
    said = Said(capsys, "a.md#c1", "--update", "--timeout", "5")
    assert said.code == 0
    output = "```output\n1\n```\n\n"
    assert (vault / "a.md").read_text() == cells[0] + cells[1] + output + last
    assert Said(capsys, "a.md#c1", "--check").code == 0
    assert Said(capsys, "a.md#c0", "--check").code == 1
