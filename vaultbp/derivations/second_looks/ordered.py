"""Products of matrices in an order that has no meaning: ``δ Wᵀ`` where the note has ``z = Wa + b``.

Rows and columns are a matter of convention, so a step about arrays is seldom wrong for its shapes alone.
It is where the section itself says how the matrix is applied, other steps held with it as a matrix, the
product conforms with no shape of its vectors, and exchanging two factors makes the step hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from vaultbp.derivations.arrays.dims import Family, Kind
from vaultbp.derivations.arrays.matrices import hypotheses
from vaultbp.derivations.decide import ROW_OR_COLUMN, Judge
from vaultbp.derivations.doubts.refuting import SHAPES_OPEN
from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.terms import Mul, Sym, Term, Transposed, rebuilt, walk
from vaultbp.derivations.readings.chains import NO_LINK
from vaultbp.derivations.readings.trial import Decision

OUT_OF_ORDER = (
    "the product has no meaning with the shapes that the note gives: its factors are exchanged"
)


def out_of_order(
    judge: Judge, stated: Stated, left: Term, right: Term, exclude: int, found: Decision
) -> Decision:
    """The decision on a step that could not be checked, where one product is in the wrong order."""
    if found.status != "unchecked" or not _is_of_shapes(found.reason or ""):
        return found
    pairs = list(_exchanged(right))
    matrices = {matrix for _, matrix in pairs}
    if not pairs or not matrices <= _known_matrices(judge):
        return replace(found, awaits=found.awaits or bool(pairs))
    if next(hypotheses(judge.book, left, right, stated.order, exclude), None) is not None:
        return found
    held = [judge.step(stated, left, side, exclude) for side, _ in pairs]
    holding = [each for each in held if each.status == "verified"]
    if len(holding) != 1 or not _is_said_here(stated, matrices, holding[0]):
        return found
    return Decision("wrong", OUT_OF_ORDER, readings=())


def _is_of_shapes(reason: str) -> bool:
    """Whether a step was left unchecked for its shapes, or for want of a chain of derivatives."""
    return reason in (SHAPES_OPEN, ROW_OR_COLUMN) or reason.startswith(NO_LINK)


def _exchanged(side: Term) -> Iterator[tuple[Term, Family]]:
    """The side with a transposed matrix and the symbol beside it exchanged, and which matrix."""
    for product in walk(side):
        if not isinstance(product, Mul):
            continue
        for place, (one, two) in enumerate(pairwise(product.factors)):
            matrix = _transposed(one) or _transposed(two)
            plain = isinstance(one, Sym) or isinstance(two, Sym)
            if matrix is None or not plain or product.ops[place] not in ("", "·"):
                continue
            factors = (*product.factors[:place], two, one, *product.factors[place + 2 :])
            yield _replaced(side, product, Mul(factors, product.ops)), matrix


def _transposed(factor: Term) -> Family | None:
    if isinstance(factor, Transposed) and isinstance(factor.body, Sym):
        return factor.body.key, len(factor.body.slots)
    return None


def _replaced(side: Term, old: Term, new: Term) -> Term:
    return new if side is old else rebuilt(side, lambda part: _replaced(part, old, new))


def _known_matrices(judge: Judge) -> set[Family]:
    """What is a matrix in the steps that held."""
    return {each for kinds in judge.book.kinds for each, k in kinds.items() if k == Kind.MATRIX}


def _is_said_here(stated: Stated, matrices: set[Family], held: Decision) -> bool:
    """Whether the section of a step says how its matrix is applied: ``z = Wa + b``."""
    return any(
        isinstance(product, Mul)
        and any(isinstance(f, Sym) and (f.key, len(f.slots)) in matrices for f in product.factors)
        for definition in held.used
        if definition.section == stated.section and not definition.by_derivative
        for product in walk(definition.body)
    )
