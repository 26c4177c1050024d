"""Tokens -> claims: where statements begin and end, what connects them, what conditions them.

Works on the top level only, on *units*: a token that separates, or a whole bracketed thing. Rows,
arrows, words, commas and gaps may separate two statements; whether they do depends on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from vaultbp.latex.environments import condition, split
from vaultbp.latex.parser import Parser
from vaultbp.latex.symbols import CASE_ENVIRONMENTS, MATRIX_BRACKETS, ROW_ENVIRONMENTS
from vaultbp.latex.tokens import Token
from vaultbp.latex.tree import (
    Chain,
    Mark,
    Missing,
    Name,
    Node,
    Problem,
    Product,
    Relation,
    Sum,
    Text,
    Tuple,
    Unreadable,
)
from vaultbp.latex.words import OTHERWISE, is_condition, is_connective, is_explaining, word_set
from vaultbp.source import Span

MAX_SIDES = 400
"""Sides of one formula; more are not read."""

MAX_PARTS = 800
"""Commas, rows and words at the top level; more are not read."""

_SEPARATORS = frozenset(("rel", "arrow", "sep", "gap", "row", "&", "text", "word", "quantifier"))
_EQUALITIES = frozenset(("=", ":=", "=:", "≡", "≈", "∝", "←", "+=", "-=", "≃", "≅", "?="))
_CONDITIONAL = word_set("< > ≤ ≥ ≠ ∈ ∉ ≪ ≫ ⊂ ⊆")
_INDEX_LETTERS = frozenset("ijklmnstIJKLMNT")
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
        return any(value in _EQUALITIES for value in self.relations())

    @property
    def start(self) -> int:
        return self.units[0].start

    @property
    def stop(self) -> int:
        return self.units[-1].stop


def read_claims(p: Parser) -> list[Chain]:
    """All chains of the formula that the parser holds, in order."""
    open_layout(p)
    parts = break_up(p, units_of(p))
    if len(parts) > MAX_PARTS:
        why = f"this formula is too large: more than {MAX_PARTS} statements"
        p.problems.append(Problem(p.span(0, len(p.tokens)), why))
        return []
    parts = merge(p, parts)
    return _Builder(p).build(parts)


# Layout


def open_layout(p: Parser) -> None:
    """Make transparent what only lays out statements: ``align`` and its kin, braces around whole
    statements, a left brace before a system of equations."""
    tokens, match = p.tokens, p.match
    for index, token in enumerate(tokens):
        if token.kind == "begin" and match[index] > index:
            if _is_layout(p, index):
                _open(p, index)
        elif token.kind == "open" and token.value == "{" and match[index] > index:
            inner, closing = index + 1, match[index]
            holds = (
                inner < closing and tokens[inner].kind == "begin" and match[inner] == closing - 1
            )
            holds = holds and tokens[closing].value == "." and _begins_statement(p, index)
            if holds and _rows_are_statements(p, inner + 1, closing - 1):
                _open(p, index)
                _open(p, inner)
        elif token.kind == "{" and match[index] > index and _wraps_statement(p, index):
            _open(p, index)


def _open(p: Parser, index: int) -> None:
    closing = p.match[index]
    rows = p.tokens[index].kind == "begin"
    for at in (index, closing):
        p.tokens[at].kind = "row" if rows else "&"
        p.match[at] = -1


def _is_layout(p: Parser, index: int) -> bool:
    environment = p.tokens[index].value.rstrip("*")
    if environment in ROW_ENVIRONMENTS:
        return _at_top(p, index)
    if environment in CASE_ENVIRONMENTS or not MATRIX_BRACKETS.get(environment, "x"):
        inner, closing = index + 1, p.match[index]
        return _begins_statement(p, index) and _rows_are_statements(p, inner, closing)
    return False


def _at_top(p: Parser, index: int) -> bool:
    """Whether no real bracket encloses a token. Opened layout has no partner any more."""
    at = index - 1
    while at >= 0:
        if p.match[at] > index:
            return False
        at = p.match[at] - 1 if 0 <= p.match[at] < at else at - 1
    return True


def _begins_statement(p: Parser, index: int) -> bool:
    at = index - 1
    while at >= 0 and p.tokens[at].kind in ("&", "gap"):
        at -= 1
    starts = at < 0 or p.tokens[at].kind in ("row", "sep", "arrow", "text")
    return starts and _at_top(p, index)


def _rows_are_statements(p: Parser, begin: int, end: int) -> bool:
    """Whether every row holds an equality outside brackets (and so is no case or matrix row)."""
    rows = [r for r in split(p, begin, end, frozenset(("row",))) if r[0] < r[1]]
    equal = [_is_statement_row(p, a, b) for a, b in rows]
    return bool(rows) and sum(equal) * 2 > len(rows)


def _is_statement_row(p: Parser, begin: int, end: int) -> bool:
    """An equality in the first cell, or right after a mark (``x &= 1``); later ones are conditions."""
    cells = [cell for cell in split(p, begin, end, frozenset(("&",))) if cell[0] < cell[1]]
    if any(p.tokens[a].kind == "rel" and p.tokens[a].value in _EQUALITIES for a, _ in cells):
        return True
    return bool(cells) and _has_equality(p, *cells[0])


def _has_equality(p: Parser, begin: int, end: int) -> bool:
    at = begin
    while at < end:
        token = p.tokens[at]
        if token.kind in ("text", "word") and is_condition(token.value):
            return False
        if token.kind == "rel" and token.value in _EQUALITIES:
            return True
        at = p.brackets.skip(at)
    return False


def _wraps_statement(p: Parser, index: int) -> bool:
    """A brace group that holds relations or rows and is no argument."""
    before = p.tokens[index - 1] if index else None
    if before is not None and before.kind in ("_", "^", "cmd", "accent", "style", "func", "big"):
        return False
    if before is not None and before.kind in ("}", "close", "function") and not before.gap:
        return False
    found = p.find(frozenset(("rel", "row", "arrow", "begin")), index + 1, p.match[index])
    return found >= 0 and _at_top(p, index)


# Units and breaks


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
            if _is_operand(part, units, place):
                part.units.append(unit)
            else:
                cut("word", unit.value)
        elif kind == "quantifier":
            cut("for", "for all" if unit.value == "∀" else "exists")
            part.units.append(unit)
        elif kind == "sep" and not bars_open:
            _separator(unit, part, units, place, cut)
        elif kind == "&":
            marks += 1
            if marks > 1 and _column_breaks(part, units, place):
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
    """Whether an ``&`` after the first of its row begins another column of equations."""
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
        if units[place].kind == "rel" and units[place].value in _EQUALITIES:
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
    following = units[place + 1].kind if place + 1 < len(units) else ""
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
        return not starts_new and not _is_bracketed_condition(p, part)
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


def _is_bracketed_condition(p: Parser, part: Part) -> bool:
    first = part.units[0]
    if len(part.units) != 1 or p.tokens[first.start].kind != "open":
        return False
    inner = (first.start + 1, first.stop - 1)
    return p.find(frozenset(("rel", "text", "word")), *inner) >= 0


# Building


class _Builder:
    """Turns parts into chains and conditions, in order."""

    def __init__(self, p: Parser) -> None:
        self.p = p
        self.chains: list[Chain] = []
        self.pending: list[Node] = []
        """Conditions met before the chain that they belong to."""
        self.remarks: list[str] = []
        self.sides = 0
        self.explaining: set[int] = set()
        """Chains that only explain a symbol: no later row goes on with them."""

    def build(self, parts: list[Part]) -> list[Chain]:
        for part in parts:
            if self.sides > MAX_SIDES:
                why = f"this formula is too large: more than {MAX_SIDES} sides"
                self.p.problems.append(Problem(self.p.span(part.start, part.stop), why))
                break
            self.take(part)
        if self.pending and self.chains:
            self.condition(*self.pending)
        if self.remarks and self.chains:
            self.remark(" ".join(self.remarks))
        return self.chains

    def take(self, part: Part) -> None:
        if part.words and not is_condition(part.words):
            self.remarks.append(part.words)
        if all(unit.kind in ("op", "sep") for unit in part.units):
            if part.words and is_condition(part.words):
                self.condition_or_pend(Text(part.words))
            return
        if self.is_number_label(part):
            return
        if self.is_condition_part(part):
            self.condition_or_pend(self.read_condition(part), first=not self.chains)
            return
        if part.units[0].kind == "rel":
            self.extend(part)
            return
        self.flush_remarks(part)
        self.add_chain(part)

    def flush_remarks(self, part: Part) -> None:
        """Words before a break belong to the chain before; connectives to nobody."""
        if self.remarks and self.chains:
            said = [words for words in self.remarks if not is_connective(words)]
            if said:
                self.remark(" ".join(said))
            self.remarks = [words for words in self.remarks if is_connective(words)][:0]

    def is_number_label(self, part: Part) -> bool:
        """``(12)`` after a gap numbers the equation."""
        first = part.units[0]
        if part.connective not in ("gap", "row", ".") or len(part.units) != 1 or not self.chains:
            return False
        if self.p.tokens[first.start].kind != "open" or first.stop - first.start > 6:
            return False
        inner = self.p.tokens[first.start + 1 : first.stop - 1]
        return (
            bool(inner)
            and all(t.kind in ("num", "sep", "let") for t in inner)
            and any(t.kind == "num" for t in inner)
        )

    def is_condition_part(self, part: Part) -> bool:
        if part.connective == "for" or (part.words and is_condition(part.words)):
            return True
        if part.connective not in (",", "gap", ";", "word") or not self.chains:
            return False
        if is_connective(part.words):
            return False
        if _is_bracketed_condition(self.p, part):
            return True
        relations = part.relations()
        if not relations or part.units[0].kind == "rel":
            return False
        if not any(mark.op in _EQUALITIES for mark in self.chains[-1].relations):
            return False
        if all(value in _CONDITIONAL for value in relations):
            return True
        return self.is_index_statement(part)

    def is_index_statement(self, part: Part) -> bool:
        """``i = j``, ``k = 1, …, K``: says for which indices."""
        units = part.units
        if len(units) < 3 or units[1].kind != "rel" or units[0].stop - units[0].start != 1:
            return False
        if units[0].value not in _INDEX_LETTERS or len(part.relations()) != 1:
            return False
        tail = units[2:]
        simple = all(u.stop - u.start == 1 or u.kind == "sep" for u in tail)
        return simple and all(
            u.kind in ("sep", "op")
            or u.value in _INDEX_LETTERS
            or u.value.isdigit()
            or u.value == "…"
            for u in (Unit(u.kind, _value(self.p, u), u.start, u.stop) for u in tail)
        )

    def read_condition(self, part: Part) -> Node:
        p = self.p
        start, stop = part.start, part.stop
        token = p.tokens[start]
        if token.kind == "open" and p.match[start] == stop - 1:
            start, stop = start + 1, stop - 1
        if token.kind == "quantifier":
            start += 1
        node = condition(p, start, stop)
        if part.words and isinstance(node, Text):
            return Text(f"{part.words} {node.words}", span=p.span(start, stop))
        return node

    def condition_or_pend(self, node: Node, first: bool = False) -> None:
        if self.chains and not first:
            self.condition(node)
        else:
            self.pending.append(node)

    def condition(self, *nodes: Node) -> None:
        last = self.chains[-1]
        self.chains[-1] = replace(last, conditions=(*last.conditions, *nodes))
        self.pending = []

    def remark(self, words: str) -> None:
        last = self.chains[-1]
        self.chains[-1] = replace(last, remarks=(*last.remarks, words))
        self.remarks = []

    # Chains

    def add_chain(self, part: Part) -> None:
        sides, marks, conditions = self.read_sides(part)
        if len(sides) == 1 and isinstance(sides[0], Text):
            return
        p = self.p
        span = p.span(part.start, part.stop)
        given = (*self.pending, *conditions)
        self.pending = []
        connective = part.connective
        if not self.chains and connective in ("gap", "row", ",", ";", ".", ":"):
            connective = ""
        chain = Chain(
            tuple(sides),
            tuple(marks),
            span,
            connective=connective,
            conditions=given,
            source=p.text[span.start : span.end],
        )
        if is_explaining(part.words):
            self.explaining.add(len(self.chains))
        self.chains.append(chain)
        self.add_asides()

    def extend(self, part: Part) -> None:
        """A part that begins with a relation goes on with the chain before."""
        sides, marks, conditions = self.read_sides(part)
        at = next((k for k in range(len(self.chains) - 1, -1, -1) if self.extendable(k)), -1)
        p = self.p
        span = p.span(part.start, part.stop)
        if at < 0:
            left = Missing(span=Span(span.start, span.start))
            source = p.text[span.start : span.end]
            self.chains.append(
                Chain(
                    (left, *sides), tuple(marks), span, "", tuple(conditions), True, source=source
                )
            )
        else:
            last = self.chains[at]
            whole = Span(last.span.start, max(span.end, last.span.end))
            self.chains[at] = replace(
                last,
                sides=(*last.sides, *sides),
                relations=(*last.relations, *marks),
                conditions=(*last.conditions, *conditions),
                span=whole,
                source=p.text[whole.start : whole.end],
            )
        self.add_asides()

    def extendable(self, at: int) -> bool:
        """Not what an underbrace says or a ``where`` explains, nor a symbol among words."""
        chain = self.chains[at]
        if chain.connective == "underbrace" or (at in self.explaining and at > 0):
            return False
        return bool(chain.relations) or not (chain.connective == "word" or chain.remarks)

    def read_sides(self, part: Part) -> tuple[list[Node], list[Mark], list[Node]]:
        """Sides and relations of a part; conditions in brackets after a side are taken off it."""
        p = self.p
        sides: list[Node] = []
        marks: list[Mark] = []
        conditions: list[Node] = []
        units = part.units
        begin = 0
        for place in range(len(units) + 1):
            last = place == len(units)
            if not last and units[place].kind != "rel":
                continue
            if place > begin:
                self.sides += 1
                side = p.confined(units[begin].start, units[place - 1].stop)
                side, found = take_condition(side)
                conditions += found
                sides.append(side)
            elif not last and place == 0:
                pass
            elif begin or not last:
                at = units[place - 1].stop if place else units[0].start
                sides.append(Missing(span=p.span(at, at)))
            if not last:
                unit = units[place]
                marks.append(Mark(unit.value, p.span(unit.start, unit.stop)))
                begin = place + 1
        return [checked(p, side) for side in sides], marks, conditions

    def add_asides(self) -> None:
        p = self.p
        for left, right, span in p.asides:
            whole = Span(left.span.start, max(span.end, left.span.end))
            mark = Mark("=", Span(span.start, span.start))
            source = p.text[whole.start : whole.end]
            chain = Chain((left, right), (mark,), whole, connective="underbrace", source=source)
            self.chains.append(chain)
        p.asides = []


def _value(p: Parser, unit: Unit) -> str:
    token: Token = p.tokens[unit.start] if unit.start < len(p.tokens) else p.tokens[-1]
    return "…" if token.kind == "dots" else unit.value


def take_condition(node: Node) -> tuple[Node, list[Node]]:
    """``1 (x > 0)``: the side without the bracketed condition, and the condition."""
    if isinstance(node, Product) and _is_condition(node.factors[-1]):
        rest = node.factors[:-1]
        body = rest[0] if len(rest) == 1 else Product(rest, node.ops[:-1], span=node.span)
        return body, [node.factors[-1]]
    if isinstance(node, Sum) and isinstance(node.terms[-1], Product):
        last, found = take_condition(node.terms[-1])
        if found:
            return replace(node, terms=(*node.terms[:-1], last)), found
    return node, []


def _is_condition(node: Node) -> bool:
    if isinstance(node, Tuple):
        return bool(node.items) and isinstance(node.items[0], Relation)
    return isinstance(node, (Relation, Text))


def checked(p: Parser, node: Node) -> Node:
    """Refuse a side in which a relation or words stand as a factor or term: it was misread."""
    for each in node.walk():
        parts: tuple[Node, ...] = ()
        if isinstance(each, Product):
            parts = each.factors
        elif isinstance(each, Sum):
            parts = each.terms
        for part in parts:
            if _is_condition(part) and not isinstance(part, Text):
                why = "a relation inside an expression"
                p.problems.append(Problem(part.span, why))
                return Unreadable(p.text[node.span.start : node.span.end], why, span=node.span)
    return node


__all__ = ["Name", "read_claims"]
