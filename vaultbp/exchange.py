"""The graph in the plain terms of other programs' file formats: only texts, numbers and booleans."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vaultbp.appearance import group_of

if TYPE_CHECKING:
    from networkx import MultiDiGraph

# Characters that XML 1.0 cannot hold at all (section 2.2), escaped or not.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """A text that XML can hold: what it cannot becomes U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text)


def flattened(graph: MultiDiGraph) -> MultiDiGraph:
    """The graph in a fixed order, lists joined by commas, what is empty left out."""
    import networkx

    flat = networkx.MultiDiGraph()
    for name in sorted(graph.nodes):
        node = graph.nodes[name]
        flat.add_node(
            writable(name),
            **_plain({"title": name, **node}, ("title", "exists", "tags", "aliases")),
        )
    for a, b, data in sorted(graph.edges(data=True), key=_order):
        kept = ("relation", "kind", "line", "column", "resolved", "written", "change")
        flat.add_edge(writable(a), writable(b), **_plain(data, kept))
    return flat


def _order(edge: tuple[str, str, dict[str, Any]]) -> tuple[str, str, str, int, int]:
    a, b, data = edge
    return a, b, group_of(data), data.get("line") or 0, data.get("column") or 0


def _plain(data: dict[str, Any], kept: tuple[str, ...]) -> dict[str, str | int | float | bool]:
    found: dict[str, str | int | float | bool] = {}
    for key in kept:
        value = data.get(key)
        if isinstance(value, bool | int | float):
            found[key] = value
        elif isinstance(value, str):
            found[key] = writable(value)
        elif value:
            found[key] = writable(", ".join(map(str, value)))
    return found
