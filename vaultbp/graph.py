"""Vault -> concept graph: a networkx.MultiDiGraph with typed edges. networkx is imported when used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultbp.vault import Edge, Vault, aliases_of, tags_of

if TYPE_CHECKING:
    from networkx import MultiDiGraph


def build(vault: Vault, *, inline_fields: bool = False) -> MultiDiGraph:
    """The vault's notes, the other files and the missing targets that notes link to, and the links.

    A node's id is its path, or a missing target as written. Nodes carry ``title``, ``exists``,
    ``tags`` and ``aliases``; edges ``relation``, ``kind``, ``line``, ``column``, ``resolved`` and
    ``written``: what ``graph --format json`` shows.
    """
    import networkx as nx

    graph: MultiDiGraph = nx.MultiDiGraph()
    graph.graph["name"] = vault.root.name or "vault"
    for note in vault.notes:
        if not vault.is_ignored(note.path):
            graph.add_node(
                note.path,
                title=note.title,
                exists=True,
                tags=tags_of(note),
                aliases=aliases_of(note),
            )
    for edge in vault.edges(inline_fields=inline_fields):
        if edge.target not in graph:
            name = edge.target.rsplit("/", 1)[-1]
            graph.add_node(edge.target, title=name, exists=edge.resolved, tags=[], aliases=[])
        place = vault.by_path[edge.source].source.position(edge.link.span.start)
        graph.add_edge(edge.source, edge.target, **attributes(edge, *place))
    return graph


def attributes(edge: Edge, line: int, column: int) -> dict[str, str | int | bool]:
    """What an edge of the graph carries."""
    return {
        "relation": edge.relation,
        "kind": edge.kind,
        "line": line,
        "column": column,
        "resolved": edge.resolved,
        "written": edge.link.written,
    }
