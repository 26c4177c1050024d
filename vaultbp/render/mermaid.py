"""``mermaid``: the concept graph as a Mermaid flowchart, for a fence in a note or on a forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from networkx import MultiDiGraph

_ESCAPES = {ord(char): f"#{ord(char)};" for char in '"#&<>[]{}|`\\\n'}


def render(graph: MultiDiGraph) -> str:
    """One line for each node and each pair of notes; missing targets dashed, relations as labels."""
    number = {name: f"n{at}" for at, name in enumerate(sorted(graph.nodes))}
    lines = ["flowchart LR"]
    for name, short in number.items():
        title = str(graph.nodes[name].get("title", name))
        lines.append(f'  {short}["{_text(title)}"]')
    for source, target, relation, kind in sorted(
        {(a, b, data["relation"], data["kind"]) for a, b, data in graph.edges(data=True)}
    ):
        arrow = f'-->|"{_text(relation)}"|' if kind == "relation" else "-.->"
        lines.append(f"  {number[source]} {arrow} {number[target]}")
    missing = [
        number[name] for name, data in graph.nodes(data=True) if not data.get("exists", True)
    ]
    if missing:
        lines.append("  classDef missing stroke-dasharray: 4 3,fill:none")
        lines.append(f"  class {','.join(sorted(missing, key=lambda n: int(n[1:])))} missing")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return text.translate(_ESCAPES)
