"""Quantities defined as a whole and used by their entries: ``z = Wx + b``, and then ``∂z_i/∂x_j``.

Where a note says only what the whole is, what it says of the entries follows: ``z_i = Σ_j W_{ij} x_j +
b_i``. A second reading of the whole note has these formulas. Others write the indices of a matrix the
other way round, so it accuses a step only where others hold in it, with all matrices of that one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.conventions import ACTIVATIONS
from vaultbp.derivations.meaning.notebook import Notebook, Stated, once
from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Div,
    Fn,
    Fold,
    Idx,
    Mul,
    Neg,
    Num,
    Slot,
    Sym,
    Term,
    Transposed,
    walk,
)
from vaultbp.derivations.meaning.words import mentions
from vaultbp.derivations.readings.trial import Decision

ENTRY_BY_ENTRY = frozenset(
    ("exp", "log", "logb", "tanh", "sigmoid", "relu", "softplus", "sin", "cos", "sqrt", "abs")
)
"""Functions that people apply to a vector entry by entry."""
SIGNS = frozenset(("⊙", "∘"))
_BY_ENTRY = re.compile(
    r"activat|ac?tivaci|ativaç|attivaz|активац|激活|激励|활성|活性化|aktivier|non-?linear|neuron|нейро"
    r"|神经元|뉴런|ニューロン|sigmoid|element-?wise|component-?wise|entry-?wise|поэлемент|逐元素|원소별",
    re.IGNORECASE,
)
"""Words of notes in which a function of a vector is taken of each entry."""
ALLOWANCE = 20_000
"""How many terms may be evaluated in one note for this reading."""
ROW, COLUMN = Idx("#row"), Idx("#column")


@dataclass(frozen=True)
class _Written:
    """The entries that a note writes: families with one lower index, and with two."""

    vectors: Collection[str]
    matrices: Collection[str]


def by_entries(judge: Judge, stated: Stated, k: int, exclude: int, found: Decision) -> Decision:
    """The decision on a step about entries when the note says what their wholes are."""
    if found.status != "unchecked":
        return found
    about = _keys(judge.book)
    sides = stated.sides[k], stated.sides[k + 1]
    terms = (t for side in sides for t in walk(side) if isinstance(t, Sym))
    if not any(t.key in about and _has_lower(t) for t in terms):
        return found
    book = _with_entries(judge.book)
    if book.allowance <= 0:
        return found
    second = Judge(book, judge.seed).step(stated, *sides, exclude)
    if second.status != "unchecked":
        return second
    return replace(found, awaits=found.awaits or second.awaits)


@once
def _keys(book: Notebook) -> frozenset[str]:
    """What stands in the formulas of entries."""
    found = [d for own in _spelt_out(book).values() for d in own]
    terms = (t for d in found for side in (d.head, d.body) for t in walk(side))
    return frozenset(t.key for t in terms if isinstance(t, Sym))


@once
def _with_entries(book: Notebook) -> Notebook:
    """The note with what the entries are of its wholes."""
    scope = book.scope
    symbols = {key: list(found) for key, found in scope.symbols.items()}
    for key, found in _spelt_out(book).items():
        symbols[key] += found
    entries = Scope(symbols, scope.functions, scope.numbers)
    other = Notebook(book.note, book.lexicon, book.stated, entries, book.readings)
    other.allowance = ALLOWANCE
    return other


@once
def _spelt_out(book: Notebook) -> dict[str, list[Definition]]:
    """What the entries are of quantities that the note defines as a whole."""
    written = _written(book)
    waiting, found = sorted(written.vectors), {}
    while waiting:
        key = waiting.pop()
        own = [] if key in found else _entries(book, key, written)
        if own:
            found[key] = own
            waiting += sorted(
                t.key for d in own for t in walk(d.body) if isinstance(t, Sym) and _is_entry(t)
            )
    return found


def _written(book: Notebook) -> _Written:
    sizes: dict[str, set[int]] = {}
    for stated in book.stated:
        for side in stated.sides:
            for term in walk(side):
                if isinstance(term, Sym):
                    lower = [s for s in term.slots if s.place == "_"]
                    sizes.setdefault(term.key, set()).add(len(lower))
    vectors = {key for key, found in sizes.items() if found == {0, 1}}
    matrices = {key for key, found in sizes.items() if found == {0, 2}}
    large = {key for key, found in sizes.items() if found == {0} and key[:1].isupper()}
    return _Written(vectors, matrices | large)


def _is_entry(symbol: Sym) -> bool:
    lower = [s for s in symbol.slots if s.place == "_"]
    return len(lower) == 1 and lower[0].index in (ROW, COLUMN)


def _entries(book: Notebook, key: str, written: _Written) -> list[Definition]:
    table = book.scope.symbols.get(key, [])
    if any(_has_lower(d.head) for d in table) or key in book.scope.functions:
        return []
    found = []
    for definition in table:
        if definition.by_derivative or definition.shortened or _is_of_the_whole(book, definition):
            continue
        body = _entry(definition.body, ROW, written)
        if body is not None:
            head = _of(definition.head, ROW)
            says = f"{show(head)} is {show(body)}".replace("#", "")
            found.append(replace(definition, head=head, body=body, assumption=says, implied=True))
    return found


def _is_of_the_whole(book: Notebook, definition: Definition) -> bool:
    """``y = f(x)`` of any f where nothing says that it goes by entries, ``x = x(t)``, and ``p = q``,
    which may be where two vectors meet."""
    head, body = definition.head, definition.body
    if isinstance(body, Call):
        key, text = body.func.key, book.note.source.text
        known = key in book.scope.functions or key[:1] in ACTIVATIONS or mentions(_BY_ENTRY, text)
        return key == head.key or not known
    return isinstance(body, Sym) and not (head.slots or body.slots)


def _has_lower(head: Sym) -> bool:
    return any(slot.place == "_" for slot in head.slots)


def _of(whole: Sym, *indices: Term) -> Sym:
    return Sym(whole.key, (*(Slot("_", each) for each in indices), *whole.slots))


def _entry(term: Term, row: Idx, written: _Written) -> Term | None:
    """One entry of a vector, or ``None`` if it is not of a known form."""
    match term:
        case Sym():
            plain = not _has_lower(term) and term.key not in written.matrices
            return _of(term, row) if plain else None
        case Neg(body=body):
            inner = _entry(body, row, written)
            return None if inner is None else Neg(inner)
        case Add(terms=terms):
            found = [_entry(each, row, written) for each in terms]
            return None if None in found else Add(tuple(each for each in found if each is not None))
        case Mul(factors=(one, Sym() as vector), ops=ops) if ops[0] not in SIGNS:
            return _product(one, vector, row, written)
        case Mul(factors=factors, ops=ops) if SIGNS.issuperset(ops):
            found = [_entry(each, row, written) for each in factors]
            if None in found:
                return None
            return Mul(tuple(each for each in found if each is not None), ("",) * len(ops))
        case Call(func=func, args=(arg,), order=order):
            inner = _entry(arg, row, written)
            return None if inner is None else Call(func, (inner,), order)
        case Fn(name="softmax", args=(arg,)):
            return _share(arg, row, written)
        case Fn(name=name, args=(arg,)) if name in ENTRY_BY_ENTRY:
            inner = _entry(arg, row, written)
            return None if inner is None else Fn(name, (inner,))
        case _:
            return None


def _product(matrix: Term, vector: Sym, row: Idx, written: _Written) -> Term | None:
    """``(W x)_i``, or ``(W^T x)_i``; a number before a vector is a number before each entry."""
    if isinstance(matrix, Num):
        inner = _entry(vector, row, written)
        return None if inner is None else Mul((matrix, inner), ("",))
    turned = isinstance(matrix, Transposed)
    whole = matrix.body if isinstance(matrix, Transposed) else matrix
    if not isinstance(whole, Sym) or whole.key not in written.matrices:
        return None
    if _has_lower(whole) or _has_lower(vector) or vector.key in written.matrices:
        return None
    indices = (COLUMN, row) if turned else (row, COLUMN)
    body = Mul((_of(whole, *indices), _of(vector, COLUMN)), ("",))
    return Fold("Σ", COLUMN.name, None, None, None, body)


def _share(arg: Term, row: Idx, written: _Written) -> Term | None:
    """One entry of a softmax."""
    own, each = _entry(arg, row, written), _entry(arg, COLUMN, written)
    if own is None or each is None:
        return None
    return Div(Fn("exp", (own,)), Fold("Σ", COLUMN.name, None, None, None, Fn("exp", (each,))))
