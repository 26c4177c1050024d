"""What in a step may not have been read as it is meant, so that a difference proves nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from types import UnionType

from vaultbp.derivations.arrays.numbered import numbered_from_zero
from vaultbp.derivations.doubts.imaginary import may_be_conjugate, may_be_imaginary
from vaultbp.derivations.doubts.shown import gone_for_its_entries
from vaultbp.derivations.doubts.signs import means_no_number
from vaultbp.derivations.meaning.ground import fix
from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.scope import Definition
from vaultbp.derivations.meaning.terms import (
    Add,
    Array,
    Fold,
    Idx,
    Mul,
    Neg,
    Num,
    Sym,
    Term,
    free_indices,
    walk,
)
from vaultbp.derivations.numerics.compare import Comparison
from vaultbp.derivations.numerics.forms import derives
from vaultbp.derivations.readings.trial import Question

_UNBRACED = re.compile(
    r"(?:^|\\\\|\\q?quad|[,;&])\s*[A-Za-z]_[a-z]\s?\+\s?1\s*&?\s*="
    r"|[A-Za-z]\^[a-z]\s?\+\s?[a-z]\b\s*(?:$|&?\s*=)"
)
"""``x_k+1`` for ``x_{k+1}`` at the left of an equation, and a side that ends in ``x^n+m``."""
_WORD = re.compile(r"id|[A-Za-z]{3,}")
_STYLED = re.compile(r"\\math(?:bf|it|sf|tt)\{(?:sin|cos|tan|cot|sec|csc|log|ln|exp)\}")


def misread(book: Notebook, asked: Question, found: Comparison) -> str | None:
    """Why a step that differs may be about something else than was evaluated, or ``None``."""
    left, right = asked.sides
    if may_be_imaginary(left, right, found):
        return "i may be the imaginary unit"
    if may_be_conjugate(asked.stated.formula.text):
        return "a star or a bar may mean the complex conjugate"
    leaves = found.leaves_left | found.leaves_right
    keys = {family.rsplit("/", 1)[0] for family in leaves}
    applied = sorted(key for key in keys if _may_be_applied(book, asked, key.split("_")[0]))
    if applied:
        return f"{applied[0]} may be a function that the note does not define"
    if _UNBRACED.search(asked.stated.formula.text):
        return "braces may be missing: `x_k+1` is x_k and one more"
    twice = {t.key for t in asked.terms() if isinstance(t, Sym) and t.key.endswith("''")}
    if twice:
        return f"{min(twice)} may be a derivative"
    words = {key for key in keys if _WORD.fullmatch(key)} - book.scope.symbols.keys()
    leading = [f.key for f in _leading(asked)]
    word = next((key for key in leading if key in words or key.split("_")[0] == "id"), None)
    if word or _STYLED.search(asked.stated.formula.text):
        return f"{word or 'a name in bold'} may be a function"
    if _is_of_another(left, right):
        return "it may say that something is the same for all"
    summed = {t.key for t in _summed(asked)}
    listed = next((k for k in (_listed(book, f) for f in sorted(leaves)) if k in summed), None)
    if listed:
        return f"the note says what some of the {listed} are, not all of them"
    if (name := gone_for_its_entries(book, found)) is not None:
        return f"the note shows some entries of {name}, which may stand on the other side"
    labelled = next((d for d in found.used.values() if _is_labelled(book, d, leaves)), None)
    if labelled:
        return f"the letters below {labelled.head.key} may be names, not indices"
    if not derives(left, right) and (name := _goes_on(book, left, right)):
        return f"it may use how {name} goes on"
    if _is_beside_a_matrix(asked, found):
        return "the shapes of its vectors and matrices are not known"
    if numbered := numbered_from_zero(left, right):
        return f"the entries of {min(numbered)} may be numbered from 0"
    if (why := means_no_number(book, asked, found)) is not None:
        return why
    nought = _has_nought(right) and not _has_nought(left)
    if (nought and found.leaves_left - found.leaves_right) or _puts_numbers_in(left, right):
        return "numbers are put in for symbols whose values are not given"
    return None


def _may_be_applied(book: Notebook, asked: Question, name: str) -> bool:
    """Whether a name that the note does not define stands before a bracket with a letter in it:
    ``l_0 (x)``."""
    if name in book.lexicon.applied:
        return True
    if name in book.scope.symbols:
        return False
    call = rf"(?<![A-Za-z\\]){re.escape(name)}(_\w|_\{{\w{{1,3}}\}})?\s*\(\s*[A-Za-z]\s*\)"
    return re.search(call, asked.stated.formula.text) is not None


def _leading(asked: Question) -> Iterator[Sym]:
    """The names that stand beside another factor with nothing between: ``arcsec x``."""
    for term in asked.terms():
        if isinstance(term, Mul) and "" in term.ops:
            yield from (f for f in term.factors if isinstance(f, Sym))


def _is_of_another(left: Term, right: Term) -> bool:
    """Whether the sides are one formula with other letters below: ``D_n/μ_n = D_p/μ_p``."""
    one, two = sorted(free_indices(left)), sorted(free_indices(right))
    if one == two or len(one) != len(two):
        return False
    return _by_place(left, one) == _by_place(right, two)


def _by_place(term: Term, letters: Sequence[str]) -> Term:
    """A term in which each of some index letters is its place among them."""
    return fix(term, {letter: k for k, letter in enumerate(letters)})


def _summed(asked: Question) -> Iterator[Sym]:
    """The members of families over which a step sums."""
    for fold in asked.terms():
        if isinstance(fold, Fold):
            yield from (t for t in walk(fold.body) if isinstance(t, Sym) and t.slots)


def _listed(book: Notebook, family: str) -> str | None:
    """The name of a family of which the note defines members by number and no others."""
    key, _, size = family.rpartition("/")
    heads = [d for d in book.scope.symbols.get(key, ()) if len(d.head.slots) == int(size or 0)]
    return key if heads and int(size) and all(d.concrete for d in heads) else None


def _is_labelled(book: Notebook, used: Definition, leaves: set[str]) -> bool:
    """Whether ``v_p = μ_p E`` stands beside ``v_n = -μ_n E``, and the step has a quantity p or n."""
    names = _letters(used)
    others = book.scope.symbols.get(used.head.key, ())
    for other in others if names else ():
        if leaves.isdisjoint(f"{name}/0" for name in (*names, *_letters(other))):
            continue
        letters = _letters(other)
        if len(letters) == len(names) and letters != names:
            if _by_place(used.body, names) != _by_place(other.body, letters):
                return True
    return False


def _letters(definition: Definition) -> list[str]:
    return [s.index.name for s in definition.head.slots if isinstance(s.index, Idx)]


def _goes_on(book: Notebook, left: Term, right: Term) -> str | None:
    """A name without a formula of which one side has ``D_{t+1}`` and the other ``D_t``."""
    one, two = _with_index(left, Add | Idx), _with_index(right, Add | Idx)
    ahead = {t.key for t in one - two} & {t.key for t in two - one}
    ahead &= {t.key for side in (left, right) for t in _with_index(side, Add)}
    shared = {t.key for t in one & two} | book.scope.symbols.keys()
    return min(ahead - shared, default=None)


def _with_index(side: Term, kind: type[Term] | UnionType) -> set[Sym]:
    """The members of families that a side names by an index of some kind."""
    symbols = (t for t in walk(side) if isinstance(t, Sym))
    return {t for t in symbols if any(isinstance(s.index, kind) for s in t.slots)}


def _is_beside_a_matrix(asked: Question, found: Comparison) -> bool:
    """Whether another side of the chain is a matrix written out, while numbers were compared."""
    sides = asked.stated.sides
    if found.array_left or any(isinstance(side, Array) for side in asked.sides):
        return False
    return any(isinstance(side, Array) and len(side.rows) > 1 for side in sides)


def _puts_numbers_in(left: Term, right: Term) -> bool:
    """Whether numbered members of a family give way to numbers: ``(x - x_1)(x - x_2)`` to
    ``(x - 4)(x + 7)``."""
    if not _values(right) - _values(left):
        return False
    gone = Counter(t.key for t in _numbered(left) - _numbered(right))
    kept = {t.key for t in _numbered(right)}
    return any(count > 1 and key not in kept for key, count in gone.items())


def _numbered(side: Term) -> set[Sym]:
    """The members of families that a side names by number alone."""
    named = _with_index(side, Num)
    return {t for t in named if all(isinstance(s.index, Num) for s in t.slots)}


def _values(side: Term) -> set[float]:
    """The numbers written in a side, but for those that number members."""
    below = {id(s.index) for t in walk(side) if isinstance(t, Sym) for s in t.slots}
    return {t.value for t in walk(side) if isinstance(t, Num) and id(t) not in below}


def _has_nought(side: Term) -> bool:
    """Whether a nought is written among other terms or factors: ``x - 0``."""
    parts = (t for each in walk(side) for t in _parts(each))
    return any(isinstance(t, Num) and t.value == 0 for t in parts)


def _parts(term: Term) -> tuple[Term, ...]:
    match term:
        case Add(terms=terms):
            return tuple(t.body if isinstance(t, Neg) else t for t in terms)
        case Mul(factors=factors):
            return factors
        case _:
            return ()
