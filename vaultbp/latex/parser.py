"""The Pratt parser: tokens -> expression tree, one precedence level a method.

Relations bind weakest, then terms, then factors, then scripts and calls. What stands at an operand's
place is read by the function that ``atoms`` names for its token kind. The parser reads ranges whose
brackets are already matched, so it never searches, never backtracks and nests at most ``MAX_DEPTH``
deep. What it cannot read raises ``Unread``, which whoever reads a side or a cell turns into a node.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from vaultbp.latex import atoms, commands, groups, operators, scripts
from vaultbp.latex.brackets import Brackets
from vaultbp.latex.tokens import BEGINS_FACTOR, IGNORED, Token, describe
from vaultbp.latex.tree import (
    Ambiguous,
    MaybeCall,
    Missing,
    Neg,
    Node,
    Number,
    PlusMinus,
    Problem,
    Product,
    Quantified,
    Quotient,
    Relation,
    Tuple,
    Unreadable,
)
from vaultbp.latex.unread import Unread
from vaultbp.latex.words import word_set
from vaultbp.source import Span

MAX_DEPTH = 50
"""Brackets, arguments and operators within one another; deeper formulas are not read."""

MAX_CHAIN = 40
"""Signs, scripts or slashes in a row on one operand."""

TIMES = word_set("· × * @ / ⊙ ∘ ⊗ ⋆ ÷ ⊕ ⊖ mod ∪ ∩ ∖ ⊛ ⊠ ⋄ ⊔ ⋊ ⋉ ⊎")
SIGNS = frozenset("+-±∓")

T = TypeVar("T")


class Parser:
    """A cursor over tokens. ``i`` is the next token, ``end`` the first one out of reach."""

    def __init__(self, text: str, tokens: list[Token], brackets: Brackets) -> None:
        self.text = text
        self.tokens = tokens
        self.brackets = brackets
        self.match = brackets.match
        self.i = 0
        self.end = len(tokens)
        self.depth = 0
        self.style = ""
        self.joins = False
        """Whether adjacent letters are a word here, as in ``\\mathrm``."""
        self.has_infix = any(t.kind == "cmd" and t.value in ("over", "choose") for t in tokens)
        self.problems: list[Problem] = []
        self.asides: list[tuple[Node, Node, Span]] = []
        """What an ``\\underbrace`` says its content equals: (content, label, span)."""

    # Places

    def span(self, start: int, stop: int | None = None) -> Span:
        """The place of tokens ``start`` to ``stop`` (default: the cursor)."""
        stop = self.i if stop is None else stop
        tokens = self.tokens
        if start >= len(tokens):
            return Span(len(self.text), len(self.text))
        if stop <= start:
            return Span(tokens[start].start, tokens[start].start)
        return Span(tokens[start].start, max(tokens[stop - 1].end, tokens[start].end))

    def source(self, start: int, stop: int) -> str:
        place = self.span(start, stop)
        return self.text[place.start : place.end]

    def fail(self, why: str, at: int | None = None) -> Unread:
        at = self.i if at is None else at
        return Unread(self.span(at, min(at + 1, len(self.tokens))), why)

    # The cursor

    def peek(self) -> Token | None:
        """The next token of meaning, or ``None`` at the end of the range."""
        tokens, end = self.tokens, self.end
        while self.i < end:
            token = tokens[self.i]
            if token.kind not in IGNORED:
                return token
            self.i += 1
        return None

    def kind(self) -> str:
        token = self.peek()
        return token.kind if token is not None else ""

    def at(self, kind: str, value: str) -> bool:
        token = self.peek()
        return token is not None and token.kind == kind and token.value == value

    def within(self, start: int, stop: int, read: Callable[[], T], all_of_it: bool = True) -> T:
        """Read the range [start, stop) and put the cursor back after."""
        before = (self.i, self.end)
        self.i, self.end = start, stop
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                raise self.fail(f"this is nested more than {MAX_DEPTH} deep", start)
            value = read()
            if all_of_it and (token := self.peek()) is not None:
                raise self.fail(f"unexpected {describe(token)}")
            return value
        finally:
            self.depth -= 1
            self.i, self.end = before

    def unstyled(self, read: Callable[[], T]) -> T:
        """Read scripts: the style of what carries them is not theirs."""
        before, self.style = self.style, ""
        try:
            return read()
        finally:
            self.style = before

    def argument(self) -> tuple[int, int]:
        """The token range of the next argument (a brace group without its braces, or one token) and
        move past it. A command with its own arguments takes them along."""
        token = self.peek()
        if token is None:
            raise self.fail("an argument is missing at the end", max(self.i - 1, 0))
        start = self.i
        if token.kind == "{" and self.match[start] > start:
            self.i = self.match[start] + 1
            return start + 1, self.i - 1
        if token.kind in ("cmd", "accent", "style"):
            self.i = self.command_end(start)
            return start, self.i
        if token.kind == "open" and start < self.match[start] < self.end:
            self.i = self.match[start] + 1
            return start, self.i
        self.i += 1
        return start, self.i

    def command_end(self, start: int) -> int:
        """The index after a command and its arguments, by counting them."""
        at = start
        wanted = 1
        while wanted and at < self.end:
            token = self.tokens[at]
            if token.kind == "{" and self.match[at] > at:
                at = self.match[at]
            elif token.kind in ("accent", "style"):
                wanted += 1
            elif token.kind == "cmd":
                wanted += commands.ARITY.get(token.value, 0)
            at += 1
            wanted -= 1
        return at

    # Levels

    def relation(self) -> Node:
        """An expression, or relations between expressions (nested to the left)."""
        start = self.i
        token = self.peek()
        if token is not None and token.kind == "rel":
            left: Node = Missing(span=self.span(start, start))
        else:
            left = self.sum()
        while (token := self.peek()) is not None and token.kind in ("rel", "arrow"):
            self.i += 1
            right: Node = Missing() if self.peek() is None else self.sum()
            left = Relation(token.value, left, right, span=self.span(start))
        return left

    def items(self) -> tuple[Node, ...]:
        """What stands between commas in the current range."""
        found: list[Node] = []
        while self.peek() is not None:
            token = self.peek()
            if token is not None and token.kind == "sep" and token.value in ",;":
                self.i += 1
                continue
            item = self.item()
            if isinstance(item, Tuple) and not item.open:
                found += item.items
            else:
                found.append(item)
            token = self.peek()
            if token is not None and not (token.kind == "sep" and token.value in ",;"):
                raise self.fail(f"unexpected {describe(token)}")
        return tuple(found)

    def item(self) -> Node:
        token = self.peek()
        if token is not None and token.kind == "quantifier":
            start = self.i
            self.i += 1
            body = self.relation()
            quantifier: Quantified = Quantified(
                "∀" if token.value == "∀" else "∃", body, span=self.span(start)
            )
            return quantifier
        return self.relation()

    def sum(self) -> Node:
        start = self.i
        terms = [self.term(first=True)]
        ends = [self.tokens[self.i - 1].end]
        while (token := self.peek()) is not None and token.kind == "op" and token.value in SIGNS:
            terms.append(self.term(first=False))
            ends.append(self.tokens[self.i - 1].end)
        if len(terms) == 1:
            return terms[0]
        return operators.widen(tuple(terms), ends, self.span(start))

    def term(self, first: bool) -> Node:
        """A product with the signs before it."""
        signs: list[tuple[str, int]] = []
        while (token := self.peek()) is not None and token.kind == "op" and token.value in SIGNS:
            if len(signs) > MAX_CHAIN:
                raise self.fail("too many signs in a row")
            signs.append((token.value, self.i))
            self.i += 1
        node = self.product()
        for sign, start in reversed(signs):
            if sign == "-":
                node = Neg(node, span=self.span(start))
            elif sign != "+":
                node = PlusMinus(node, sign, span=self.span(start))
        return node

    def product(self) -> Node:
        """Factors with the operators between them; a slash divides the factor before it."""
        start = self.i
        factors: list[Node] = []
        ops: list[str] = []
        starts: list[int] = []
        while (token := self.peek()) is not None:
            op = ""
            if token.kind == "op":
                if not factors and atoms.stands_alone(self):
                    return self.atom(token)
                if token.value not in TIMES or not factors:
                    break
                op = "" if token.value == "@" else token.value
                self.i += 1
            elif token.kind not in BEGINS_FACTOR or not self.may_begin(token, bool(factors)):
                break
            elif token.kind == "num" and factors and isinstance(factors[-1], Number):
                raise self.fail("two numbers side by side")
            place = self.i
            if op in ("/", "÷"):
                self.divide(factors, starts)
                continue
            if factors:
                ops.append(op)
            starts.append(place)
            factors.append(self.signed_factor() if op else self.factor())
        if not factors:
            token = self.peek()
            if token is None:
                raise self.fail("something is missing at the end", max(self.i - 1, 0))
            raise self.fail(f"unexpected {describe(token)}")
        return operators.fold(self, factors, ops, starts, start)

    def may_begin(self, token: Token, inside: bool) -> bool:
        """Whether a token that could begin a factor does so here."""
        if token.kind == "bar":
            closing = self.brackets.next_bar[self.i]
            return 0 <= closing < self.end
        if token.kind == "cmd":
            return token.value not in ("over", "choose", "atop")
        if inside and token.kind in ("word", "text"):
            return token.value.isidentifier() and token.value.isascii()
        return True

    def signed_factor(self) -> Node:
        token = self.peek()
        if token is not None and token.kind == "op" and token.value in "+-":
            start = self.i
            self.i += 1
            body = self.factor()
            return body if token.value == "+" else Neg(body, span=self.span(start))
        return self.factor()

    def divide(self, factors: list[Node], starts: list[int]) -> None:
        """``a / b``: the last factor over the next one."""
        if self.peek() is None:
            raise self.fail("a denominator is missing", max(self.i - 1, 0))
        below = self.signed_factor()
        start = starts[-1]
        above = factors[-1]
        depth = 0
        probe = above
        while isinstance(probe, Quotient) and probe.slash:
            depth += 1
            probe = probe.num
        if depth > MAX_CHAIN:
            raise self.fail("too many slashes in a row", start)
        factors[-1] = Quotient(above, below, slash=True, span=self.span(start))
        if isinstance(below, MaybeCall) and len(below.args) == 1:
            short = Quotient(above, below.func, slash=True, span=self.span(start))
            apart = Product((short, below.args[0]), ("",), span=self.span(start))
            factors[-1] = Ambiguous((factors[-1], apart), span=self.span(start))
        token = self.peek()
        if not isinstance(below, Number) or token is None or token.gap:
            return
        differential = token.value == "d" and token.run - self.i == 2
        if token.kind in ("let", "name") and not differential:
            factors[-1] = self.divide_further(factors[-1], above, below, start)

    def divide_further(self, short: Node, above: Node, below: Number, start: int) -> Node:
        """``1/2m``: the letter after the number below may belong there."""
        factor = self.factor()
        span = self.span(start)
        outside = Product((short, factor), ("",), span=span)
        inside = Quotient(above, Product((below, factor), ("",), span=span), slash=True, span=span)
        return Ambiguous((outside, inside), span=span)

    def factor(self) -> Node:
        """An atom with its scripts, calls and other postfixes."""
        token = self.peek()
        if token is None:
            raise self.fail("something is missing at the end", max(self.i - 1, 0))
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                raise self.fail(f"this is nested more than {MAX_DEPTH} deep")
            start = self.i
            node = self.atom(token)
            return scripts.postfixes(self, node, start)
        finally:
            self.depth -= 1

    def atom(self, token: Token) -> Node:
        """The bare operand that begins with a token, without what follows it."""
        return atoms.read(self, token)

    # Ranges

    def expression_in(self, start: int, stop: int) -> Node:
        if self.has_infix and (middle := groups.infix(self, start, stop)) >= 0:
            return groups.infix_fraction(self, start, middle, stop)
        return self.within(start, stop, self.sum)

    def relation_in(self, start: int, stop: int) -> Node:
        return self.within(start, stop, self.item)

    def items_in(self, start: int, stop: int) -> tuple[Node, ...]:
        return self.within(start, stop, self.items)

    def node_in(self, start: int, stop: int) -> Node:
        """One expression, or a bare list of several."""
        if self.has_infix and (middle := groups.infix(self, start, stop)) >= 0:
            return groups.infix_fraction(self, start, middle, stop)
        found = self.items_in(start, stop)
        if len(found) == 1:
            return found[0]
        return Tuple(found, "", "", span=self.span(start, stop))

    def confined(self, start: int, stop: int) -> Node:
        """The range as a side or a cell: what cannot be read becomes a node and a problem."""
        place = self.span(start, stop)
        try:
            node = self.node_in(start, stop)
        except Unread as error:
            self.problems.append(Problem(error.span, error.why))
            return Unreadable(self.source(start, stop), error.why, span=place)
        if node.span != place:
            node = replace(node, span=place)
        return node

    def find(self, kinds: frozenset[str], start: int, stop: int) -> int:
        """The first token of one of the kinds outside brackets in a range, else -1."""
        at = start
        while at < stop:
            if self.tokens[at].kind in kinds:
                return at
            at = self.brackets.skip(at)
        return -1
