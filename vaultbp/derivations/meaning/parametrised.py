"""Parameters written below a function: ``f_θ(x)`` depends on θ as ``f(x, θ)`` does.

What is named after such a function, the ``q_π`` of a ``π_θ``, may depend on its parameters in a way that
no formula shows: where it stands, nothing is read into the functions beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import (
    Call,
    Slot,
    Sym,
    Term,
    rebuilt,
    variables_of,
    walk,
)

Parametrised = Mapping[str, tuple[Sym, ...]]
"""The parameters of each function that has some below it and no formula."""


def pass_parameters(book: Notebook) -> None:
    """Write the parameters by which the note differentiates among the arguments of their functions."""
    found = _parametrised(book)
    if not found:
        return
    bases = {key.split("_")[0] for key in found}

    def passed(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        if any(_is_named_after(term, bases) for term in terms):
            return terms
        return tuple(_passed(term, found) for term in terms)

    book.spelt_out.append(passed)
    book.stated[:] = [replace(each, sides=passed(each.sides)) for each in book.stated]
    for table in (book.scope.symbols, book.scope.functions):
        for key, definitions in table.items():
            table[key] = [replace(each, body=passed((each.body,))[0]) for each in definitions]


def _parametrised(book: Notebook) -> Parametrised:
    terms = [t for each in book.stated for side in each.sides for t in walk(side)]
    moving = {by.key: by for t in terms for by in _variables(t) if not by.slots}
    found: dict[str, tuple[Sym, ...]] = {}
    for term in terms:
        key = term.func.key if isinstance(term, Call) and not term.func.slots else ""
        if key in book.scope.functions or key in book.scope.symbols:
            continue
        labels = key.split("_")[1:]
        if labels and all(label in moving for label in labels):
            found[key] = tuple(moving[label] for label in labels)
    return found


def _variables(term: Term) -> list[Sym]:
    return [each for each in variables_of(term) if isinstance(each, Sym)]


def _is_named_after(term: Term, bases: Collection[str]) -> bool:
    """Whether something in a term has the name of a function as its label: ``q_π``, ``V^π``."""
    return any(
        isinstance(t, Sym)
        and (
            not set(t.key.split("_")[1:]).isdisjoint(bases)
            or any(_is_one_of(slot, bases) for slot in t.slots)
        )
        for t in walk(term)
    )


def _is_one_of(slot: Slot, bases: Collection[str]) -> bool:
    index = slot.index
    return isinstance(index, Sym) and index.key.split("_")[0] in bases


def _passed(term: Term, found: Parametrised) -> Term:
    inner = rebuilt(term, lambda part: _passed(part, found))
    if isinstance(inner, Call) and not inner.func.slots and not inner.order:
        given = tuple(p for p in found.get(inner.func.key, ()) if p not in inner.args)
        return Call(inner.func, (*inner.args, *given), inner.order) if given else inner
    return inner
