"""``ask`` and ``graph --since``, as people type them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vaultbp.commands import cli


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    (tmp_path / "Goal.md").write_text('---\ncomputesWith: "[[Step]]"\n---\n')
    (tmp_path / "Step.md").write_text('---\nenables: "[[Goal]]"\n---\n')
    (tmp_path / "Lone.md").write_text("")
    return tmp_path


def ask(vault: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["ask", *arguments, "--vault", str(vault)])


def test_answers(vault: Path) -> None:
    assert ask(vault, "orphans").output == "Lone.md\n"
    assert ask(vault, "before", "goal").output == "Step.md\n"
    assert ask(vault, "path", "Goal", "Step").output == "Goal.md:2 —computesWith→ Step.md\n"
    assert ask(vault, "path", "Goal", "Lone").output == "none\n"
    assert ask(vault, "cycles", "enables").output == "none\n"
    assert ask(vault, "hubs").output.splitlines()[0].split() == ["1", "Goal.md"]
    answer = json.loads(ask(vault, "components", "--format", "json").output)
    assert answer["answer"] == [["Goal.md", "Step.md"], ["Lone.md"]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["before"], "takes 1 argument"),
        (["orphans", "x"], "takes no argument"),
        (["before", "Gaol"], "no note 'Gaol'"),
        (["before", "Goals"], "did you mean 'Goal.md'"),
    ],
)
def test_refusals(vault: Path, arguments: list[str], message: str) -> None:
    done = ask(vault, *arguments)
    assert done.exit_code == 2
    assert message in done.output


def test_since(vault: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *identity, "-C", str(vault), *arguments], check=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "--no-gpg-sign", "-m", "one")
    (vault / "Lone.md").write_text("[[Goal]]")
    (vault / "Step.md").write_text("")
    done = CliRunner().invoke(cli, ["graph", str(vault), "--since", "HEAD"])
    edges = json.loads(done.output)["edges"]
    assert {(e["source"], e["target"], e.get("change")) for e in edges} == {
        ("Goal.md", "Step.md", None),
        ("Step.md", "Goal.md", "removed"),
        ("Lone.md", "Goal.md", "added"),
    }
    done = CliRunner().invoke(cli, ["graph", str(vault), "--since", "nothing"])
    assert done.exit_code == 2
    assert "no revision 'nothing'" in done.output
