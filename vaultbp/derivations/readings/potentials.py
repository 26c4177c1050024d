"""Potentials given by their differentials: ``dU = T dS - P dV`` says what ``T`` and ``P`` are.

A note that gives no formula for ``U`` says by this that it is some function of ``S`` and ``V``, that
``T`` is ``(∂U/∂S)_V`` and ``P`` is ``-(∂U/∂V)_S``. What follows for every such function can be judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vaultbp.derivations.meaning.notebook import DEFINING, Notebook, Stated, once
from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import Add, Call, Deriv, Diff, Held, Mul, Neg, Sym, Term
from vaultbp.derivations.readings.trial import Question, Trial


@dataclass(frozen=True)
class Potential:
    """A quantity of which a note gives the total differential and nothing else."""

    of: Sym
    slopes: dict[Sym, Term]
    """What the note calls each of its derivatives, by the variable: ``-P`` by ``V``."""
    order: int
    said: str


def as_potentials(book: Notebook, asked: Question) -> Iterator[Trial]:
    """The step with the derivatives of a fitting potential for the symbols that name them."""
    for potential in _potentials(book):
        if _fits(potential, asked):
            scope = _under(book.scope, potential)
            sure = _says_what_is_held(potential, asked)
            free = frozenset(by.key for by in potential.slopes)
            yield Trial(scope=scope, assumptions=(potential.said,), potential=sure, free=free)


@once
def _potentials(book: Notebook) -> list[Potential]:
    found = (_potential(book, stated) for stated in book.stated)
    return [each for each in found if each is not None]


def _potential(book: Notebook, stated: Stated) -> Potential | None:
    if len(stated.sides) != 2 or stated.relations[0] not in DEFINING:
        return None
    left, right = stated.sides
    of = left.body if isinstance(left, Diff) else None
    slopes = _slopes(right)
    if not isinstance(of, Sym) or slopes is None or len(slopes) < 2:
        return None
    named = [_name(slope) for slope in slopes.values()]
    symbols = [of, *slopes, *named]
    if any(s.slots for s in symbols) or len(set(symbols)) < len(symbols):
        return None
    if any(not d.by_derivative for s in symbols for d in book.scope.symbols.get(s.key, ())):
        return None
    if any(s.key in book.scope.numbers for s in symbols):
        return None
    said = f"{show(left)} = {show(right)} for a function {show(of)} of {_listed(slopes)}"
    return Potential(of, slopes, stated.order, said)


def _listed(slopes: dict[Sym, Term]) -> str:
    names = [show(each) for each in slopes]
    return ", ".join(names[:-1]) + " and " + names[-1]


def _slopes(side: Term) -> dict[Sym, Term] | None:
    """``T dS - P dV`` as T by S and -P by V; ``None`` if it is no such sum."""
    found: dict[Sym, Term] = {}
    for each in side.terms if isinstance(side, Add) else (side,):
        product = each.body if isinstance(each, Neg) else each
        match product:
            case Mul(factors=(Sym() as slope, Diff(body=Sym() as by))) if by not in found:
                found[by] = Neg(slope) if isinstance(each, Neg) else slope
            case _:
                return None
    return found


def _name(slope: Term) -> Sym:
    name = slope.body if isinstance(slope, Neg) else slope
    assert isinstance(name, Sym)
    return name


def _fits(potential: Potential, asked: Question) -> bool:
    """Whether a step speaks of a potential or its derivatives by its own variables only."""
    slopes = {_name(slope) for slope in potential.slopes.values()}
    derivatives = [t for t in asked.terms() if isinstance(t, Deriv)]
    return (
        bool(derivatives)
        and all(d.of in slopes or d.of == potential.of for d in derivatives)
        and all(by in potential.slopes for d in derivatives for by in d.wrt)
        and all(_holds_the_rest(potential, t) for t in asked.terms() if isinstance(t, Held))
    )


def _holds_the_rest(potential: Potential, held: Held) -> bool:
    """Whether what is written beside a derivative are the other variables."""
    if not isinstance(held.body, Deriv):
        return False
    rest = potential.slopes.keys() - set(held.body.wrt)
    return set(held.fixed) == rest


def _says_what_is_held(potential: Potential, asked: Question) -> bool:
    """Whether the step leaves no doubt that the derivatives are those along the potential.

    Where nothing is held in writing, ``∂U/∂V`` is so beside the names of its derivatives: as
    ``∂U/∂V = 0`` it may be that at one temperature.
    """
    held = {id(t.body) for t in asked.terms() if isinstance(t, Held)}
    bare = [t for t in asked.terms() if isinstance(t, Deriv) and id(t) not in held]
    own = any(t.of == potential.of for t in asked.terms() if isinstance(t, Deriv))
    written = {t for t in asked.terms() if isinstance(t, Sym)}
    slopes = {_name(slope) for slope in potential.slopes.values()}
    known = slopes | potential.slopes.keys() | {potential.of}
    return not bare or (own and not slopes.isdisjoint(written) and written <= known)


def _under(scope: Scope, potential: Potential) -> Scope:
    """The scope in which the potential is some function and its derivatives have their names."""
    call = Call(potential.of, tuple(potential.slopes))
    meanings = [Definition(potential.of, call, potential.order)]
    for by, slope in potential.slopes.items():
        body: Term = Deriv(potential.of, (by,))
        body = Neg(body) if isinstance(slope, Neg) else body
        meanings.append(Definition(_name(slope), body, potential.order))
    free = {by.key for by in potential.slopes}
    symbols = {key: found for key, found in scope.symbols.items() if key not in free}
    symbols.update({each.head.key: [each] for each in meanings})
    return Scope(symbols, scope.functions, scope.numbers, scope.tops)
