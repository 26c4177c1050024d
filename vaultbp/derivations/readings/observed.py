"""Data that a model explains but for a noise: ``y_i = m x_i + c + ε_i``.

In a residual, ``y_i - (m x_i + c)``, y is what was measured and moves with no parameter. What the model
says of it is another reading, as of ``β̂ = (XᵀX)⁻¹Xᵀy = β + (XᵀX)⁻¹Xᵀε``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.terms import Add, Neg, Sym, Term, walk
from vaultbp.derivations.numerics.compare import Comparison
from vaultbp.derivations.readings.trial import Trial

MEASURED = frozenset(("y", "Y", "t"))
NOISE = frozenset(("ε", "η", "ξ", "e", "u"))


def set_models_aside(book: Notebook) -> None:
    """Take what models say of measured data out of the scope, in a note that writes residuals."""
    symbols = book.scope.symbols
    for key in sorted(MEASURED & symbols.keys()):
        models = [each for each in symbols[key] if _is_model(each, book.scope)]
        if models and _is_measured(book, key):
            symbols[key] = [each for each in symbols[key] if each not in models]
            book.models.extend(models)


def as_modelled(book: Notebook, first: Comparison) -> Iterator[Trial]:
    """The reading of a step in which measured data are what the note's model says."""
    keys = {family.rsplit("/", 1)[0] for family in first.leaves_left | first.leaves_right}
    models = [each for each in book.models if each.head.key in keys]
    if models:
        symbols = dict(book.scope.symbols)
        for each in models:
            symbols[each.head.key] = [*symbols.get(each.head.key, ()), each]
        yield Trial(scope=replace(book.scope, symbols=symbols), meaning=bool(first.unlinked))


def _is_model(definition: Definition, scope: Scope) -> bool:
    """Whether a noise that is nothing else, of the same member, is added in a formula."""
    head, body = definition.head, definition.body
    terms = body.terms if isinstance(body, Add) else ()
    noises = [t for t in terms if isinstance(t, Sym) and t.key in NOISE and t.slots == head.slots]
    return len(noises) == 1 and len(terms) > 1 and noises[0].key not in scope.symbols


def _is_measured(book: Notebook, key: str) -> bool:
    """Whether the note takes something from the data, or the data from something."""
    return any(
        isinstance(term, Add) and _is_residual(term, key)
        for stated in book.stated
        for side in stated.sides
        for term in walk(side)
    )


def _is_residual(total: Add, key: str) -> bool:
    plain = {t.key for t in total.terms if isinstance(t, Sym)}
    taken: set[Term] = {t.body for t in total.terms if isinstance(t, Neg)}
    less = {t.key for t in taken if isinstance(t, Sym)}
    return (key in plain and bool(taken)) or (key in less and len(total.terms) > 1)
