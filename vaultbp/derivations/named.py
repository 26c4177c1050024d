"""Several names of one quantity: ``y``, ``f(u)`` and ``f`` where the note says ``y = f(u)``."""

from __future__ import annotations

import re

from vaultbp.derivations.chains import Cancellation, cancel
from vaultbp.derivations.notebook import Notebook, Stated
from vaultbp.derivations.terms import Call, Sym, Term
from vaultbp.derivations.trial import Question

BEFORE = 1000
"""How far before a formula the words may stand that name what it speaks of."""


def cancelled(book: Notebook, asked: Question) -> Cancellation | None:
    """What cancelling says of a step when each quantity has one name."""
    said = _said_in_words(book, asked.stated)
    return cancel(*asked.sides, lambda term: _one_name(book, said, term))


def _one_name(book: Notebook, said: dict[str, str], term: Term) -> Term:
    """The name that stands for a quantity: that of the function, where it is the value of one."""
    if isinstance(term, Call):
        return term.func
    if not isinstance(term, Sym):
        return term
    if not term.slots and term.key in said:
        return Sym(said[term.key])
    for definition in book.scope.symbols.get(term.key, ()):
        body = definition.body
        if definition.head == term and isinstance(body, Call) and body.order == 0:
            return body.func
    return term


_VALUE = re.compile(r"(?<![\w\\^])([^\W\d_])\s*=\s*([^\W\d_])\s*\(\s*[^\W\d_]\s*[()]")
"""``y = f(g(x))`` or ``y = f(x)`` in plain text."""


def _said_in_words(book: Notebook, stated: Stated) -> dict[str, str]:
    """What the text just before a formula calls the values of functions."""
    end = stated.formula.span.start
    return dict(_VALUE.findall(book.note.source.text, max(0, end - BEFORE), end))
