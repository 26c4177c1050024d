"""What follows an operand: subscripts, superscripts, primes, calls, factorials, evaluation bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

from vaultbp.latex.tree import (
    NOWHERE,
    Apply,
    Component,
    Derivative,
    Evaluated,
    Factorial,
    Given,
    Gradient,
    Label,
    MaybeCall,
    Name,
    Neg,
    Node,
    Number,
    Power,
    Primed,
    Product,
    Quotient,
    Relation,
    Superscript,
    Transpose,
    Tuple,
)
from vaultbp.latex.unread import Unread
from vaultbp.latex.words import LABEL_WORDS, word_set
from vaultbp.source import Span

if TYPE_CHECKING:
    from vaultbp.latex.parser import Parser

MAX_POSTFIXES = 24

Bracket = Literal["(", "[", "<", "{", ""]
_SUPERSCRIPT_BRACKETS: dict[str, Bracket] = {"(": "(", "[": "[", "⟨": "<", "{": "{"}
_MARKS = {"*": "*", "+": "+", "-": "-", "†": "†", "‡": "‡", "∘": "∘", "⋆": "⋆", "×": "×"}
_ORDERINGS = word_set("< > ≤ ≥ ≠ ∈ ∉ ≪ ≫")
_ALWAYS_CALLED = frozenset(("P", "p", "Pr", "q", "I", "E", "𝟙", "1"))


def postfixes(p: Parser, node: Node, start: int) -> Node:
    """Attach everything that follows a nucleus. ``start`` is the nucleus' first token."""
    count = 0
    while (token := p.peek()) is not None:
        kind = token.kind
        count += 1
        if count > MAX_POSTFIXES:
            raise p.fail("too many scripts on one symbol")
        if kind == "_":
            p.i += 1
            node = subscript(p, node, start)
        elif kind == "^":
            p.i += 1
            node = superscript(p, node, start)
        elif kind == "prime":
            p.i += 1
            node = primed(node, int(token.value), p.span(start))
        elif kind == "open" and token.value in "([" and may_call(p, node):
            node = call(p, node, start)
        elif kind == "{" and p.match[p.i] == p.i + 1:
            p.i += 2
        elif kind == "{" and (inner := braced_call(p, node)):
            p.i = inner
            node = call(p, node, start)
            p.i += 1
        elif kind == "{" and is_slipped_subscript(p, node):
            node = subscript(p, node, start)
        elif kind == "bang" and not isinstance(node, Relation):
            p.i += 1
            node = Factorial(node, span=p.span(start))
        elif kind == "percent":
            p.i += 1
            node = Quotient(node, Number("100"), slash=True, span=p.span(start))
        elif kind == "bar" and is_evaluation(p):
            p.i += 1
            node = evaluated(p, node, start)
        else:
            break
    return node


def is_evaluation(p: Parser) -> bool:
    """A bar with a subscript after it evaluates: ``|_{x=0}``."""
    after = p.i + 1
    if after < p.end and p.tokens[after].kind == "^":
        after = p.brackets.skip(after + 1)
    return after < p.end and p.tokens[after].kind == "_"


def braced_call(p: Parser, node: Node) -> int:
    """``f{(x)}``: the index of the bracket inside the braces, or 0."""
    begin = p.i + 1
    closing = p.match[p.i]
    if not isinstance(node, Name) or p.tokens[p.i].gap or closing < 0 or closing > p.end:
        return 0
    inside = p.tokens[begin]
    matched = inside.kind == "open" and inside.value == "(" and p.match[begin] == closing - 1
    return begin if matched else 0


def is_slipped_subscript(p: Parser, node: Node) -> bool:
    """``w{ij}``: an underscore forgotten before two or three index letters."""
    begin, end = p.i + 1, p.match[p.i]
    if not isinstance(node, Name) or node.sub or node.sup or not 2 <= end - begin <= 3:
        return False
    letters = p.tokens[begin:end]
    return all(t.kind == "let" and t.value in "ijklmn" for t in letters) and not p.tokens[p.i].gap


