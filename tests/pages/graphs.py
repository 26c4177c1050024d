"""Concept graphs for the tests of pages and pictures."""

from __future__ import annotations

import random
from typing import Any

import networkx as nx

NOTES: dict[str, dict[str, Any]] = {
    "Chain rule.md": {"tags": ["calculus"], "tally": (4, 0, 0, 0, 0)},
    "algorithms/Backpropagation.md": {
        "tags": ["algorithm"],
        "aliases": ["reverse mode", "обратный проход"],
        "tally": (5, 1, 0, 2, 0),
    },
    "algorithms/Gradient descent.md": {"tags": ["algorithm", "training"], "tally": (1, 0, 2, 0, 0)},
    "parts/Loss.md": {"tags": ["training"]},
    "parts/Weights.md": {"tags": ["training"], "tally": (0, 0, 0, 1, 1)},
    "Reading list.md": {},
}
LINKS = [
    ("algorithms/Backpropagation.md", "Chain rule.md", "computesWith", "relation", 3),
    ("algorithms/Backpropagation.md", "algorithms/Gradient descent.md", "enables", "relation", 4),
    ("algorithms/Backpropagation.md", "Chain rule.md", "link", "link", 17),
    ("algorithms/Gradient descent.md", "parts/Weights.md", "updates", "relation", 2),
    ("parts/Loss.md", "algorithms/Gradient descent.md", "usedIn", "relation", 2),
    ("parts/Loss.md", "Hessian", "link", "link", 9),
    ("parts/Weights.md", "parts/Loss.md", "markdown", "markdown", 11),
]


def small() -> nx.MultiDiGraph:
    """Six notes, one of them lone, and a link to a note that does not exist."""
    graph = nx.MultiDiGraph(name="Backprop", base="../vault/")
    for path, data in NOTES.items():
        title = path.rsplit("/", 1)[-1][:-3]
        own = {"title": title, "exists": True, "tags": [], "aliases": []} | data
        graph.add_node(path, **own)
    graph.add_node("Hessian", title="Hessian", exists=False, tags=[], aliases=[])
    for source, target, relation, kind, line in LINKS:
        graph.add_edge(
            source,
            target,
            relation=relation,
            kind=kind,
            line=line,
            column=5,
            resolved=target != "Hessian",
            written=f"[[{target}]]",
        )
    return graph


def large(notes: int, links: int, seed: int = 1) -> nx.MultiDiGraph:
    """A vault as vaults are: folders that link within themselves, and a few notes all link to."""
    chance = random.Random(seed)
    folders = max(3, notes // 150)
    folder = [chance.randrange(folders) for _ in range(notes)]
    names = [f"part {folder[at]}/Note {at}.md" for at in range(notes)]
    own = [[at for at in range(notes) if folder[at] == f] for f in range(folders)]
    graph = nx.MultiDiGraph(name="Large", base="")
    for name in names:
        tags = [f"tag{chance.randrange(12)}"] if chance.random() < 0.5 else []
        tally = (1, 0, 0, 0, 0) if chance.random() < 0.3 else None
        graph.add_node(
            name, title=name[:-3].split("/")[1], exists=True, tags=tags, aliases=[], tally=tally
        )
    for _ in range(links):
        a = chance.randrange(notes)
        near = own[folder[a]]
        b = (
            near[int(len(near) * chance.random() ** 2)]
            if chance.random() < 0.8
            else int(notes * chance.random() ** 3)
        )
        typed = chance.random() < 0.4
        relation = chance.choice(["usedIn", "enables", "updates"]) if typed else "link"
        kind = "relation" if typed else "link"
        graph.add_edge(
            names[a], names[b], relation=relation, kind=kind, line=chance.randrange(1, 90), column=1
        )
    return graph
