"""Index letters that name layers: ``w_{ji}`` from inputs to hidden units and ``w_{kj}`` from those on.

Where a note uses one letter for the quantities of several layers and tells them apart by the letters of
their indices alone, a second reading of the whole note keeps them apart. A step is wrong only if it is
wrong in both readings, and what only the second one verifies says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.notebook import Notebook, Stated, once
from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.terms import Idx, Sym, Term, rebuilt, walk
from vaultbp.derivations.readings.trial import Decision

Letters = tuple[str, ...]
Family = tuple[str, int]
Split = dict[Family, frozenset[Letters]]

WEIGHTS = ("w", "W", "v", "V", "u", "U", "θ", "ω", "β", "b")
"""Parameters, of which each layer has its own."""
OPEN, CLOSE = "⟨", "⟩"
_MARK = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")
NAMED = "the letters of the indices name the layers"


def by_letters(judge: Judge, stated: Stated, k: int, exclude: int, found: Decision) -> Decision:
    """The decision on a step when the letters of its indices may name layers too."""
    if found.status == "verified" or not _split(judge.book):
        return found
    sides = stated.sides[k], stated.sides[k + 1]
    split = _split(judge.book)
    if not any(_is_split(t, split) for side in sides for t in walk(side)):
        return found
    doubt = Decision("unchecked", f"it does not hold as it stands; do {NAMED}?")
    if not all(_is_clear(side, split) for side in sides):
        return doubt if found.status == "wrong" else found
    book = _lettered(judge.book)
    other = book.stated[stated.order]
    left, right = other.sides[k], other.sides[k + 1]
    second = _plain(Judge(book, judge.seed).step(other, left, right, exclude))
    if second.status == "verified":
        return replace(second, assumptions=(*second.assumptions, NAMED))
    return doubt if found.status == "wrong" and second.status != "wrong" else found


def _plain(decision: Decision) -> Decision:
    """The decision without the marks that tell split families apart."""
    point = decision.point
    if point is not None:
        point = replace(point, at={_MARK.sub("", name): v for name, v in point.at.items()})
    return replace(
        decision,
        reason=_MARK.sub("", decision.reason) if decision.reason else None,
        hint=_MARK.sub("", decision.hint) if decision.hint else None,
        assumptions=tuple(_MARK.sub("", text) for text in decision.assumptions),
        point=point,
    )


@once
def _split(book: Notebook) -> Split:
    """The families that letters tell apart, each with the letters that the note defines or uses."""
    definitions = [d for ds in book.scope.symbols.values() for d in ds if d.params is None]
    heads = _tuples(d.head for d in definitions)
    used = _tuples(t for d in definitions for t in walk(d.body))
    computed = {f for f, found in heads.items() if len(found) > 1 and _feeds_itself(book, f)}
    parameters = {
        family
        for family, found in used.items()
        if family not in heads and family[0] in WEIGHTS and _is_handed_on(found)
    }
    if not computed and not parameters:
        return {}
    every = {f: heads.get(f, frozenset()) | used.get(f, frozenset()) for f in {*heads, *used}}
    return {family: found for family, found in every.items() if len(found) > 1}


def _tuples(terms: Iterable[Term]) -> dict[Family, frozenset[Letters]]:
    found: dict[Family, frozenset[Letters]] = {}
    for term in terms:
        letters = _letters(term)
        if letters and isinstance(term, Sym):
            family = term.key, len(term.slots)
            found[family] = found.get(family, frozenset()) | {letters}
    return found


def _letters(term: Term) -> Letters:
    """The index letters of a symbol, if it has no other indices."""
    if not isinstance(term, Sym) or any(s.place != "_" for s in term.slots):
        return ()
    names = [s.index.name for s in term.slots if isinstance(s.index, Idx)]
    return tuple(names) if len(names) == len(term.slots) else ()


def _is_handed_on(found: frozenset[Letters]) -> bool:
    """``w_{ji}`` and ``w_{kj}``: a letter that stands first in one stands second in another."""
    pairs = [f for f in found if len(f) == 2]
    return any(
        one != two and (one[0] == two[1] or one[1] == two[0]) and one != two[::-1]
        for one in pairs
        for two in pairs
    )


def _feeds_itself(book: Notebook, family: Family) -> bool:
    """Whether a family is computed from itself: ``a_k`` by way of ``a_j``, not of ``a_{k-1}``."""
    seen: set[Family] = set()
    waiting = [family]
    while waiting:
        key, size = waiting.pop()
        for definition in book.scope.symbols.get(key, ()):
            if definition.by_derivative or len(definition.head.slots) != size:
                continue
            for term in walk(definition.body):
                if not _letters(term) or not isinstance(term, Sym):
                    continue
                below = term.key, len(term.slots)
                if below == family:
                    return True
                if below not in seen:
                    seen.add(below)
                    waiting.append(below)
    return False


def _is_split(term: Term, split: Split) -> bool:
    return isinstance(term, Sym) and (term.key, len(term.slots)) in split


def _is_clear(side: Term, split: Split) -> bool:
    """Whether every member of a split family shows by its letters to which layer it belongs."""
    return all(
        _letters(t) in split[t.key, len(t.slots)]
        for t in walk(side)
        if isinstance(t, Sym) and _is_split(t, split)
    )


@once
def _lettered(book: Notebook) -> Notebook:
    """The whole note with split families under names of their own."""
    split = _split(book)
    scope = Scope(numbers=book.scope.numbers, functions=_functions(book, split))
    for definitions in book.scope.symbols.values():
        for each in definitions:
            head, body = _renamed(each.head, split), _renamed(each.body, split)
            assert isinstance(head, Sym)
            scope.symbols.setdefault(head.key, []).append(replace(each, head=head, body=body))
    stated = [
        replace(s, sides=tuple(_renamed(side, split) for side in s.sides)) for s in book.stated
    ]
    return Notebook(book.note, book.lexicon, stated, scope, book.readings)


def _functions(book: Notebook, split: Split) -> dict[str, list[Definition]]:
    return {
        key: [replace(d, body=_renamed(d.body, split)) for d in definitions]
        for key, definitions in book.scope.functions.items()
    }


def _renamed(term: Term, split: Split) -> Term:
    """The term with each member of a split family named after its letters."""
    if isinstance(term, Sym):
        if not _is_split(term, split) or not _letters(term):
            return term
        return Sym(f"{term.key}{OPEN}{''.join(_letters(term))}{CLOSE}", term.slots)
    return rebuilt(term, lambda part: _renamed(part, split))
