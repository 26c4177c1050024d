"""Functions differentiated by what they are applied to: ``df/dh`` of an ``f(h)`` is ``d f(h)/dh``.

And quantities differentiated as if they were functions: ``z'(b)`` of ``z = w x + b`` is ``dz/db``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import Call, Deriv, Sym, Term, rebuilt, symbol_keys, walk

Applied = Mapping[str, Sequence[Sym]]
"""To which symbols a note applies each function of one argument."""


def apply_numerators(book: Notebook) -> None:
    """Write out what a bare function is applied to where it is differentiated by just that.

    Only for functions that the note applies to several things: ``f(x)`` here and ``f(h)`` there.
    """
    declared = {key for key, table in book.scope.symbols.items() if table[0].order == -2}
    found = {
        key: arguments
        for key, arguments in _applications(book, declared).items()
        if len(arguments) > 1
    }
    if found:
        book.stated[:] = [
            replace(each, sides=tuple(_applied(side, found) for side in each.sides))
            for each in book.stated
        ]


def differentiate_quantities(book: Notebook) -> None:
    """Read ``z'(w)`` as ``dz/dw`` where z is no function of the note but has a formula with w."""
    called = {
        t.func.key
        for each in book.stated
        for side in each.sides
        for t in walk(side)
        if isinstance(t, Call) and not t.order
    }
    made_of = {
        key: symbol_keys(*(d.body for d in table))
        for key, table in book.scope.symbols.items()
        if key not in called and key not in book.scope.functions
    }
    book.stated[:] = [
        replace(each, sides=tuple(_differentiated(side, made_of) for side in each.sides))
        for each in book.stated
    ]


def _differentiated(term: Term, made_of: Mapping[str, Collection[str]]) -> Term:
    match term:
        case Call(func=Sym(key=key) as func, args=(Sym() as by,), order=1):
            if by.key in made_of.get(key, ()):
                return Deriv(func, (by,), "d")
    return rebuilt(term, lambda part: _differentiated(part, made_of))


def _applications(book: Notebook, keys: Collection[str]) -> Applied:
    found: dict[str, dict[Sym, None]] = {}
    for each in book.stated:
        for side in each.sides:
            for term in walk(side):
                if isinstance(term, Call) and term.func.key in keys and not term.func.slots:
                    match term.args:
                        case (Sym() as argument,):
                            found.setdefault(term.func.key, {})[argument] = None
    return {key: tuple(arguments) for key, arguments in found.items()}


def _applied(term: Term, found: Applied) -> Term:
    match term:
        case Deriv(of=Sym(key=key, slots=()) as of, wrt=(Sym() as by,), kind=kind):
            if by in found.get(key, ()):
                return Deriv(Call(of, (by,)), (by,), kind)
    return rebuilt(term, lambda part: _applied(part, found))
