"""Derivatives written upside down: ``∂s/∂L`` in a chain of ``L = f(s)``, where ``∂L/∂s`` belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import Deriv, Mul, Sym, Term, symbol_keys, walk
from vaultbp.derivations.numerics.compare import Comparison

Read = Callable[[str], Comparison]
"""What the points say if such derivatives are read ``inverse`` or ``turned``."""


def upside_down(
    book: Notebook, left: Term, right: Term, found: Comparison, read: Read
) -> str | None:
    """The derivative that is upside down, as a sentence, or ``None`` where that is not certain.

    It is, if the step differs with nought in its place and with one over the derivative the other
    way round, and holds with that itself. Not where the quantity on top is one of several
    coordinates: of ``x = r cos θ`` and ``y = r sin θ``, ``∂r/∂x = cos θ`` is right.
    """
    if not found.different or found.unlinked or len(found.vanishing) != 1:
        return None
    top, bottom = found.vanishing[0]
    if not _stands_in_product(left, right, found) or _is_coordinate(book, left, right, found):
        return None
    inverse = read("inverse")
    if not inverse.different or inverse.unlinked or inverse.vanishing:
        return None
    turned = read("turned")
    if not turned.equal or turned.zero or turned.unlinked or turned.vanishing:
        return None
    return f"a derivative is upside down: {bottom} is computed from {top}"


def differs_however_turned(
    book: Notebook, left: Term, right: Term, found: Comparison, readings: Iterable[Read]
) -> bool:
    """Whether a step with an upside-down derivative differs whatever is made of that: nought, one
    over the derivative the other way round, or that itself."""
    if found.unlinked or len(found.vanishing) != 1 or _is_coordinate(book, left, right, found):
        return False
    turned = (read(upstream) for read in readings for upstream in ("inverse", "turned"))
    return all(c.different and not (c.unlinked or c.vanishing) for c in turned)


def _suspects(left: Term, right: Term, found: Comparison) -> list[Deriv]:
    """The derivatives of the step that may be the one that vanishes."""
    from vaultbp.derivations.numerics.differentiate import spell

    return [
        t
        for side in (left, right)
        for t in walk(side)
        if isinstance(t, Deriv) and (spell(t.of), spell(t.wrt[-1])) == found.vanishing[0]
    ]


def _stands_in_product(left: Term, right: Term, found: Comparison) -> bool:
    suspects = _suspects(left, right, found)
    products = [t for side in (left, right) for t in walk(side) if isinstance(t, Mul)]
    return bool(suspects) and all(any(s in p.factors for p in products) for s in suspects)


def _is_coordinate(book: Notebook, left: Term, right: Term, found: Comparison) -> bool:
    """Whether the top is a free symbol from which several quantities are computed, in one place of
    the note and none of them from another."""
    tops = {t.of.key for t in _suspects(left, right, found) if isinstance(t.of, Sym)}
    if tops <= book.scope.symbols.keys():
        return False
    places = {d.section for d in found.used.values() if symbol_keys(d.body) & tops}
    heads = {
        d.head.key: symbol_keys(d.body)
        for definitions in book.scope.symbols.values()
        for d in definitions
        if d.section in places and symbol_keys(d.body) & tops
    }
    return sum(names.isdisjoint(heads.keys() - {key}) for key, names in heads.items()) != 1
