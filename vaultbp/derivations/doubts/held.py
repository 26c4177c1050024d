"""Letters that a step silently holds fixed while another one like them moves.

``d(uv)/dx = u dv/dx`` holds where u is a constant, which nothing says: of u and v, f and g people
mean functions, and a term of the product rule is lost.
"""

from __future__ import annotations

import re

from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import (
    Deriv,
    Div,
    Grad,
    Mul,
    Pow,
    Sym,
    Term,
    parts,
    symbol_keys,
    variables_of,
    walk,
)
from vaultbp.derivations.meaning.words import mentions
from vaultbp.derivations.numerics.differentiate import spell

_FUNCTIONS = ("uv", "fgh", "FGH", "UV", "φψχ")
"""Letters of which one is as much a function as the other."""
_FACTORS = ("ab", "ABC", "pq", "rs", "xyz", "XYZ", "ξη")
"""The same in one product; of a sum one may be a bias, or what was measured."""
_CONSTANT = r"const|fixed|not depend|independent|постоянн|не завис|констант|常数|常量|定数"


def held_silently(book: Notebook, left: Term, right: Term) -> str | None:
    """Why a step that holds with a letter held fixed is not verified, or ``None``."""
    terms = [t for side in (left, right) for t in walk(side) if isinstance(t, Deriv | Grad)]
    moving = {t.of.key for t in terms if isinstance(t.of, Sym) and not _is_told(book, t.of.key)}
    for term in terms:
        if isinstance(term.of, Sym):
            continue
        by = variables_of(term)
        variables = symbol_keys(*by)
        for held in sorted(_like(term.of, moving - variables) - variables):
            if not _is_told(book, held):
                what = ", ".join(map(spell, by))
                return f"the note does not say that {held} is constant, or how it depends on {what}"
    return None


def _like(of: Term, moving: set[str]) -> set[str]:
    """The letters in a term that stand for the same sort of thing as one of those that move."""
    found = _alike([of], [of], moving, _FUNCTIONS)
    for term in walk(of):
        if isinstance(term, Mul | Div | Pow):
            for part in (operands := parts(term)):
                others = [each for each in operands if each is not part]
                found |= _alike([part], others, moving, _FACTORS)
    return found - moving


def _alike(
    here: list[Term], there: list[Term], moving: set[str], sorts: tuple[str, ...]
) -> set[str]:
    """The letters here of the sort of one that moves there."""
    mobile = _letters(there) & moving
    return {key for key in _letters(here) for sort in sorts if key in sort and mobile & set(sort)}


def _letters(terms: list[Term]) -> set[str]:
    inside = (t for term in terms for t in walk(term))
    return {t.key for t in inside if isinstance(t, Sym) and len(t.key) == 1}


def _is_told(book: Notebook, key: str) -> bool:
    """Whether the note gives a letter a formula, a value, or says that it does not change."""
    scope = book.scope
    if key in scope.symbols or key in scope.functions or key in scope.numbers:
        return True
    name = rf"(?<![A-Za-z\\]){re.escape(key)}(?![A-Za-z])"
    said = re.compile(rf"{name}[^.\n]{{0,40}}({_CONSTANT})|({_CONSTANT})[^.\n]{{0,40}}{name}", re.I)
    return mentions(said, book.note.source.text)
