"""Limits from one side: ``x → c^+``, ``x → 0^-``, ``h ↓ 0``."""

from __future__ import annotations

from msgspec.structs import replace

from vaultbp.latex import tree

_SIDES = {"+": 1, "-": -1}
_ARROWS = {"↓": 1, "↑": -1}


def approached(op: str, to: tree.Node) -> tuple[tree.Node, int]:
    """The place that is approached, and whether from above (1), from below (-1) or from both (0)."""
    match to:
        case tree.Power(base=base, exp=tree.Label(text="+" | "-" as sign)):
            return base, _SIDES[sign]
        case tree.Name(sup=(*others, tree.Superscript(body=tree.Label(text="+" | "-" as sign)))):
            return replace(to, sup=tuple(others)), _SIDES[sign]
        case _:
            return to, _ARROWS.get(op, 0)
