"""Which layers a general step is about where a note gives them one by one: ``z^1 = …``, ``z^2 = …``."""

from __future__ import annotations

from collections.abc import Iterator

from vaultbp.derivations.meaning.ground import rename, renaming
from vaultbp.derivations.meaning.scope import Scope
from vaultbp.derivations.meaning.terms import Add, Idx, Neg, Num, Sym, Term, walk


def layers_given(scope: Scope, left: Term, right: Term, name: str) -> list[int]:
    """The values of an index at which all that a step writes with it is given; empty if the note
    gives nothing so, or nothing for any one value."""
    allowed: set[int] | None = None
    for symbol in {*_written(scope, left), *_written(scope, right)}:
        for place, slot in enumerate(symbol.slots):
            step = _step(slot.index, name)
            given = _given(scope, symbol, place) if step is not None else set()
            if step is not None and given:
                here = {value - step for value in given}
                allowed = here if allowed is None else allowed & here
    return sorted(allowed or ())


def _written(scope: Scope, side: Term) -> Iterator[Sym]:
    """The symbols of a side, and of the derivatives for which they stand: the z of ``δ^l = ∂L/∂z^l``."""
    for term in walk(side):
        if not isinstance(term, Sym) or not term.slots:
            continue
        yield term
        for definition in scope.symbols.get(term.key, ()):
            names = (
                renaming(definition.head.slots, term.slots) if definition.by_derivative else None
            )
            if names is not None:
                inside = walk(rename(definition.body, names))
                yield from (t for t in inside if isinstance(t, Sym) and t.slots)


def _step(index: Term, name: str) -> int | None:
    """How far an index lies from a letter: one for ``l + 1``."""
    match index:
        case Idx(name=own) if own == name:
            return 0
        case Add(terms=(Idx(name=own), Num(value=value))) if own == name:
            return int(value)
        case Add(terms=(Idx(name=own), Neg(body=Num(value=value)))) if own == name:
            return -int(value)
    return None


def _given(scope: Scope, symbol: Sym, place: int) -> set[int]:
    """The layers for which the note gives a quantity, if it gives it for single layers only."""
    heads = [d.head for d in scope.symbols.get(symbol.key, ())]
    indices = [h.slots[place].index for h in heads if len(h.slots) == len(symbol.slots)]
    if not all(isinstance(index, Num) for index in indices):
        return set()
    return {int(index.value) for index in indices if isinstance(index, Num)}
