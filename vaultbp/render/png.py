"""``png``: the ``svg`` as pixels, for places that show no SVG. Needs the extra ``vaultbp[png]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultbp.render.svg import render as render_svg

if TYPE_CHECKING:
    from networkx import MultiDiGraph

WIDTH = 1600


class MissingExtraError(Exception):
    """A library that only this needs is not installed; the text says how to get it."""


def render(graph: MultiDiGraph) -> bytes:
    """The picture, ``WIDTH`` pixels wide. Raises MissingExtraError without resvg."""
    try:
        import resvg_py
    except ModuleNotFoundError:
        raise MissingExtraError(
            "png needs resvg: `pip install 'vaultbp[png]'`, or take --format svg"
        ) from None
    return bytes(
        resvg_py.svg_to_bytes(svg_string=render_svg(graph), width=WIDTH, font_family="DejaVu Sans")
    )
