"""--fix and --diff: the same change, made at once, that harms nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaultbp.commands import cli

OTHERS = {
    "Loss.md": "---\naliases: [Alias one]\n---\n# H\n",
    "It's.md": "---\naliases: [Its one, 'X \"y\"']\n---\n",
    'Per"cent.md': "---\naliases: Percy\n---\n",
    "C, d: e.md": "---\naliases: Comma\n---\n",
    "We#ird.md": "---\naliases: Odd\n---\n",
}
PROPERTIES = [
    "k: [[Losss]]",
    "up: [[Loss]]",
    "a: '[[Its one]]'",
    "b: '[[Its]]'",
    'c: "[[Percy]]"',
    'd: "[[Percent]]"',
    "e: >-\n  [[Its one]]",
    "f: [\"[[Comma]]\", '[[Its]]']",
    "g: [[A\n  b]]",
    "h: [[[Loss]]]",
    "i: '[[X \"y\"]]'",
    "j: '[[Odd]]'",
    "l:\n  - [[Losss]]\n  - [[Loss|y]]",
    "alias: foo",
    "cssclass: c",
    'm: &anchor "[[Percy]]"',
]
PIECES = [
    "[[Losss]]",
    "[[Alias one]]",
    "![[Losss#H]]",
    "[[Percy]] [[Its]] [[Odd]]",
    "| a | [[Its one]] |\n|---|---|\n| [[Its one\\|x]] | [[Alias one]] |\n\n",
    "> a | [[Its one]]\n> --|--\n> [[Percy]] | b\n\n",
    "ÐÐ±ÑÐ°Ñ",
    "\u2028",
    "\x0c",
    "\x1c",
    "\x85",
    "é😀",
    "\n",
    " text ",
]
ENDS = ["\n", "\r\n", "\r"]
notes = st.builds(
    lambda head, body, end, bom: (
        "\ufeff" * bom
        + (("---\n" + "\n".join(head) + "\n---\n" if head else "") + "".join(body)).replace(
            "\n", end
        )
    ),
    st.lists(st.sampled_from(PROPERTIES), max_size=3, unique=True),
    st.lists(st.sampled_from(PIECES), max_size=8),
    st.sampled_from(ENDS),
    st.booleans(),
)


@pytest.fixture
def vault() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    yield folder
    shutil.rmtree(folder)


def check(root: Path, *options: str) -> str:
    return (
        CliRunner().invoke(cli, ["check", str(root), "--no-cache", *options]).stdout_bytes.decode()
    )


def rules(root: Path) -> Counter[str]:
    return Counter(
        item["rule"] for item in json.loads(check(root, "--format", "json"))["diagnostics"]
    )


def texts(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(root.glob("*.md"))}


def fill(root: Path, files: dict[str, str]) -> None:
    for path in root.glob("*.md"):
        path.unlink()
    for name, text in {**OTHERS, **files}.items():
        (root / name).write_bytes(text.encode())


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(one=notes, two=notes, unsafe=st.booleans())
def test_fixing_twice_is_fixing_once_and_brings_nothing_new(
    vault: Path, one: str, two: str, unsafe: bool
) -> None:
    fill(vault, {"One.md": one, 'My "own" note.md': two})
    options = ["--unsafe-fixes"] if unsafe else []
    before, found = texts(vault), rules(vault)
    diff = check(vault, "--diff", *options)
    assert texts(vault) == before
    check(vault, "--fix", *options)
    after = texts(vault)
    assert bool(diff) == (after != before)
    assert not rules(vault) - found
    check(vault, "--fix", *options)
    assert texts(vault) == after
    for command in (["patch", "-p1", "--binary", "-F0", "-s"], ["git", "apply", "-p1"]):
        if diff and shutil.which(command[0]):
            fill(vault, {"One.md": one, 'My "own" note.md': two})
            subprocess.run(command, input=diff.encode(), cwd=vault, check=True, capture_output=True)
            assert texts(vault) == after, command


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("'[[Its one]]'", "'[[It''s|Its one]]'"),
        ("'[[Its]]'", "'[[It''s]]'"),
        ('"[[Percy]]"', '"[[Per\\"cent|Percy]]"'),
        (">-\n  [[Its one]]", ">-\n  [[It's|Its one]]"),
        ("[[A\n  b]]", '"[[A b]]"'),
        ("'[[Odd]]'", "'[[Odd]]'"),
    ],
)
def test_a_fix_in_a_property_is_written_as_yaml_reads_it(
    vault: Path, written: str, mended: str
) -> None:
    fill(vault, {"One.md": f"---\nup: {written}\n---\n"})
    check(vault, "--fix")
    assert (vault / "One.md").read_text() == f"---\nup: {mended}\n---\n"
    assert "bad-yaml" not in rules(vault)


def test_a_fix_in_a_table_does_not_split_its_cell(vault: Path) -> None:
    table = "a | b\n:-: | --\nx | [[Alias one]]\n"
    fill(vault, {"One.md": table + "\n" + "".join(f"> {row}\n" for row in table.splitlines())})
    check(vault, "--fix")
    assert (vault / "One.md").read_text().count("[[Loss\\|Alias one]]") == 2


def test_no_diff_is_no_output(vault: Path) -> None:
    fill(vault, {})
    assert check(vault, "--diff") == ""