def evaluated(p: Parser, node: Node, start: int) -> Node:
    """The scripts after an evaluation bar: where, or from where to where."""
    conditions: tuple[Node, ...] = ()
    upper: Node | None = None
    while (token := p.peek()) is not None and token.kind in ("_", "^"):
        p.i += 1
        begin, end = p.argument()
        if token.kind == "_":
            conditions = p.items_in(begin, end)
        else:
            upper = p.expression_in(begin, end)
    return Evaluated(node, conditions, upper, span=p.span(start))


def primed(node: Node, count: int, span: Span) -> Node:
    if isinstance(node, Name):
        return replace(node, primes=node.primes + count, span=span)
    if isinstance(node, Primed):
        return Primed(node.body, node.count + count, span=span)
    return Primed(node, count, span=span)


# Subscripts


def subscript(p: Parser, node: Node, start: int) -> Node:
    """Indices belong to a name; on anything else they pick a component or say where to evaluate."""
    begin, end = p.argument()
    if isinstance(node, Number):
        node = Name(node.text, span=node.span)
    if isinstance(node, Name):
        return replace(node, sub=node.sub + indices(p, begin, end), span=p.span(start))
    if isinstance(node, (Power, Transpose)) and isinstance(inner := _base(node), Name):
        inner = replace(inner, sub=inner.sub + indices(p, begin, end))
        return _with_base(node, inner, p.span(start))
    found = indices(p, begin, end)
    if any(isinstance(index, Relation) for index in found) and not isinstance(node, Tuple):
        return Evaluated(node, found, span=p.span(start))
    return Component(node, found, span=p.span(start))


def _base(node: Power | Transpose) -> Node:
    return node.base if isinstance(node, Power) else node.body


def _with_base(node: Power | Transpose, base: Node, span: Span) -> Node:
    if isinstance(node, Power):
        return replace(node, base=base, span=span)
    return replace(node, body=base, span=span)


def indices(p: Parser, begin: int, end: int) -> tuple[Node, ...]:
    """The content of a subscript, one node per index. What is no expression becomes a ``Label``."""
    tokens = p.tokens
    while end - begin >= 2 and tokens[begin].kind == "{" and p.match[begin] == end - 1:
        begin, end = begin + 1, end - 1
    if begin >= end:
        return ()
    if (label := _label(p, begin, end)) is not None:
        return (label,)
    return p.unstyled(lambda: _indices(p, begin, end))


def _indices(p: Parser, begin: int, end: int) -> tuple[Node, ...]:
    tokens = p.tokens
    found: list[Node] = []
    at = begin
    while at < end:
        stop = at
        while stop < end and not (tokens[stop].kind == "sep" and tokens[stop].value in ",;"):
            stop = p.brackets.skip(stop)
        stop = min(stop, end)
        if at < stop:
            try:
                found += _index(p, at, stop)
            except Unread:
                found.append(Label(p.source(at, stop), span=p.span(at, stop)))
        at = stop + 1
    return tuple(found)


def _index(p: Parser, begin: int, end: int) -> tuple[Node, ...]:
    """One index between commas; juxtaposed names are several (``ij``)."""
    if (label := _label(p, begin, end)) is not None:
        return (label,)
    if p.find(frozenset(("op", "rel", "open")), begin, end) < 0:
        return p.within(begin, end, lambda: _adjacent(p))
    return (p.relation_in(begin, end),)


def _adjacent(p: Parser) -> tuple[Node, ...]:
    found: list[Node] = []
    while (token := p.peek()) is not None:
        if token.kind == "let":
            start = p.i
            p.i += 1
            name = Name(token.value, token.accents, p.style or token.style, span=p.span(start))
            following = p.peek()
            if following is not None and following.value == "numbered":
                p.i += 1
                found += [name, p.node_in(*p.argument())]
            else:
                found.append(postfixes(p, name, start))
        else:
            found.append(p.factor())
    return tuple(found)


