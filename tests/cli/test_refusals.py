"""Bad usage: one line that says what to do, and exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaultbp.commands import main


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "nowhere"], "nowhere: no such folder or note"),
        (["math", "nowhere.md"], "no such folder or note"),
        (["check", "--fromat", "json"], "--format"),
        (["check", "--format", "xml"], "xml"),
        (["check", "--select", "wrong-derivatoin"], "did you mean wrong-derivation?"),
        (["explain", "mojibak"], "mojibake"),
        (["chekc"], "chekc"),
    ],
)
def test_one_line_and_exit_2(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    said = capsys.readouterr()
    assert stop.value.code == 2
    assert said.out == ""
    assert said.err.startswith("vaultbp: ")
    assert said.err.count("\n") == 1
    assert words in said.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("selct = []", "did you mean 'select'?"),
        ("select = 3", "list of strings"),
        ("[cells]\ntimeout = -1", "positive number"),
        ("[severity]\nlinks = 'fatal'", "one of error, warning, info"),
        ("select = [", "vaultbp.toml"),
    ],
)
def test_a_bad_configuration_is_named(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vaultbp.toml").write_text(text)
    with pytest.raises(SystemExit) as stop:
        main(["check", str(tmp_path)])
    said = capsys.readouterr()
    assert stop.value.code == 2
    assert words in said.err
    assert said.err.count("\n") == 1
