"""Operators that reach to the right: functions without brackets, sums, limits, gradients.

How far each reaches is what people mean by it; where two extents are usual, both are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from vaultbp.latex.scripts import given, indices, is_evaluation, superscript
from vaultbp.latex.symbols import RUN_FUNCTIONS
from vaultbp.latex.tokens import BEGINS_FACTOR
from vaultbp.latex.tree import (
    Ambiguous,
    Apply,
    BigOp,
    Derivative,
    Differential,
    Expectation,
    Given,
    Gradient,
    MaybeCall,
    Missing,
    Name,
    Neg,
    Node,
    Number,
    PlusMinus,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Tuple,
)
from vaultbp.latex.words import word_set
from vaultbp.source import Span

if TYPE_CHECKING:
    from vaultbp.latex.parser import Parser

MAX_AMBIGUITIES = 4
"""Operators in one product whose extent is kept open; of more, the likeliest reading is taken."""

MAX_TERMS = 60
"""Terms of a sum in which the reach of a Σ is kept open."""

MAX_OPERATORS = 30
"""Derivative signs and gradients in one product, each acting on what follows."""

_INVERSES = {
    "sin": "arcsin",
    "cos": "arccos",
    "tan": "arctan",
    "sinh": "arsinh",
    "cosh": "arcosh",
    "tanh": "artanh",
}
_INTEGRALS = frozenset(("∫", "∬", "∭", "∮"))
_JUXTAPOSED = word_set("let name accent style num upright word")


# Functions


def function(p: Parser, base: str, start: int) -> Node:
    """A function name just read: its scripts, then its argument, in brackets or without."""
    func, power = _function_scripts(p, base, start)
    if (args := _bracket_arguments(p)) is not None:
        node: Node = braced(p, func, args, start)
        if power is None and p.kind() == "^":
            return _power_after(p, node, func, args, start)
    elif _has_argument(p):
        first = p.i
        body, rest = _implicit_argument(p)
        node = Apply(func, (body,), span=p.span(start))
        if rest is not None:
            short = Apply(func, (rest[0],), span=p.span(start, first + 1))
            other = Product((short, *rest[1:]), ("",) * (len(rest) - 1), span=p.span(start))
            node = Ambiguous((node, other), span=p.span(start))
    else:
        node = func
    return node if power is None else Power(node, power, span=p.span(start))


def _function_scripts(p: Parser, base: str, start: int) -> tuple[Name, Node | None]:
    sub: tuple[Node, ...] = ()
    power: Node | None = None
    primes = 0
    while (kind := p.kind()) in ("_", "^", "prime"):
        token = p.tokens[p.i]
        p.i += 1
        if kind == "prime":
            primes += int(token.value)
            continue
        begin, end = p.argument()
        if kind == "_":
            sub += indices(p, begin, end)
        elif all(t.kind == "prime" for t in p.tokens[begin:end]):
            primes += sum(int(t.value) for t in p.tokens[begin:end])
        else:
            power = p.expression_in(begin, end)
    if isinstance(power, Neg) and power.body == Number("1") and base in _INVERSES:
        base, power = _INVERSES[base], None
    return Name(base, (), "", sub, (), primes, span=p.span(start)), power


def _bracket_arguments(p: Parser) -> tuple[Node, ...] | None:
    """Arguments in brackets or braces at the cursor."""
    token = p.peek()
    if token is None or p.match[p.i] <= p.i or p.match[p.i] >= p.end:
        return None
    if token.kind == "{" or (token.kind == "open" and token.value in "([{"):
        begin, closing = p.i + 1, p.match[p.i]
        inner = p.tokens[begin] if begin < closing else None
        p.i = closing + 1
        wrapped = token.kind == "{" and inner is not None and inner.kind == "open"
        if wrapped and p.match[begin] == closing - 1 and p.tokens[begin].value in "([":
            return given(p, begin + 1, closing - 1)
        return given(p, begin, closing)
    return None


def braced(p: Parser, func: Name, args: tuple[Node, ...], start: int) -> Node:
    """A call. Braces do not show: ``\\log{a \\cdot b}`` is printed as ``\\log a \\cdot b``, so both
    readings stay."""
    span = p.span(start)
    call = Apply(func, args, span=span)
    last = p.tokens[p.i - 1]
    if last.kind != "}" or len(args) != 1:
        return call
    body = args[0]
    if p.tokens[p.i - 2].kind == "close" and p.match[p.i - 2] == p.match[p.i - 1] + 1:
        return call
    if isinstance(body, Product) and any(body.ops):
        short: Node = Apply(func, (body.factors[0],), span=span)
        return Ambiguous((call, replace(body, factors=(short, *body.factors[1:]))), span=span)
    if isinstance(body, Sum) and not isinstance(body.terms[0], (Neg, PlusMinus)):
        short = Apply(func, (body.terms[0],), span=span)
        return Ambiguous((call, replace(body, terms=(short, *body.terms[1:]))), span=span)
    return call


def _power_after(p: Parser, node: Node, func: Name, args: tuple[Node, ...], start: int) -> Node:
    """``\\ln(x)^2``: usually the square of the call, sometimes a call of the square."""
    p.i += 1
    outer = superscript(p, node, start)
    if isinstance(outer, Power) and outer.base == node and len(args) == 1:
        inner = Apply(func, (Power(args[0], outer.exp, span=args[0].span),), span=p.span(start))
        return Ambiguous((outer, inner), span=p.span(start))
    return outer


def _has_argument(p: Parser) -> bool:
    token = p.peek()
    if token is None:
        return False
    if token.kind == "op":
        following = p.tokens[p.i + 1] if p.i + 1 < p.end else None
        return token.value == "-" and following is not None and not token.gap
    if token.kind == "bar" and is_evaluation(p):
        return False
    return token.kind in BEGINS_FACTOR and p.may_begin(token, True) and token.kind != "dots"


def _implicit_argument(p: Parser) -> tuple[Node, tuple[Node, ...] | None]:
    """The argument of ``\\sin 2x``; with it the other reading's factors when names follow one
    another (``\\log x y``): only the first is then the argument."""
    start = p.i
    first = p.signed_factor()
    factors = [first]
    while _goes_on(p, factors[-1]):
        factors.append(p.factor())
    if len(factors) == 1:
        if isinstance(first, MaybeCall) and len(first.args) == 1 and isinstance(first.args[0], Sum):
            return first, (first.func, first.args[0])
        return first, None
    body = Product(tuple(factors), ("",) * (len(factors) - 1), span=p.span(start))
    names = [f for f in factors if not isinstance(f, Number) and f != Name("π")]
    return body, tuple(factors) if len(names) > 1 else None


def _goes_on(p: Parser, last: Node) -> bool:
    token = p.peek()
    if (
        token is None
        or token.kind not in _JUXTAPOSED
        or not isinstance(last, (Number, Name, Power))
    ):
        return False
    if isinstance(last, Power) and not isinstance(last.base, (Name, Number)):
        return False
    if token.kind == "let" and token.run - p.i > 1:
        word = "".join(t.value for t in p.tokens[p.i : token.run])
        if word in RUN_FUNCTIONS or (token.value == "d" and len(word) == 2):
            return False
    return not (token.kind == "name" and token.value in "ΣΠ")


# Operators with bounds


def is_big_letter(p: Parser) -> bool:
    """Whether a Greek Σ or Π just read is an operator: it has bounds like one."""
    at, seen = p.i, ""
    bound = False
    while at < p.end and p.tokens[at].kind in ("_", "^"):
        seen += p.tokens[at].kind
        after = p.brackets.skip(at + 1)
        if any(t.kind == "rel" for t in p.tokens[at + 1 : after]):
            bound = True
        at = after
    if bound or len(set(seen)) == 2:
        return True
    unicode_sign = p.text[p.tokens[p.i - 1].start : p.tokens[p.i - 1].end] in "ΣΠ"
    return unicode_sign and at < p.end and p.tokens[at].kind in ("let", "name", "open", "num", "{")


def big(p: Parser, op: str, start: int, lower: tuple[Node, ...] = ()) -> Node:
    """An operator just read: bounds, then its body."""
    upper: Node | None = None
    if op == "arg" and p.kind() == "big":
        op += p.tokens[p.i].value
        p.i += 1
    while (kind := p.kind()) in ("_", "^"):
        p.i += 1
        begin, end = p.argument()
        if kind == "_":
            lower = lower + bounds(p, begin, end)
        else:
            upper = p.node_in(begin, end)
    if op in ("max", "min", "sup", "inf") and not lower and upper is None:
        args = _bracket_arguments(p)
        if args is not None:
            return Apply(Name(op), args, span=p.span(start))
    if op in _INTEGRALS:
        return integral(p, op, lower, upper, start)
    if not _has_body(p):
        if not lower and upper is None:
            return Name(op, span=p.span(start))
        return BigOp(op, lower, upper, Missing(span=p.span(start)), span=p.span(start))
    body = p.term(first=True)
    return BigOp(op, lower, upper, body, span=p.span(start))


def with_body(p: Parser, node: Node, start: int) -> Node:
    """An operator that braces kept from its body, as in ``{\\displaystyle\\sum_j} x_j``."""
    bare = isinstance(node, BigOp) and node.op in "ΣΠ" and isinstance(node.body, Missing)
    if not bare or not isinstance(node, BigOp) or not _has_body(p):
        return node
    body = p.term(first=True)
    return BigOp(node.op, node.lower, node.upper, body, span=p.span(start))


def bounds(p: Parser, begin: int, end: int) -> tuple[Node, ...]:
    """The conditions under an operator, a chain such as ``1≤i≤n`` taken apart."""
    found: list[Node] = []
    for node in p.items_in(begin, end):
        if isinstance(node, Tuple) and not node.open:
            found += node.items
        elif isinstance(node, Relation):
            found += links(node)
        elif isinstance(node, Product) and not any(node.ops):
            found += node.factors
        else:
            found.append(node)
    return tuple(found)


def links(node: Relation) -> list[Node]:
    """``a ≤ i ≤ b`` as two relations."""
    if isinstance(node.left, Relation):
        before = links(node.left)
        last = before[-1]
        assert isinstance(last, Relation)
        return [*before, Relation(node.op, last.right, node.right, span=node.span)]
    return [node]


def _has_body(p: Parser) -> bool:
    token = p.peek()
    if token is None:
        return False
    if token.kind == "op":
        return token.value in "+-"
    return token.kind in BEGINS_FACTOR and p.may_begin(token, True)


def integral(p: Parser, op: str, lower: tuple[Node, ...], upper: Node | None, start: int) -> Node:
    """An integral reaches to its differential, across plus signs."""
    if not _has_body(p):
        return BigOp(op, lower, upper, Missing(span=p.span(start)), span=p.span(start))
    first = p.i
    terms = [p.term(first=True)]
    while not _differentials(terms[-1]) and _differential_ahead(p):
        terms.append(p.term(first=False))
    body: Node = terms[0] if len(terms) == 1 else Sum(tuple(terms), span=p.span(first))
    body, wrt = take_differentials(body)
    return BigOp(op, lower, upper, body, wrt, span=p.span(start))


def _differential_ahead(p: Parser) -> bool:
    token = p.peek()
    if token is None or token.kind != "op" or token.value not in "+-":
        return False
    at = p.i
    while at < p.end and p.tokens[at].kind not in ("rel", "sep", "big"):
        token = p.tokens[at]
        if token.kind == "upright-d":
            return True
        if token.kind == "let" and token.value == "d" and at + 1 < p.end:
            following = p.tokens[at + 1]
            if (
                following.kind in ("let", "name", "style", "accent")
                and following.start == token.end
            ):
                return True
        at = p.brackets.skip(at)
    return False


def _differentials(node: Node) -> bool:
    if isinstance(node, Neg):
        return _differentials(node.body)
    if isinstance(node, Product):
        return any(isinstance(f, Differential) for f in node.factors)
    if isinstance(node, Quotient):
        return _differentials(node.num)
    return isinstance(node, Differential)


def take_differentials(node: Node) -> tuple[Node, tuple[Node, ...]]:
    """Split the differentials off an integrand: (body, variables)."""
    if isinstance(node, Differential):
        return Number("1", span=node.span), (node.body,)
    if isinstance(node, Neg):
        body, wrt = take_differentials(node.body)
        return Neg(body, span=node.span), wrt
    if isinstance(node, Quotient):
        num, wrt = take_differentials(node.num)
        return (replace(node, num=num), wrt) if wrt else (node, ())
    if isinstance(node, Sum):
        last, wrt = take_differentials(node.terms[-1])
        return (replace(node, terms=(*node.terms[:-1], last)), wrt) if wrt else (node, ())
    if isinstance(node, Product):
        wrt = tuple(f.body for f in node.factors if isinstance(f, Differential))
        kept = [i for i, f in enumerate(node.factors) if not isinstance(f, Differential)]
        if not wrt:
            return node, ()
        if not kept:
            return Number("1", span=node.span), wrt
        if len(kept) == 1:
            return node.factors[kept[0]], wrt
        ops = tuple(node.ops[i - 1] for i in kept[1:])
        return Product(tuple(node.factors[i] for i in kept), ops, span=node.span), wrt
    return node, ()


def expectation(p: Parser, start: int, over: tuple[Node, ...] = ()) -> Node:
    """``\\mathbb E_{x∼p}[…]``, with brackets or up to the end of the product."""
    while (kind := p.kind()) in ("_", "^"):
        p.i += 1
        begin, end = p.argument()
        if kind == "_":
            over = over + bounds(p, begin, end)
        else:
            raise p.fail("a superscript on an expectation", begin)
    token = p.peek()
    if token is not None and token.kind == "open" and token.value in "([{" and p.match[p.i] > p.i:
        begin, closing = p.i + 1, p.match[p.i]
        p.i = closing + 1
        items = given(p, begin, closing)
        body = items[0] if len(items) == 1 else Tuple(items, span=p.span(begin, closing))
        return Expectation(body, over, span=p.span(start))
    if not _has_body(p):
        return Name("E", (), "bb", over, span=p.span(start))
    return Expectation(p.product(), over, span=p.span(start))


# Extents in a product and in a sum


def fold(p: Parser, factors: list[Node], ops: list[str], starts: list[int], start: int) -> Node:
    """Give operators in a product (``\\frac{d}{dx}``, ``∇``) what they act on, from the right."""
    if len(factors) == 1:
        return factors[0]
    pending = [i for i, f in enumerate(factors) if _is_operator(f)]
    if len(pending) > MAX_OPERATORS:
        raise p.fail("too many operators in a row", starts[pending[0]])
    open_extents = len(pending) <= MAX_AMBIGUITIES
    for index in reversed(pending):
        if index + 1 < len(factors):
            _absorb(p, factors, ops, starts, index, open_extents)
    if len(factors) == 1:
        return factors[0]
    return _with_wide_functions(Product(tuple(factors), tuple(ops), span=p.span(start)))


def _with_wide_functions(product: Product) -> Node:
    """``\\log \\frac{1}{s} e^{-x}`` and ``\\sin t \\frac{m}{2}``: the function may be meant of more that
    follows, a logarithm of all of it."""
    factors, ops, span = product.factors, product.ops, product.span
    if any(isinstance(factor, Differential) for factor in factors):
        return product
    kept: list[Node] = []
    between: list[str] = []
    k = 0
    while k < len(factors):
        stop = _reach(product, k)
        factor = factors[k]
        if stop > k + 1:
            assert isinstance(factor, Apply)
            inside = Product((*factor.args, *factors[k + 1 : stop]), ops[k : stop - 1], span=span)
            factor = Apply(factor.func, (inside,), span=span)
        kept.append(factor)
        between += ops[stop - 1 : stop]
        k = stop
    if len(kept) == len(factors):
        return product
    wide = Product(tuple(kept), tuple(between), span=span) if len(kept) > 1 else kept[0]
    return Ambiguous((product, wide), span=span)


def _reach(product: Product, k: int) -> int:
    """Where the factors end that a function without brackets may be meant of."""
    call, stop = product.factors[k], k + 1
    if not isinstance(call, Apply) or not _is_open(call):
        return stop
    assert isinstance(call.func, Name)
    if call.func.base in _LOGARITHMS:
        return stop if any(product.ops[k:]) else len(product.factors)
    while stop < len(product.factors) and not product.ops[stop - 1]:
        if not isinstance(product.factors[stop], (Quotient, Name, Number, Sum, MaybeCall)):
            break
        stop += 1
    return stop


_LOGARITHMS = ("log", "ln", "lg")
_ANGLES = ("sin", "cos", "tan", "cot")


def _is_open(call: Apply) -> bool:
    """Whether nothing shows where the argument of a logarithm or of an angle's function ends."""
    known = isinstance(call.func, Name) and call.func.base in (*_LOGARITHMS, *_ANGLES)
    return known and len(call.args) == 1 and call.args[0].span.end == call.span.end


