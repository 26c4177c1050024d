"""Products of derivatives as sums of monomials: what they link, under which sums, and their joining."""

from __future__ import annotations

from collections import Counter
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

Link = tuple[Term, Term]


@dataclass
class Monomial:
    """A product of derivatives and other factors, under some summed indices."""

    links: list[Link]
    others: Counter[Term]
    sign: int = 1
    bound: frozenset[str] = frozenset()
    through: tuple[Term, ...] = ()


def monomials(term: Term) -> list[Monomial] | None:
    match term:
        case Deriv(of=of, wrt=(by,)) if _is_name(of) and _is_name(by):
            return [Monomial([(of, by)], Counter())]
        case Grad(of=of, wrt=by) if by is not None and _is_name(of) and _is_name(by):
            return [Monomial([(of, by)], Counter())]
        case Add(terms=terms):
            found: list[Monomial] = []
            for each in terms:
                inner = monomials(each)
                if inner is None:
                    return None
                found.extend(inner)
            return found
        case Neg(body=body):
            inner = monomials(body)
            if inner is None:
                return None
            for monomial in inner:
                monomial.sign *= -1
            return inner
        case Mul(factors=factors):
            return _multiplied(factors)
        case Fold(op="Σ", index=name, body=body, where=None) if name:
            inner = monomials(body)
            if inner is None:
                return None
            for monomial in inner:
                monomial.bound |= {name}
            return inner
        case Transposed(body=body):
            return monomials(body)
        case Num() | Sym() | Call() | Div() | Idx():
            return [Monomial([], Counter([term]))]
        case _:
            return None


def _multiplied(factors: tuple[Term, ...]) -> list[Monomial] | None:
    product = [Monomial([], Counter())]
    for factor in factors:
        inner = monomials(factor)
        if inner is None or len(inner) * len(product) > 12:
            return None
        product = [
            Monomial([*a.links, *b.links], a.others + b.others, a.sign * b.sign, a.bound | b.bound)
            for a in product
            for b in inner
        ]
    return product


def _is_name(term: Term) -> bool:
    return isinstance(term, Sym | Call)


def telescope(monomial: Monomial) -> Monomial:
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
    return Monomial(links, monomial.others, monomial.sign, bound, through)


def key_of(monomial: Monomial) -> tuple[object, ...]:
    return (
        monomial.sign,
        tuple(sorted(map(repr, monomial.links))),
        tuple(sorted((repr(k), n) for k, n in monomial.others.items() if k != Num(1.0, "1"))),
        monomial.bound,
    )


def same(one: list[Monomial], two: list[Monomial]) -> bool:
    return Counter(map(key_of, one)) == Counter(map(key_of, two))


def are_paths(single: Monomial, several: list[Monomial]) -> bool:
    """``∂f/∂t = ∂f/∂x ∂x/∂t + ∂f/∂y ∂y/∂t``: each term is one path, through its own quantities."""
    if len(several) < 2 or len(single.links) != 1 or single.through:
        return False
    if any(key_of(m) != key_of(single) or not m.through for m in several):
        return False
    crossed = [t for m in several for t in set(m.through)]
    return len(crossed) == len(set(crossed))
