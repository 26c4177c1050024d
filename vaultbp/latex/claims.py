"""Parts -> claims: chains of sides and relations, their conditions and remarks."""

from __future__ import annotations

from msgspec.structs import replace

from vaultbp.latex.breaks import Part, Unit, break_up, is_bracketed_condition, merge, units_of
from vaultbp.latex.environments import condition
from vaultbp.latex.layout import open_layout
from vaultbp.latex.parser import Parser
from vaultbp.latex.symbols import EQUALITIES
from vaultbp.latex.tokens import Token
from vaultbp.latex.tree import (
    Chain,
    Mark,
    Missing,
    Node,
    Problem,
    Product,
    Relation,
    Sum,
    Text,
    Tuple,
    Unreadable,
)
from vaultbp.latex.words import is_condition, is_connective, is_explaining, word_set
from vaultbp.source import Span

MAX_SIDES = 400
"""Sides of one formula; more are not read."""

MAX_PARTS = 800
"""Commas, rows and words at the top level; more are not read."""

_CONDITIONAL = word_set("< > ≤ ≥ ≠ ∈ ∉ ≪ ≫ ⊂ ⊆")
_INDEX_LETTERS = frozenset("ijklmnstIJKLMNT")


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
        if is_bracketed_condition(self.p, part):
            return True
        relations = part.relations()
        if not relations or part.units[0].kind == "rel":
            return False
        if not any(mark.op in EQUALITIES for mark in self.chains[-1].relations):
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
