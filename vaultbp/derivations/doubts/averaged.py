"""Derivatives of a loss of which a note does not say whether it is the mean over all samples.

``dZ = ∂J/∂Z`` of each sample beside ``∂J/∂W = (1/m) dZ Aᵀ`` of all: many write both with one J.
"""

from __future__ import annotations

from collections.abc import Callable

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import Call, Deriv, Div, Grad, Mul, Num, Sym, Term, walk
from vaultbp.derivations.numerics.compare import Comparison

SAMPLES = ("m", "n", "N", "M", "B")
"""How samples are counted."""
Compared = Callable[[Term, Term], Comparison]


def averaged_over(book: Notebook, left: Term, right: Term, compared: Compared) -> str | None:
    """The count of samples by which one side is divided, and without which the step would hold, of a
    loss for which the note has no formula."""
    losses = [t.of for t in (*walk(left), *walk(right)) if isinstance(t, Deriv | Grad)]
    names = {
        t.func.key if isinstance(t, Call) else t.key for t in losses if isinstance(t, Call | Sym)
    }
    if not names or names & (book.scope.symbols.keys() | book.scope.functions.keys()):
        return None
    (count, other), whole = _shared(right), left
    if count is None or Sym(count) in walk(left):
        (count, other), whole = _shared(left), right
    if count is None or Sym(count) in walk(whole):
        return None
    return count if compared(whole, other).equal else None


def _shared(side: Term) -> tuple[str | None, Term]:
    """A count by which a side is divided, and what is divided by it."""
    match side:
        case Mul(
            factors=(Div(num=Num(value=1.0), den=Sym(key=key, slots=())), *rest), ops=(_, *ops)
        ):
            if key in SAMPLES:
                return key, Mul(tuple(rest), tuple(ops)) if ops else rest[0]
        case Div(num=num, den=Sym(key=key, slots=())) if key in SAMPLES:
            return key, num
    return None, side
