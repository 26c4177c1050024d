"""What can stand where an operand is expected: one function per token kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vaultbp.latex import commands, derivatives, environments, groups, letters, operators
from vaultbp.latex.tokens import Token, describe
from vaultbp.latex.tree import (
    Ellipsis,
    Missing,
    Node,
    Number,
)

if TYPE_CHECKING:
    from vaultbp.latex.parser import Parser


def read(p: Parser, token: Token) -> Node:
    """The operand that begins with a token; the cursor stands on it."""
    reader = READERS.get(token.kind)
    if reader is None:
        if token.kind == "op" and stands_alone(p):
            p.i += 1
            return Missing(span=p.span(p.i - 1))
        raise p.fail(f"unexpected {describe(token)}")
    return reader(p, token)


def stands_alone(p: Parser) -> bool:
    """The dot of ``f(\\cdot)``: an operator with nothing on either side."""
    before = p.tokens[p.i - 1].kind if p.i else ""
    after = p.tokens[p.i + 1].kind if p.i + 1 < len(p.tokens) else ""
    return before in ("open", "sep", "{", "bar", "&", "begin", "row") and (
        after in ("close", "sep", "}", "bar", "&", "end", "row") or p.i + 1 >= p.end
    )


def number(p: Parser, token: Token) -> Node:
    start = p.i
    p.i += 1
    node = Number(token.value, span=p.span(start))
    following = p.peek()
    tight = following is not None and token.value == "1" and not following.gap
    if following is not None and following.kind == "open" and (following.value == "{" or tight):
        closing = p.match[p.i]
        if closing > p.i and p.find(frozenset(("rel",)), p.i + 1, closing) >= 0:
            return groups.indicator(p, start)
    return node


def dots(p: Parser, token: Token) -> Node:
    p.i += 1
    return Ellipsis(span=p.span(p.i - 1))


def question(p: Parser, token: Token) -> Node:
    p.i += 1
    return Missing(span=p.span(p.i - 1))


def big(p: Parser, token: Token) -> Node:
    start = p.i
    p.i += 1
    return operators.big(p, token.value, start)


def expectation(p: Parser, token: Token) -> Node:
    start = p.i
    p.i += 1
    return operators.expectation(p, start)


READERS: dict[str, Callable[[Parser, Token], Node]] = {
    "num": number,
    "let": letters.letter,
    "name": letters.name,
    "macro": letters.macro,
    "word": letters.word,
    "text": letters.text,
    "func": letters.function_name,
    "function": letters.function_name,
    "upright": letters.upright,
    "big": big,
    "accent": letters.accent,
    "style": letters.style,
    "cmd": commands.command,
    "open": groups.bracketed,
    "{": groups.group,
    "bar": groups.bar,
    "del": lambda p, token: derivatives.partial(p),
    "upright-d": lambda p, token: derivatives.upright_d(p),
    "nabla": lambda p, token: derivatives.nabla(p),
    "dots": dots,
    "expectation": expectation,
    "question": question,
    "begin": lambda p, token: environments.read(p),
}
