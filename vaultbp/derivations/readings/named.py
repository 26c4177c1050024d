"""Several names of one quantity: ``y``, ``f(u)`` and ``f`` where the note says ``y = f(u)``, and
``δ`` for ``∂L/∂z``."""

from __future__ import annotations

import re

from vaultbp.derivations.meaning.ground import rename, renaming
from vaultbp.derivations.meaning.notebook import Notebook, Stated, once
from vaultbp.derivations.meaning.terms import Add, Call, Deriv, Fold, Mul, Neg, Sym, Term, rebuilt
from vaultbp.derivations.readings.chains import Cancellation, cancel
from vaultbp.derivations.readings.trial import Question

BEFORE = 1000
"""How far before a formula the words may stand that name what it speaks of."""


def cancelled(book: Notebook, asked: Question) -> Cancellation | None:
    """What cancelling says of a step when each quantity has one name."""
    said = _said_in_words(book, asked.stated)
    left, right = (_spelt_out(book, side, asked) for side in asked.sides)
    return cancel(left, right, lambda term: _one_name(book, said, term))


def _spelt_out(book: Notebook, side: Term, asked: Question) -> Term:
    """A product with the derivatives for the names that the note gives them."""
    match side:
        case Sym():
            return _meaning(book, side, asked) or side
        case Mul() | Add() | Neg() | Fold():
            return rebuilt(side, lambda part: _spelt_out(book, part, asked))
    return side


def _meaning(book: Notebook, name: Sym, asked: Question) -> Term | None:
    """The derivative, or the product of derivatives, that a name stands for just before a step."""
    found = None
    for definition in book.scope.symbols.get(name.key, ()):
        body, order = definition.body, definition.order
        factors = body.factors if isinstance(body, Mul) else (body,)
        if not all(isinstance(f, Deriv) for f in factors) or order == asked.exclude:
            continue
        if order <= asked.stated.order or found is None:
            names = renaming(definition.head.slots, name.slots)
            found = found if names is None else rename(body, names)
    return found


def _one_name(book: Notebook, said: dict[str, str], term: Term) -> Term:
    """The name that stands for a quantity: that of the function, where it is the one value of it that
    the note names."""
    if isinstance(term, Call):
        names = _values(book).get(term.func, {})
        meant = (name for name, value in names.items() if value == term)
        return term.func if len(names) < 2 else next(meant, term.func)
    if not isinstance(term, Sym):
        return term
    if not term.slots and term.key in said:
        return Sym(said[term.key])
    for function, names in _values(book).items():
        if len(names) < 2 and term in names:
            return function
    return term


@once
def _values(book: Notebook) -> dict[Sym, dict[Sym, Call]]:
    """What the note calls the values of its functions: ``a_1`` that of ``s(z_1)``."""
    found: dict[Sym, dict[Sym, Call]] = {}
    for definitions in book.scope.symbols.values():
        for each in definitions:
            if isinstance(each.body, Call) and each.body.order == 0:
                found.setdefault(each.body.func, {}).setdefault(each.head, each.body)
    return found


_VALUE = re.compile(r"(?<![\w\\^])([^\W\d_])\s*=\s*([^\W\d_])\s*\(\s*[^\W\d_]\s*[()]")
"""``y = f(g(x))`` or ``y = f(x)`` in plain text."""


def _said_in_words(book: Notebook, stated: Stated) -> dict[str, str]:
    """What the text just before a formula calls the values of functions."""
    end = stated.formula.span.start
    return dict(_VALUE.findall(book.note.source.text, max(0, end - BEFORE), end))
