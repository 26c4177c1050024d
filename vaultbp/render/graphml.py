"""``graphml``: for Gephi, yEd, Cytoscape and networkx, by networkx's own writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultbp.exchange import flattened

if TYPE_CHECKING:
    from networkx import MultiDiGraph


def render(graph: MultiDiGraph) -> str:
    import networkx

    return "\n".join(networkx.generate_graphml(flattened(graph))) + "\n"
