"""The baseline: old findings are kept back, new ones are not, and it only shrinks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vaultbp.baseline import NAME
from vaultbp.commands import cli


def check(vault: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", str(vault), "--format", "concise", *arguments])


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text("---\nk: [[x]]\nl: [[y]]\n---\n")
    return tmp_path


def test_known_findings_are_kept_back_and_new_ones_are_not(vault: Path) -> None:
    assert check(vault).exit_code == 1
    assert check(vault, "--write-baseline").exit_code == 0
    (vault / "a.md").write_text("---\nnew: 1\nk: [[x]]\nl: [[y]]\n---\n")
    assert check(vault).exit_code == 0
    (vault / "a.md").write_text("---\nk: [[x]]\nl: [[y]]\nm: [[x]]\n---\n")
    done = check(vault)
    assert done.exit_code == 1
    assert "a.md:4:4" in done.output
    assert check(vault, "--no-baseline").output.count("unquoted-link") == 3


def test_it_only_shrinks_and_names_what_is_stale(vault: Path) -> None:
    check(vault, "--write-baseline")
    (vault / "a.md").write_text("---\nk: [[x]]\n---\n")
    assert "are gone" in CliRunner().invoke(cli, ["check", str(vault)]).output
    check(vault, "--write-baseline")
    (vault / "b.md").write_text("---\nk: [[x]]\n---\n")
    assert check(vault, "--write-baseline").exit_code == 1
    data = json.loads((vault / NAME).read_text())
    assert data["findings"] == {"a.md": {"unquoted-link": 1, "unresolved-link": 1}}


@pytest.mark.parametrize("text", ["", "[]", '{"findings": {"a.md": 3}}', "[" * 9999])
def test_a_damaged_baseline_is_one_line(vault: Path, text: str) -> None:
    (vault / NAME).write_text(text)
    done = check(vault)
    assert done.exit_code == 2
    assert "delete it" in done.output