def _label(p: Parser, begin: int, end: int) -> Label | None:
    """A word as an index: marked as text, or a run of letters too long to be indices."""
    tokens = p.tokens
    first = tokens[begin]
    span = p.span(begin, end)
    if end - begin == 1 and first.kind in ("text", "upright", "function", "word", "func"):
        if first.kind == "upright" and len(first.value) == 1:
            return None
        return Label(first.value, upright=True, span=span)
    if first.kind == "let" and first.run >= end and end - begin > 1:
        word = "".join(token.value for token in tokens[begin:end])
        if len(word) > 3 or word.lower() in LABEL_WORDS:
            return Label(word, span=span)
    if any(t.kind == "sep" and t.value == ":" for t in tokens[begin:end]):
        return Label(p.source(begin, end), span=span)
    return None


# Superscripts


def superscript(p: Parser, node: Node, start: int) -> Node:
    begin, end = p.argument()
    tokens = p.tokens
    while end - begin >= 2 and tokens[begin].kind == "{" and p.match[begin] == end - 1:
        begin, end = begin + 1, end - 1
    if begin >= end:
        return node
    if end - begin == 1 and tokens[begin].value == "-" and (stop := _signed_end(p)):
        p.i = stop
        return p.unstyled(lambda: _Superscript(p, node, start).read(begin, stop))
    return p.unstyled(lambda: _Superscript(p, node, start).read(begin, end))


def _signed_end(p: Parser) -> int:
    """``e^-z``: the index after the one symbol that the sign stands before, else 0."""
    token = p.tokens[p.i] if p.i < p.end else None
    if token is None or token.gap or token.kind not in ("let", "name", "num"):
        return 0
    return p.i + 1 if token.kind != "let" or token.run == p.i + 1 else 0


