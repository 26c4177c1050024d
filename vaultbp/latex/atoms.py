"""What can stand where an operand is expected, one function per token kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from vaultbp.latex import derivatives, environments, operators
from vaultbp.latex.scripts import evaluated, given, indices, postfixes
from vaultbp.latex.symbols import FUNCTIONS, RUN_FUNCTIONS
from vaultbp.latex.tokens import BEGINS_FACTOR, Token, describe
from vaultbp.latex.tree import (
    Abs,
    Ambiguous,
    Apply,
    Binomial,
    Component,
    Differential,
    Ellipsis,
    Evaluated,
    Given,
    Gradient,
    Indicator,
    Inner,
    Label,
    Matrix,
    Missing,
    Name,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Root,
    Text,
    Tuple,
)
from vaultbp.latex.unread import Unread
from vaultbp.latex.words import KNOWN_NAMES, is_word, joined_function

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
            return indicator(p, start)
    return node


def indicator(p: Parser, start: int) -> Node:
    """``1{…}``, ``𝟙[…]``: the cursor stands on the bracket."""
    begin, closing = p.i + 1, p.match[p.i]
    p.i = closing + 1
    return Indicator(p.node_in(begin, closing), span=p.span(start))


# Letters and names


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
    if isinstance(node, Number) and value:
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
        return indicator(p, start)
    return Name("1", (), "bb", span=p.span(start))


# Brackets


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
    return p.node_in(start + 1, closing)


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
        return Apply(Name("floor" if opening == "⌊" else "ceil"), items, span=span)
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


# Commands


def command(p: Parser, token: Token) -> Node:
    reader = COMMAND_READERS.get(token.value)
    if reader is None:
        raise p.fail(f"unexpected \\{token.value}")
    start = p.i
    p.i += 1
    return reader(p, start)


def fraction(p: Parser, start: int) -> Node:
    above = digit_or_argument(p)
    below = digit_or_argument(p)
    return derivatives.fraction(p, *above, *below, start)


def digit_or_argument(p: Parser) -> tuple[int, int]:
    """The next argument; TeX takes one digit of ``\\frac12``."""
    token = p.peek()
    if token is not None and token.kind == "num" and len(token.value) > 1 and token.value.isdigit():
        rest = Token("num", token.value[1:], token.start + 1, token.end)
        first = Token("num", token.value[0], token.start, token.start + 1)
        if p.tokens[p.i - 1].kind == "cmd" and len(token.value) == 2:
            return _split_digits(p, first, rest)
    return p.argument()


def _split_digits(p: Parser, first: Token, rest: Token) -> tuple[int, int]:
    """Read ``first`` now and leave ``rest`` to be read next, in the same slot."""
    at = p.i
    if p.tokens[at].value == first.value + rest.value:
        p.tokens[at] = rest
        p.tokens[at - 1] = first
        return at - 1, at
    return p.argument()


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
    body = read(p, token)
    if token.kind != "open":
        while (following := p.peek()) is not None and following.kind in ("_", "^", "prime"):
            body = postfixes(p, body, p.i)
            break
    return Root(body, None, span=p.span(start))


def binomial(p: Parser, start: int) -> Node:
    top = digit_or_argument(p)
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
    return norm(p, p.node_in(begin, end), start)


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
    "let": letter,
    "name": name,
    "macro": macro,
    "word": word,
    "text": text,
    "func": function_name,
    "function": function_name,
    "upright": upright,
    "big": big,
    "accent": accent,
    "style": style,
    "cmd": command,
    "open": bracketed,
    "{": group,
    "bar": bar,
    "del": lambda p, token: derivatives.partial(p),
    "upright-d": lambda p, token: derivatives.upright_d(p),
    "nabla": lambda p, token: derivatives.nabla(p),
    "dots": dots,
    "expectation": expectation,
    "question": question,
    "begin": lambda p, token: environments.read(p),
}

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

__all__ = ["ARITY", "Ambiguous", "Component", "Differential", "Evaluated", "Label", "read"]
__all__ += ["Product", "Quotient"]
