"""Several names of one quantity: ``y``, ``f(u)`` and ``f`` where the note says ``y = f(u)``."""

from __future__ import annotations

from functools import partial

from vaultbp.derivations.chains import Cancellation, cancel
from vaultbp.derivations.notebook import Notebook
from vaultbp.derivations.terms import Call, Sym, Term


def cancelled(book: Notebook, left: Term, right: Term) -> Cancellation | None:
    """What cancelling says of two sides when each quantity has one name."""
    return cancel(left, right, partial(one_name, book))


def one_name(book: Notebook, term: Term) -> Term:
    """The name that stands for a quantity: that of the function, where it is the value of one."""
    if isinstance(term, Call):
        return term.func
    if isinstance(term, Sym):
        for definition in book.scope.symbols.get(term.key, ()):
            body = definition.body
            if definition.head == term and isinstance(body, Call) and body.order == 0:
                return body.func
    return term
