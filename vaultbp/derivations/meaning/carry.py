"""What a chain leaves out: a left side that stands in a formula before, a side left open."""

from __future__ import annotations

import re
from dataclasses import dataclass

from msgspec.structs import replace

from vaultbp.derivations.meaning.lower import Lowering
from vaultbp.derivations.meaning.terms import Opaque, walk
from vaultbp.latex import tree
from vaultbp.notes.note import Formula, Note

NEAR = 40
"""Characters between two displayed formulas over which the second surely goes on with the first."""
FAR = 400
"""Characters of remarks over which a formula may still go on with the one before."""

_MARGIN = re.compile(r"[ \t>]*")
_MARKER = re.compile(r"([-*+]|\d+[.)])[ \t]+")
_NONE = re.compile(r"(?i:n\.?/?a\.?|none|tbd|todo)")
_REASON = re.compile(
    r"[\s>*+-]*(\(|\[)?(because|since|by|using|due to|recall( that)?|weil|da|denn|потому|так как|поскольку"
    r"|porque|ya que|car|puisque|因为|由于|因為|由於|根据|なぜなら)(?![a-zа-я])",
    re.IGNORECASE,
)
"""How words begin that only say why the formula before them holds."""
_SPACE = re.compile(r"[\s>*+-]*")


@dataclass(frozen=True)
class Ending:
    """The last readable side of a formula, for one that begins with ``=``."""

    formula: Formula
    side: tree.Node
    equality: bool
    section: int
    indent: int
    """How far its line is indented."""
    leads: bool
    """It stands at the beginning of its line, or on display."""


def without_open_sides(chain: tree.Chain) -> tree.Chain:
    """The chain without sides left open: ``a = ?`` states nothing, ``a = … = b`` says ``a = b``."""
    sides, marks = list(chain.sides), list(chain.relations)
    for k in range(len(sides) - 1, 0, -1):
        last = k == len(marks)
        if _is_open(sides[k]) and (last or marks[k].op == marks[k - 1].op):
            del sides[k], marks[k - 1]
    if len(sides) == len(chain.sides):
        return chain
    return replace(chain, sides=tuple(sides), relations=tuple(marks))


def _is_open(side: tree.Node) -> bool:
    """``?``, dots, or the words for “there is none”."""
    match side:
        case tree.Missing() | tree.Ellipsis():
            return True
        case tree.Unreadable(text=words) | tree.Text(words=words) | tree.Name(base=words):
            return _NONE.fullmatch(words.strip()) is not None
        case tree.Quotient(num=tree.Name(base="N"), den=tree.Name(base="A"), slash=slash):
            return slash
        case _:
            return False


def ending(
    note: Note, formula: Formula, chains: list[tree.Chain], section: int, lowering: Lowering
) -> Ending | None:
    """What a later formula may go on with, or ``None`` if nothing of this one can be read."""
    equalities = [c for c in chains if c.relations and c.relations[0].op == "="]
    for chain in (equalities or chains)[-1:]:
        for side, mark in zip(
            reversed(chain.sides), (None, *reversed(chain.relations)), strict=True
        ):
            if mark is not None and mark.op != "=":
                break
            term = lowering.term(side)
            if not any(isinstance(t, Opaque) for t in walk(term)):
                return Ending(formula, side, bool(equalities), section, *_margin(note, formula))
    return None


def carried(
    note: Note, endings: list[Ending], formula: Formula, section: int
) -> tuple[tree.Node | None, bool]:
    """The side that a formula beginning with ``=`` goes on with, and whether words stand between that
    say more than why it holds.

    It is that of the formula just before, which may be a remark where it is an equality at the end of a
    sentence; or, over remarks, of the last equality of the section on
    a line of its own that is indented no further.
    """
    if not endings:
        return None, False
    last = endings[-1]
    indent, leads = _margin(note, formula)
    between = note.source.text[last.formula.span.end : formula.span.start]
    if last.indent <= indent:
        if _SPACE.fullmatch(between):
            return last.side, last.equality and not last.leads
        if "inline" not in (last.formula.form, formula.form) and len(between.strip()) <= NEAR:
            return last.side, False
    for each in reversed(endings if leads else []):
        gap = formula.span.start - each.formula.span.end
        if each.section != section or gap > FAR:
            break
        if each.equality and each.leads and each.indent <= indent:
            between = note.source.text[each.formula.span.end : formula.span.start]
            return each.side, _REASON.match(between) is None
    return None, False


def _margin(note: Note, formula: Formula) -> tuple[int, bool]:
    """How far the formula's line is indented, and whether nothing stands before it there."""
    text = note.source.text
    start = text.rfind("\n", 0, formula.span.start) + 1
    margin = _MARGIN.match(text, start)
    assert margin is not None
    marker = _MARKER.match(text, margin.end())
    begins = marker.end() if marker else margin.end()
    leads = begins >= formula.span.start or formula.form == "display"
    return len(margin.group().expandtabs(4)), leads