class _Superscript:
    """Reads one superscript part by part: markers first, else the whole of it as an exponent."""

    def __init__(self, p: Parser, node: Node, start: int) -> None:
        self.p = p
        self.node = node
        self.start = start

    def span(self) -> Span:
        return self.p.span(self.start)

    def read(self, begin: int, end: int) -> Node:
        p = self.p
        at = begin
        while at < end:
            after = self.marker(at, end)
            if after == at:
                if at > begin and p.tokens[at].kind != "num":
                    raise p.fail("this superscript mixes marks and powers", at)
                self.power(at, end)
                break
            at = after
        return self.node

    def marker(self, at: int, end: int) -> int:
        """Read one marker; returns ``at`` when there is none."""
        p = self.p
        token = p.tokens[at]
        last = at + 1 == end
        if token.kind == "^" or (token.kind == "sep" and token.value == ","):
            return at + 1
        if token.kind == "{" and p.match[at] == end - 1 and p.tokens[at + 1].kind != "{":
            inner = self.marker(at + 1, end - 1)
            return end if inner == end - 1 else at
        if token.kind == "{" and at + 1 < p.match[at] < end:
            inner = self.marker(at + 1, p.match[at])
            return p.match[at] + 1 if inner == p.match[at] else at
        if token.kind == "prime":
            self.node = primed(self.node, int(token.value), self.span())
            return at + 1
        if _is_transpose(token.kind, token.value) and last and not isinstance(self.node, Number):
            letter = token.value == "T"
            self.node = Transpose(self.node, letter=letter, span=self.span())
            return at + 1
        if token.kind == "op" and token.value == "-" and end - at == 2:
            following = p.tokens[at + 1]
            if _is_transpose(following.kind, following.value):
                inverse = Neg(Number("1", span=p.span(at)), span=p.span(at, end))
                turned = Transpose(self.node, letter=following.value == "T", span=self.span())
                self.node = Power(turned, inverse, span=self.span())
                return end
        if self.is_plain_e() and not self.is_layer_bracket(at, end):
            return at
        return self.name_marker(at, end)

    def is_plain_e(self) -> bool:
        node = self.node
        return isinstance(node, Name) and replace(node, span=NOWHERE) == Name("e")

    def is_layer_bracket(self, at: int, end: int) -> bool:
        """``e^{(l)}``, ``e^{(2)}``: an error of a layer, no exponential."""
        tokens, closing = self.p.tokens, self.p.match[at]
        if tokens[at].kind != "open" or not at < closing < end:
            return False
        first = tokens[at + 1]
        if first.value in ("l", "L", "ℓ"):
            return closing == at + 2 or tokens[at + 2].kind == "op"
        return closing == at + 2 and (first.kind == "num" or first.value in ("i", "t", "k"))

    def name_marker(self, at: int, end: int) -> int:
        p = self.p
        token = p.tokens[at]
        if token.kind == "op" and token.value in _MARKS:
            following = p.tokens[at + 1] if at + 1 < end else None
            if (
                following is None
                or following.kind in ("^", "sep")
                or following.value == token.value
                or (_is_transpose(following.kind, following.value))
            ):
                self.mark(Label(_MARKS[token.value], span=p.span(at, at + 1)), "")
                return at + 1
        if not isinstance(self.node, Name):
            return self.group_marker(at, end)
        if token.kind == "open" and (closing := p.match[at]) > at and closing < end:
            bracket = _SUPERSCRIPT_BRACKETS.get(token.value)
            if bracket and not self.looks_like_power(at + 1, closing):
                self.mark(self.content(at + 1, closing), bracket)
                return closing + 1
        if token.kind == "rel" and token.value == "<" and p.tokens[end - 1].value == ">":
            self.mark(self.content(at + 1, end - 1), "<")
            return end
        if token.kind in ("text", "upright", "word", "function") and self.ends_mark(at + 1, end):
            self.mark(Label(token.value, upright=True, span=p.span(at, at + 1)), "")
            return at + 1
        if token.kind == "let" and token.run - at >= 2 and token.run <= end:
            word = "".join(t.value for t in p.tokens[at : token.run])
            if len(word) > 3 or word.lower() in LABEL_WORDS:
                self.mark(Label(word, span=p.span(at, token.run)), "")
                return token.run
        return self.layer(at, end)

    def group_marker(self, at: int, end: int) -> int:
        """``(…)^{(i)}``: no exponent, and no name that could carry the mark."""
        p = self.p
        token = p.tokens[at]
        wrapped = token.kind == "open" and p.match[at] == end - 1 and end - at == 3
        if wrapped and p.tokens[at + 1].kind == "let":
            raise p.fail("a bracketed superscript on a group is neither power nor layer", at)
        return at

    def looks_like_power(self, begin: int, end: int) -> bool:
        """``(1-y)``, ``(-x)``, ``(2n)``: people raise to such; layers are ``(l)``, ``(2)``, ``(t-1)``."""
        first = self.p.tokens[begin]
        if first.kind == "op":
            return True
        return first.kind == "num" and end - begin > 1 and self.p.tokens[begin + 1].kind != "sep"

    def layer(self, at: int, end: int) -> int:
        """``l``, ``L``, ``ℓ``, with a shift: ``l-1``."""
        p = self.p
        tokens = p.tokens
        if tokens[at].value not in ("l", "L", "ℓ") or tokens[at].kind not in ("let", "name"):
            return at
        stop = at + 1
        if stop < end and tokens[stop].kind == "op" and tokens[stop].value in "+-":
            stop += 2
        if stop > end or (stop < end and not self.ends_layer(stop, end)):
            return at
        self.mark(p.expression_in(at, stop), "")
        return stop

    def ends_mark(self, at: int, end: int) -> bool:
        return at >= end or self.ends_layer(at, end)

    def ends_layer(self, at: int, end: int) -> bool:
        token = self.p.tokens[at]
        return (
            token.kind in ("^", "prime")
            or (token.kind == "sep" and token.value == ",")
            or (_is_transpose(token.kind, token.value) and at + 1 == end)
        )

    def content(self, begin: int, end: int) -> Node:
        try:
            return self.p.node_in(begin, end)
        except Unread:
            return Label(self.p.source(begin, end), span=self.p.span(begin, end))

    def mark(self, body: Node, bracket: Bracket) -> None:
        mark = Superscript(body, bracket, span=body.span)
        if isinstance(self.node, Name):
            self.node = replace(self.node, sup=(*self.node.sup, mark), span=self.span())
            return
        inner = self.node.body if isinstance(self.node, Transpose) else None
        if isinstance(self.node, Transpose) and isinstance(inner, Name):
            name = replace(inner, sup=(*inner.sup, mark))
            self.node = replace(self.node, body=name, span=self.span())
            return
        self.node = Power(self.node, body, span=self.span())

    def power(self, begin: int, end: int) -> None:
        p = self.p
        exponent = p.expression_in(begin, end)
        self.node = raised(self.node, exponent, self.span())


