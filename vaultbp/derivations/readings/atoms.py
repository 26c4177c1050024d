"""Steps that hold whatever some derivatives are: those that the note gives no way to compute.

In ``∂L/∂a a(1 - a) = ∂L/∂a σ'(z)`` nothing is said of ``L``. Each such derivative is a quantity of its
own, by its name, and the same one wherever it stands; what holds for any values of them, holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.terms import Call, Deriv, Grad, Sym, Term, rebuilt
from vaultbp.derivations.numerics.differentiate import spell
from vaultbp.derivations.readings.trial import Question, Trial

Pairs = Collection[tuple[str, str]]
"""What is differentiated and by what, as they are spelt."""


def with_atoms(book: Notebook, asked: Question, unlinked: Pairs) -> Iterator[Trial]:
    """The step with a symbol for each derivative along which the note knows no path."""
    sides = (_named(asked.left, unlinked), _named(asked.right, unlinked))
    if sides[0] != sides[1]:
        scope = book.scope
        symbols = {key: _all_named(found, unlinked) for key, found in scope.symbols.items()}
        names = ", ".join(dict.fromkeys(f"∂{top}/∂{by}" for top, by in unlinked))
        yield Trial(
            scope=Scope(symbols, scope.functions, scope.numbers, scope.tops),
            sides=sides,
            atoms=True,
            assumptions=(f"it holds whatever {names} is",),
        )


def _all_named(found: list[Definition], unlinked: Pairs) -> list[Definition]:
    """Definitions with symbols for the derivatives of their bodies."""
    if not any(each.by_derivative for each in found):
        return found
    return [
        replace(each, body=_named(each.body, unlinked)) if each.by_derivative else each
        for each in found
    ]


def _named(term: Term, unlinked: Pairs) -> Term:
    match term:
        case Deriv(of=of, wrt=(by,)) | Grad(of=of, wrt=Sym() as by):
            if (spell(of), spell(by)) in unlinked:
                return _atom(of, by) or term
    return rebuilt(term, lambda part: _named(part, unlinked))


def _atom(of: Term, by: Term) -> Sym | None:
    """The symbol for a derivative, with the indices of what it is made of."""
    of = of.func if isinstance(of, Call) and not of.order else of
    if not isinstance(of, Sym) or not isinstance(by, Sym):
        return None
    return Sym(f"∂{of.key}/∂{by.key}", (*of.slots, *by.slots))
