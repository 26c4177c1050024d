"""Primes that differentiate: brackets, ``(x^2 e^x)'`` and ``(uv)' = u'v + uv'``, and names, ``y'``.

A bracket with a prime is differentiated by the x or t in it, or by what the functions in it are applied
to. In a rule for any functions nothing says by what: there a letter that also stands with a prime is a
function of :data:`UNSAID`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.terms import (
    Array,
    Call,
    Deriv,
    Div,
    Fn,
    Idx,
    Inner,
    Integral,
    Norm,
    Num,
    Opaque,
    Pow,
    Sym,
    Term,
    Transposed,
    rebuilt,
    symbol_keys,
    walk,
)

UNSAID = Sym("#x")
"""What everything in a rule is differentiated by, if the rule does not say it."""
BRACKET = "′"
"""The kind of a derivative written as a bracket with a prime, until its chain has been looked at."""
USUAL = ("x", "t")
CONSTANTS = frozenset("abcdekmnpqrACKNαβλ")
FUNCTIONS = frozenset("yzuvwfgh")
"""Letters that may depend on what is differentiated by, if they are not it."""


def of_bracket(body: Term, count: int) -> Term:
    """``(…)'`` as a derivative, by :data:`UNSAID` where the bracket alone does not tell by what."""
    inside = walk(body)
    arrays = any(isinstance(t, Opaque | Transposed | Array | Norm | Inner) for t in inside)
    if isinstance(body, Sym) or arrays or count > 4:
        return _unread("a bracket with a prime may be another thing than its derivative")
    by = _variable(body) or UNSAID
    return Deriv(body, (by,) * count, BRACKET)


def _variable(body: Term) -> Sym | None:
    """By what a bracket is differentiated that is clearly no product of matrices."""
    if not any(isinstance(t, Fn | Pow | Call | Div | Num | Integral) for t in walk(body)):
        return None
    calls = [t for t in walk(body) if isinstance(t, Call)]
    functions = {t.func for t in calls}
    bound = {t.by for t in walk(body) if isinstance(t, Integral)}
    plain = {t for t in walk(body) if isinstance(t, Sym) and not t.slots} - functions - bound
    for name in USUAL:
        if Sym(name) in plain:
            return Sym(name)
    arguments = {t for call in calls for t in call.args if isinstance(t, Sym) and not t.slots}
    arguments -= bound
    other = arguments or {t for t in plain if t.key not in CONSTANTS and len(t.key) == 1}
    return next(iter(other)) if len(other) == 1 else None


def settled(sides: tuple[Term, ...]) -> tuple[Term, ...]:
    """The sides of a chain with every bracket's prime decided."""
    brackets = [t for s in sides for t in walk(s) if isinstance(t, Deriv) and t.kind == BRACKET]
    if not brackets:
        return sides
    primed = {t.key.rstrip("'") for s in sides for t in walk(s) if _is_primed(t)}
    inside = symbol_keys(*(each.of for each in brackets))
    if any(_may_move(each, primed) for each in brackets):
        return tuple(_unread_brackets(side) for side in sides)
    named = {by for each in brackets for by in each.wrt if isinstance(by, Sym)}
    functions = (primed & inside) - ({by.key for by in named} & set(USUAL))
    known = [by for by in named if by != UNSAID and by.key not in functions]
    by = known[0] if len(known) == 1 else UNSAID
    return tuple(as_functions(side, functions, by) for side in sides)


def _may_move(bracket: Deriv, primed: set[str]) -> bool:
    """Whether a bracket by x holds a y of which the chain does not say that it depends on x."""
    plain = {t.key for t in walk(bracket.of) if isinstance(t, Sym) and not t.slots}
    plain -= {t.func.key for t in walk(bracket.of) if isinstance(t, Call)}
    return any(each not in primed and Sym(each) != bracket.wrt[0] for each in plain & FUNCTIONS)


def _unread_brackets(term: Term) -> Term:
    if isinstance(term, Deriv) and term.kind == BRACKET:
        return _unread("by what the bracket with a prime is differentiated is not said")
    return rebuilt(term, _unread_brackets)


def _is_primed(term: Term) -> TypeGuard[Sym]:
    return isinstance(term, Sym) and term.key.endswith("'") and not term.slots


def as_functions(term: Term, functions: set[str], by: Sym) -> Term:
    """The term with some letters, with and without primes, as functions of a variable."""
    if isinstance(term, Deriv) and term.kind == BRACKET:
        own = term.wrt[0]
        if own == UNSAID or any(own == Sym(key) for key in functions):
            own = by
        if own == UNSAID and not functions:
            return _unread_brackets(term)
        return Deriv(as_functions(term.of, functions, by), (own,) * len(term.wrt), "d")
    if isinstance(term, Sym) and not term.slots and term.key.rstrip("'") in functions:
        bare = term.key.rstrip("'")
        return Call(Sym(bare), (by,), len(term.key) - len(bare))
    if term == Sym(f"{by.key}'"):
        return Num(1.0, "1")  # ``(x)'``, whose brackets say nothing
    if isinstance(term, Call) and term.func == by and term.order == len(term.args) == 1:
        return as_functions(term.args[0], functions, by)  # ``(x)'(1 + x)``
    if isinstance(term, Call):
        arguments = tuple(as_functions(each, functions, by) for each in term.args)
        return Call(term.func, arguments, term.order)
    return rebuilt(term, lambda part: as_functions(part, functions, by))


def _unread(why: str) -> Opaque:
    return Opaque("primed", why)


def derivatives_meant(head: Term, scope: Scope, order: int) -> list[Term]:
    """What ``y'`` may be where the note has said what ``y`` is: ``dy/dx`` if y is computed from one x.

    The last formula of y tells first; after ``y = f(g(x))`` and ``y = f(h)`` it may be by h or by x.
    """
    if not _is_primed(head):
        return []
    key = head.key.rstrip("'")
    before = [d for d in _formulas(scope, key) if d.order < order]
    before.sort(key=lambda d: -d.order)
    found = [_derivative_of(key, len(head.key) - len(key), each) for each in before]
    if not found or found[0] is None:
        return []
    return list(dict.fromkeys(each for each in found if each is not None))


def _derivative_of(key: str, times: int, definition: Definition) -> Term | None:
    if definition.params is not None:
        own = definition.params[0]
        return Call(Sym(key), (own,), times) if len(definition.params) == 1 else None
    by = _only_variable(definition)
    return None if by is None else Deriv(Sym(key), (by,) * times, "d")


def _formulas(scope: Scope, key: str) -> Iterator[Definition]:
    for definition in (*scope.functions.get(key, ()), *scope.symbols.get(key, ())):
        if not definition.head.slots and definition.order >= 0:
            yield definition


def _only_variable(definition: Definition) -> Sym | None:
    names = {t for t in walk(definition.body) if isinstance(t, Sym) and not t.slots}
    called = {t.func for t in walk(definition.body) if isinstance(t, Call)}
    if any(isinstance(t, Idx) for t in walk(definition.body)):
        return None
    for name in USUAL:
        if Sym(name) in names:
            return Sym(name)
    other = {t for t in names - called if t.key not in CONSTANTS}
    return next(iter(other)) if len(other) == 1 else None
