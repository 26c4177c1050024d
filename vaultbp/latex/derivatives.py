"""Derivatives, gradients and differentials, however they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

from vaultbp.latex.scripts import indices
from vaultbp.latex.tree import (
    Derivative,
    Differential,
    Gradient,
    Name,
    Neg,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Tuple,
    Wrt,
)
from vaultbp.latex.words import KNOWN_NAMES, is_word, word_set

if TYPE_CHECKING:
    from vaultbp.latex.parser import Parser

Kind = Literal["∂", "d", "δ"]
_OPERAND = word_set("let name accent style open { upright text word cmd func num big")


# Marks: ∂, d, δ before what they differentiate


def mark_at(p: Parser, at: int, end: int) -> Kind | None:
    """The mark of differentiation that token ``at`` is, judged by what follows it."""
    if at >= end:
        return None
    token = p.tokens[at]
    if token.kind == "del":
        return "∂"
    if token.kind == "upright-d":
        return "d"
    if token.kind == "let" and token.value == "d" and not token.accents:
        return "d"
    if token.kind == "name" and token.value == "δ":
        return "δ"
    return None


def head(p: Parser, begin: int, end: int) -> tuple[Kind, tuple[int, int] | None, int] | None:
    """A mark with its order at the start of a range: (kind, range of the order, index after)."""
    begin, end = unwrap(p, begin, end)
    kind = mark_at(p, begin, end)
    if kind is None:
        return None
    at = begin + 1
    order = None
    if at < end and p.tokens[at].kind == "^":
        after = p.brackets.skip(at + 1)
        order = (at + 1, after)
        at = after
    if at < end and p.tokens[at].kind in ("_", "prime"):
        return None
    return kind, order, at


def unwrap(p: Parser, begin: int, end: int) -> tuple[int, int]:
    """Drop braces around a whole range."""
    while end - begin >= 2 and p.tokens[begin].kind == "{" and p.match[begin] == end - 1:
        begin, end = begin + 1, end - 1
    return begin, end


def order_of(p: Parser, place: tuple[int, int] | None) -> int | Node:
    """An order of differentiation: a small whole number, or a node (``d^n``)."""
    if place is None:
        return 1
    begin, end = unwrap(p, *place)
    node = p.expression_in(begin, end)
    return plain_order(node)


def plain_order(node: Node) -> int | Node:
    if isinstance(node, Number) and node.text.isdigit() and len(node.text) < 3:
        return int(node.text)
    return node


# Fractions


def fraction(
    p: Parser, a: int, b: int, c: int, d: int, start: int, stop: int | None = None
) -> Node:
    """``\\frac{[a, b)}{[c, d)}``: a derivative when both carry the mark, else a quotient."""
    span = p.span(start, stop)
    below = head(p, c, d)
    if below is not None and below[2] < unwrap(p, c, d)[1]:
        kind = below[0]
        variables = denominators(p, *unwrap(p, c, d), kind)
        above = numerator(p, *unwrap(p, a, b), kind) if variables else None
        if variables and above is not None:
            before, order, of_place, _ = above
            of = None
            if of_place is not None:
                of = p.node_in(*of_place)
            wrt = settle_orders(variables, order)
            sign = "∂" if mark_at(p, above[3], b) == "∂" else kind
            made = Derivative(sign, of, wrt, order, span=span)
            return scaled(p, before, made)
    return Quotient(p.node_in(a, b), p.node_in(c, d), span=span)


def numerator(
    p: Parser, a: int, b: int, kind: Kind
) -> tuple[tuple[int, int] | None, int | Node, tuple[int, int] | None, int] | None:
    """Factors before the mark, the order, the range of what is differentiated, the mark's place."""
    at = a
    while at < b:
        if mark_at(p, at, b) in (kind, "d" if kind == "∂" else "∂" if kind == "d" else kind):
            found = head(p, at, b)
            if found is None:
                return None
            _, order, after = found
            if at > a and after >= b:
                return None
            if at > a and not _scales(p, a, at):
                return None
            if kind == "d" and p.tokens[at].kind == "let" and _inside_word(p, at, a):
                return None
            of_place = (after, b) if after < b else None
            return (a, at) if at > a else None, order_of(p, order), of_place, at
        at = p.brackets.skip(at)
    return None


def _inside_word(p: Parser, at: int, begin: int) -> bool:
    return (
        at > begin and p.tokens[at - 1].kind == "let" and p.tokens[at - 1].run == p.tokens[at].run
    )


