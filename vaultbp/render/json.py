"""``json``: the concept graph as data, for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from networkx import MultiDiGraph

_NODE = ("title", "exists", "tags", "aliases", "change")
_EDGE = ("relation", "kind", "line", "column", "resolved", "written", "change")


def render(graph: MultiDiGraph) -> str:
    """Nodes by id, edges in the order of the notes; the shape is promised and carries a version."""
    nodes = [
        {"id": name, **{key: data[key] for key in _NODE if key in data}}
        for name, data in sorted(graph.nodes(data=True))
    ]
    edges = [
        {"source": source, "target": target, **{key: data[key] for key in _EDGE if key in data}}
        for source, target, data in graph.edges(data=True)
    ]
    edges.sort(key=lambda edge: (edge["source"], edge.get("line", 0), edge.get("column", 0)))
    data = {"version": 1, "nodes": nodes, "edges": edges}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
