"""Tokens -> parts: where a statement may end, and which of these breaks to take back.

Works on the top level only, on *units*: a token that separates, or a whole bracketed thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vaultbp.latex.parser import Parser
from vaultbp.latex.symbols import EQUALITIES
from vaultbp.latex.words import OTHERWISE, is_condition, is_connective, is_explaining

_SEPARATORS = frozenset(("rel", "arrow", "sep", "gap", "row", "&", "text", "word", "quantifier"))
_JOINS = frozenset("+·×*/⊙∘⊗")


@dataclass(slots=True)
class Unit:
    """A token at the top level (``stop == start + 1``) or a bracketed group."""

    kind: str
    value: str
    start: int
    stop: int
    tight: bool = False
    """No white space stands on either side."""


@dataclass(slots=True)
class Part:
    """A run of units between breaks, on its way to being a chain or a condition."""

    connective: str
    units: list[Unit] = field(default_factory=list)
    words: str = ""
    """The words that introduced it."""

    def relations(self) -> list[str]:
        return [u.value for u in self.units if u.kind == "rel"]

    def has_equality(self) -> bool:
        return any(value in EQUALITIES for value in self.relations())

    @property
    def start(self) -> int:
        return self.units[0].start

    @property
    def stop(self) -> int:
        return self.units[-1].stop


def units_of(p: Parser) -> list[Unit]:
    units: list[Unit] = []
    at, end = 0, len(p.tokens)
    while at < end:
        token = p.tokens[at]
        if token.kind in ("cmd", "accent", "style"):
            stop = max(min(p.command_end(at), end), at + 1)
        else:
            stop = p.brackets.skip(at)
        kind = token.kind
        if (kind not in _SEPARATORS and kind != "op") or (
            kind in ("text", "word") and stop < end and p.tokens[stop].kind in ("_", "^", "prime")
        ):
            kind = "atom"
            stop = scripts_end(p, stop)
        tight = not token.gap and stop < end and not p.tokens[stop].gap
        units.append(Unit(kind, token.value, at, stop, tight))
        at = stop
    return units


def scripts_end(p: Parser, at: int) -> int:
    """Take scripts along with what carries them: separators in them separate nothing."""
    end = len(p.tokens)
    while at < end and p.tokens[at].kind == "prime":
        at += 1
    while at + 1 < end and p.tokens[at].kind in ("_", "^"):
        following = p.tokens[at + 1]
        if following.kind in ("cmd", "accent", "style"):
            at = min(p.command_end(at + 1), end)
        elif following.kind in ("row", "&", "gap"):
            break
        else:
            at = p.brackets.skip(at + 1)
    return at


def break_up(p: Parser, units: list[Unit]) -> list[Part]:
    """Cut the units where a statement may end; ``merge`` puts back what belongs together."""
    parts: list[Part] = []
    part = Part("")
    bars_open = False
    marks = 0

    def cut(connective: str, words: str = "") -> None:
        nonlocal part
        if part.units or (connective == "row" and part.words):
            parts.append(part)
            part = Part(connective, words=words)
        else:
            part.connective = _stronger(part.connective, connective)
            part.words = f"{part.words} {words}".strip()

    for place, unit in enumerate(units):
        kind = unit.kind
        if kind == "atom" and unit.stop == unit.start + 1 and p.tokens[unit.start].kind == "bar":
            bars_open = not bars_open and p.brackets.next_bar[unit.start] >= 0
        if kind == "row":
            marks = 0
            if _row_breaks(part, units, place):
                cut("row")
        elif kind == "arrow":
            cut(unit.value)
        elif kind == "gap":
            if _complete(part) and not _goes_on(units, place):
                cut("gap")
        elif kind in ("text", "word"):
            if _is_operand(part, units, place) or _joins_numbers(p, part, units, place):
                part.units.append(unit)
            else:
                cut("word", unit.value)
        elif kind == "quantifier":
            cut("for", "for all" if unit.value == "∀" else "exists")
            part.units.append(unit)
        elif kind == "sep" and unit.value == ":" and _is_ratio(p, part, units, place):
            p.tokens[unit.start].kind, p.tokens[unit.start].value = "op", "÷"
            part.units.append(Unit("op", "÷", unit.start, unit.stop))
        elif kind == "sep" and not bars_open:
            _separator(unit, part, units, place, cut)
        elif kind == "&":
            marks += 1
            second = part.has_equality() and _equality_ahead(units, place + 1)
            if (marks > 1 or second) and _column_breaks(part, units, place):
                cut("gap")
        else:
            leads = kind == "rel" and unit.value == "→" and part.has_equality()
            if leads and _equality_ahead(units, place + 1):
                cut("⇒")
            else:
                part.units.append(unit)
    cut("")
    return parts


def _stronger(old: str, new: str) -> str:
    """Of two connectives with nothing between them, the one that says more."""
    order = ("", "gap", ",", ";", ".", ":", "row")
    if old in order and new in order:
        return max(old, new, key=order.index)
    return old if new in order else new


def _separator(unit: Unit, part: Part, units: list[Unit], place: int, cut: object) -> None:
    assert callable(cut)
    if unit.value == ":":
        if part.has_equality():
            cut(":")
        elif part.units:
            part.units.append(Unit("rel", ":", unit.start, unit.stop))
        return
    if unit.value == "." and part.units and part.units[-1].kind in ("op", "rel"):
        return
    if unit.value == "." and _is_tight(units, place):
        part.units.append(unit)
        return
    cut(unit.value)


def _is_ratio(p: Parser, part: Part, units: list[Unit], place: int) -> bool:
    """``6 : 3 = 2``: a colon between bare numbers divides, unless it is set as after a label."""
    if part.words or not (part.units and place + 1 < len(units)):
        return False
    colon, after = p.tokens[units[place].start], units[place + 1]
    even = colon.gap == p.tokens[after.start].gap
    return even and _are_numbers(p, part.units) and _are_numbers(p, [after])


def _are_numbers(p: Parser, units: list[Unit]) -> bool:
    """Nothing but numbers, and operators and relations between them."""
    return all(
        unit.kind in ("op", "rel")
        or (unit.stop == unit.start + 1 and p.tokens[unit.start].kind == "num")
        for unit in units
    )


def _joins_numbers(p: Parser, part: Part, units: list[Unit], place: int) -> bool:
    """``1 \\text{ xor } 0``: words between two bare numbers are an operator, not a break."""
    if not part.units or part.relations() or place + 1 >= len(units):
        return False
    if is_condition(units[place].value):
        return False
    return _are_numbers(p, part.units) and _are_numbers(p, units[place + 1 : place + 2])


def _is_tight(units: list[Unit], place: int) -> bool:
    """``np.sum``: a dot inside a word of code; the parser will refuse it."""
    if not 0 < place < len(units) - 1:
        return False
    before, after = units[place - 1], units[place + 1]
    letters = before.value.isalpha() and after.value.isalpha()
    return letters and before.kind == after.kind == "atom" and units[place].tight


def _complete(part: Part) -> bool:
    return bool(part.units) and part.units[-1].kind not in ("op", "rel")


def _following(units: list[Unit], place: int) -> int:
    """The next unit that is not layout."""
    place += 1
    while place < len(units) and units[place].kind in ("&", "gap", "row"):
        place += 1
    return place


def _goes_on(units: list[Unit], place: int) -> bool:
    """Whether an operator or a relation follows: a gap before it is only space."""
    following = place + 1
    if following < len(units) and units[following].kind == "&":
        following += 1
    return following < len(units) and units[following].kind in ("op", "rel")


def _column_breaks(part: Part, units: list[Unit], place: int) -> bool:
    """Whether an ``&`` begins another column of equations: after the first of its row, or between
    two."""
    if units[place - 1].kind == "&":
        return False
    following = place + 1
    while following < len(units) and units[following].kind == "&":
        following += 1
    if following >= len(units) or not _complete(part):
        return False
    return units[following].kind not in ("rel", "op", "row")


def _row_breaks(part: Part, units: list[Unit], place: int) -> bool:
    if not _complete(part):
        return bool(part.words) and not part.units
    following = _following(units, place)
    if following >= len(units):
        return False
    unit = units[following]
    if unit.kind == "rel":
        return bool(part.words) and (is_explaining(part.words) or not part.relations())
    if unit.kind == "op":
        if unit.value in _JOINS:
            return False
        return _relation_in_row(units, following)
    return True


def _relation_in_row(units: list[Unit], place: int) -> bool:
    while place < len(units) and units[place].kind not in ("row", "arrow"):
        if units[place].kind == "rel":
            return True
        place += 1
    return False


def _equality_ahead(units: list[Unit], place: int) -> bool:
    while place < len(units) and units[place].kind not in ("row", "arrow"):
        if units[place].kind == "rel" and units[place].value in EQUALITIES:
            return True
        if units[place].kind == "rel" and units[place].value == "→":
            return False
        place += 1
    return False


def _is_operand(part: Part, units: list[Unit], place: int) -> bool:
    """Whether words stand where an operand must: beside an operator or a relation."""
    unit = units[place]
    if len(units) == 1:
        return " " not in unit.value.strip()
    if is_connective(unit.value) or is_condition(unit.value):
        return False
    if unit.value.strip(".,;:() ").lower() in OTHERWISE:
        return False
    previous = part.units[-1].kind if part.units else ""
    ahead = [each.kind for each in units[place + 1 : place + 3]]
    names = ahead == ["&", "rel"] and unit.value.strip()[:1].isalnum()
    following = "rel" if names else ahead[0] if ahead else ""
    before = previous in ("", "op", "rel")
    after = following in ("", "op", "rel", "row", "&", "gap", "sep", "arrow")
    one = " " not in unit.value.strip() and unit.value[:1].isalpha()
    if previous == "" and following in ("", "row", "&", "gap", "sep", "arrow", "atom"):
        return one and unit.kind == "text" and following == "atom" and _calls(units, place)
    if previous in ("op", "rel") and (after or one):
        return True
    if before and following in ("op", "rel"):
        return True
    return one and unit.kind == "text" and previous == "atom" and _tight(units, place)


def _calls(units: list[Unit], place: int) -> bool:
    """``\\text{ReLU}(x)``, ``\\text{loss}_i``: the word carries what follows it."""
    return units[place + 1].value in ("(", "_", "^", "[")


def _tight(units: list[Unit], place: int) -> bool:
    following = units[place + 1] if place + 1 < len(units) else None
    return following is not None and (
        following.kind == "op" or (following.kind == "atom" and following.value in ("(", "_", "^"))
    )


# Merging


def merge(p: Parser, parts: list[Part]) -> list[Part]:
    """Undo breaks that separate no statements: lists, and tails of a broken line."""
    merged: list[Part] = []
    for place, part in enumerate(parts):
        if (
            merged
            and part.connective in (",", ";")
            and _is_list_tail(p, merged[-1], part, parts, place)
        ):
            _join(merged[-1], part)
        else:
            merged.append(part)
    return merged


def _join(before: Part, part: Part) -> None:
    comma = Unit("sep", ",", before.stop, part.start)
    before.units += [comma, *part.units]


def _is_list_tail(p: Parser, before: Part, part: Part, parts: list[Part], place: int) -> bool:
    if part.words:
        return False
    if part.relations():
        first = part.relations()[0]
        listed = first in ("∈", "∼", ":") or (first == "=" and _letters(p, before, part))
        return not before.relations() and listed and _plain(before)
    if before.relations():
        following = parts[place + 1] if place + 1 < len(parts) else None
        starts_new = (
            following is not None
            and following.connective in (",", ";")
            and (following.relations() and following.relations()[0] in ("∈", "∼"))
        )
        return not starts_new and not is_bracketed_condition(p, part)
    return _plain(before) and _plain(part)


def _letters(p: Parser, *parts: Part) -> bool:
    """``i, j = 1, 2``: only letters before the sign."""
    for part in parts:
        for unit in part.units:
            if unit.kind == "rel":
                break
            if unit.stop != unit.start + 1 or p.tokens[unit.start].kind not in ("let", "sep"):
                return False
    return True


def _plain(part: Part) -> bool:
    return not any(unit.kind == "op" and unit.value in "=+" for unit in part.units)


def is_bracketed_condition(p: Parser, part: Part) -> bool:
    first = part.units[0]
    if len(part.units) != 1 or p.tokens[first.start].kind != "open":
        return False
    inner = (first.start + 1, first.stop - 1)
    return p.find(frozenset(("rel", "text", "word")), *inner) >= 0