def _is_operator(node: Node) -> bool:
    return isinstance(node, (Derivative, Gradient)) and node.of is None


def _absorb(
    p: Parser,
    factors: list[Node],
    ops: list[str],
    starts: list[int],
    index: int,
    open_extents: bool,
) -> None:
    """Replace the operator and what it takes by the applied operator, in place."""
    operator = factors[index]
    nabla = isinstance(operator, Gradient)
    if nabla and ops[index] != "":
        return
    first = index + 1
    near = first + 1
    if nabla:
        while near < len(factors) and _is_constant(factors[near - 1]) and ops[near - 1] == "":
            near += 1
    far = near
    while far < len(factors) and _continues(factors[far], ops[far - 1], nabla):
        far += 1
    if not nabla:
        for place in range(near, far):
            if place > near and _differentiates(factors[place]):
                near = place
                break
    bracketed = p.tokens[starts[first]].kind == "open" or (
        not nabla and near < far and _differentiates(factors[near])
    )
    long = _applied(p, factors, ops, starts, index, far)
    if far == near:
        factors[index:far] = [long]
        del ops[index : far - 1]
        del starts[first:far]
        return
    short = _applied(p, factors, ops, starts, index, near)
    rest = Product((short, *factors[near:far]), tuple(ops[near - 1 : far - 1]), span=long.span)
    order: tuple[Node, ...] = (rest, long) if nabla or bracketed else (long, rest)
    if isinstance(long.of, Product) and (wide := _with_wide_functions(long.of)) is not long.of:
        assert isinstance(wide, Ambiguous)
        order = (*order, replace(long, of=wide.readings[1]))
    factors[index:far] = [Ambiguous(order, span=long.span) if open_extents else order[0]]
    del ops[index : far - 1]
    del starts[first:far]


