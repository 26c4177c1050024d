"""``check --watch``: the whole vault once, then only what a change touches; nothing is cleared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from vaultbp.commands import cli
from vaultbp.commands._watch import follow


def test_what_changed_is_printed_below_what_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "A.md").write_text("[[B]]\n")
    (tmp_path / "C.md").write_text("[[Nowhere]]\n")
    todo: list[Callable[[], object]] = [
        lambda: (tmp_path / "B.md").write_text("Here.\n"),
        lambda: (tmp_path / "A.md").write_text("[[B]] [[Gone]]\n"),
    ]
    monkeypatch.setattr("time.sleep", lambda seconds: todo.pop(0)() if todo else None)
    follow(tmp_path, "concise", color=False, width=80, rounds=3)
    said = capsys.readouterr()
    lines = [line for line in said.out.splitlines() if line[0].isupper()]
    assert [line.split(" ")[0] for line in lines] == ["A.md:1:3:", "C.md:1:3:", "A.md:1:9:"]
    assert "\x1b[2J" not in said.out
    assert said.err.count("Watching") == 3
    assert "1 more in other notes" in said.err


def test_interrupting_ends_quietly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)
    follow(tmp_path, "concise", color=False, width=80)


@pytest.mark.parametrize("other", [["--fix"], ["--run"], ["-o", "x"], ["--select", "links"]])
def test_what_watching_cannot_do_is_said(other: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["check", str(tmp_path), "--watch", *other])
    assert result.exit_code == 2
    assert "--watch takes only" in result.output


def test_watching_what_is_not_there_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["check", str(tmp_path / "no"), "--watch"])
    assert result.exit_code == 2
