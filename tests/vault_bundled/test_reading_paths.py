"""The reading paths of the start note are what the relations say: `vaultbp ask before NOTE`."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from networkx import MultiDiGraph

from tests.vault_bundled.conftest import ROOT
from vaultbp.config import load_config
from vaultbp.graph import build
from vaultbp.questions import cycles, prerequisites
from vaultbp.relations import vocabulary
from vaultbp.vault import Vault

PATHS = {
    "The idea, in an hour": "Line fit",
    "The mathematics": "Self-attention",
    "The practice of training": "Three training modes",
}


@pytest.fixture(scope="module")
def graph(vault: Vault) -> MultiDiGraph:
    return build(vault)


def listed(heading: str) -> list[str]:
    """The numbered list under a heading of the start note."""
    text = (ROOT / "Start here.md").read_text(encoding="utf-8")
    section = text.split(f"### {heading}\n", 1)[1].split("#", 1)[0]
    return re.findall(r"^\d+\. \[\[([^\]|]+)\]\]$", section, re.MULTILINE)


@pytest.mark.parametrize("heading", PATHS)
def test_a_path_is_what_its_goal_requires_in_reading_order(
    vault: Vault, graph: MultiDiGraph, heading: str
) -> None:
    goal = next(note.path for note in vault.notes if note.title == PATHS[heading])
    words = vocabulary(load_config(ROOT).relations)
    order = [PurePosixPath(path).stem for path in prerequisites(graph, goal, words)]
    assert listed(heading) == [*order, PATHS[heading]]


def test_nothing_requires_itself(graph: MultiDiGraph) -> None:
    assert not cycles(graph, "requires")


def test_every_note_stands_in_the_reading_order(vault: Vault, graph: MultiDiGraph) -> None:
    """But for the start note and the translations, which are read in place of their originals."""
    ends = {
        path
        for source, target, relation in graph.edges(data="relation")
        if relation == "requires"
        for path in (source, target)
    }
    alone = {note.path for note in vault.notes} - ends
    assert {path for path in alone if not path.startswith("Русский/")} == {"Start here.md"}