def _is_constant(node: Node) -> bool:
    if isinstance(node, Quotient):
        return _is_constant(node.num) and isinstance(node.den, (Number, Name, Product))
    return isinstance(node, Number)


def _continues(factor: Node, op: str, nabla: bool) -> bool:
    """Whether a factor may still belong to what an operator acts on."""
    if isinstance(factor, Differential):
        return False
    if nabla:
        return op == "" and not isinstance(factor, (Gradient, Derivative))
    return not (op != "" and _differentiates(factor))


def _differentiates(factor: Node) -> bool:
    return isinstance(factor, (Derivative, Ambiguous))


def _applied(
    p: Parser,
    factors: list[Node],
    ops: list[str],
    starts: list[int],
    index: int,
    stop: int,
) -> Derivative | Gradient:
    operator = factors[index]
    assert isinstance(operator, (Derivative, Gradient))
    inner = factors[index + 1 : stop]
    last = inner[-1].span.end
    begin = p.tokens[starts[index + 1]].start
    body = inner[0]
    if len(inner) > 1:
        between = tuple(ops[index + 1 : stop - 1])
        body = Product(tuple(inner), between, span=Span(begin, max(begin, last)))
    span = Span(operator.span.start, max(last, operator.span.end))
    if isinstance(operator, Derivative):
        if operator.form == "subscript":
            return replace(operator, of=body, span=span)
        return replace(operator, of=body, form="operator", span=span)
    return replace(operator, of=body, span=span)


