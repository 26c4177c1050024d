"""Equations that hold as they are read and prove nothing.

``n = n_0`` holds by ``n := n_0``, which another formula of the note says in the same words, and
``gh = hg`` because numbers commute, which is what the equation asks of things that may be no numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from vaultbp.derivations.meaning.ground import fix
from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.scope import Definition
from vaultbp.derivations.meaning.terms import Call, Idx, Mul, Num, Sym, Term, walk
from vaultbp.derivations.numerics.forms import derives, says_zero

SAID = "the note says the same elsewhere, which proves nothing"
_PLAIN = {"", "·"}
"""The signs of products that mean the same between any two factors."""
_VARIABLES = ("x", "y", "z", "t", "s")
"""Letters in whose place a function may have one value everywhere: ``f(x) = 5``."""


def proves_nothing(
    stated: Stated, left: Term, right: Term, used: Iterable[Definition]
) -> str | None:
    """Why an equation that holds is not verified, or ``None``.

    One in a longer chain may be a step of it, and a derivative says something of its own.
    """
    used = list(used)
    if (
        name := next((d.head.key for d in used if _is_of_another(d, left, right)), None)
    ) is not None:
        return f"the note says what {name} is of one thing, and asks for that of another"
    if derives(left, right):
        level = next((d.head.key for d in used if _is_a_level(d, stated)), None)
        why = f"{level} may only have this value somewhere"
        return why if level is not None and says_zero(right) else None
    if (name := next((d.head.key for d in used if _is_a_value(d)), None)) is not None:
        return f"{name} has this value at one place, of others nothing is said"
    if len(stated.sides) > 2:
        return None
    one, two = _factors(left), _factors(right)
    if one and two and Counter(one) == Counter(two):
        if one != two:
            return "it says that its factors commute"
        if not _signs(left) | _signs(right) <= _PLAIN and _signs(left) != _signs(right):
            return "it says what a sign between two names means"
    pair = (fix(left, {}), fix(right, {}))
    for definition in used:
        said = (fix(_head(definition), {}), fix(definition.body, {}))
        if definition.order != stated.order and pair in (said, said[::-1]):
            return SAID
    return None


def _is_of_another(definition: Definition, left: Term, right: Term) -> bool:
    """Whether ``Var(W) = 1/n``, which does not say how it depends on W, is taken for ``Var(z)``."""
    params = definition.params or ()
    if not params or set(params) & set(walk(definition.body)):
        return False
    named = {p.key for p in params if isinstance(p, Sym)}
    calls = (t for side in (left, right) for t in walk(side) if isinstance(t, Call))
    return any(
        isinstance(arg, Sym) and arg.key not in named
        for call in calls
        if call.func.key == definition.head.key
        for arg in call.args
    )


def _is_a_level(definition: Definition, stated: Stated) -> bool:
    """``f(x) = c`` in another section, where a surface or a curve may be meant on which f is constant."""
    constant = isinstance(definition.body, Num | Sym)
    inside = definition.body in (definition.params or (definition.body,))
    return constant and not inside and definition.section != stated.section


def _is_a_value(definition: Definition) -> bool:
    """``P(B) = 0.5`` and ``T(q) = v``: not what the function is of anything."""
    params = set(definition.params or ())
    named = {p.key for p in params if isinstance(p, Sym)}
    value = isinstance(definition.body, Num | Sym) and definition.body not in params
    return bool(named) and named.isdisjoint(_VARIABLES) and value


def _head(definition: Definition) -> Term:
    """What a definition says something of: a name, or a function of its arguments."""
    if definition.params is None:
        return definition.head
    return Call(definition.head, definition.params)


def _factors(side: Term) -> tuple[Term, ...]:
    """The names of a product of nothing but names, also in brackets: ``D (f g)``."""
    if isinstance(side, Sym | Idx):
        return (side,)
    if not isinstance(side, Mul):
        return ()
    inner = [_factors(factor) for factor in side.factors]
    return tuple(name for names in inner for name in names) if all(inner) else ()


def _signs(side: Term) -> set[str]:
    return {sign for t in walk(side) if isinstance(t, Mul) for sign in t.ops}
