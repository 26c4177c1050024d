"""Single changes of a side's text that undo the slips people make: a sign, a factor, a prime ..."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.latex import tree
from vaultbp.source import Span

LONGEST = 40
"""How long a symbol or a call may be as it is written to be put in elsewhere."""
TERMS, ATOMS = 4, 10
"""To how many terms a missing factor is put, and how many factors are tried."""


@dataclass(frozen=True)
class Change:
    """Replace a span of the formula's text."""

    span: Span
    text: str


Kind = Callable[[tree.Node, str, Stated], Iterator[Change]]


def signs(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """The sign of the whole side, then of single terms."""
    start = side.span.start
    if isinstance(side, tree.Neg) and text[start] in "-−":
        yield Change(Span(start, start + 1), "")
    elif isinstance(side, tree.Sum):
        pass
    else:
        yield Change(Span(start, start), "-")
    for node in side.walk():
        if isinstance(node, tree.Power) and not isinstance(node.exp, tree.Number | tree.Sum):
            at = node.exp.span.start
            if isinstance(node.exp, tree.Neg) and text[at] in "-−":
                yield Change(Span(at, at + 1), "")
            elif text[at - 1] in "{(":
                yield Change(Span(at, at), "-")
        if not isinstance(node, tree.Sum):
            continue
        first = node.terms[0].span.start
        if isinstance(node.terms[0], tree.Neg) and text[first] in "-−":
            yield Change(Span(first, first + 1), "")
        else:
            yield Change(Span(first, first), "-")
        for before, term in zip(node.terms, node.terms[1:], strict=False):
            gap = text[before.span.end : term.span.start]
            sign_at = before.span.end + len(gap) - len(gap.lstrip())
            if isinstance(term, tree.Neg) and text[term.span.start] in "-−":
                yield Change(Span(term.span.start, term.span.start + 1), "+")
            elif text[sign_at : sign_at + 1] == "+":
                yield Change(Span(sign_at, sign_at + 1), "-")
            elif text[sign_at : sign_at + 1] in "-−":
                yield Change(Span(sign_at, sign_at + 1), "+")


def _swapped(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A difference the wrong way round, or a sum that lacks its sign."""
    if not isinstance(side, tree.Sum):
        return
    one, two = side.terms[0], side.terms[1]
    if len(side.terms) == 2 and isinstance(two, tree.Neg) and not isinstance(one, tree.Neg):
        first, second = (text[t.span.start : t.span.end] for t in (one, two.body))
        yield Change(side.span, f"{second} - {first}")
    else:
        yield Change(side.span, f"-({text[side.span.start : side.span.end]})")


def _ones(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """``-x`` for ``1 - x``."""
    for node in side.walk():
        if isinstance(node, tree.Neg) and text[node.span.start] in "-−":
            yield Change(Span(node.span.start, node.span.start), "1 ")


def _numbers(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A number too many as a factor."""
    for node in side.walk():
        if isinstance(node, tree.Product):
            for k, factor in enumerate(node.factors):
                if _is_number(factor):
                    yield _without_factor(node, k, text)
        elif isinstance(node, tree.Quotient) and isinstance(node.den, tree.Number):
            if not isinstance(node.num, tree.Number):
                yield Change(node.span, text[node.num.span.start : node.num.span.end])


def _factors(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A factor two too many or too few, of the whole side or of one term."""
    for place in _places(side):
        first = place.factors[0] if isinstance(place, tree.Product) else place
        if isinstance(first, tree.Quotient) and first.num == tree.Number("1"):
            yield Change(first.num.span, "{2}")
        for number in ("2", r"\frac{1}{2}", "3"):
            yield _multiplied(place, number, text)


def counts(names: Iterable[str]) -> Kind:
    """A mean written as a sum: what lacks one over a count, for a note's own counts."""

    def edits(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
        for name in names:
            yield _multiplied(_places(side)[0], rf"\frac{{1}}{{{name}}} ", text)

    return edits


def _dropped(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A factor too many."""
    for node in side.walk():
        if isinstance(node, tree.Product):
            for k, factor in enumerate(node.factors):
                if not _is_number(factor):
                    yield _without_factor(node, k, text)


def _terms(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A term too many."""
    for node in side.walk():
        if isinstance(node, tree.Sum):
            yield Change(Span(node.terms[0].span.start, node.terms[1].span.start), "")
            for before, term in zip(node.terms, node.terms[1:], strict=False):
                yield Change(Span(before.span.end, term.span.end), "")


def _missing(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A factor too few: something else that the chain writes."""
    found: dict[str, None] = {}
    for each in stated.chain.sides:
        for node in _values(each) if not isinstance(each, tree.Derivative | tree.Name) else ():
            written = text[node.span.start : node.span.end].strip()
            if node.span.end > node.span.start and len(written) < LONGEST:
                found[written] = None
    for place in _places(side):
        for written in list(found)[:ATOMS]:
            yield _behind(place, written) or _multiplied(place, f"{written} ", text)


def _behind(place: tree.Node, factor: str) -> Change | None:
    """A factor after the others, where a number stands before them: ``2(wx - y)x``."""
    if not isinstance(place, tree.Product) or not _is_number(place.factors[0]):
        return None
    if not isinstance(place.factors[-1], tree.Sum | tree.Name):
        return None
    return Change(Span(place.span.end, place.span.end), f" {factor}")


def _turned(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A derivative upside down."""
    for node in side.walk():
        match node:
            case tree.Derivative(of=tree.Node() as top, wrt=(wrt,), order=1):
                bottom = wrt.body
                if not node.span.start <= top.span.start < top.span.end <= bottom.span.start:
                    continue
                above = text[top.span.start : top.span.end]
                below = text[bottom.span.start : bottom.span.end]
                between = text[top.span.end : bottom.span.start]
                yield Change(Span(top.span.start, bottom.span.end), below + between + above)
            case _:
                pass


def _is_number(node: tree.Node) -> bool:
    return isinstance(node, tree.Number) or (
        isinstance(node, tree.Quotient) and all(isinstance(n, tree.Number) for n in node.children())
    )


_SIGN = r"\s*(\\cdot|\\times|\\,|[*·×])?\s*"
_OPENING = re.compile(r"(\\left)?[(\[]\s*$")
_CLOSING = re.compile(r"\s*(\\right)?[)\]]")


def _without_factor(product: tree.Product, k: int, text: str) -> Change:
    """A factor taken out, with its brackets and one sign of the product."""
    span = product.factors[k].span
    before, after = _OPENING.search(text[: span.start]), _CLOSING.match(text[span.end :])
    if isinstance(product.factors[k], tree.Sum) and before and after:
        span = Span(before.start(), span.end + after.end())
    if k:
        sign = re.search(f"{_SIGN}$", text[: span.start])
        return Change(Span(sign.start() if sign else span.start, span.end), " ")
    sign = re.match(_SIGN, text[span.end :])
    return Change(Span(span.start, span.end + (sign.end() if sign else 0)), "")


def _places(side: tree.Node) -> list[tree.Node]:
    """Where a factor may be put: before the whole, and before each term."""
    body = side.body if isinstance(side, tree.Neg) else side
    if not isinstance(body, tree.Sum):
        return [body]
    terms = [t.body if isinstance(t, tree.Neg) else t for t in body.terms[:TERMS]]
    return [body, *terms]


def _multiplied(place: tree.Node, factor: str, text: str) -> Change:
    if not isinstance(place, tree.Sum):
        start = place.span.start
        digits = text[start : start + 1].isdigit() and factor[-1:].isdigit()
        between = r" \cdot " if digits else ""
        return Change(Span(start, start), factor + between)
    return Change(place.span, f"{factor}({text[place.span.start : place.span.end]})")


def _values(side: tree.Node) -> Iterator[tree.Node]:
    """The symbols, calls and powers of a side, but not what stands in indices or beside a ``d``."""
    waiting = [side]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, tree.Name | tree.Apply | tree.MaybeCall | tree.Derivative):
            yield node
        elif isinstance(node, tree.Power):
            yield node
            waiting.extend(node.children())
        elif isinstance(node, tree.BigOp):
            waiting.append(node.body)
        else:
            waiting.extend(node.children())


def _primes(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A prime lost or added."""
    for node in side.walk():
        if isinstance(node, tree.Apply | tree.MaybeCall) and isinstance(node.func, tree.Name):
            span = node.func.span
            written = text[span.start : span.end]
            if node.func.primes == 0:
                yield Change(Span(span.end, span.end), "'")
            elif "'" in written:
                at = span.start + written.rindex("'")
                yield Change(Span(at, at + 1), "")


def _exponents(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A power lost, added or off by one."""
    for node in side.walk():
        if isinstance(node, tree.Power) and isinstance(node.exp, tree.Number):
            value = node.exp.value
            if value == 2:
                yield Change(node.span, text[node.base.span.start : node.base.span.end])
            elif value.is_integer():
                yield Change(node.exp.span, _braced(int(value) - 1))
            if value.is_integer():
                yield Change(node.exp.span, _braced(int(value) + 1))
        elif isinstance(node, tree.Power) and isinstance(node.exp, tree.Name | tree.Sum):
            span = node.exp.span
            for step in ("-1", "+1"):
                moved = text[span.start : span.end] + step
                inside = text[: span.start].endswith("{")
                yield Change(span, moved if inside else f"{{{moved}}}")
        elif isinstance(node, tree.Name) and not node.sup:
            yield Change(Span(node.span.end, node.span.end), "^2")
        elif isinstance(node, tree.Quotient) and isinstance(node.den, tree.Sum):
            span = node.den.span
            yield Change(span, f"({text[span.start : span.end]})^2")


def _braced(value: int) -> str:
    return f"{value}" if 0 <= value < 10 else f"{{{value}}}"


def _indices(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """One index for another that the step uses."""
    letters = {
        sub.base
        for each in stated.chain.sides
        for node in each.walk()
        if isinstance(node, tree.Name)
        for sub in node.sub
        if isinstance(sub, tree.Name) and len(sub.base) == 1
    }
    for node in side.walk():
        if isinstance(node, tree.Name):
            for sub in node.sub:
                if isinstance(sub, tree.Name) and sub.span.end > sub.span.start:
                    for letter in sorted(letters - {sub.base}):
                        yield Change(sub.span, letter)


def _exchanged(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """Two indices the wrong way round."""
    for node in side.walk():
        if isinstance(node, tree.Name) and len(node.sub) == 2:
            one, two = (sub.span for sub in node.sub)
            if one.start < one.end <= two.start < two.end:
                first, between = text[one.start : one.end], text[one.end : two.start]
                second = text[two.start : two.end]
                yield Change(Span(one.start, two.end), second + between + first)


def _symbols(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """One symbol for another that the chain uses."""
    spans: dict[str, None] = {}
    for each in stated.chain.sides:
        for node in each.walk():
            if isinstance(node, tree.Name) and node.span.end > node.span.start:
                spans[text[node.span.start : node.span.end]] = None
    for node in side.walk():
        if isinstance(node, tree.Name) and node.span.end > node.span.start:
            own = text[node.span.start : node.span.end]
            for other in spans:
                if other != own and len(other) < 30:
                    yield Change(node.span, f"{other} " if other[-1:].isalpha() else other)


def _transposes(side: tree.Node, text: str, stated: Stated) -> Iterator[Change]:
    """A transpose lost or added, or two factors the wrong way round."""
    for node in side.walk():
        if isinstance(node, tree.Transpose):
            inner = text[node.body.span.start : node.body.span.end]
            yield Change(node.span, inner)
        elif isinstance(node, tree.Name) and not node.sup and not node.sub:
            yield Change(Span(node.span.end, node.span.end), "^T")
        elif isinstance(node, tree.Product):
            for one, two in zip(node.factors, node.factors[1:], strict=False):
                first = text[one.span.start : one.span.end]
                second = text[two.span.start : two.span.end]
                between = text[one.span.end : two.span.start]
                yield Change(Span(one.span.start, two.span.end), second + between + first)


KINDS: tuple[Kind, ...] = (
    signs, _swapped, _numbers, _factors, _turned, _primes, _exchanged, _indices, _exponents,
    _transposes, _symbols, _dropped, _terms, _ones, _missing,
)  # fmt: skip
"""From the slips that people make most."""