def widen(terms: tuple[Node, ...], ends: list[int], span: Span) -> Node:
    """A sum of terms, of which term k ends at offset ``ends[k]``. A Σ (or lim, max …) before a ``+``
    may reach on when its index, or no index at all, leaves that open; both readings are kept then.
    """
    narrow = Sum(terms, span=span)
    if len(terms) > MAX_TERMS:
        return narrow
    for place, term in enumerate(terms[:-1]):
        open_one = _open_derivative(term)
        if open_one is not None and open_one.of is not None and open_one.span.end >= ends[place]:
            rest = terms[place + 1 :]
            if any(isinstance(n, (Derivative, Gradient)) for each in rest for n in each.walk()):
                continue
            body = Sum((open_one.of, *rest), span=Span(open_one.of.span.start, span.end))
            whole = replace(open_one, of=body, span=Span(open_one.span.start, span.end))
            more = Sum((*terms[:place], whole), span=span) if place else whole
            return Ambiguous((narrow, more), span=span)
        tail = _tail(term)
        if tail is None or tail.op in _INTEGRALS or tail.span.end < ends[place]:
            continue
        rest = terms[place + 1 :]
        names = {(n.base, n.style) for low in tail.lower for n in _bound_names(low)}
        mentions = bool(names) and any(_mentions(node, names) for node in rest)
        if not mentions and (tail.lower or tail.upper):
            continue
        if not mentions and any(_tail(t) is not None for t in rest):
            continue
        body = Sum((tail.body, *rest), span=Span(tail.body.span.start, span.end))
        wide_tail = _with_tail(term, replace(tail, body=body))
        wide: Node = wide_tail if place == 0 else Sum((*terms[:place], wide_tail), span=span)
        order = (wide, narrow) if mentions else (narrow, wide)
        return Ambiguous(order, span=span)
    return narrow


