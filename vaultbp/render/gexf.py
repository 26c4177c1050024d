"""``gexf``: for Gephi, with the places of the layout, by networkx's own writer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vaultbp.exchange import flattened
from vaultbp.layout import place

if TYPE_CHECKING:
    from networkx import MultiDiGraph


def render(graph: MultiDiGraph) -> str:
    import networkx

    flat = flattened(graph)
    for name, (x, y) in place(graph).items():
        flat.nodes[name]["viz"] = {"position": {"x": x, "y": -y, "z": 0.0}}
        flat.nodes[name]["label"] = flat.nodes[name]["title"]
    text = "\n".join(networkx.generate_gexf(flat)) + "\n"
    # networkx writes the day on which it ran; the same vault must give the same bytes.
    return re.sub(r' lastmodifieddate="[^"]*"', "", text)
