"""``vaultbp graph``: every format of one small vault, and its options."""

from __future__ import annotations

import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner, Result

from vaultbp.commands import cli
from vaultbp.render import formats

NOTES = {
    "Start.md": "See [[Chain rule]] and [[Nowhere]].\n",
    "ideas/Chain rule.md": '---\nenables: "[[Backprop]]"\ntags: [calculus]\n---\n'
    "$$\\frac{d}{dx} x^2 = 3x$$\n",
    "ideas/Backprop.md": '---\nupdates: "[[Weights & <biases>]]"\naliases: [rev]\n---\n[[Chain rule]]\n',
    "ideas/Weights & <biases>.md": "Nothing linked here.\n",
    "Lone.md": "\n",
}


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    root = tmp_path / "My vault"
    for path, text in NOTES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["graph", *map(str, arguments)])


def shown(*arguments: str | Path) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def titles(*arguments: str | Path) -> set[str]:
    nodes = json.loads(shown(*arguments))["nodes"]
    return {node["title"] for node in nodes}


@pytest.mark.parametrize("form", [form for form in formats() if form != "png"])
def test_every_format_is_the_same_each_time(form: str, vault: Path) -> None:
    first = shown(vault, "--format", form)
    assert first == shown(vault, "--format", form)
    assert "Chain rule" in first or "Chain%20rule" in first


def test_json_is_the_default_and_keeps_its_shape(vault: Path) -> None:
    data = json.loads(shown(vault))
    assert data["version"] == 1
    missing = [node for node in data["nodes"] if not node["exists"]]
    assert [node["id"] for node in missing] == ["Nowhere"]
    enables = [edge for edge in data["edges"] if edge["relation"] == "enables"]
    assert [(edge["source"], edge["line"], edge["kind"]) for edge in enables] == [
        ("ideas/Chain rule.md", 2, "relation")
    ]


def test_svg_is_xml_with_every_title_and_the_states_in_words(vault: Path) -> None:
    root = ET.fromstring(shown(vault, "--format", "svg"))
    texts = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert "Weights & <biases>" in texts
    assert "Chain rule: wrong" in texts
    assert "Nowhere (no such note)" in texts
    assert "Chain rule enables Backprop" in texts


def test_graphml_and_gexf_are_read_back_by_networkx(vault: Path, tmp_path: Path) -> None:
    for form, read in (("graphml", nx.read_graphml), ("gexf", nx.read_gexf)):
        path = tmp_path / f"graph.{form}"
        shown(vault, "--format", form, "-o", path)
        graph = read(path)
        assert set(graph.nodes) == {*NOTES, "Nowhere"}
        assert graph.number_of_edges() == 5
        relations = {data["relation"] for _, _, data in graph.edges(data=True)}
        assert relations == {"link", "enables", "updates"}


def test_jsonld_says_relations_as_predicates(vault: Path) -> None:
    data = json.loads(shown(vault, "--format", "jsonld"))
    nodes = {node["@id"]: node for node in data["@graph"]}
    chain = nodes["ideas/Chain%20rule.md"]
    assert chain["enables"] == ["ideas/Backprop.md"]
    assert chain["tags"] == ["calculus"]
    assert nodes["Nowhere"]["@type"] == "Missing"
    assert data["@context"]["enables"]["@id"] == "relation:enables"


def test_png_is_a_picture(vault: Path, tmp_path: Path) -> None:
    path = tmp_path / "graph.png"
    shown(vault, "--format", "png", "-o", path)
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG")
    assert int.from_bytes(data[16:20], "big") == 1600


def test_around_a_note_by_name_path_or_missing_target(vault: Path) -> None:
    assert titles(vault, "--around", "Backprop") == {"Backprop", "Chain rule", "Weights & <biases>"}
    assert titles(vault, "--around", "ideas/Backprop.md", "--depth", "0") == {"Backprop"}
    assert titles(vault, "--around", "Nowhere") == {"Nowhere", "Start"}
    assert "Start" in titles(vault, "--around", "Backprop", "--depth", "2")


def test_a_note_instead_of_a_vault_is_the_graph_around_it(vault: Path) -> None:
    (vault / ".obsidian").mkdir()
    assert titles(vault / "Start.md") == {"Start", "Chain rule", "Nowhere"}


