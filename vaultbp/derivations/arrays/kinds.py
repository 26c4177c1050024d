"""What a symbol probably is: a number, a column, a row or a matrix.

A note rarely declares shapes. What it declares holds; what it transposes, multiplies entry by entry
or takes the norm of is no number; the rest is told by letters and bold type, weakly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vaultbp.derivations.arrays.dims import FREE, Family, Kind
from vaultbp.derivations.meaning.lexicon import plain_key
from vaultbp.derivations.meaning.notebook import Notebook, once
from vaultbp.derivations.meaning.sides import RATES
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Grad,
    Idx,
    Inner,
    Mul,
    Neg,
    Norm,
    Num,
    Sym,
    Term,
    Transposed,
    walk,
)
from vaultbp.latex import tree

LOSSES = frozenset(("L", "J", "C", "E", "ℓ", "Q", "R", "Loss", "loss", "cost", "error", "l", "f"))
SCALARS = RATES | frozenset(("n", "m", "N", "M", "T", "K", "p", "β", "k", "t", "i", "j", "c", "s"))
VECTOR_CAPITALS = frozenset("XYZHSFO")
WEIGHTS = frozenset(("w", "θ", "v", "u"))
MATRIX_LETTERS = frozenset("ΣΛΦΨΘΩΓ")
MOST = 9.0
"""A kind as unlikely as this is never tried."""
NEVER_SO = 99.0

S, C, R, M = Kind.SCALAR, Kind.COLUMN, Kind.ROW, Kind.MATRIX


def likelihoods(book: Notebook, family: Family) -> dict[Kind, float]:
    """How unlikely each kind is for a family of symbols; zero is the usual one."""
    key = family[0]
    declared = book.declared.get(family)
    if declared is not None:
        first = Kind(declared)
        return {first: 0.0, **({R: 1.0} if first is C else {})}
    if key == "𝟏":
        return {C: 0.0}
    if key in FREE or key.startswith("I_"):
        return {M: 0.0, C: 3.0}
    costs = _by_letter(key)
    if key in LOSSES and key[:1].isupper() and key not in _defined_or_derived(book):
        costs = {M: 0.0, S: 0.5, C: 5.0, R: 5.0}
    elif key[:1].isupper() and key in _numerators(book):
        costs[S] = min(costs[S], 1.2)
    if key in WEIGHTS and family in _transposed_in_definitions(book):
        costs = {C: 0.0, M: 2.5, R: 1.2, S: NEVER_SO}
    entries = with_components(book).get(family)
    if entries == 2:
        return {M: 0.0, S: costs[S]} if family not in array_families(book) else {M: 0.0}
    if family in array_families(book):
        costs[S] = NEVER_SO
    elif key in bold_keys(book):
        costs[S] = max(costs[S], 4.0)
        costs[C] = min(costs[C], 1.0)
    elif entries:
        costs[S] = max(costs[S], 1.5)
    elif _is_labelled(family, book):
        costs[S] = min(costs[S], 0.2)
    for known in book.kinds[-1:]:
        kind = known.get(family)
        if kind is not None:
            costs = {k: (0.0 if k == kind else max(c, 1.0) + 3.0) for k, c in costs.items()}
    return costs


def _by_letter(key: str) -> dict[Kind, float]:
    base = key.split("_")[0].split("^")[0].rstrip("'")
    if base[:1] in ("Δ", "d") and len(base) > 1:
        base = base[1:]
    if base in LOSSES or key == "λ":
        return {S: 0.0, C: 5.0, M: 5.0, R: 6.0}
    if base in SCALARS:
        return {S: 0.0, C: 1.5, R: 3.0, M: 4.0}
    if base in MATRIX_LETTERS or (len(base) == 1 and base.isupper() and base.isascii()):
        return {M: 0.0, C: 1.0 if base in VECTOR_CAPITALS else 5.0, R: 2.0, S: 6.0}
    if base in WEIGHTS:
        return {C: 0.0, M: 1.0, R: 1.2, S: 1.2}
    return {C: 0.0, S: 0.6 if base == "b" else 0.8, R: 1.5, M: 2.2}


def _defined_or_derived(book: Notebook) -> set[str]:
    return {*book.scope.symbols, *book.scope.functions, *_numerators(book)}


@once
def _numerators(book: Notebook) -> set[str]:
    """What the note differentiates."""
    found = set()
    for stated in book.stated:
        for side in stated.sides:
            for term in walk(side):
                if isinstance(term, Deriv | Grad):
                    of = term.of.func if isinstance(term.of, Call) else term.of
                    if isinstance(of, Sym):
                        found.add(of.key)
    return found


@once
def _transposed_in_definitions(book: Notebook) -> set[Family]:
    """Weights that enter by an inner product: ``z = w^T x + b``."""
    return {
        (term.body.key, len(term.body.slots))
        for table in (book.scope.symbols, book.scope.functions)
        for definitions in table.values()
        for definition in definitions
        if not definition.by_derivative
        for term in walk(definition.body)
        if isinstance(term, Transposed) and isinstance(term.body, Sym)
    }


def is_free_to_change(book: Notebook, family: Family, one: Kind, two: Kind) -> bool:
    """Whether a step alone may tell that a defined family is of another kind than it seemed."""
    if family[0][:1].isupper() or family in array_families(book):
        return False
    return {one, two} == {Kind.SCALAR, Kind.COLUMN}


def array_families(book: Notebook) -> frozenset[Family]:
    """Families that the note transposes, multiplies entry by entry or takes the norm of."""
    return frozenset(_array_notation(book))


@once
def _array_notation(book: Notebook) -> dict[Family, set[int]]:
    """Families written as only arrays are, and in which parts of the note."""
    found: dict[Family, set[int]] = {}
    for stated in book.stated:
        for family in (f for side in stated.sides for f in _written_as_arrays(side)):
            found.setdefault(family, set()).add(part(book, stated.section))
    return found


def _written_as_arrays(side: Term) -> Iterator[Family]:
    for term in walk(side):
        if isinstance(term, Transposed | Norm):
            yield from _bare(term.body)
        elif isinstance(term, Inner):
            yield from (*_bare(term.left), *_bare(term.right))
        elif isinstance(term, Mul) and any(op in "⊙∘" and op for op in term.ops):
            for factor in term.factors:
                yield from _bare(factor)


def part(book: Notebook, section: int) -> int:
    """The part of the note in which a section lies: what its highest repeated headings divide."""
    return _parts(book)[section]


@once
def _parts(book: Notebook) -> list[int]:
    levels = [heading.level for heading in book.note.headings]
    top = min((level for level in levels if levels.count(level) > 1), default=0)
    found = [0]
    for level in levels:
        found.append(found[-1] + (level <= top))
    return found


def _bare(term: Term) -> Iterator[Family]:
    if isinstance(term, Sym):
        if sum(s.place == "_" and isinstance(s.index, Idx) for s in term.slots) != 2:
            yield term.key, len(term.slots)
    elif isinstance(term, Add):
        for each in term.terms:
            yield from _bare(each.body if isinstance(each, Neg) else each)


def bold_keys(book: Notebook) -> frozenset[str]:
    """Symbols that the note sets in bold type."""
    return frozenset(_bold(book))


@once
def _bold(book: Notebook) -> dict[str, set[int]]:
    """Symbols in bold type, and in which parts of the note they are so."""
    found: dict[str, set[int]] = {}
    for stated in book.stated:
        for side in stated.chain.sides:
            for node in side.walk():
                if isinstance(node, tree.Name) and node.style == "bold" and node.base.isalpha():
                    found.setdefault(plain_key(node), set()).add(part(book, stated.section))
    return found


@once
def with_components(book: Notebook) -> dict[Family, int]:
    """Families whose entries the note writes too, ``z`` and ``z_j``, and by how many indices."""
    found: dict[Family, int] = {}
    for stated in book.stated:
        for side in stated.sides:
            for term in walk(side):
                if isinstance(term, Sym) and term.slots:
                    count = _running(book, term)
                    if count:
                        found[term.key, len(term.slots) - count] = count
    return found


def _running(book: Notebook, symbol: Sym) -> int:
    """How many lower indices run over entries; zero if one of them does not."""
    lower = [(p, s.index) for p, s in enumerate(symbol.slots) if s.place == "_"]
    size = len(symbol.slots)
    ranges = book.ranges()
    runs = [
        isinstance(index, Idx) and not ranges.is_stepped_member(("slot", (symbol.key, size, place)))
        for place, index in lower
    ]
    return len(lower) if all(runs) and len(lower) <= 2 else 0


def may_speak_of(book: Notebook, terms: list[Term], order: int) -> bool:
    """Whether some family in reach of a step may be an array."""
    bold = bold_keys(book)
    certain = array_families(book) | with_components(book).keys() | book.declared.keys()
    return any(f in certain or f[0] in bold for f in families(book, terms, order))


def speaks_of(book: Notebook, terms: list[Term], sections: set[int]) -> bool:
    """Whether some terms name a family that the note treats as an array where they stand.

    A part of the note without any notation of arrays may be about numbers, whatever another part
    makes of the same letters, unless these are capitals or bold.
    """
    evidence = _array_notation(book)
    here = {part(book, section) for section in sections}
    found = [
        (t.key, len(t.slots))
        for term in terms
        for t in walk(term)
        if isinstance(t, Sym) and (t.key, len(t.slots)) in evidence and is_whole(book, t)
    ]
    bold = _bold(book)
    return any(
        not (evidence[family] | bold.get(family[0], set())).isdisjoint(here)
        or _by_letter(family[0])[M] == 0.0
        for family in found
    )


def families(book: Notebook, terms: list[Term], order: int) -> list[Family]:
    """The families that may be arrays among all that an evaluation of some terms may use."""
    found: dict[Family, None] = {}
    for term in reached(book, terms, order):
        called = {id(t.func) for t in walk(term) if isinstance(t, Call)}
        for each in walk(term):
            if id(each) in called:
                continue
            if isinstance(each, Sym) and not each.key.startswith("#") and is_whole(book, each):
                if book.ranges().count(each.key) is None:
                    found[each.key, len(each.slots)] = None
    return list(found)


def reached(book: Notebook, terms: list[Term], order: int) -> list[Term]:
    """Some terms and the heads and bodies of all definitions that their evaluation may use."""
    found = list(terms)
    seen: set[str] = set()
    waiting = list(terms)
    while waiting and len(found) < 60:
        for term in walk(waiting.pop()):
            if not isinstance(term, Sym | Call):
                continue
            key = term.func.key if isinstance(term, Call) else term.key
            if key in seen:
                continue
            seen.add(key)
            definitions = [*book.scope.symbols.get(key, ()), *book.scope.functions.get(key, ())]
            for definition in sorted(definitions, key=lambda d: abs(order - d.order))[:3]:
                found.extend((definition.head, definition.body))
                waiting.append(definition.body)
    return found


def is_whole(book: Notebook, symbol: Sym) -> bool:
    """Whether a symbol is not an entry: no lower index runs over entries."""
    ranges = book.ranges()
    labelled = _is_labelled((symbol.key, len(symbol.slots)), book)
    for place, slot in enumerate(symbol.slots):
        if slot.place != "_":
            continue
        member = ("slot", (symbol.key, len(symbol.slots), place))
        if ranges.is_stepped_member(member) or (labelled and isinstance(slot.index, Num)):
            continue
        return False
    return True


def _is_labelled(family: Family, book: Notebook) -> bool:
    """Whether the lower indices of a family are numbers everywhere: ``W_1``, ``W_2``."""
    return family in _labelled(book)


@once
def _labelled(book: Notebook) -> frozenset[Family]:
    numbered: set[Family] = set()
    running: set[Family] = set()
    wholes: set[Family] = set()
    for stated in book.stated:
        for side in stated.sides:
            for term in walk(side):
                if isinstance(term, Sym):
                    lower = [s.index for s in term.slots if s.place == "_"]
                    family = (term.key, len(term.slots))
                    if len(lower) == 1 and isinstance(lower[0], Num):
                        numbered.add(family)
                    elif lower:
                        running.add(family)
                    else:
                        wholes.add(family)
    arrays = array_families(book)
    return frozenset(
        f
        for f in numbered - running
        if f in arrays or (f[0], f[1] - 1) not in wholes or f[0][:1].isupper()
    )


@once
def _by_lower_indices(book: Notebook) -> set[tuple[str, int]]:
    """The symbols of the note, each with how many lower indices it carries."""
    return {
        (t.key, sum(s.place == "_" for s in t.slots))
        for stated in book.stated
        for side in stated.sides
        for t in walk(side)
        if isinstance(t, Sym)
    }


def entry_keys(book: Notebook, kinds: Mapping[Family, Kind]) -> dict[str, str]:
    """Arrays whose entries the note writes with another letter: ``W`` and ``w_{ij}``."""
    present = _by_lower_indices(book)
    found = {}
    for (key, _), kind in kinds.items():
        small = key[:1].lower() + key[1:]
        if (
            kind is Kind.MATRIX
            and small != key
            and (small, 2) in present
            and (key, 2) not in present
        ):
            found[key] = small
    return found
