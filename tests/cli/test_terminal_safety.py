"""Names and texts of a stranger's notes reach a terminal as text, never as commands to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from vaultbp.commands import cli, refuse
from vaultbp.terminal import harmless

ESCAPE = "\x1b[2J\x1b]0;owned\x07\u202e\x9b31m"
NOTE = f"""---
up{ESCAPE}: "[[Gone{ESCAPE}]]"
---
# Head{ESCAPE}

[[Other{ESCAPE}#part{ESCAPE}]]

$$y = x^2 \\text{{{ESCAPE}}}$$

$$\\frac{{dy}}{{dx}} = 3x$$

```python name="{ESCAPE}"
raise ValueError({ESCAPE!r})
```
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "."],
        ["check", ".", "--format", "concise"],
        ["check", ".", "--color", "always"],
        ["check", ".", "--run", "--no-cache"],
        ["math", ".", "--all"],
        ["run", ".", "--no-cache"],
        ["ask", "components"],
        ["ask", "hubs"],
    ],
)
def test_no_control_character_gets_through(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"Note {ESCAPE.replace(chr(7), '')}\n.md"
    (tmp_path / name).write_text(NOTE)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, arguments)
    for text in (done.stdout, done.stderr):
        colours = text.replace("\x1b[0m", "").replace("\x1b[2m", "")
        for code in ("31;1", "33;1", "36;1", "32", "31", "1", "34;1"):
            colours = colours.replace(f"\x1b[{code}m", "")
        assert not [char for char in colours if char in "\x1b\x07\u202e\x9b"]


def test_colours_are_kept_only_where_they_are_ours() -> None:
    assert harmless("\x1b[31mred\x1b[0m", painted=True) == "\x1b[31mred\x1b[0m"
    assert harmless("\x1b[31mred\x1b[0m\ttab\nline") == "␛[31mred␛[0m\ttab\nline"
    assert harmless("é 日本 \u200f שלום") == "é 日本 \u200f שלום"


def test_a_refusal_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    assert refuse(f"{ESCAPE}: no such note", 2) == 2
    assert "\x1b" not in capsys.readouterr().err
