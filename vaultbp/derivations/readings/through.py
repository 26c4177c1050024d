"""Steps about entries whose paths lead through whole arrays: ``∂E/∂c_i`` of ``E = ‖a - y‖²``."""

from __future__ import annotations

from vaultbp.derivations.arrays.dims import Kind, Kinds
from vaultbp.derivations.arrays.matrices import is_settled
from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import Sym
from vaultbp.derivations.readings.trial import Question, Tried


def along_arrays(book: Notebook, asked: Question, arrays: Tried | None) -> Tried:
    """The readings in which the paths that numbers do not show are those of arrays, of a step that
    writes entries alone: then no transpose or order of factors can make it hold."""
    return [
        (trial, found)
        for trial, found in arrays or ()
        if trial.shapes is not None
        and not (trial.losses or found.unlinked or found.vanishing)
        and not any(_is_whole(t, trial.shapes.kinds) for t in asked.terms() if isinstance(t, Sym))
        and is_settled(book, *asked.sides, trial.shapes)
    ]


def _is_whole(symbol: Sym, kinds: Kinds) -> bool:
    return kinds.get((symbol.key, len(symbol.slots)), Kind.SCALAR) != Kind.SCALAR
