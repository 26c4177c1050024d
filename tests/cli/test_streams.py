"""Whatever stands at the other end of the output: no traceback, and an exit code that is right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="asks the shell")


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    root = tmp_path / "vault"
    root.mkdir()
    for number in range(300):
        (root / f"Note {number}.md").write_text("[[Gone ✗ 界]]\n")
    (root / "Cell.md").write_text("```python\nprint(1)\n```\n")
    return root


def shell(vault: Path, line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in which VAULTBP is the command; its exit code is that of VAULTBP."""
    command = f"{sys.executable} -m vaultbp"
    return subprocess.run(
        ["bash", "-c", line.replace("VAULTBP", command)],
        cwd=vault,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("command", ["check", "ask hubs", "rules"])
def test_a_reader_that_goes_away_is_no_finding(vault: Path, command: str) -> None:
    done = shell(vault, f"VAULTBP {command} | head -1 > /dev/null; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("command", ["run", "graph", "doctor"])
def test_closed_streams_take_everything(vault: Path, command: str) -> None:
    done = shell(vault, f"VAULTBP {command} <&- >&- 2>&-")
    assert done.returncode == shell(vault, f"VAULTBP {command}").returncode


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_said_in_one_line(vault: Path) -> None:
    done = shell(vault, "VAULTBP check > /dev/full")
    assert done.returncode == 2
    assert done.stderr == b"vaultbp: what was found could not be printed: No space left on device\n"


@pytest.mark.parametrize("form", ["full", "json"])
def test_what_is_not_shown_on_a_terminal_is_utf8(vault: Path, form: str) -> None:
    line = f"VAULTBP check --format {form}"
    plain = shell(vault, line).stdout.decode()
    assert "Gone ✗ 界" in plain
    old = shell(vault, line, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (old.returncode, old.stdout.decode()) == (0, plain)
    asked = shell(vault, line, PYTHONIOENCODING="latin-1")
    assert (asked.returncode, asked.stderr) == (0, b"")
    assert b"Gone \\u2717 \\u754c" in asked.stdout


def test_a_folder_that_is_gone(vault: Path) -> None:
    done = shell(vault, "mkdir gone && cd gone && rmdir ../gone && VAULTBP check")
    assert (done.returncode, done.stderr) == (2, b"vaultbp: the current folder is gone\n")


def test_a_note_whose_name_is_no_utf8_is_read_and_mended(tmp_path: Path) -> None:
    try:
        file = tmp_path / os.fsdecode(b"caf\xe9.md")
        file.write_text("---\nup: [[B]]\n---\n")
    except OSError:
        pytest.skip("this file system wants UTF-8")
    (tmp_path / "B.md").write_text("")
    done = shell(tmp_path, "VAULTBP check --format concise")
    assert done.stdout.startswith(b"caf\\xe9.md:2:5: error[unquoted-link]")
    assert b"not-utf8" not in done.stdout
    shell(tmp_path, "VAULTBP check --fix")
    assert file.read_text() == '---\nup: "[[B]]"\n---\n'
