"""Updates that count their steps, ``x_{t+1} = x_t - γ g_t``: an assignment, and an equality as well.

Proofs of convergence put one member of such a family in terms of the one before. Where a note has one
update of a family and no other formula, it says what a member is. Of one with a derivative in it, or of
several, a step that holds two members may use what it does not say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from vaultbp.derivations.meaning.scope import Definition, Scope, definition_of
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Diff,
    Grad,
    Idx,
    Opaque,
    Sym,
    Term,
    rebuilt,
    walk,
)


class Stating(Protocol):
    """A chain of the note: what is asked of it here."""

    @property
    def order(self) -> int: ...
    @property
    def sides(self) -> tuple[Term, ...]: ...
    @property
    def section(self) -> int: ...
    @property
    def update(self) -> bool: ...
    @property
    def relations(self) -> tuple[str, ...]: ...


def add_recurrences(stated: Iterable[Stating], scope: Scope) -> None:
    """Let the only update of a family say what its members are."""
    updates: dict[str, list[Definition]] = {}
    rest: set[Sym] = set()
    for each in stated:
        found = counted(each)
        if found is not None:
            updates.setdefault(found.head.key, []).append(found)
        elif each.relations:
            rest.update(t for side in each.sides for t in walk(side) if isinstance(t, Sym))
    for key, (first, *others) in updates.items():
        alike = all((d.head, d.body) == (first.head, first.body) for d in others)
        one = _equality(first, rest) if alike and key not in scope.symbols else None
        if one is not None:
            scope.add(one)


def counted(each: Stating) -> Definition | None:
    """An update that gives the member after the one that it starts from: ``x_{t+1}`` from ``x_t``."""
    if not each.update:
        return None
    left, right = each.sides[:2]
    if not isinstance(left, Sym) or not any(_is_offset(slot.index) for slot in left.slots):
        return None
    if not members(walk(right), left.key) - {left}:
        return None
    return definition_of(left, right, each.order, each.section)


def _equality(definition: Definition, used: set[Sym]) -> Definition | None:
    """What an update says of a later member, if it takes no other derivative than ``∇f(x_t)``.

    A rate that varies there, ``γ_t``, and nowhere else among what is ``used`` is the constant ``γ``.
    """
    inside = walk(definition.body)
    if any(isinstance(t, Deriv | Diff | Opaque) or _is_unsaid(t) for t in inside):
        return None
    rates = {t for t in inside if isinstance(t, Sym) and t.slots and t.key != definition.head.key}
    constant = {t for t in rates if Sym(t.key) in used and not members(used, t.key)}
    if not constant:
        return definition
    says = ", ".join(f"{show(t)} is {t.key}" for t in sorted(constant, key=show))
    return replace(definition, body=_bare(definition.body, constant), assumption=says)


def members(terms: Iterable[Term], key: str) -> set[Sym]:
    """The members of a family among some terms."""
    return {t for t in terms if isinstance(t, Sym) and t.key == key and t.slots}


def _bare(term: Term, symbols: set[Sym]) -> Term:
    if isinstance(term, Sym):
        return Sym(term.key) if term in symbols else term
    return rebuilt(term, lambda part: _bare(part, symbols))


def _is_unsaid(term: Term) -> bool:
    """Whether a gradient is none of a function at what it is taken by."""
    return isinstance(term, Grad) and not (
        isinstance(term.of, Call) and term.wrt is not None and term.of.args == (term.wrt,)
    )


def _is_offset(index: Term) -> bool:
    return isinstance(index, Add) and any(isinstance(t, Idx) for t in index.terms)
