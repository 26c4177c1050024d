"""Bare chain rules: numerators cancelled against denominators by name.

Where a note states no dependency, ``∂L/∂a · ∂a/∂z · ∂z/∂w = ∂L/∂w`` says that w acts on L through z
and a only; with that assumption it is an identity of names. A factor that breaks the chain leaves a
link open, which is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from vaultbp.derivations.meaning.terms import Div, Num, Sym, Term, free_indices
from vaultbp.derivations.numerics.differentiate import spell
from vaultbp.derivations.readings.broken import Break, broken
from vaultbp.derivations.readings.products import (
    Link,
    Monomial,
    are_paths,
    key_of,
    monomials,
    same,
    telescope,
)

NO_LINK = "nothing links"


@dataclass(frozen=True)
class Cancellation:
    """What cancelling says: the sides are the same, or which link is missing."""

    holds: bool
    assumption: str = ""
    missing: str | None = None
    multiple: bool = False
    """The sides are one chain, but for a number before it."""
    broken: Break | None = None
    """What is wrong with one derivative of a chain."""


Alias = Callable[[Term], Term]
"""Names one quantity by one name: ``y`` and ``f(u)`` where ``y = f(u)``."""


def cancel(left: Term, right: Term, alias: Alias = lambda term: term) -> Cancellation | None:
    """Compare two sides as chains of derivatives; ``None`` if they are not such chains."""
    sides, written = [], []
    names: dict[Term, Term] = {}
    for side in (left, right):
        found = monomials(side)
        for monomial in found or ():
            links = monomial.links
            names.update((alias(each), each) for link in links for each in link)
            monomial.links = [(alias(top), alias(bottom)) for top, bottom in links]
        if found is None or not any(m.links for m in found):
            return None
        written.append(found)
        sides.append([telescope(m) for m in found])
    one, two = sides
    if not any(m.through or len(m.links) > 1 for m in (*one, *two)):
        return None
    if _part(one, two):
        return Cancellation(False)
    if same(one, two) and any(m.through for m in (*one, *two)):
        return Cancellation(True, _assumption(one, two))
    for single, several in ((one, two), (two, one)):
        if len(single) == 1 and are_paths(single[0], several):
            return Cancellation(True, _assumption(one, two))
    astray = broken(written[0], written[1], names)
    return Cancellation(False, "", _missing(one, two), _is_multiple(one, two), astray)


def _is_multiple(one: list[Monomial], two: list[Monomial]) -> bool:
    """Whether two single products are the same chain with other numbers before it.

    A minus beside one intermediate quantity alone is none: three quantities bound by one equation have
    ``∂x/∂y = -∂x/∂z ∂z/∂y``.
    """
    if len(one) != 1 or len(two) != 1 or not (one[0].through or two[0].through):
        return False
    (a, x), (b, y) = map(_without_numbers, (one[0], two[0]))
    if key_of(a) != key_of(b) or len(a.links) != 1 or abs(x) == abs(y) == 0:
        return False
    cyclic = x == -y and len({*one[0].through, *two[0].through}) < 2
    return x != y and not cyclic


def _without_numbers(monomial: Monomial) -> tuple[Monomial, float]:
    """A product without the numbers in it, and these multiplied."""
    number, others = float(monomial.sign), Counter(monomial.others)
    for factor, times in monomial.others.items():
        value = _number(factor)
        if value is not None:
            number *= value**times
            del others[factor]
    return Monomial(monomial.links, others, 1, monomial.bound, monomial.through), number


def _number(term: Term) -> float | None:
    match term:
        case Num(value=value):
            return value
        case Div(num=Num(value=above), den=Num(value=below)) if below:
            return above / below
        case _:
            return None


def _part(one: list[Monomial], two: list[Monomial]) -> bool:
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


def _ends(monomial: Monomial) -> frozenset[str]:
    """The indices of what a chain begins and ends with."""
    found: frozenset[str] = frozenset()
    for top, bottom in monomial.links:
        found |= free_indices(top) | free_indices(bottom)
    return found


def _assumption(one: list[Monomial], two: list[Monomial]) -> str:
    through = list(dict.fromkeys(spell(t) for m in (*one, *two) for t in m.through))
    ends = [link for m in (*one, *two) for link in m.links]
    if not ends or not through:
        return "the quantities depend on each other as the chain says"
    top, bottom = ends[0]
    return f"{spell(bottom)} acts on {spell(top)} only through {' and '.join(through)}"


def _missing(one: list[Monomial], two: list[Monomial]) -> str | None:
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