def _scales(p: Parser, a: int, at: int) -> bool:
    """Whether what stands before the mark only multiplies: no terms at its level."""
    last = p.tokens[at - 1]
    if last.kind == "op":
        if last.value in "+-±" and at - a > 1:
            return False
        if last.value == "/":
            return False
    inner = range(a + 1, at - 1)
    level = a
    while level < at:
        if level in inner and p.tokens[level].kind == "op" and p.tokens[level].value in "+-":
            return False
        level = p.brackets.skip(level)
    return True


def scaled(p: Parser, before: tuple[int, int] | None, node: Derivative) -> Node:
    """A derivative with factors written before its mark: ``\\frac{-2\\,dL}{dx}``."""
    if before is None:
        return node
    a, b = before
    negative = p.tokens[a].kind == "op" and p.tokens[a].value == "-"
    a += p.tokens[a].kind == "op"
    op = ""
    if b > a and p.tokens[b - 1].kind == "op":
        op = p.tokens[b - 1].value
        b -= 1
    made: Node = node
    if a < b:
        made = Product((p.expression_in(a, b), node), (op,), span=node.span)
    return Neg(made, span=node.span) if negative else made


def denominators(p: Parser, c: int, d: int, kind: Kind) -> list[Wrt]:
    """The variables below the bar; empty when it is no derivative after all."""
    starts = [at for at in _level(p, c, d) if _starts_variable(p, at, c, d, kind)]
    if not starts or starts[0] != c:
        return []
    found = []
    for start, stop in zip(starts, [*starts[1:], d], strict=True):
        known = head(p, start, stop)
        if known is None or known[2] >= stop:
            return []
        first = p.tokens[known[2]]
        if first.kind in ("op", "sep", "rel") or (
            kind == "d" and not _names_something(p, known[2])
        ):
            return []
        last = stop
        while last > known[2] and p.tokens[last - 1].kind == "op":
            last -= 1
        body = p.node_in(known[2], last)
        order: int | Node = 1 if known[1] is None else order_of(p, known[1])
        found.append(Wrt(body, order, span=p.span(start, last)))
    return found


def _level(p: Parser, c: int, d: int) -> list[int]:
    places = []
    at = c
    while at < d:
        places.append(at)
        at = p.brackets.skip(at)
        if at - 1 in places and p.tokens[at - 1].kind in ("_", "^"):
            at = p.brackets.skip(at)
    return places


def _starts_variable(p: Parser, at: int, c: int, d: int, kind: Kind) -> bool:
    if mark_at(p, at, d) != kind:
        return False
    if kind != "d" or p.tokens[at].kind != "let" or at == c:
        return True
    before = p.tokens[at - 1]
    apart = before.kind != "let" or before.end != p.tokens[at].start or before.value != "d"
    after = at + 1 < d and p.tokens[at + 1]
    return bool(apart and after and after.kind in ("let", "name", "accent", "style"))


def _names_something(p: Parser, at: int) -> bool:
    return p.tokens[at].kind in _OPERAND or p.tokens[at].kind == "bar"


def settle_orders(variables: list[Wrt], order: int | Node) -> tuple[Wrt, ...]:
    """``dx^2`` below ``d^2`` is x twice; below a plain ``d`` it is the variable x²."""
    if order == 1:
        return tuple(variables)
    settled = []
    for wrt in variables:
        body = wrt.body
        if isinstance(body, Power) and wrt.order == 1:
            wrt = replace(wrt, body=body.base, order=plain_order(body.exp))
        settled.append(wrt)
    if len(settled) == 1 and settled[0].order == 1 and isinstance(order, int):
        only = settled[0]
        if isinstance(only.body, Product) and len(only.body.factors) == order:
            return tuple(Wrt(f, 1, span=f.span) for f in only.body.factors)
    return tuple(settled)


# Inline: ∂L/∂w, dy/dx, differentials


def partial(p: Parser) -> Node:
    start = p.i
    made = slash(p, "∂") or subscripted(p)
    if made is not None:
        return made
    p.i += 1
    order = None
    if p.kind() == "^":
        p.i += 1
        order = p.argument()
    if not _more(p):
        return Name("∂", (), "", span=p.span(start))
    body = p.factor()
    if order is not None:
        order_of(p, order)
    return Differential(body, "∂", upright=True, span=p.span(start))


def _more(p: Parser) -> bool:
    token = p.peek()
    if token is None or token.kind not in _OPERAND:
        return False
    return not (token.kind == "{" and p.match[p.i] < 0)


