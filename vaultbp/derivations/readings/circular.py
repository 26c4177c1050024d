"""Quantities that a note gives by each other: ``x = r cos θ`` beside ``r = √(x² + y²)``.

Either formula can be the definition. In a derivative by ``x`` what stands beside ``x`` in the formulas
of the others, ``x`` and ``y`` here, are the coordinates: they have no meaning of their own, and the
others are computed from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import Deriv, Sym, symbol_keys
from vaultbp.derivations.numerics.compare import Comparison
from vaultbp.derivations.numerics.world import CIRCULAR
from vaultbp.derivations.readings.freed import behind, definitions, without
from vaultbp.derivations.readings.trial import Question, Trial


def with_coordinates(book: Notebook, asked: Question, first: Comparison) -> Iterator[Trial]:
    """The step with the coordinates free by whose changes it differentiates, where their meanings
    led in a circle and the others are then computed from them in none."""
    if not (first.failed and first.why and first.why.endswith(CIRCULAR)):
        return
    moving = {by.key for t in asked.terms() if isinstance(t, Deriv) for by in _names(t)}
    circle = {k for k in moving if k in behind(book, k)}
    circle = {k for start in circle for k in behind(book, start) if start in behind(book, k)}
    circle &= book.scope.symbols.keys() - book.scope.functions.keys()
    free = set(moving & circle)
    for key in circle - moving:
        for definition in definitions(book, key):
            inside = symbol_keys(definition.body)
            if inside & moving:
                free |= inside & circle - {key}
    scope = without(book.scope, free)
    if not free or _is_circular(book, circle - free):
        return
    names = ", ".join(sorted(free))
    says = (f"{names} are what the rest is computed from",) if len(free) > 1 else ()
    yield Trial(scope=scope, freed=frozenset(free), assumptions=says)


def _names(derivative: Deriv) -> Iterator[Sym]:
    return (by for by in derivative.wrt if isinstance(by, Sym))


def _is_circular(book: Notebook, keys: set[str]) -> bool:
    """Whether a quantity leads back to itself, past what is free."""
    below = {key: symbol_keys(*(d.body for d in definitions(book, key))) & keys for key in keys}
    while below:
        ends = {key for key, inside in below.items() if not inside}
        if not ends:
            return True
        below = {key: inside - ends for key, inside in below.items() if key not in ends}
    return False
