"""Steps with an index on one side that the other has not: a slip, or a shorthand that many use."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from vaultbp.derivations.meaning.ground import rename
from vaultbp.derivations.meaning.notebook import Notebook, once
from vaultbp.derivations.meaning.terms import (
    Deriv,
    Fold,
    Idx,
    Indicator,
    Mul,
    Sym,
    Term,
    free_indices,
    rebuilt,
    walk,
)
from vaultbp.derivations.numerics.compare import Comparison
from vaultbp.derivations.readings.trial import Question

Compare = Callable[[Term, Term], Comparison]


def may_be_shorthand(book: Notebook, asked: Question, found: Comparison, compared: Compare) -> bool:
    """Whether a step whose sides have different free indices may be right all the same.

    People leave out the sum over samples or time steps, write a vector for its entries, or mean one
    fixed index. None of these is what is meant where an index is exchanged for another one, where only
    the left side has it or the right side also sums over it, all letters run elsewhere in the note and
    every family is written with its indices: then the step says of each value of the index what is true
    of none, or of one.
    """
    left, right = asked.sides
    lost, gained = (
        free_indices(left) - free_indices(right),
        free_indices(right) - free_indices(left),
    )
    free = gained - _summed_over(right)
    if free and not (lost or _differentiates_entries(left)):
        return True
    if any(book.ranges().is_stepped(name) for name in gained):
        return True
    known = bool(asked.case) or lost | gained <= _running(book)
    if not known or _leaves_slots_out(book, asked):
        return True
    if any(
        free_indices(d.body) - free_indices(d.head) - _of(d.params) for d in found.used.values()
    ):
        return True
    if free and not lost and asked.case != "≠" and _coincides(asked, free, compared):
        return True
    return any(not compared(*sides).different for sides in _summed(left, right, gained))


def _summed_over(side: Term) -> frozenset[str]:
    return frozenset(t.index for t in walk(side) if isinstance(t, Fold))


def _differentiates_entries(side: Term) -> bool:
    """Whether what is differentiated has an index itself, so that it is no loss of all samples."""
    derivatives = [t for t in walk(side) if isinstance(t, Deriv)]
    return bool(derivatives) and all(free_indices(d.of) for d in derivatives)


@once
def _running(book: Notebook) -> frozenset[str]:
    """The index letters over which the note sums, for each of which it defines something, or that it
    holds against others: ``δ_{ij}``."""
    sides = [side for stated in book.stated for side in stated.sides]
    definitions = [d for listed in book.scope.symbols.values() for d in listed]
    found = {name for each in definitions for name in free_indices(each.head)}
    for side in (*sides, *(each.body for each in definitions)):
        for term in walk(side):
            if isinstance(term, Fold):
                found.add(term.index)
            elif isinstance(term, Indicator):
                found |= free_indices(term.condition)
    return frozenset(found)


def _leaves_slots_out(book: Notebook, asked: Question) -> bool:
    """Whether a symbol of the step has more indices elsewhere: ``δ`` for ``δ_j``."""
    return any(
        len(each.slots) < _slots(book).get(each.key, 0)
        for each in asked.terms()
        if isinstance(each, Sym)
    )


@once
def _slots(book: Notebook) -> dict[str, int]:
    """With how many indices each symbol is written at most."""
    found: dict[str, int] = {}
    for stated in book.stated:
        for side in stated.sides:
            for term in walk(side):
                if isinstance(term, Sym):
                    found[term.key] = max(found.get(term.key, 0), len(term.slots))
    return found


def _of(terms: tuple[Term, ...] | None) -> frozenset[str]:
    return frozenset(name for term in terms or () for name in free_indices(term))


def _coincides(asked: Question, gained: frozenset[str], compared: Compare) -> bool:
    """Whether the step holds where an index of one side alone has the value of another one."""
    left, right = asked.sides
    return any(
        compared(left, rename(right, {name: Idx(other)})).equal
        for name in sorted(gained)
        for other in sorted(free_indices(left))
    )


def _summed(left: Term, right: Term, gained: frozenset[str]) -> Iterator[tuple[Term, Term]]:
    """The step as it stands, and with sums over what only its right side has: in front of it, and
    with a sum inside a product drawn before it."""
    yield left, right
    whole = right
    for name in sorted(gained):
        whole = Fold("Σ", name, None, None, None, whole)
        if name in _summed_over(right):
            yield left, _drawn_out(right, name)
    if gained:
        yield left, whole


def _drawn_out(side: Term, name: str) -> Term:
    """``x_i Σ_i e_i`` as ``Σ_i x_i e_i``."""
    side = rebuilt(side, lambda part: _drawn_out(part, name))
    if not isinstance(side, Mul):
        return side
    for k, factor in enumerate(side.factors):
        if isinstance(factor, Fold) and factor.index == name:
            factors = (*side.factors[:k], factor.body, *side.factors[k + 1 :])
            return replace(factor, body=Mul(factors, side.ops))
    return side