def upright_d(p: Parser) -> Node:
    start = p.i
    made = slash(p, "d")
    if made is not None:
        return made
    p.i += 1
    if p.kind() == "_" or not _more(p):
        return Name("d", (), "", span=p.span(start))
    body = p.factor()
    return Differential(body, "d", upright=True, span=p.span(start))


def italic_d(p: Parser) -> Node | None:
    """``dx``, ``dy/dx``, ``d\\hat y``; ``None`` when the letter d is a name."""
    made = slash(p, "d")
    if made is not None:
        return made
    start = p.i
    after = p.tokens[start + 1] if start + 1 < p.end else None
    if after is None or p.style:
        return None
    tight = after.start == p.tokens[start].end
    if not (tight and after.kind in ("let", "name", "accent", "style")) and not (
        after.kind in ("let", "name", "accent", "style") and _opens_side(p, start)
    ):
        return None
    if after.kind == "let" and tight and p.tokens[start].run - start > 2:
        word = "".join(t.value for t in p.tokens[start + 1 : p.tokens[start].run])
        if word not in KNOWN_NAMES and len(word) > 3:
            return None
    if after.kind == "name" and after.value in ("⊤", "∞"):
        return None
    p.i += 1
    body = p.factor()
    return Differential(body, "d", span=p.span(start))


def _opens_side(p: Parser, start: int) -> bool:
    """Whether a letter d followed by a space begins its side, as in ``d C_t = …``."""
    return start == 0 or p.tokens[start - 1].kind in ("rel", "row", "&", "sep", "arrow", "{")


def increment(p: Parser, value: str, start: int) -> Node | None:
    """``Δy`` is one name; ``δL/δw`` a derivative."""
    if value == "δ":
        p.i = start
        made = slash(p, "δ")
        p.i = start + 1 if made is None else p.i
        return made
    token = p.peek()
    if token is None or token.kind not in ("let", "name", "accent", "style", "upright", "{"):
        return None
    if token.kind == "{" and p.match[p.i] != p.i + 2:
        return None
    if token.kind == "name" and token.value in ("⊤", "∞", "Δ", "=", "Σ"):
        return None
    body = p.atom(token)
    if isinstance(body, Name):
        return replace(body, base="Δ" + body.base, span=p.span(start))
    return Product((Name("Δ", span=p.span(start, start + 1)), body), ("",), span=p.span(start))


def slash(p: Parser, kind: Kind) -> Node | None:
    """``∂L/∂w`` and ``d/dx`` on one line: looked for ahead, read only when it is there."""
    start = p.i
    found = head(p, start, p.end)
    if found is None:
        return None
    _, order, at = found
    above_end = operand_end(p, at)
    bar = above_end
    if bar >= p.end or p.tokens[bar].kind != "op" or p.tokens[bar].value != "/":
        return None
    below = bar + 1
    wrapped = below < p.end and p.tokens[below].kind == "open" and p.match[below] > below
    first = below + 1 if wrapped else below
    if mark_at(p, first, p.end) != kind:
        return None
    stop = p.match[below] if wrapped else 0
    count = order_of(p, order)
    of = p.node_in(at, above_end) if at < above_end else None
    p.i = first
    wrt = settle_orders(inline_variables(p, kind, count, stop), count)
    if not wrt:
        p.i = start
        return None
    p.i = stop + 1 if wrapped else p.i
    return Derivative(kind, of, wrt, count, form="slash", span=p.span(start))


def inline_variables(p: Parser, kind: Kind, order: int | Node, stop: int) -> list[Wrt]:
    """The variables after a slash: one for a first derivative, more for a higher one."""
    found: list[Wrt] = []
    wanted = order if isinstance(order, int) else 1
    while len(found) < max(wanted, 1) or stop:
        known = head(p, p.i, stop or p.end)
        if known is None or known[0] != kind:
            break
        start, at = p.i, known[2]
        end = stop if stop else operand_end(p, at, calls=False)
        if stop:
            end = min(operand_end(p, at, calls=True), stop)
        if end <= at:
            break
        body = p.node_in(at, end)
        p.i = end
        one: int | Node = 1 if known[1] is None else order_of(p, known[1])
        found.append(Wrt(body, one, span=p.span(start)))
        last = found[-1].body
        if isinstance(last, Power) and order != 1:
            break
    return found


