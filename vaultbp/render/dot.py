"""``dot``: the concept graph in Graphviz's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from networkx import MultiDiGraph


def render(graph: MultiDiGraph) -> str:
    """Nodes by id, one edge for each relation between two notes; untyped links are dashed."""
    lines = ["digraph vault {", "  rankdir=LR;", "  node [shape=box, style=rounded];"]
    for name, data in sorted(graph.nodes(data=True)):
        dashed = "" if data.get("exists", True) else ', style="rounded,dashed"'
        lines.append(f"  {_text(name)} [label={_text(str(data.get('title', name)))}{dashed}];")
    for source, target, relation, kind in sorted(
        {(a, b, data["relation"], data["kind"]) for a, b, data in graph.edges(data=True)}
    ):
        look = f"label={_text(relation)}" if kind == "relation" else "style=dashed"
        lines.append(f"  {_text(source)} -> {_text(target)} [{look}];")
    return "\n".join([*lines, "}"]) + "\n"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
