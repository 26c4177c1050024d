"""Bare chain rules: numerators cancelled against denominators by name.

Where a note states no dependency, ``∂L/∂a · ∂a/∂z · ∂z/∂w = ∂L/∂w`` says that w acts on L through z
and a only; with that assumption it is an identity of names. A factor that breaks the chain leaves a
link open, which is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Div,
    Fold,
    Grad,
    Idx,
    Mul,
    Neg,
    Num,
    Sym,
    Term,
    Transposed,
    free_indices,
)
from vaultbp.derivations.numerics.differentiate import spell

NO_LINK = "nothing links"

Link = tuple[Term, Term]


@dataclass(frozen=True)
class Cancellation:
    """What cancelling says: the sides are the same, or which link is missing."""

    holds: bool
    assumption: str = ""
    missing: str | None = None
    multiple: bool = False
    """The sides are one chain, but for a number before it."""
    broken: str | None = None
    """What is wrong with one derivative of a chain, whatever depends on what."""


@dataclass
class _Monomial:
    """A product of derivatives and other factors, under some summed indices."""

    links: list[Link]
    others: Counter[Term]
    sign: int = 1
    bound: frozenset[str] = frozenset()
    through: tuple[Term, ...] = ()


Alias = Callable[[Term], Term]
"""Names one quantity by one name: ``y`` and ``f(u)`` where ``y = f(u)``."""


def cancel(left: Term, right: Term, alias: Alias = lambda term: term) -> Cancellation | None:
    """Compare two sides as chains of derivatives; ``None`` if they are not such chains."""
    sides, written = [], []
    for side in (left, right):
        monomials = _monomials(side)
        for monomial in monomials or ():
            monomial.links = [(alias(top), alias(bottom)) for top, bottom in monomial.links]
        if monomials is None or not any(m.links for m in monomials):
            return None
        written.append(monomials)
        sides.append([_telescope(m) for m in monomials])
    one, two = sides
    if not any(m.through or len(m.links) > 1 for m in (*one, *two)):
        return None
    if _part(one, two):
        return Cancellation(False)
    if _same(one, two) and any(m.through for m in (*one, *two)):
        return Cancellation(True, _assumption(one, two))
    for single, several in ((one, two), (two, one)):
        if len(single) == 1 and _are_paths(single[0], several):
            return Cancellation(True, _assumption(one, two))
    missing, multiple = _missing(one, two), _is_multiple(one, two)
    return Cancellation(False, missing=missing, multiple=multiple, broken=_broken(*written))


def _monomials(term: Term) -> list[_Monomial] | None:
    match term:
        case Deriv(of=of, wrt=(by,)) if _is_name(of) and _is_name(by):
            return [_Monomial([(of, by)], Counter())]
        case Grad(of=of, wrt=by) if by is not None and _is_name(of) and _is_name(by):
            return [_Monomial([(of, by)], Counter())]
        case Add(terms=terms):
            found: list[_Monomial] = []
            for each in terms:
                inner = _monomials(each)
                if inner is None:
                    return None
                found.extend(inner)
            return found
        case Neg(body=body):
            inner = _monomials(body)
            if inner is None:
                return None
            for monomial in inner:
                monomial.sign *= -1
            return inner
        case Mul(factors=factors):
            return _multiplied(factors)
        case Fold(op="Σ", index=name, body=body, where=None) if name:
            inner = _monomials(body)
            if inner is None:
                return None
            for monomial in inner:
                monomial.bound |= {name}
            return inner
        case Transposed(body=body):
            return _monomials(body)
        case Num() | Sym() | Call() | Div() | Idx():
            return [_Monomial([], Counter([term]))]
        case _:
            return None


def _multiplied(factors: tuple[Term, ...]) -> list[_Monomial] | None:
    product = [_Monomial([], Counter())]
    for factor in factors:
        inner = _monomials(factor)
        if inner is None or len(inner) * len(product) > 12:
            return None
        product = [
            _Monomial([*a.links, *b.links], a.others + b.others, a.sign * b.sign, a.bound | b.bound)
            for a in product
            for b in inner
        ]
    return product


def _is_name(term: Term) -> bool:
    return isinstance(term, Sym | Call)


def _telescope(monomial: _Monomial) -> _Monomial:
    """Join ``∂A/∂B · ∂B/∂C`` to ``∂A/∂C``, consuming the sum that runs over B."""
    links, bound, through = list(monomial.links), monomial.bound, monomial.through
    links = [link for link in links if link[0] != link[1]]
    joined = True
    while joined:
        joined = False
        for a, (top, middle) in enumerate(links):
            for b, (upper, bottom) in enumerate(links):
                if a == b or upper != middle:
                    continue
                summed = free_indices(middle) & bound
                rest = [link for k, link in enumerate(links) if k not in (a, b)]
                elsewhere: frozenset[str] = free_indices(top) | free_indices(bottom)
                for one, two in rest:
                    elsewhere |= free_indices(one) | free_indices(two)
                for other in monomial.others:
                    elsewhere |= free_indices(other)
                links = [*rest, (top, bottom)]
                bound -= summed - elsewhere  # else a sum over what comes after runs on
                through = (*through, middle)
                joined = True
                break
            if joined:
                break
    if any(top == bottom for top, bottom in links):
        links = [link for link in links if link[0] != link[1]]
    return _Monomial(links, monomial.others, monomial.sign, bound, through)


def _key(monomial: _Monomial) -> tuple[object, ...]:
    return (
        monomial.sign,
        tuple(sorted(map(repr, monomial.links))),
        tuple(sorted((repr(k), n) for k, n in monomial.others.items() if k != Num(1.0, "1"))),
        monomial.bound,
    )


def _same(one: list[_Monomial], two: list[_Monomial]) -> bool:
    return Counter(map(_key, one)) == Counter(map(_key, two))


def _is_multiple(one: list[_Monomial], two: list[_Monomial]) -> bool:
    """Whether two single products are the same chain with other numbers before it.

    A minus beside one intermediate quantity alone is none: three quantities bound by one equation have
    ``∂x/∂y = -∂x/∂z ∂z/∂y``.
    """
    if len(one) != 1 or len(two) != 1 or not (one[0].through or two[0].through):
        return False
    (a, x), (b, y) = map(_without_numbers, (one[0], two[0]))
    if _key(a) != _key(b) or len(a.links) != 1 or abs(x) == abs(y) == 0:
        return False
    cyclic = x == -y and len({*one[0].through, *two[0].through}) < 2
    return x != y and not cyclic


def _without_numbers(monomial: _Monomial) -> tuple[_Monomial, float]:
    """A product without the numbers in it, and these multiplied."""
    number, others = float(monomial.sign), Counter(monomial.others)
    for factor, times in monomial.others.items():
        value = _number(factor)
        if value is not None:
            number *= value**times
            del others[factor]
    return _Monomial(monomial.links, others, 1, monomial.bound, monomial.through), number


def _number(term: Term) -> float | None:
    match term:
        case Num(value=value):
            return value
        case Div(num=Num(value=above), den=Num(value=below)) if below:
            return above / below
        case _:
            return None


def _are_paths(single: _Monomial, several: list[_Monomial]) -> bool:
    """``∂f/∂t = ∂f/∂x ∂x/∂t + ∂f/∂y ∂y/∂t``: each term is one path, through its own quantities."""
    if len(several) < 2 or len(single.links) != 1 or single.through:
        return False
    if any(_key(m) != _key(single) or not m.through for m in several):
        return False
    crossed = [t for m in several for t in set(m.through)]
    return len(crossed) == len(set(crossed))


def _broken(left: list[_Monomial], right: list[_Monomial]) -> str | None:
    """What one derivative of a chain must be for the sides to be the same, as a sentence.

    ``dy/dx = dy/du dx/du`` asks that ``u`` and ``x`` change alike, and so does ``∂L/∂a ∂a/∂z ∂a/∂w`` of
    ``a`` and ``z``, though the chain itself holds one against the other. If they may be two names of one
    thing, as in ``∂L/∂a ∂z/∂w``, nothing is said.
    """
    if len(left) != 1 or len(right) != 1:
        return None
    single, several = sorted((left[0], right[0]), key=lambda m: len(m.links))
    if len(single.links) != 1 or len(several.links) < 2 or single.bound or several.bound:
        return None
    if (single.sign, single.others) != (several.sign, several.others):
        return None
    surplus = Counter[Term]()
    for chain, sign in ((several, 1), (single, -1)):
        for top, bottom in chain.links:
            surplus[top] += sign
            surplus[bottom] -= sign
    apart = [name for name, times in surplus.items() if times]
    if not any({*apart} == {*link} for link in several.links):
        return None
    found = [
        (link, meant)
        for k, link in enumerate(several.links)
        for meant in _near(link, apart)
        if _same([_telescope(single)], [_telescope(_with_link(several, k, meant))])
    ]
    if len(found) != 1:
        return None
    (top, bottom), meant = found[0]
    upside_down = meant == (bottom, top)
    why = "a derivative is upside down" if upside_down else "a derivative breaks the chain"
    return f"{why}: that {_of(top, bottom)} stands where that {_of(*meant)} belongs"


def _near(link: Link, names: list[Term]) -> list[Link]:
    """A derivative turned over, or with one of two names in the place of the other."""
    one, two = names
    other = {one: two, two: one}
    top, bottom = link
    near = [(bottom, top), (other.get(top, top), bottom), (top, other.get(bottom, bottom))]
    return [each for each in near if each != link and each[0] != each[1]]


def _with_link(monomial: _Monomial, k: int, link: Link) -> _Monomial:
    links = [*monomial.links[:k], link, *monomial.links[k + 1 :]]
    return _Monomial(links, monomial.others, monomial.sign, monomial.bound)


def _of(top: Term, bottom: Term) -> str:
    return f"of {spell(top)} by {spell(bottom)}"


def _part(one: list[_Monomial], two: list[_Monomial]) -> bool:
    """Whether the sides cross the same family at different members that their ends tell apart:
    ``w_{ji}`` acts through ``y_i`` alone or through ``y_j`` alone."""
    return any(
        isinstance(a, Sym)
        and isinstance(b, Sym)
        and a.key == b.key
        and a != b
        and free_indices(a) | free_indices(b) <= _ends(first) & _ends(second)
        and bool(free_indices(a) ^ free_indices(b))
        for first in one
        for second in two
        for a in first.through
        for b in second.through
    )


def _ends(monomial: _Monomial) -> frozenset[str]:
    """The indices of what a chain begins and ends with."""
    found: frozenset[str] = frozenset()
    for top, bottom in monomial.links:
        found |= free_indices(top) | free_indices(bottom)
    return found


def _assumption(one: list[_Monomial], two: list[_Monomial]) -> str:
    through = list(dict.fromkeys(spell(t) for m in (*one, *two) for t in m.through))
    ends = [link for m in (*one, *two) for link in m.links]
    if not ends or not through:
        return "the quantities depend on each other as the chain says"
    top, bottom = ends[0]
    return f"{spell(bottom)} acts on {spell(top)} only through {' and '.join(through)}"


def _missing(one: list[_Monomial], two: list[_Monomial]) -> str | None:
    """The link that is not there: ``nothing links a to z``."""
    for open_side in (two, one):
        for monomial in open_side:
            if len(monomial.links) >= 2:
                return _gap(monomial.links)
    return None


def _gap(links: list[Link]) -> str | None:
    tops = {top for top, _ in links}
    bottoms = {bottom for _, bottom in links}
    ends = [bottom for _, bottom in links if bottom not in tops]
    starts = [top for top, _ in links if top not in bottoms]
    if len(ends) >= 1 and len(starts) >= 2:
        return f"{NO_LINK} {spell(ends[0])} to {spell(starts[1])}"
    return None
