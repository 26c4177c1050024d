"""Structural commands as operands: fractions, roots, braces over and under, norms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from vaultbp.latex import derivatives, environments, groups, operators
from vaultbp.latex.scripts import given, postfixes
from vaultbp.latex.tokens import Token
from vaultbp.latex.tree import (
    Abs,
    Binomial,
    Inner,
    Name,
    Node,
    Root,
    Tuple,
)
from vaultbp.latex.unread import Unread

if TYPE_CHECKING:
    from vaultbp.latex.parser import Parser

ARITY = {
    "frac": 2,
    "binom": 2,
    "sqrt": 1,
    "root": 2,
    "dv": 2,
    "pdv": 2,
    "underbrace": 1,
    "overbrace": 1,
    "underset": 2,
    "overset": 2,
    "norm": 1,
    "absolute": 1,
    "substack": 1,
    "set": 1,
    "ip": 2,
    "surd": 1,
}
"""How many arguments each structural command takes."""


def command(p: Parser, token: Token) -> Node:
    reader = COMMAND_READERS.get(token.value)
    if reader is None:
        raise p.fail(UNREAD.get(token.value) or f"unexpected \\{token.value}")
    start = p.i
    p.i += 1
    return reader(p, start)


CONGRUENCE = "a congruence: only equations are checked, not remainders"
UNREAD = {"mod": CONGRUENCE, "pmod": CONGRUENCE}
"""Why a side with a command that is known is not read."""


def fraction(p: Parser, start: int) -> Node:
    return derivatives.fraction(p, *p.argument(), *p.argument(), start)


def root(p: Parser, start: int) -> Node:
    degree: Node | None = None
    token = p.peek()
    if token is not None and token.kind == "open" and token.value == "[" and p.match[p.i] > 0:
        closing = p.match[p.i]
        degree = p.expression_in(p.i + 1, closing)
        p.i = closing + 1
    begin, end = p.argument()
    return Root(p.node_in(begin, end), degree, span=p.span(start))


def surd(p: Parser, start: int) -> Node:
    """``√x``, ``√(x+1)``."""
    token = p.peek()
    if token is None:
        raise p.fail("nothing under the root", start)
    body = p.atom(token)
    if token.kind != "open":
        while (following := p.peek()) is not None and following.kind in ("_", "^", "prime"):
            body = postfixes(p, body, p.i)
            break
    return Root(body, None, span=p.span(start))


def binomial(p: Parser, start: int) -> Node:
    top = p.argument()
    first = p.expression_in(*top)
    bottom = p.argument()
    return Binomial(first, p.expression_in(*bottom), span=p.span(start))


def brace(p: Parser, start: int) -> Node:
    """``\\underbrace{X}_{label}``: X; a label ``= δ`` is kept as what the author says X equals."""
    begin, end = p.argument()
    node = p.node_in(begin, end)
    while p.kind() in ("_", "^"):
        p.i += 1
        aside(p, node, *p.argument())
    return replace(node, span=p.span(start))


def aside(p: Parser, node: Node, begin: int, end: int) -> None:
    if begin >= end:
        return
    first = p.tokens[begin]
    equals = first.kind == "rel" and first.value in ("=", ":=", "=:", "≡")
    begin += equals
    if not equals and any(t.kind in ("text", "word", "upright") for t in p.tokens[begin:end]):
        return
    if p.find(frozenset(("rel", "text")), begin, end) >= 0:
        return
    try:
        label = p.expression_in(begin, end)
    except Unread:
        return
    if equals or isinstance(label, Name):
        p.asides.append((node, label, p.span(begin, end)))


def underset(p: Parser, start: int) -> Node:
    """``\\underset{x}{\\arg\\min}``: a bound; anything else under a symbol is decoration."""
    begin, end = p.argument()
    first, last = p.argument()
    text_of = "".join(t.value for t in p.tokens[first:last])
    if text_of in ("argmax", "argmin", "max", "min", "Σ", "Π", "lim", "sup", "inf"):
        return operators.big(p, text_of, start, p.items_in(begin, end))
    if text_of == "E":
        return operators.expectation(p, start, p.items_in(begin, end))
    return p.node_in(first, last)


def overset(p: Parser, start: int) -> Node:
    p.argument()
    first, last = p.argument()
    return p.node_in(first, last)


def norm_command(p: Parser, start: int) -> Node:
    begin, end = p.argument()
    return groups.norm(p, p.node_in(begin, end), start)


def absolute(p: Parser, start: int) -> Node:
    begin, end = p.argument()
    return Abs(p.node_in(begin, end), span=p.span(start))


def substack(p: Parser, start: int) -> Node:
    begin, end = p.argument()
    rows = environments.split(p, begin, end, frozenset(("row",)))
    items = tuple(p.relation_in(a, b) for a, b in rows if a < b)
    return items[0] if len(items) == 1 else Tuple(items, "", "", span=p.span(start))


def set_braces(p: Parser, start: int) -> Node:
    begin, end = p.argument()
    return Tuple(given(p, begin, end), "{", "}", span=p.span(start))


def inner_product(p: Parser, start: int) -> Node:
    left, right = p.argument(), p.argument()
    return Inner(p.node_in(*left), p.node_in(*right), span=p.span(start))


COMMAND_READERS: dict[str, Callable[[Parser, int], Node]] = {
    "frac": fraction,
    "sqrt": root,
    "surd": surd,
    "binom": binomial,
    "dv": lambda p, start: derivatives.physics(p, start, "d"),
    "pdv": lambda p, start: derivatives.physics(p, start, "∂"),
    "underbrace": brace,
    "overbrace": brace,
    "underset": underset,
    "overset": overset,
    "norm": norm_command,
    "absolute": absolute,
    "substack": substack,
    "set": set_braces,
    "ip": inner_product,
}
