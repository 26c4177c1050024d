"""Vectors and matrices with all their entries written out: their shapes are known without a guess."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from vaultbp.derivations.meaning.terms import Array, At, Mul, Norm, Opaque, Term, Transposed, walk

MOST = 4
"""How many entries of a vector are put in every order."""


def is_written_out(side: Term) -> bool:
    """Whether a side is one array whose entries are numbers, as far as one can see."""
    if isinstance(side, At):
        side = side.body  # ``∇f(1, 2)``
    if not isinstance(side, Array):
        return False
    return not any(
        isinstance(term, Array | Transposed | Norm | Opaque)
        or (isinstance(term, Mul) and any(op in ("⊙", "∘", "⊗", "×") for op in term.ops))
        for row in side.rows
        for cell in row
        for term in walk(cell)
    )


def rearranged(side: Term) -> Iterator[Term]:
    """An array with its entries in every other order, if they are few, or its rows and columns
    exchanged."""
    if not isinstance(side, Array):
        return
    rows = side.rows
    if len(rows) == 1 or all(len(row) == 1 for row in rows):
        cells = [cell for row in rows for cell in row]
        for order in permutations(cells) if len(cells) <= MOST else ():
            yield Array((order,) if len(rows) == 1 else tuple((cell,) for cell in order))
        return
    if len({len(row) for row in rows}) == 1:
        yield Array(tuple(zip(*rows, strict=True)))
    yield Array(rows[::-1])
