"""A folder of garbage: every file gets a diagnostic or nothing, never a traceback.

Time and memory are bounded by limits on the child process, not by a stopwatch: it may take 120 seconds
of CPU and 1.5 GB. That is about three times the 37 seconds that `check` was measured to take, nearly all
of them for the 260,000 links, formulas and code spans of ``long-line.md``, and far less than an
explosion would.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n"
    for a, b in zip("abcdefghi", "bcdefghij", strict=False)
)

GARBAGE: dict[str, bytes] = {
    "latin-1.md": "Ein schöner Gruß".encode("latin-1"),
    "utf-16.md": "Привет $x = 1$".encode("utf-16"),
    "nul.md": b"before\0after [[x]]",
    "bom.md": b"\xef\xbb\xbf# Title\n[[nowhere]]\n",
    "crlf.md": b'---\r\nusedIn: "[[nowhere]]"\r\n---\r\n$$y = x^2$$\r\n$$\\frac{dy}{dx} = 3x$$\r\n',
    "fence.md": b"```python\nprint(1)\n",
    "dollars.md": b"$$ y = x\n\nmore text\n\n[[nowhere]]\n",
    "braces.md": b"$$ y = " + b"{" * 10_000 + b"x" + b"}" * 10_000 + b" $$",
    "fractions.md": b"$$ y = " + b"\\frac{1}{" * 3_000 + b"x" + b"}" * 3_000 + b" $$",
    "brackets.md": b"[[" * 100_000,
    "parens.md": b"$" + b"(" * 50_000 + b"$",
    "quotes.md": b">" * 50_000 + b" x",
    "lists.md": b"\n".join(b" " * depth + b"- x" for depth in range(2_000)),
    "long-line.md": b"word [[x]] $a$ `c` " * 260_000,
    "dollar-line.md": b"$" * 1_000_000,
    "backticks.md": b"`" * 1_000_001 + b"\n" + b"` `` ``` " * 50_000,
    "percent.md": b"%%" * 500_001,
    "bad-yaml.md": b"---\nkey: [unclosed\nother: {{date}}\n---\n[[nowhere]]\n",
    "bomb.md": b"---\n" + BOMB.encode() + b"---\nbody [[nowhere]]\n",
    "tower.md": b"$$ y = 9^{9^{9^9}} $$\n$$ \\frac{dy}{dx} = 9^{9^{9^{9^9}}} = 0 $$",
    "sum.md": b"$$ y = \\sum_{i=1}^{1000000000} x_i = \\sum_{i=1}^{n} x_i $$",
    "macro.md": b"$$\\def\\x{\\x\\x} \\x = \\x$$",
    "symbols.md": b"$$ y = " + b" + ".join(b"x_{%d}" % n for n in range(10_000)) + b" = 0 $$",
    "empty.md": b"",
    "only-fence.md": b"---\n---\n---\n",
    "random.md": bytes(range(256)) * 400,
}


def limits() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
    resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))


def ask(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vaultbp", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={
            **os.environ,
            "PYTHONUTF8": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "VAULTBP_TRACEBACK": "1",
        },
        preexec_fn=limits,
        timeout=400,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("garbage")
    for name, data in GARBAGE.items():
        (root / name).write_bytes(data)
    (root / "directory.md").mkdir()
    (root / "loop").symlink_to(root, target_is_directory=True)
    (root / "dangling.md").symlink_to(root / "gone")
    (root / "escape.md").write_text("[[../../etc/passwd]] [x](/etc/passwd) ![[/etc/passwd]]")
    return root


@pytest.fixture(scope="module")
def findings(folder: Path) -> dict[str, set[str]]:
    done = ask(folder, "check", ".", "--format", "json")
    assert done.stderr == ""
    assert done.returncode in (0, 1)
    found: dict[str, set[str]] = {}
    for item in json.loads(done.stdout)["diagnostics"]:
        found.setdefault(item["path"], set()).add(item["rule"])
    return found


@pytest.mark.parametrize("command", ["check", "math", "graph"])
def test_no_command_stumbles(folder: Path, command: str) -> None:
    done = ask(folder, command, ".")
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("latin-1.md", "not-utf8"),
        ("utf-16.md", "not-utf8"),
        ("nul.md", "not-utf8"),
        ("random.md", "not-utf8"),
        ("bad-yaml.md", "bad-yaml"),
        ("crlf.md", "wrong-derivation"),
    ],
)
def test_what_is_broken_is_named(findings: dict[str, set[str]], name: str, rule: str) -> None:
    assert rule in findings[name]


@pytest.mark.parametrize("name", ["bom.md", "dollars.md", "bad-yaml.md", "bomb.md", "crlf.md"])
def test_the_rest_of_the_note_is_read(findings: dict[str, set[str]], name: str) -> None:
    assert "unresolved-link" in findings[name]


def test_nothing_hostile_is_judged(folder: Path) -> None:
    notes = json.loads(ask(folder, "math", ".", "--format", "json").stdout)["notes"]
    judged = {
        note["path"]: [claim["status"] for claim in note["claims"] if claim["kind"] == "claim"]
        for note in notes
    }
    for name in ("tower.md", "braces.md", "fractions.md", "macro.md"):
        assert "wrong" not in judged.get(name, [])
        assert "verified" not in judged.get(name, [])
