"""Fixes: atomic, refused when the note changed, every other byte kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vaultbp.diagnostics import Diagnostic, Edit, Fix, Severity
from vaultbp.fixes import FixError, plan, write
from vaultbp.source import Source, Span


def finding(start: int, end: int, text: str, safe: bool = True) -> Diagnostic:
    fix = Fix("mend", (Edit(Span(start, end), text),), safe)
    return Diagnostic("rule", Severity.ERROR, "n.md", Span(start, end), "bad", fix=fix)


def test_every_other_byte_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "n.md"
    data = b"\xef\xbb\xbfone\r\ntwo \tthree\rfour\n\n"
    path.write_bytes(data)
    path.chmod(0o640)
    source = Source.from_bytes("n.md", data)
    at = source.text.index("two")
    write(tmp_path, plan(source, [finding(at, at + 3, "2")]))
    assert path.read_bytes() == data.replace(b"two", b"2")
    assert path.stat().st_mode & 0o777 == 0o640
    assert [item.name for item in tmp_path.iterdir()] == ["n.md"]


def test_overlapping_and_unsafe_fixes_wait() -> None:
    source = Source("n.md", "abcdef")
    items = [finding(0, 3, "X"), finding(2, 4, "Y"), finding(5, 6, "Z", safe=False)]
    assert plan(source, items).text == "Xdef"
    assert plan(source, items, unsafe=True).text == "XdeZ"
    assert [len(plan(source, items, unsafe=flag).applied) for flag in (False, True)] == [1, 2]


def test_a_note_that_changed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "n.md").write_text("new")
    rewrite = plan(Source("n.md", "old"), [finding(0, 3, "x")])
    with pytest.raises(FixError, match="changed since"):
        write(tmp_path, rewrite)
    assert (tmp_path / "n.md").read_text() == "new"


def test_a_link_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("old")
    (tmp_path / "n.md").symlink_to("real.md")
    with pytest.raises(FixError, match="symbolic link"):
        write(tmp_path, plan(Source("n.md", "old"), [finding(0, 3, "x")]))


def test_the_diff_shows_the_change() -> None:
    rewrite = plan(Source("n.md", "a\nb\nc"), [finding(2, 3, "B")])
    assert "-b\n+B\n" in rewrite.diff()


KILLED = """
import sys
from pathlib import Path
from vaultbp.diagnostics import Edit
from vaultbp.fixes import Rewrite, write
from vaultbp.source import Source
root = Path(sys.argv[1])
texts = ["a" * 200_000, "b" * 200_000]
print("ready", flush=True)
while True:
    for old, new in (texts, reversed(texts)):
        write(root, Rewrite(Source("n.md", old), new, ()))
"""


def test_a_crash_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "n.md"
    texts = ("a" * 200_000, "b" * 200_000)
    for delay in range(5):
        path.write_text(texts[0])
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, env=os.environ
        )
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.01 + 0.013 * delay)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        assert path.read_text() in texts
