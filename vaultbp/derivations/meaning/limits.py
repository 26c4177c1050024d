"""What limits go along: from one side, ``x → c^+``, ``h ↓ 0``, or through the members of a sequence."""

from __future__ import annotations

from msgspec.structs import replace

from vaultbp.derivations.meaning.terms import Idx, Sym, Term, walk
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


def counts(body: Term, symbol: Term) -> bool:
    """Whether what goes to a value counts members: ``x_n`` as n grows."""
    names = {Idx(symbol.key), symbol} if isinstance(symbol, Sym) else {symbol}
    members = (t for t in walk(body) if isinstance(t, Sym))
    return any(each in names for t in members for slot in t.slots for each in walk(slot.index))
