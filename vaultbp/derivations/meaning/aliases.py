"""Second names of a quantity: ``h_i = w_{ki}``, where the note computes with ``w_{ki}`` alone.

What nothing is computed from has no derivative of its own: ``∂u/∂h_i`` is ``∂u/∂w_{ki}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from vaultbp.derivations.meaning.ground import rename, renaming
from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.scope import Definition
from vaultbp.derivations.meaning.terms import (
    Deriv,
    Sym,
    Term,
    free_indices,
    parts,
    rebuilt,
)

Aliases = Mapping[str, Definition]


def resolve_aliases(book: Notebook) -> None:
    """Write what a second name stands for where a step or a definition differentiates by it."""
    found = _aliases(book)
    if not found:
        return
    book.stated[:] = [
        replace(each, sides=tuple(_resolved(side, found) for side in each.sides))
        for each in book.stated
    ]
    for key, definitions in book.scope.symbols.items():
        if any(d.by_derivative for d in definitions):
            book.scope.symbols[key] = [
                replace(d, body=_resolved(d.body, found)) for d in definitions
            ]


def _aliases(book: Notebook) -> Aliases:
    """Names that stand for another symbol and from which nothing is computed."""
    scope = book.scope
    bodies = [
        d.body for table in (scope.symbols, scope.functions) for ds in table.values() for d in ds
    ]
    used = {t.key for body in bodies for t in _computed_with(body)}
    return {
        key: definitions[0]
        for key, definitions in scope.symbols.items()
        if len(definitions) == 1 and key not in used and _names_another(definitions[0])
    }


def _names_another(definition: Definition) -> bool:
    body = definition.body
    return isinstance(body, Sym) and body.key != definition.head.key and definition.order >= 0


def _computed_with(body: Term) -> Iterator[Sym]:
    """The symbols of a formula but for those that only stand in its derivatives."""
    waiting = [body]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Sym):
            yield here
        if not isinstance(here, Deriv):
            waiting += parts(here)


def _resolved(term: Term, found: Aliases) -> Term:
    if isinstance(term, Deriv):
        wrt = tuple(_meant(by, found) for by in term.wrt)
        return Deriv(_resolved(term.of, found), wrt, term.kind)
    return rebuilt(term, lambda part: _resolved(part, found))


def _meant(by: Term, found: Aliases) -> Term:
    definition = found.get(by.key) if isinstance(by, Sym) else None
    if definition is None or not isinstance(by, Sym):
        return by
    if by == definition.head:
        return definition.body
    names = renaming(definition.head.slots, by.slots)
    if names is None or not free_indices(definition.head) <= free_indices(definition.body):
        return by
    return rename(definition.body, names)
