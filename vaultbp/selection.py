"""Parts of the concept graph, and what was found in its notes written onto it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from vaultbp.findings import Facts


def around(graph: MultiDiGraph, name: str, depth: int) -> MultiDiGraph:
    """The nodes at most ``depth`` links from ``name``, in either direction, and all edges among them.

    Raises KeyError if the graph has no such node.
    """
    if name not in graph:
        raise KeyError(name)
    near = {name}
    edge = {name}
    for _ in range(depth):
        reached = {b for a in edge for b in (*graph.successors(a), *graph.predecessors(a))}
        edge = reached - near
        near |= edge
    return graph.subgraph(near).copy()


def beside(graph: MultiDiGraph, names: Collection[str]) -> MultiDiGraph:
    """The nodes of these names, and the edges that begin or end at one of them."""
    part = graph.copy()
    part.remove_edges_from(
        [(a, b, key) for a, b, key in graph.edges(keys=True) if a not in names and b not in names]
    )
    part.remove_nodes_from([name for name in graph if name not in names and not part.degree(name)])
    return part


def of_relations(graph: MultiDiGraph, relations: Collection[str]) -> MultiDiGraph:
    """The edges of these relations and the nodes at their ends."""
    kept = [
        (a, b, key)
        for a, b, key, data in graph.edges(keys=True, data=True)
        if data["relation"] in relations
    ]
    return graph.edge_subgraph(kept).copy()


def relations(graph: MultiDiGraph) -> list[str]:
    """The names of the relations in the graph, that of untyped links included."""
    return sorted({data["relation"] for _, _, data in graph.edges(data=True)})


def tally(graph: MultiDiGraph, facts: Facts) -> None:
    """Write on each note how its claims and cells fared, as ``tally``.

    Claims verified, wrong and unchecked, cells passed and failed; nothing where there is nothing.
    """
    for name, node in graph.nodes(data=True):
        statuses = [claim.status for claim in facts.judged(name)]
        cells = [result.status for result in (facts.cells or {}).get(name, ())]
        sums = (
            statuses.count("verified"),
            statuses.count("wrong"),
            statuses.count("unchecked"),
            cells.count("passed"),
            sum(status not in ("passed", "skipped") for status in cells),
        )
        if any(sums):
            node["tally"] = sums
