"""Functions without a formula that a step applies to an entry, and the formula it uses to the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import Call, Sym, Term, walk


def applied_to_an_entry(
    book: Notebook, sides: Iterable[Term], formulas: Iterable[Term]
) -> str | None:
    """The ``r`` of ``K = M + r(w)`` and ``∂K/∂w_j = ∂M/∂w_j + ∂r(w_j)/∂w_j``: of a sum over the
    entries it may be each term."""
    wholes = {(key, arg.key) for key, arg in _applications(book, formulas) if not arg.slots}
    entries = ((key, arg.key) for key, arg in _applications(book, sides) if arg.slots)
    return next((each[0] for each in entries if each in wholes), None)


def _applications(book: Notebook, terms: Iterable[Term]) -> Iterator[tuple[str, Sym]]:
    for term in (each for whole in terms for each in walk(whole)):
        if isinstance(term, Call) and not term.order and term.func.key not in book.scope.functions:
            yield from ((term.func.key, arg) for arg in term.args if isinstance(arg, Sym))
