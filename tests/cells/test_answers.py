"""What ``run`` said of a folder is said again only while a run would say the same."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from vaultbp.cells import cache, keys
from vaultbp.commands import _answers, main
from vaultbp.store import code_state
from vaultbp.vault import disk

ROOT = Path(__file__).parents[2]
NOTES = {
    "a.md": "# A\n\n```python\nprint('a says')\n```\n",
    "sub/b.md": "```python name=sum\nassert 1 + 1 == 3\n```\n\n```python skip\n1\n```\n",
    "prose.md": "nothing to run\n",
}


def write_notes(folder: Path) -> None:
    (folder / ".obsidian").mkdir(parents=True)
    for path, text in NOTES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that knows the results of the notes, and no answer."""
    folder = tmp_path_factory.mktemp("results")
    write_notes(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        with pytest.raises(SystemExit):
            main(["run", str(folder)])
    return folder / "cache"


@pytest.fixture
def vault(tmp_path: Path, results: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault with a cache and a list of trust of its own. All results are known."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    shutil.copytree(results, tmp_path / "cache")
    folder = tmp_path / "vault"
    write_notes(folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(autouse=True)
def at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were written a moment ago count as long written."""
    monkeypatch.setattr(disk, "AT_REST", -3_600_000_000_000)


@pytest.fixture
def repeated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows by each answer that is said again."""
    codes: list[int] = []
    repeat = _answers.Asked.repeat

    def counted(asked: _answers.Asked) -> int | None:
        code = repeat(asked)
        codes.extend([] if code is None else [code])
        return code

    monkeypatch.setattr(_answers.Asked, "repeat", counted)
    return codes


Run = Callable[..., tuple[object, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``vaultbp run`` and gives its exit code and what it said, but for the time it took."""

    def said(*arguments: str) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(["run", *arguments])
        out, err = capsys.readouterr()
        return stop.value.code, re.sub(r"· [\d.]+ s\n", "· (time)\n", out), err

    return said


@pytest.mark.parametrize(
    "arguments", [(), (".",), ("sub",), ("--format", "json"), ("--color=always", ".", "-j2")]
)
def test_what_was_said_is_said_again(
    vault: Path, run: Run, repeated: list[int], arguments: tuple[str, ...]
) -> None:
    said = run(*arguments)
    assert repeated == []
    assert run(*arguments) == run(*arguments) == said
    assert repeated == [1, 1]
    assert said[0] == 1
    assert "a says" in said[1] or "sub" in arguments


def test_only_what_was_known_is_said_again(vault: Path, run: Run, repeated: list[int]) -> None:
    (vault / "a.md").write_text("```python\nprint('new')\n```\n")
    said = [run() for _ in range(3)]
    assert repeated == [1]
    assert ["kept" in text.split("sub/b.md")[0] for _, text, _ in said] == [False, True, True]


def outdate(vault: Path, change: str) -> None:
    if change == "edited":
        (vault / "a.md").write_text(NOTES["a.md"].replace("says", "sings"))
    elif change == "edited to the same size":
        (vault / "a.md").write_text(NOTES["a.md"].replace("says", "cries"[:4]))
    elif change == "prose":
        (vault / "prose.md").write_text("other prose\n")
    elif change == "added":
        (vault / "sub" / "c.md").write_text("```python\nprint('new')\n```\n")
    elif change == "removed":
        (vault / "sub" / "b.md").unlink()
    elif change == "renamed":
        (vault / "a.md").rename(vault / "z.md")
    elif change == "configured":
        (vault / "vaultbp.toml").write_text("[cells]\ntimeout = 3\n")
    elif change == "misconfigured":
        (vault / "vaultbp.toml").write_text("[cels]\n")
    elif change == "part of a larger vault":
        (vault / ".obsidian").rename(vault.parent / ".obsidian")
    elif change == "trusted":
        (vault.parent / "state" / "vaultbp").mkdir(parents=True)
        (vault.parent / "state" / "vaultbp" / "trusted.json").write_text("{}")


CHANGES = [
    "edited",
    "edited to the same size",
    "prose",
    "added",
    "removed",
    "renamed",
    "configured",
    "misconfigured",
    "part of a larger vault",
    "trusted",
]


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_said_again_once_something_changed(
    vault: Path,
    run: Run,
    repeated: list[int],
    monkeypatch: pytest.MonkeyPatch,
    change: str,
) -> None:
    run()
    outdate(vault, change)
    changed = run()
    assert repeated == []
    monkeypatch.setattr(_answers, "ask", lambda arguments: None)
    afresh = run()
    assert changed[0] == afresh[0]
    plain = [text.replace("  kept from an earlier run", "") for text in (changed[1], afresh[1])]
    assert re.sub(r"  [\d.]+ s\n", "\n", plain[0]) == plain[1]


@pytest.mark.parametrize("part", ["surroundings", "host"])
def test_another_installation_is_not_answered_for(
    vault: Path, run: Run, repeated: list[int], monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    run()
    monkeypatch.setattr(keys, part, lambda: b"another")
    run()
    assert repeated == []


def test_other_code_of_ours_is_not_answered_for(
    vault: Path, run: Run, repeated: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    monkeypatch.setattr(
        "vaultbp.commands._answers.code_state", lambda *rooms: [*code_state(*rooms), "new.py 1 1"]
    )
    run()
    assert repeated == []


def test_what_was_run_anew_is_said_from_then_on(vault: Path, run: Run, repeated: list[int]) -> None:
    (vault / "a.md").write_text("```python\nimport time\nprint(time.time_ns())\n```\n")
    run()
    first = run()
    assert run() == first
    run("--rerun")
    second = run()
    assert second != first
    assert run() == second
    assert repeated == [1, 1]


@pytest.mark.parametrize(
    "options",
    [("--no-cache",), ("--rerun",), ("--check",), ("--diff",), ("--verify", "3"), ("--update",)],
)
def test_a_run_that_is_to_do_something_does_it(
    vault: Path, run: Run, repeated: list[int], options: tuple[str, ...]
) -> None:
    for _ in range(2):
        run(*options)
    assert repeated == []


def test_a_file_just_written_is_looked_at(
    vault: Path, run: Run, repeated: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "AT_REST", 3_600_000_000_000)
    for _ in range(2):
        run()
    assert repeated == []


def test_what_was_said_beside_the_answer_is_said_again(
    vault: Path, run: Run, repeated: list[int]
) -> None:
    (vault / "bad.md").write_bytes(b"\xff\xfe")
    (vault / "link.md").symlink_to(vault.parent / "outside.md")
    (vault.parent / "outside.md").write_text("# Out\n")
    run()
    second = run()
    assert "link.md is a symbolic link" in second[2]
    assert run() == second
    assert repeated == []


def damage(file: Path) -> None:
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("UPDATE entry SET body = zeroblob(20)")
    connection.close()


def test_a_damaged_cache_is_set_aside_and_said_once(
    vault: Path, run: Run, repeated: list[int]
) -> None:
    run()
    damage(cache.default_path())
    code, out, err = run()
    assert (code, "kept" in out, repeated) == (1, False, [])
    assert err.count("set aside") == err.count("\n") == 1
    run()
    assert run()[2] == ""
    assert repeated == [1]


def test_an_answer_needs_neither_click_nor_the_notes(vault: Path) -> None:
    probe = (
        "import sys\nfrom vaultbp.vault import disk\ndisk.AT_REST = -3_600_000_000_000\n"
        "from vaultbp.commands import main\n"
        "try:\n    main(['run', '--format', 'json'])\nfinally:\n"
        "    loaded = {'click', 'msgspec', 'inspect', 'vaultbp.notes', 'vaultbp.config'}\n"
        "    print(*sorted(loaded & set(sys.modules)), file=sys.stderr)\n"
    )

    def probed() -> tuple[str, str]:
        done = subprocess.run(
            [sys.executable, "-c", probe],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout, done.stderr.strip()

    known = probed()
    assert "click" in known[1]
    assert probed() == (known[0], "")


def test_a_reader_that_goes_away_is_no_fault(vault: Path) -> None:
    probe = (
        "from vaultbp.vault import disk\ndisk.AT_REST = -3_600_000_000_000\n"
        "from vaultbp.commands import main\nmain(['run'])\n"
    )
    (vault / "long.md").write_text("```python\nfor i in range(150): print(i, 'x' * 1000)\n```\n")
    for _ in range(3):
        runner = subprocess.Popen(
            [sys.executable, "-c", probe],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert runner.stdout is not None
        assert runner.stderr is not None
        assert runner.stdout.readline() == b"a.md\n"
        runner.stdout.close()
        assert runner.stderr.read() == b""
        runner.wait()
        runner.stderr.close()


TEXTS = [
    "nothing\n",
    "```python\nprint(1)\n```\n",
    "```python name=two\nprint(1)\nassert 0\n```\n",
    "x\n\n```python\nprint(1)\n```\n\n```output\n2\n```\n",
    '---\nimports: "[[b]]"\n---\n\n```python\nprint(1)\n```\n',
    '---\nimports: "[[gone]]"\n---\n\n```python\nprint(1)\n```\n',
    "```python skip\n1\n```\n",
]
PATHS = ["a.md", "b.md", "c/a.md", "c/d.md"]
edits = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(PATHS), st.sampled_from(TEXTS)),
    st.tuples(st.just("write"), st.sampled_from(PATHS), st.sampled_from(TEXTS)),
    st.tuples(st.just("remove"), st.sampled_from(PATHS), st.just("")),
    st.tuples(st.just("rename"), st.sampled_from(PATHS), st.sampled_from(PATHS)),
    st.tuples(st.just("none"), st.just(""), st.just("")),
)


def edit(root: Path, kind: str, path: str, other: str) -> None:
    file = root / path
    if kind == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(other)
    elif kind == "remove":
        file.unlink(missing_ok=True)
    elif kind == "rename" and file.exists():
        (root / other).parent.mkdir(exist_ok=True)
        file.rename(root / other)


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(turns=st.lists(st.tuples(edits, edits), min_size=2, max_size=5))
def test_a_folder_that_is_being_edited(
    run: Run, vault: Path, turns: list[tuple[tuple[str, str, str], ...]]
) -> None:
    """At any time a run says what one says that is answered by nothing."""
    root = Path(tempfile.mkdtemp())
    target = (str(root), "--format", "json")
    try:
        edit(root, "write", "first.md", TEXTS[1])
        for turn in turns:
            for change in turn:
                edit(root, *change)
            run(*target)
            run(*target)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(_answers, "ask", lambda arguments: None)
                unanswered = run(*target)
            answered = run(*target)
            assert answered == unanswered
            paths = {cell["path"] for cell in json.loads(answered[1])["cells"]}
            assert all((root / path).exists() for path in paths)
    finally:
        shutil.rmtree(root)