def raised(node: Node, exponent: Node, span: Span) -> Node:
    """A power. ``\\sin^{-1}`` and such are resolved where functions are read."""
    if isinstance(node, Gradient) and node.of is None and exponent == Number("2"):
        return replace(node, order=2, span=span)
    return Power(node, exponent, span=span)


def _is_transpose(kind: str, value: str) -> bool:
    return value in ("T", "⊤") and kind in ("let", "name", "upright", "text")


# Calls


def may_call(p: Parser, node: Node) -> bool:
    """Whether a bracket after this operand can hold its arguments."""
    closing = p.match[p.i]
    if closing < 0 or closing >= p.end or p.tokens[closing].value not in ")]":
        return False
    if isinstance(node, Name):
        return node.base != "∞" and not is_condition_bracket(p, node)
    if isinstance(node, Power):
        return isinstance(node.base, Name) and node.base.base != "e" and _small(node.exp)
    if isinstance(node, Derivative):
        return node.of is not None and node.form == "fraction"
    if isinstance(node, Primed):
        return True
    composed = isinstance(node, Product) and set(node.ops) == {"∘"}
    return composed and p.tokens[p.i - 1].kind == "close"


def _small(exponent: Node) -> bool:
    """Exponents after which a bracket may still hold arguments: ``f^2(x)``, ``f^{-1}(x)``, ``V^π(s)``."""
    if isinstance(exponent, Neg):
        return exponent.body == Number("1")
    return isinstance(exponent, (Number, Name))


def is_condition_bracket(p: Parser, node: Name) -> bool:
    """``x (x > 0)``: a bracket that says when, not what with."""
    if node.base in _ALWAYS_CALLED:
        return False
    at = p.find(frozenset(("rel",)), p.i + 1, p.match[p.i])
    if at < 0:
        return False
    return p.tokens[p.i].gap or p.tokens[at].value in _ORDERINGS


def call(p: Parser, node: Node, start: int) -> Node:
    bracket: Literal["(", "["] = "(" if p.tokens[p.i].value == "(" else "["
    args = arguments(p)
    if isinstance(node, Primed) or (isinstance(node, Name) and node.primes):
        return Apply(node, args, span=p.span(start))
    return MaybeCall(node, args, bracket, span=p.span(start))


def arguments(p: Parser) -> tuple[Node, ...]:
    """The arguments in the bracket at the cursor; what stands after a bar or ``;`` is a condition."""
    begin, closing = p.i + 1, p.match[p.i]
    p.i = closing + 1
    return given(p, begin, closing)


def given(p: Parser, begin: int, end: int) -> tuple[Node, ...]:
    """Items of a range; with one lone bar in it, ``(Given(before, after),)``."""
    bar = _lone_bar(p, begin, end)
    if bar < 0:
        return p.items_in(begin, end)
    before, after = p.items_in(begin, bar), p.items_in(bar + 1, end)
    return (Given(before, after, span=p.span(begin, end)),)


def _lone_bar(p: Parser, begin: int, end: int) -> int:
    bars: list[int] = []
    at = begin
    while at < end:
        token = p.tokens[at]
        if token.kind == "sep" and token.value == ":" and p.tokens[begin - 1].value == "{":
            return at
        if (token.kind == "bar" and not (at + 1 < end and p.tokens[at + 1].kind == "_")) or (
            token.kind == "rel" and token.value == "∣"
        ):
            bars.append(at)
        at = p.brackets.skip(at)
    return bars[0] if len(bars) % 2 and begin < bars[0] else -1
