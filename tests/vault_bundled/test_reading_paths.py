"""The reading paths of the start note follow from the relations: what a note requires comes before it."""

from __future__ import annotations

import re

import networkx as nx
import pytest

from tests.vault_bundled.conftest import ROOT
from vaultbp.notes import Note


@pytest.fixture(scope="module")
def requires(notes: dict[str, Note]) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(notes)
    for title, note in notes.items():
        graph.add_edges_from(
            (title, link.target)
            for link in note.links
            if link.key is not None and link.key.split(".")[0] == "requires"
        )
    return graph


def paths() -> dict[str, list[str]]:
    """The numbered lists of the start note, by heading."""
    text = (ROOT / "Start here.md").read_text(encoding="utf-8")
    found = {}
    for heading, body in re.findall(r"^### (.+)\n((?:(?!^#).*\n)+)", text, re.MULTILINE):
        found[heading] = re.findall(r"^\d+\. \[\[([^\]|]+)", body, re.MULTILINE)
    return found


def test_there_are_three() -> None:
    assert len(paths()) == 3


@pytest.mark.parametrize("heading", paths())
def test_a_path_holds_what_its_goal_requires_and_in_order(
    requires: nx.DiGraph, heading: str
) -> None:
    path = paths()[heading]
    goal = path[-1]
    assert set(path) == {goal} | nx.descendants(requires, goal)
    for place, title in enumerate(path):
        assert set(requires.successors(title)) <= set(path[:place]), title


def test_nothing_requires_itself(requires: nx.DiGraph) -> None:
    assert nx.is_directed_acyclic_graph(requires)


def test_every_note_in_english_can_be_reached_by_reading_on(
    requires: nx.DiGraph, notes: dict[str, Note]
) -> None:
    """No note stands outside the reading order, but for the start note and the translations."""
    alone = {title for title in notes if not requires.degree(title)}
    assert all(title == "Start here" or re.search("[а-я]", title) for title in alone)
