"""Whether a note tells two quantities apart, so that neither may stand for the other in a chain rule."""

from __future__ import annotations

from collections.abc import Callable

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import Call, Deriv, Grad, Num, Sym, Term, walk
from vaultbp.derivations.numerics.compare import Comparison
from vaultbp.derivations.readings.trial import Question

Compared = Callable[[Term, Term], Comparison]
"""What the points say of two sides."""


def are_distinct(book: Notebook, asked: Question, one: Term, two: Term, compared: Compared) -> bool:
    """Whether one of two quantities is computed from the other, which the note puts in from outside.

    Of ``L = (a - t)²/2`` no ``∂t/∂a`` belongs where ``∂L/∂a`` does. But in ``J = E + λw²`` the ``E`` may,
    since both change alike: the derivative of one by the other must not be the same everywhere.
    """
    if not (isinstance(one, Sym) and isinstance(two, Sym)):
        return False
    return any(
        _is_put_in(book, asked, lower)
        and _changes_otherwise(compared(Deriv(upper, (lower,)), Num(1.0, "1")))
        for upper, lower in ((one, two), (two, one))
    )


def _is_put_in(book: Notebook, asked: Question, symbol: Sym) -> bool:
    """Whether nothing in the note, but for this chain, says what a quantity is or how it changes."""
    key = symbol.key
    if key in book.scope.symbols or key in book.scope.functions:
        return False
    others = (s for s in book.stated if s.order != asked.stated.order)
    return not any(_differentiates(t, key) for s in others for side in s.sides for t in walk(side))


def _differentiates(term: Term, key: str) -> bool:
    if not isinstance(term, Deriv | Grad):
        return False
    of = term.of.func if isinstance(term.of, Call) else term.of
    return isinstance(of, Sym) and of.key == key


def _changes_otherwise(found: Comparison) -> bool:
    return found.different and found.varies and not (found.unlinked or found.vanishing)