def _open_derivative(term: Node) -> Derivative | None:
    """``\\frac{d}{dx} x^2`` before a ``+``: the operator of a term that is all it acts on so far."""
    readings = term.readings if isinstance(term, Ambiguous) else (term,)
    for each in readings:
        if isinstance(each, Derivative) and each.form == "operator":
            return each
    return None


def _bound_names(node: Node) -> list[Name]:
    if isinstance(node, Relation):
        node = node.left
    return [node] if isinstance(node, Name) else []


def _mentions(node: Node, names: set[tuple[str, str]]) -> bool:
    """Whether a free occurrence of a bound name stands in a node; cheap, not exact."""
    bound: set[tuple[str, str]] = set()
    seen: set[tuple[str, str]] = set()
    for each in node.walk():
        if isinstance(each, BigOp):
            bound |= {(n.base, n.style) for low in each.lower for n in _bound_names(low)}
        elif isinstance(each, Name):
            seen.add((each.base, each.style))
    return bool((names - bound) & seen)


def _tail(node: Node) -> BigOp | None:
    """The operator whose body ends a term."""
    while True:
        if isinstance(node, BigOp):
            return node
        if isinstance(node, (Neg, PlusMinus)):
            node = node.body
        elif isinstance(node, Product):
            node = node.factors[-1]
        else:
            return None


def _with_tail(node: Node, tail: BigOp) -> Node:
    span = Span(node.span.start, tail.body.span.end)
    if isinstance(node, BigOp):
        return replace(tail, span=span)
    if isinstance(node, Neg):
        return Neg(_with_tail(node.body, tail), span=span)
    if isinstance(node, PlusMinus):
        return PlusMinus(_with_tail(node.body, tail), node.sign, span=span)
    assert isinstance(node, Product)
    last = _with_tail(node.factors[-1], tail)
    return Product((*node.factors[:-1], last), node.ops, span=span)


def joined(node: Node) -> str | None:
    """The letters of a product of plain names (``AB`` under one accent)."""
    if not isinstance(node, Product) or any(node.ops):
        return None
    plain = [f.base for f in node.factors if isinstance(f, Name) and not f.sub and not f.sup]
    return "".join(plain) if len(plain) == len(node.factors) else None


__all__ = ["Given", "big", "bounds", "expectation", "fold", "function", "joined", "links", "widen"]
