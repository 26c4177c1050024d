"""Letters, words and names as operands; accents and styles on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from vaultbp.latex import derivatives, groups, operators
from vaultbp.latex.symbols import FUNCTIONS, RUN_FUNCTIONS
from vaultbp.latex.tokens import Token
from vaultbp.latex.tree import (
    Gradient,
    Indicator,
    Missing,
    Name,
    Node,
    Number,
    Power,
    Text,
    Tuple,
)
from vaultbp.latex.words import KNOWN_NAMES, is_word, joined_function

if TYPE_CHECKING:
    from vaultbp.latex.parser import Parser


def letter(p: Parser, token: Token) -> Node:
    """A letter, or the word or function that its run spells."""
    start = p.i
    stop = min(token.run, p.end)
    if stop - start > 1 and not token.accents:
        word = "".join(t.value for t in p.tokens[start:stop])
        found = spelled(p, word, start, stop)
        if found is not None:
            return found
    if token.value == "d" and (node := derivatives.italic_d(p)) is not None:
        return node
    p.i = start + 1
    style = token.style or p.style
    if token.value == "E" and style == "bb":
        return operators.expectation(p, start)
    return Name(token.value, token.accents, style, span=p.span(start))


def spelled(p: Parser, word: str, start: int, stop: int) -> Node | None:
    """A run of letters that is one thing; ``None`` when it is a product of letters."""
    if word in ("max", "min", "lim", "argmax", "argmin", "sup", "inf") and p.style in ("", "rm"):
        p.i = stop
        return operators.big(p, word, start)
    if word in RUN_FUNCTIONS:
        p.i = stop
        return operators.function(p, word, start)
    if (found := joined_function(word)) is not None:
        before, func = found
        p.i = start + (1 if before else len(func))
        if before:
            return Name(word[0], (), p.style, span=p.span(start))
        return operators.function(p, func, start)
    if word in KNOWN_NAMES or is_word(word):
        p.i = stop
        return Name(word, (), p.style, span=p.span(start), run=True)
    if p.joins or (p.style and len(word) > 2 and p.style != "bold"):
        p.i = stop
        return Name(word, (), p.style, span=p.span(start), run=True)
    return None


def name(p: Parser, token: Token) -> Node:
    start = p.i
    p.i += 1
    value = token.value
    style = token.style
    if value in ("ℝ", "ℕ", "ℤ", "ℚ", "ℂ"):
        plain = {"ℝ": "R", "ℕ": "N", "ℤ": "Z", "ℚ": "Q", "ℂ": "C"}[value]
        return Name(plain, (), "bb", span=p.span(start))
    if value in ("𝟙",):
        return styled_one(p, start)
    if value in ("Δ", "δ") and (node := derivatives.increment(p, value, start)) is not None:
        return node
    if value in ("Σ", "Π") and operators.is_big_letter(p):
        return operators.big(p, value, start)
    return Name(value, token.accents, style or p.style, span=p.span(start))


def macro(p: Parser, token: Token) -> Node:
    """A command that is not in the table: a name, unless it takes arguments."""
    start = p.i
    p.i += 1
    following = p.tokens[p.i] if p.i < p.end else None
    if following is not None and following.kind == "{" and not following.gap:
        raise p.fail(f"the command \\{token.value} is not known", start)
    return Name(token.value, (), p.style, span=p.span(start))


def word(p: Parser, token: Token) -> Node:
    start = p.i
    p.i += 1
    following = p.peek()
    if following is not None and following.kind == "word" and following.start != token.end:
        raise p.fail("words, not symbols", start)
    return Name(token.value, (), "", span=p.span(start), run=True)


def text(p: Parser, token: Token) -> Node:
    """``\\text{…}``: one word names something, several are only words."""
    start = p.i
    value = token.value
    if value in ("argmax", "argmin", "arg max", "arg min", "max", "min", "lim"):
        p.i += 1
        return operators.big(p, value.replace(" ", ""), start)
    if value in FUNCTIONS:
        p.i += 1
        return operators.function(p, value, start)
    p.i += 1
    if " " in value or not value or not (value[0].isalpha() or value[0] in "_"):
        return Text(value, span=p.span(start))
    return Name(value, (), "", span=p.span(start))


def function_name(p: Parser, token: Token) -> Node:
    """``\\operatorname{…}`` and ``\\sin``."""
    start = p.i
    value = token.value.replace(" ", "").replace("*", "")
    p.i += 1
    if value in ("argmax", "argmin", "max", "min", "lim", "sup", "inf"):
        return operators.big(p, value, start)
    following = p.peek()
    if value == "arg" and following is not None and following.kind == "big":
        p.i += 1
        return operators.big(p, "arg" + following.value, start)
    if value == "E":
        return operators.expectation(p, start)
    if value == "ReLu":
        value = "ReLU"
    return operators.function(p, value, start)


def upright(p: Parser, token: Token) -> Node:
    """``\\mathrm{…}``: a function if it is a known one, else a name."""
    value = token.value
    if value in FUNCTIONS or value in ("argmax", "argmin", "max", "min", "lim"):
        return function_name(p, token)
    following = p.tokens[p.i + 1] if p.i + 1 < p.end else None
    if value == "E" and following is not None and following.value in ("[", "_"):
        return function_name(p, token)
    return text(p, token)


def accent(p: Parser, token: Token) -> Node:
    start = p.i
    p.i += 1
    begin, end = p.argument()
    node = p.node_in(begin, end)
    value = token.value
    if isinstance(node, Name):
        return replace(node, accents=(*node.accents, value), span=p.span(start))
    if isinstance(node, Number):
        return Name(node.text, (value,), p.style, span=p.span(start))
    if isinstance(node, Gradient) and node.of is None:
        return node if value == "vec" else Name("∇", (value,), span=p.span(start))
    if isinstance(node, Tuple) and not node.open:
        return node
    if value == "underline":
        return node
    joined = operators.joined(node)
    if joined is not None:
        return Name(joined, (value,), p.style, span=p.span(start))
    if isinstance(node, Power) and isinstance(node.base, Name):
        base = replace(node.base, accents=(*node.base.accents, value))
        return replace(node, base=base, span=p.span(start))
    raise p.fail(f"a {value} over an expression", start)


def style(p: Parser, token: Token) -> Node:
    """``\\mathbf{…}``: the argument, its names styled."""
    start = p.i
    p.i += 1
    begin, end = p.argument()
    value = "" if token.value in ("rm", "it") else token.value
    if value == "bb" and end - begin == 1 and p.tokens[begin].value in ("1", "I", "𝟙"):
        return styled_one(p, start)
    if value == "bold" and end - begin == 1 and p.tokens[begin].value == "1":
        return styled_one(p, start)
    if value == "bb" and end - begin == 1 and p.tokens[begin].value == "E":
        return operators.expectation(p, start)
    before = (p.style, p.joins)
    p.style, p.joins = value or p.style, token.value == "rm"
    try:
        node = p.node_in(begin, end) if begin < end else Missing()
    finally:
        p.style, p.joins = before
    if isinstance(node, Number) and value and (value != "bold" or node.text in ("0", "1")):
        return Name(node.text, (), value, span=p.span(start))
    return replace(node, span=p.span(start))


def styled_one(p: Parser, start: int) -> Node:
    """``\\mathbb 1``: an indicator when a condition follows, else the vector of ones."""
    token = p.peek()
    if token is not None and token.kind == "_":
        begin, end = p.i + 1, p.brackets.skip(p.i + 1)
        if p.find(frozenset(("rel",)), begin + 1, end) >= 0:
            p.i += 1
            begin, end = p.argument()
            return Indicator(p.node_in(begin, end), span=p.span(start))
        saved = p.i
        p.i = end
        token = p.peek()
        p.i = saved
        return Name("1", (), "bb", span=p.span(start))
    opens = token is not None and token.kind in ("open", "{") and p.match[p.i] > p.i
    if opens and p.find(frozenset(("rel",)), p.i + 1, p.match[p.i]) >= 0:
        return groups.indicator(p, start)
    return Name("1", (), "bb", span=p.span(start))
