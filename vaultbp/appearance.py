"""How relations look in pictures: a hue and a dash each, so that any two can be told apart.

The colours are those of Okabe and Ito (2008, "Color Universal Design"), which people with any kind of
colour vision can tell apart. Dashes say the same without colour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from vaultbp.relations import Relation

HUES = (
    "#0072b2",
    "#d55e00",
    "#007a5a",
    "#a3508a",
    "#9a6700",
    "#2a7fb8",
    "#6b4fbb",
    "#8c564b",
)
DASHES: tuple[tuple[int, ...], ...] = ((), (7, 3), (2, 3), (9, 3, 2, 3), (4, 4), (12, 4))
UNTYPED = "#9aa1ab"
_LABELS = {"link": "link", "embed": "embed", "markdown": "Markdown link"}
_UNTYPED_DASHES: dict[str, tuple[int, ...]] = {"link": (), "embed": (3, 2), "markdown": (8, 3)}


@dataclass(frozen=True, slots=True)
class Look:
    """How the links of one relation are drawn."""

    name: str
    label: str
    typed: bool
    hue: int = 0
    """Which of ``HUES``."""
    dash: tuple[int, ...] = ()
    own_color: str | None = None
    """The colour that the vault's vocabulary gives the relation."""
    iri: str | None = None

    @property
    def color(self) -> str:
        return self.own_color or (HUES[self.hue % len(HUES)] if self.typed else UNTYPED)


def group_of(edge: Mapping[str, Any]) -> str:
    """What an edge is drawn and filtered as: its relation, or its kind in brackets if it has none."""
    return str(edge["relation"]) if edge["kind"] == "relation" else f"({edge['kind']})"


def _color(relation: Relation | None) -> str | None:
    """A declared colour, if it is one that every picture format understands."""
    wanted = relation.color if relation else None
    return wanted if wanted and re.fullmatch(r"#[0-9a-fA-F]{6}", wanted) else None


def looks(graph: MultiDiGraph) -> dict[str, Look]:
    """A look for each group of edges in the graph: typed ones first, by name.

    The graph's ``relations``, where it has them, give labels, colours and IRIs of relations by name.
    Every round of hues takes the dashes in another order, so that the first forty-eight relations
    all differ.
    """
    edges = [data for _, _, data in graph.edges(data=True)]
    typed = sorted({group_of(edge) for edge in edges if edge["kind"] == "relation"})
    untyped = sorted({str(edge["kind"]) for edge in edges if edge["kind"] != "relation"})
    vocabulary: Mapping[str, Relation] = graph.graph.get("relations", {})
    found = []
    for at, name in enumerate(typed):
        turn, hue = divmod(at, len(HUES))
        dash = DASHES[(hue + turn) % len(DASHES)]
        known = vocabulary.get(name)
        label, iri = (known.label, known.iri) if known else (None, None)
        found.append(Look(name, label or name, True, hue, dash, _color(known), iri))
    for kind in untyped:
        dash = _UNTYPED_DASHES.get(kind, ())
        found.append(Look(f"({kind})", _LABELS.get(kind, kind), False, 0, dash))
    return {look.name: look for look in found}
