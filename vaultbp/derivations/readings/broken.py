"""Chains of derivatives that do not join, where one change makes them: ``∂L/∂a ∂z/∂a`` for ``∂L/∂z``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vaultbp.derivations.meaning.terms import Term
from vaultbp.derivations.numerics.differentiate import spell
from vaultbp.derivations.readings.products import (
    Link,
    Monomial,
    are_paths,
    key_of,
    same,
    telescope,
)

Names = Mapping[Term, Term]
"""How a step writes a quantity that has several names."""

FEW_PATHS = 4
"""Sums of more products than this are not mended."""


@dataclass(frozen=True)
class Break:
    """Where a chain breaks, as a sentence."""

    why: str
    unless_equal: Link | None = None
    """Two names that may be one thing, or change alike: then nothing is broken."""


def broken(left: list[Monomial], right: list[Monomial], names: Names) -> Break | None:
    """What one derivative of a chain must be for the sides to be the same, in the ``names`` written.

    ``dy/dx = dy/du dx/du`` asks that ``u`` and ``x`` change alike, and so does ``∂L/∂a ∂a/∂z ∂a/∂w`` of
    ``a`` and ``z``, though the chain itself holds one against the other. In ``∂L/∂a ∂z/∂w`` nothing does.
    """
    several, single = sorted((left, right), key=lambda side: sum(len(m.links) for m in side))[::-1]
    if len(single) != 1 or len(single[0].links) != 1 or len(several) > FEW_PATHS:
        return None
    if single[0].bound or (len(several) == 1 and len(several[0].links) < 2):
        return None
    meant = key_of(telescope(single[0]))
    astray = [k for k, each in enumerate(several) if key_of(telescope(each)) != meant]
    if len(astray) != 1:
        return None
    product = several[astray[0]]
    apart = _apart(product, single[0])
    if len(apart) != 2 or (single[0].sign, single[0].others) != (product.sign, product.others):
        return None
    found = [
        (link, other)
        for link, other, mended in _mended(product, apart)
        if _hold(single[0], [*several[: astray[0]], mended, *several[astray[0] + 1 :]])
    ]
    if not found:
        return None
    certain = any({*apart} == {*link} for link in product.links) and not product.bound
    if certain and len(found) > 1:
        return None
    why = _says(*found[0], names) if len(found) == 1 else _breaks(apart, names)
    return Break(why, None if certain else (apart[0], apart[1]))


def _apart(product: Monomial, single: Monomial) -> list[Term]:
    """The names that cancelling leaves, for each of which another one should stand."""
    surplus = Counter[Term]()
    for chain, sign in ((product, 1), (single, -1)):
        for top, bottom in chain.links:
            surplus[top] += sign
            surplus[bottom] -= sign
    return [name for name, times in surplus.items() if times]


def _mended(product: Monomial, names: list[Term]) -> Iterator[tuple[Link, Link, Monomial]]:
    """The product with one derivative turned over, or with one of two names for the other."""
    one, two = names
    other = {one: two, two: one}
    for k, link in enumerate(product.links):
        top, bottom = link
        near = [(bottom, top), (other.get(top, top), bottom), (top, other.get(bottom, bottom))]
        for meant in near:
            if meant != link and meant[0] != meant[1]:
                links = [*product.links[:k], meant, *product.links[k + 1 :]]
                yield link, meant, Monomial(links, product.others, product.sign, product.bound)


def _hold(single: Monomial, several: list[Monomial]) -> bool:
    joined = [telescope(each) for each in several]
    one = telescope(single)
    return same([one], joined) or are_paths(one, joined)


def _says(link: Link, meant: Link, names: Names) -> str:
    upside_down = meant == link[::-1]
    why = "a derivative is upside down" if upside_down else "a derivative breaks the chain"
    return f"{why}: that {_of(link, names)} stands where that {_of(meant, names)} belongs"


def _breaks(apart: list[Term], names: Names) -> str:
    one, two = (spell(names.get(each, each)) for each in apart)
    return (
        f"its derivatives are no chain: {one} stands where {two} belongs, or {two} where {one} does"
    )


def _of(link: Link, names: Names) -> str:
    top, bottom = (spell(names.get(each, each)) for each in link)
    return f"of {top} by {bottom}"
