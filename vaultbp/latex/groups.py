"""Brackets, bars and braces as operands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultbp.latex import derivatives, environments, operators
from vaultbp.latex.scripts import evaluated, given, indices
from vaultbp.latex.tokens import BEGINS_FACTOR, Token
from vaultbp.latex.tree import (
    Abs,
    Apply,
    Binomial,
    Given,
    Indicator,
    Inner,
    Matrix,
    Missing,
    Name,
    Node,
    Norm,
    Number,
    Power,
    Relation,
    Tuple,
)

if TYPE_CHECKING:
    from vaultbp.latex.parser import Parser


def indicator(p: Parser, start: int) -> Node:
    """``1{…}``, ``𝟙[…]``: the cursor stands on the bracket."""
    begin, closing = p.i + 1, p.match[p.i]
    p.i = closing + 1
    return Indicator(p.node_in(begin, closing), span=p.span(start))


def group(p: Parser, token: Token) -> Node:
    """Braces group without a trace; an empty pair is nothing."""
    start = p.i
    closing = p.match[start]
    if closing < 0:
        raise p.fail("an opening brace that is never closed")
    p.i = closing + 1
    if p.find(frozenset(("num", "let")), start + 1, closing) < 0 and closing == start + 1:
        following = p.peek()
        if following is not None and following.kind in ("_", "^"):
            return Missing(span=p.span(start))
        return p.factor() if _more(p) else Missing(span=p.span(start))
    return operators.with_body(p, p.node_in(start + 1, closing), start)


def _more(p: Parser) -> bool:
    token = p.peek()
    return token is not None and token.kind in BEGINS_FACTOR and p.may_begin(token, False)


def infix(p: Parser, begin: int, end: int) -> int:
    """Where ``\\over`` or ``\\choose`` stands at the top of a range, else -1."""
    at = begin
    while at < end:
        token = p.tokens[at]
        if token.kind == "cmd" and token.value in ("over", "choose", "atop"):
            return at
        at = p.brackets.skip(at)
    return -1


def infix_fraction(p: Parser, begin: int, middle: int, end: int) -> Node:
    """``{a \\over b}`` and ``{n \\choose k}``."""
    if p.tokens[middle].value == "over":
        return derivatives.fraction(p, begin, middle, middle + 1, end, begin, end)
    top, bottom = p.expression_in(begin, middle), p.expression_in(middle + 1, end)
    return Binomial(top, bottom, span=p.span(begin, end))


def bracketed(p: Parser, token: Token) -> Node:
    start = p.i
    closing = p.match[start]
    if closing < 0:
        raise p.fail(f"the bracket “{token.value}” is never closed")
    if closing >= p.end:
        raise p.fail(f"the bracket “{token.value}” is closed elsewhere")
    p.i = closing + 1
    close = p.tokens[closing].value
    opening = token.value
    if opening == "." or close == ".":
        return half_open(p, start, closing)
    if opening in "|‖":
        body = p.node_in(start + 1, closing)
        return Abs(body, span=p.span(start)) if opening == "|" else norm(p, body, start)
    items = given(p, start + 1, closing)
    semicolons = any(t.kind == "sep" and t.value == ";" for t in _top_level(p, start + 1, closing))
    return from_items(p, items, (opening, close), semicolons, start)


def _top_level(p: Parser, begin: int, end: int) -> list[Token]:
    found = []
    at = begin
    while at < end:
        found.append(p.tokens[at])
        at = p.brackets.skip(at)
    return found


WHOLE = {"⌊⌋": "floor", "⌈⌉": "ceil"}
"""What brackets do that go to a whole number; mixed ones go to the nearest."""


def from_items(
    p: Parser, items: tuple[Node, ...], pair: tuple[str, str], semicolons: bool, start: int
) -> Node:
    """What a bracket with these items means."""
    opening, close = pair
    span = p.span(start)
    if opening == "⟨":
        if len(items) == 2:
            return Inner(items[0], items[1], span=span)
        if len(items) == 1 and isinstance(only := items[0], Given) and len(only.given) == 1:
            return Inner(only.body[0], only.given[0], span=span)
        return Tuple(items, opening, "⟩", span=span)
    if opening in "⌊⌈" and len(items) == 1:
        return Apply(Name(WHOLE.get(opening + close, "round")), items, span=span)
    if semicolons and opening == "[" and len(items) > 1:
        return Matrix(tuple((item,) for item in items), "[", span=span)
    if len(items) != 1 or isinstance(items[0], Given):
        return Tuple(items, opening, close, span=span)
    only = items[0]
    if opening == "{" and (isinstance(only, (Name, Relation, Tuple, Number)) or close != "}"):
        return Tuple(items, opening, close, span=span)
    if isinstance(only, Relation) and opening == "[":
        return Indicator(only, span=span)
    if opening == "[" and close == "]" and (node := between_limits(p, only, start)) is not None:
        return node
    return only


def between_limits(p: Parser, body: Node, start: int) -> Node | None:
    """``[F]_a^b`` with both limits plain: the difference of two evaluations."""
    if not (p.kind() == "_" and p.i + 1 < p.end):
        return None
    after = p.brackets.skip(p.i + 1)
    if after + 1 >= p.end or p.tokens[after].kind != "^":
        return None
    upper = p.tokens[after + 1 : p.brackets.skip(after + 1)]
    if any(t.value in ("T", "⊤", "*") or t.kind == "open" for t in upper):
        return None
    lower = p.tokens[p.i + 1 : after]
    if not any(t.kind == "num" for t in [*lower, *upper]):
        return None
    return evaluated(p, body, start)


def half_open(p: Parser, start: int, closing: int) -> Node:
    """``\\left. … \\right|_{x=0}``, or a bracket with one invisible side."""
    if p.tokens[closing].value == "|" and p.kind() in ("_", "^"):
        body = p.node_in(start + 1, closing)
        return evaluated(p, body, start)
    if p.tokens[start].value == "{" and p.tokens[closing].value == ".":
        return environments.open_cases(p, start, closing)
    return p.node_in(start + 1, closing)


def bar(p: Parser, token: Token) -> Node:
    """``|x|`` and ``‖x‖`` with plain bars."""
    start = p.i
    closing = p.brackets.next_bar[start]
    if closing < 0 or closing >= p.end:
        raise p.fail("a bar without its partner")
    p.i = closing + 1
    body = p.node_in(start + 1, closing)
    if token.value == "|":
        return Abs(body, span=p.span(start))
    return norm(p, body, start)


def norm(p: Parser, body: Node, start: int) -> Node:
    """``‖body‖`` with the kind as subscript, after the power or before it."""
    power: tuple[int, int] | None = None
    kind: Node | None = None
    while p.kind() in ("_", "^"):
        if p.kind() == "_" and kind is None:
            p.i += 1
            found = indices(p, *p.argument())
            kind = found[0] if found else None
        elif p.kind() == "^" and power is None:
            p.i += 1
            power = p.argument()
        else:
            break
    node: Node = Norm(body, kind, span=p.span(start))
    if power is not None:
        node = Power(node, p.expression_in(*power), span=p.span(start))
    return node
