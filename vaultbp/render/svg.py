"""``svg``: the concept graph as a picture, with the same places as on the page and a legend."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from vaultbp.appearance import Look, group_of, looks
from vaultbp.terminal import width

if TYPE_CHECKING:
    from networkx import MultiDiGraph

Place = tuple[float, float]

_INK, _PAPER, _NOTE, _GHOST = "#1c2024", "#ffffff", "#3b6ea8", "#8a8f98"
_ADDED, _REMOVED = "#00704f", "#c2410c"
_MARGIN = 60.0
_SPREAD = 1.4
"""A picture cannot be zoomed for its names: notes stand further apart than on the page."""
_NAMED = 150
"""In a larger graph only so many of the most linked notes carry their name."""
_NAMED_IF_LARGE = 40
_STATES = (
    (1, "#c2410c", "✗ wrong"),
    (4, "#a3508a", "! failing cell"),
    (2, "#8a6d1a", "– unchecked"),
    (0, "#0a6fb0", "✓ verified"),
    (3, "#0a6fb0", "✓ verified"),
)


def render(graph: MultiDiGraph) -> str:
    """The picture; coloured by the state of each note's claims where the graph has them.

    A node with an ``href`` links to it.
    """
    from vaultbp.layout import place

    places = {name: (_SPREAD * x, _SPREAD * y) for name, (x, y) in place(graph).items()}
    if not places:
        return _document(0, 0, 320, 80, ['<text x="20" y="45">No notes.</text>'])
    radii = {name: min(5 + 2.2 * math.sqrt(graph.degree(name)), 30) for name in graph.nodes}
    kinds = looks(graph)
    left = min(x for x, _ in places.values()) - _MARGIN
    right = max(x for x, _ in places.values()) + _MARGIN
    top = min(y for _, y in places.values()) - _MARGIN
    bottom = max(y for _, y in places.values()) + _MARGIN
    legend = list(_legend(graph, kinds, left + 16, bottom))
    parts = [
        *_markers(kinds),
        *_edges(graph, places, radii, kinds),
        *_nodes(graph, places, radii),
        *_names(graph, places, radii),
        *legend,
    ]
    height = bottom - top + 22.0 * math.ceil(len(kinds) / 3) + 44
    return _document(left, top, right - left, height, parts)


def _document(left: float, top: float, wide: float, high: float, parts: list[str]) -> str:
    box = f"{left:.1f} {top:.1f} {wide:.1f} {high:.1f}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{wide:.0f}" '
            f'height="{high:.0f}" font-family="system-ui, sans-serif" font-size="12">',
            f'<rect x="{left:.1f}" y="{top:.1f}" width="100%" height="100%" fill="{_PAPER}"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _markers(kinds: Mapping[str, Look]) -> Iterator[str]:
    colors = sorted({look.color for look in kinds.values()} | {_ADDED, _REMOVED})
    yield "<defs>"
    for color in colors:
        yield (
            f'<marker id="{_arrow(color)}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
            f'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
            f'<path d="M0 1L10 5L0 9Z" fill="{color}"/></marker>'
        )
    yield "</defs>"


def _arrow(color: str) -> str:
    return "arrow-" + color.removeprefix("#")


def _edges(
    graph: MultiDiGraph,
    places: Mapping[str, Place],
    radii: Mapping[str, float],
    kinds: Mapping[str, Look],
) -> Iterator[str]:
    opacity = max(0.08, min(0.8, 3000 / (graph.number_of_edges() + 1)))
    between: dict[tuple[str, str], int] = {}
    yield f'<g fill="none" stroke-opacity="{opacity:.2f}">'
    for a, b, edge in sorted(graph.edges(data=True), key=_edge_order):
        pair = (min(a, b), max(a, b))
        nth = between[pair] = between.get(pair, -1) + 1
        look = kinds[group_of(edge)]
        color = {"added": _ADDED, "removed": _REMOVED}.get(edge.get("change", ""), look.color)
        dash = (3, 4) if edge.get("change") == "removed" else look.dash
        dashes = f' stroke-dasharray="{" ".join(map(str, dash))}"' if dash else ""
        wide = 2.4 if edge.get("change") else 1.6 if look.typed else 1
        bent = math.ceil(nth / 2) * (1 if nth % 2 else -1) * (1 if a <= b else -1)
        yield (
            f'<path d="{_path(places[a], places[b], radii[a], radii[b], bent)}" stroke="{color}" '
            f'stroke-width="{wide}"{dashes} marker-end="url(#{_arrow(color)})">'
            f"<title>{escape(_said(graph, a, b, look))}</title></path>"
        )
    yield "</g>"


def _edge_order(edge: tuple[str, str, dict[str, Any]]) -> tuple[str, str, str, int, str]:
    a, b, data = edge
    return a, b, group_of(data), data.get("line") or 0, str(data.get("change", ""))


def _said(graph: MultiDiGraph, a: str, b: str, look: Look) -> str:
    return f"{_title(graph, a)} {look.label} {_title(graph, b)}"


def _title(graph: MultiDiGraph, name: str) -> str:
    return str(graph.nodes[name].get("title", name))


def _path(start: Place, end: Place, first: float, second: float, bent: int) -> str:
    """From the rim of one note to the rim of the other, bowed aside if it is not the only link."""
    (ax, ay), (bx, by) = start, end
    dx, dy = bx - ax, by - ay
    length = math.hypot(dx, dy)
    if length < 1e-9:
        return f"M{ax - 3:.1f} {ay - first:.1f}a{first:.1f} {first:.1f} 0 1 1 6 0"
    ux, uy = dx / length, dy / length
    ax, ay = ax + ux * first, ay + uy * first
    bx, by = bx - ux * (second + 2), by - uy * (second + 2)
    if not bent:
        return f"M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}"
    shift = 0.16 * bent
    cx, cy = (ax + bx) / 2 - dy * shift, (ay + by) / 2 + dx * shift
    return f"M{ax:.1f} {ay:.1f}Q{cx:.1f} {cy:.1f} {bx:.1f} {by:.1f}"


def _nodes(
    graph: MultiDiGraph, places: Mapping[str, Place], radii: Mapping[str, float]
) -> Iterator[str]:
    for name in sorted(graph.nodes):
        node = graph.nodes[name]
        (x, y), radius = places[name], radii[name]
        circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"'
        color, mark, word = _state(node)
        if not node.get("exists", True):
            yield (
                f'{circle} fill="{_PAPER}" stroke="{_GHOST}" stroke-dasharray="4 3">'
                f"<title>{escape(_title(graph, name))} (no such note)</title></circle>"
            )
            continue
        href = node.get("href")
        yield f'<a href="{escape(href)}">' if href else "<g>"
        yield (
            f'{circle} fill="{color}" stroke="{_PAPER}">'
            f"<title>{escape(_title(graph, name) + word)}</title></circle>"
        )
        if mark:
            yield (
                f'<text x="{x:.1f}" y="{y + radius * 0.45:.1f}" text-anchor="middle" '
                f'font-size="{radius * 1.3:.0f}" font-weight="bold" fill="{_PAPER}">{mark}</text>'
            )
        yield "</a>" if href else "</g>"


def _state(node: Mapping[str, Any]) -> tuple[str, str, str]:
    """Colour, sign and words for what was found in a note, the worst first."""
    tally = node.get("tally")
    for at, color, word in _STATES:
        if tally and tally[at]:
            return color, word[0], f": {word[2:]}"
    return _NOTE, "", ""


def _names(
    graph: MultiDiGraph, places: Mapping[str, Place], radii: Mapping[str, float]
) -> Iterator[str]:
    named = sorted(graph.nodes, key=lambda name: (-radii[name], name))
    if len(named) > _NAMED:
        named = named[:_NAMED_IF_LARGE]
    yield f'<g text-anchor="middle" fill="{_INK}" stroke="{_PAPER}" stroke-width="3" paint-order="stroke">'
    taken: list[tuple[float, float, float, float]] = []
    for name in named:
        x, y = places[name][0], places[name][1] + radii[name] + 13
        text = _title(graph, name)
        text = text if len(text) <= 42 else text[:41] + "…"
        box = _box(text, x, y)
        if any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        color = "" if graph.nodes[name].get("exists", True) else f' fill="{_GHOST}"'
        yield f'<text x="{x:.1f}" y="{y:.1f}"{color}>{escape(text)}</text>'
    yield "</g>"


def _box(text: str, x: float, y: float) -> tuple[float, float, float, float]:
    """About where a name of 12 units' height will stand."""
    half = 3.4 * width(text)
    return x - half, y - 11, x + half, y + 4


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _legend(
    graph: MultiDiGraph, kinds: Mapping[str, Look], left: float, top: float
) -> Iterator[str]:
    counts: dict[str, int] = {}
    for _, _, edge in graph.edges(data=True):
        counts[group_of(edge)] = counts.get(group_of(edge), 0) + 1
    for at, look in enumerate(kinds.values()):
        x, y = left + 190 * (at % 3), top + 20 + 22 * (at // 3)
        dash = f' stroke-dasharray="{" ".join(map(str, look.dash))}"' if look.dash else ""
        yield (
            f'<path d="M{x:.1f} {y:.1f}h36" stroke="{look.color}" stroke-width="2"{dash} '
            f'marker-end="url(#{_arrow(look.color)})"/>'
            f'<text x="{x + 44:.1f}" y="{y + 4:.1f}" fill="{_INK}">'
            f"{escape(look.label)} ({counts[look.name]})</text>"
        )