def test_one_relation(vault: Path) -> None:
    assert titles(vault, "--relation", "enables") == {"Chain rule", "Backprop"}
    assert titles(vault, "--relation", "enables", "--relation", "updates") == {
        "Chain rule",
        "Backprop",
        "Weights & <biases>",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--around", "Bckprop"], "did you mean 'Backprop'?"),
        (["--relation", "enable"], "there are enables, link, updates"),
        (["--depth", "2"], "name one with --around NOTE"),
        (["--around", "Lone", "--relation", "enables"], "has no link of the relation asked for"),
        (["-o", "no/such/folder/graph.json"], "No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], said: str, vault: Path) -> None:
    result = run(vault, *arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_the_page_links_to_the_files_from_where_it_lies(vault: Path, tmp_path: Path) -> None:
    shown(vault, "--format", "html", "-o", tmp_path / "graph.html")
    assert '"base":"My%20vault/"' in (tmp_path / "graph.html").read_text(encoding="utf-8")


def test_drawing_changes_nothing_in_the_vault(vault: Path) -> None:
    before = {path: path.read_bytes() for path in vault.rglob("*.md")}
    for form in ("html", "json", "svg"):
        shown(vault, "--format", form)
    assert {path: path.read_bytes() for path in vault.rglob("*") if path.is_file()} == before


def test_a_declared_label_colour_and_iri_are_used(vault: Path) -> None:
    (vault / "vaultbp.toml").write_text(
        '[relations.enables]\nlabel = "makes possible"\ncolor = "#123456"\n'
        'iri = "https://example.org/enables"\n',
        encoding="utf-8",
    )
    svg = shown(vault, "--format", "svg")
    assert "Chain rule makes possible Backprop" in svg
    assert 'stroke="#123456"' in svg
    data = json.loads(shown(vault, "--format", "jsonld"))
    assert data["@context"]["enables"]["@id"] == "https://example.org/enables"


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_links_added_and_removed_since_a_revision_are_marked(vault: Path) -> None:
    git(vault.parent, "init", "-q")
    git(vault.parent, "add", "-A")
    git(vault.parent, "commit", "-q", "-m", "first")
    note = vault / "ideas" / "Backprop.md"
    note.write_text("A line.\n[[Chain rule]] [[Lone]]\n", encoding="utf-8")
    (vault / "Start.md").unlink()
    edges = json.loads(shown(vault, "--since", "HEAD"))["edges"]
    marked = {(edge["source"], edge["target"]): edge.get("change") for edge in edges}
    assert marked == {
        ("ideas/Backprop.md", "ideas/Chain rule.md"): None,
        ("ideas/Backprop.md", "Lone.md"): "added",
        ("ideas/Backprop.md", "ideas/Weights & <biases>.md"): "removed",
        ("ideas/Chain rule.md", "ideas/Backprop.md"): None,
        ("Start.md", "Nowhere"): "removed",
        ("Start.md", "ideas/Chain rule.md"): "removed",
    }
    assert "stroke-dasharray" in shown(vault, "--since", "HEAD", "--format", "svg")
    for revision in ("no-such-revision", "--output=x"):
        assert run(vault, f"--since={revision}").exit_code == 2


def test_since_outside_a_repository_is_one_line(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(vault.parent))
    result = run(vault, "--since", "HEAD")
    assert result.exit_code == 2
    assert "git" in result.output.splitlines()[-1]


def test_a_folder_of_a_vault_is_its_notes_and_what_they_are_linked_with(vault: Path) -> None:
    (vault / ".obsidian").mkdir()
    (vault / "ideas/deep").mkdir()
    (vault / "ideas/deep/Alone.md").write_text("", encoding="utf-8")
    assert titles(vault / "ideas/deep") == {"Alone"}
    assert titles(vault / "ideas") == {
        "Alone",
        "Chain rule",
        "Backprop",
        "Weights & <biases>",
        "Start",
    }
    edges = json.loads(shown(vault / "ideas"))["edges"]
    assert {edge["target"] for edge in edges if edge["source"] == "Start.md"} == {
        "ideas/Chain rule.md"
    }
