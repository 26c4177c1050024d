"""``html``: the concept graph as one offline page with its own viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaultbp.appearance import Look, group_of, looks
from vaultbp.pages import asset, embed_json, fill, scripts

if TYPE_CHECKING:
    from networkx import MultiDiGraph

_SCRIPTS = (
    "graph/data.js",
    "graph/theme.js",
    "graph/state.js",
    "graph/scene.js",
    "graph/panel.js",
    "graph/pointer.js",
    "graph/search.js",
    "graph/filters.js",
    "graph/keys.js",
    "graph/table.js",
    "graph/main.js",
)


def render(graph: MultiDiGraph) -> str:
    """The page. Besides what ``json`` shows it reads, where present:

    the graph's ``name`` and ``base`` (the vault's folder as seen from the page), a node's ``tally``
    (claims verified, wrong, unchecked, cells passed, failed) and an edge's ``change`` (``added`` or
    ``removed``).
    """
    return fill(
        "graph/graph.html",
        script=scripts(_SCRIPTS),
        style=asset("graph/graph.css"),
        markup={"data": embed_json(_data(graph))},
        name=str(graph.graph.get("name", "vault")),
    )


def _data(graph: MultiDiGraph) -> dict[str, Any]:
    """Columns of numbers, an order of magnitude smaller than one object for each node and edge."""
    from vaultbp.layout import place

    names = sorted(graph.nodes)
    nodes = [graph.nodes[name] for name in names]
    places = place(graph)
    tags = sorted({tag for node in nodes for tag in node.get("tags", ())})
    tag_number = {tag: at for at, tag in enumerate(tags)}
    return {
        "name": graph.graph.get("name", "vault"),
        "base": graph.graph.get("base", ""),
        "ids": names,
        "titles": [_title(name, node) for name, node in zip(names, nodes, strict=True)],
        "x": [round(places[name][0]) for name in names],
        "y": [round(places[name][1]) for name in names],
        "ghosts": [at for at, node in enumerate(nodes) if not _is_there(node)],
        "tags": tags,
        "tagsOf": {
            at: sorted(tag_number[tag] for tag in set(node["tags"]))
            for at, node in enumerate(nodes)
            if node.get("tags")
        },
        "aliases": {
            at: list(node["aliases"]) for at, node in enumerate(nodes) if node.get("aliases")
        },
        "states": {at: list(node["tally"]) for at, node in enumerate(nodes) if node.get("tally")},
        **_links(graph, {name: at for at, name in enumerate(names)}),
    }


def _is_there(node: dict[str, Any]) -> bool:
    return bool(node.get("exists", True)) and node.get("change") != "removed"


def _title(name: str, node: dict[str, Any]) -> str | int:
    """Zero where the page can tell the title from the file's name."""
    title = str(node.get("title", name))
    return 0 if title == name.rsplit("/", 1)[-1].removesuffix(".md") else title


def _links(graph: MultiDiGraph, number: dict[str, int]) -> dict[str, Any]:
    groups = looks(graph)
    group_number = {name: at for at, name in enumerate(groups)}
    rows = sorted(
        (
            number[a],
            number[b],
            group_number[group_of(edge)],
            edge.get("line") or 0,
            edge.get("change", ""),
        )
        for a, b, edge in graph.edges(data=True)
    )
    return {
        "groups": [_group(look) for look in groups.values()],
        "links": [value for row in rows for value in row[:4]],
        "added": [at for at, row in enumerate(rows) if row[4] == "added"],
        "removed": [at for at, row in enumerate(rows) if row[4] == "removed"],
    }


def _group(look: Look) -> dict[str, Any]:
    return {
        "name": look.name,
        "label": look.label,
        "typed": look.typed,
        "hue": look.hue,
        "dash": list(look.dash),
        "color": look.own_color,
    }
