"""``png``: the ``svg`` as pixels, for places that show no SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultbp.render.svg import render as render_svg

if TYPE_CHECKING:
    from networkx import MultiDiGraph

WIDTH = 1600


def render(graph: MultiDiGraph) -> bytes:
    """The picture, ``WIDTH`` pixels wide."""
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(svg_string=render_svg(graph), width=WIDTH, font_family="DejaVu Sans")
    )