def operand_end(p: Parser, at: int, calls: bool = True) -> int:
    """The index after one operand with its scripts (and the bracket of its call)."""
    if at >= p.end:
        return at
    token = p.tokens[at]
    if token.kind not in _OPERAND and token.kind != "bar":
        return at
    if token.kind in ("accent", "style", "cmd"):
        end = p.command_end(at)
    elif token.kind == "let" and token.run > at + 1 and _is_name_run(p, at, token.run):
        end = token.run
    elif token.kind == "name" and token.value == "Δ":
        return operand_end(p, at + 1, calls)
    elif token.kind == "func":
        return operand_end(p, _scripts_end(p, at + 1), calls)
    else:
        end = p.brackets.skip(at)
    end = _scripts_end(p, end)
    called = calls and end < p.end and p.tokens[end].kind == "open" and token.kind != "open"
    if called and p.match[end] > end and p.tokens[end].value in "([":
        end = _scripts_end(p, p.brackets.skip(end))
    return min(end, p.end)


def _is_name_run(p: Parser, at: int, stop: int) -> bool:
    word = "".join(t.value for t in p.tokens[at:stop])
    return word in KNOWN_NAMES or is_word(word)


def _scripts_end(p: Parser, at: int) -> int:
    while at < p.end:
        kind = p.tokens[at].kind
        if kind == "prime":
            at += 1
        elif kind in ("_", "^") and at + 1 < p.end:
            at = p.brackets.skip(at + 1)
        else:
            break
    return at


def subscripted(p: Parser) -> Node | None:
    """``∂_x f``."""
    start = p.i
    if not (p.i + 1 < p.end and p.tokens[p.i + 1].kind == "_"):
        return None
    p.i += 2
    variables = indices(p, *p.argument())
    order: int | Node = 1
    if p.kind() == "^":
        p.i += 1
        order = order_of(p, p.argument())
    of = p.factor() if _more(p) else None
    wrt = tuple(Wrt(v, order if len(variables) == 1 else 1, span=v.span) for v in variables)
    if order == 1 and len(variables) > 1:
        order = len(variables)
    return Derivative("∂", of, wrt, order, form="subscript", span=p.span(start))


# Gradients


def nabla(p: Parser) -> Node:
    """``∇``, ``∇_θ``, ``∇²``, ``∇·F``, ``∇×F``; what it acts on is found by ``operators.fold``."""
    start = p.i
    p.i += 1
    wrt: tuple[Node, ...] = ()
    order = 1
    while p.kind() in ("_", "^"):
        script = p.kind()
        p.i += 1
        begin, end = p.argument()
        if script == "_":
            wrt = _gradient_variables(p, begin, end)
        else:
            exponent = p.expression_in(begin, end)
            if exponent != Number("2"):
                raise p.fail("a power of ∇ other than 2", begin)
            order = 2
    token = p.peek()
    if token is not None and token.kind == "op" and token.value in "·×" and not wrt:
        p.i += 1
        of = p.factor()
        op: Literal["∇·", "∇×"] = "∇·" if token.value == "·" else "∇×"
        return Gradient(of, wrt, op, order, span=p.span(start))
    return Gradient(None, wrt, "∇", order, span=p.span(start))


def _gradient_variables(p: Parser, begin: int, end: int) -> tuple[Node, ...]:
    begin, end = unwrap(p, begin, end)
    if p.find(frozenset(("sep", "open")), begin, end) >= 0:
        return indices(p, begin, end)
    return (p.node_in(begin, end),)


# Commands of the physics package


def physics(p: Parser, start: int, kind: Kind) -> Node:
    """``\\dv{f}{x}``, ``\\dv[2]{f}{x}``, ``\\dv{x}``, ``\\pdv{f}{x}{y}``."""
    order: int | Node = 1
    if p.kind() == "open" and p.at("open", "[") and p.match[p.i] > p.i:
        closing = p.match[p.i]
        order = plain_order(p.expression_in(p.i + 1, closing))
        p.i = closing + 1
    places = [p.argument()]
    limit = 2 if kind == "d" else 3
    while p.kind() == "{" and len(places) < limit:
        places.append(p.argument())
    of = None
    if len(places) > 1:
        begin, end = places.pop(0)
        of = p.node_in(begin, end) if begin < end else None
    bodies = [p.node_in(*place) for place in places]
    each: int | Node = order if len(bodies) == 1 else 1
    wrt = tuple(Wrt(body, each, span=body.span) for body in bodies)
    if len(bodies) > 1 and order == 1:
        order = len(bodies)
    return Derivative(kind, of, wrt, order, span=p.span(start))


__all__ = ["Tuple", "fraction", "increment", "italic_d", "nabla", "partial", "physics", "upright_d"]
