"""Which symbols are numbers, columns, rows or matrices.

A note rarely declares shapes. Each symbol gets a kind: by its declaration, else by its letter, and
where the definitions then do not fit together, by the nearest assignment under which they do. All
sides have one size: swapped or missing transposes still show, since no random matrix is symmetric.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vaultbp.derivations.notebook import RATES, Notebook
from vaultbp.derivations.terms import (
    Add,
    Call,
    Idx,
    Mul,
    Neg,
    Norm,
    Sym,
    Term,
    Transposed,
    walk,
)

SIZE = 3
COLUMN, ROW, MATRIX, SCALAR = (SIZE, 1), (1, SIZE), (SIZE, SIZE), ()
Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]

LOSSES = frozenset(("L", "J", "C", "E", "ℓ", "Q", "R", "Loss", "loss", "cost", "error", "l", "f"))
SCALARS = RATES | frozenset(("n", "m", "N", "M", "T", "K", "p", "β", "k", "t", "i", "j", "c", "s"))
MAX_ASSIGNMENTS = 20


def assignments(book: Notebook, terms: list[Term], declared: Shapes) -> Iterator[dict[str, Shape]]:
    """Kinds for the symbols of some terms, the likeliest first, then with one or two changed."""
    keys = _keys(book, terms)
    arrays = {key for key, _ in array_keys(book)}
    first = {key: declared.get(key, likely(key)) for key in keys}
    first.update({key: COLUMN for key in keys if key in arrays and not first[key]})
    for known in book.kinds[-3:]:
        again = {k: known[k] for k in keys if k in known}
        yield {k: v for k, v in {**first, **again}.items() if v}
    yield {k: v for k, v in first.items() if v}
    open_keys = [k for k in keys if k not in declared]
    changes = [
        (key, kind)
        for key in open_keys
        for kind in _others(first[key], key)
        if kind or key not in arrays
    ]
    count = 0
    for key, kind in changes:
        count += 1
        if count > MAX_ASSIGNMENTS // 2:
            break
        yield {k: v for k, v in {**first, key: kind}.items() if v}
    for a, (one, kind_one) in enumerate(changes):
        for two, kind_two in changes[a + 1 :]:
            if one != two:
                count += 1
                if count > MAX_ASSIGNMENTS:
                    return
                both = {**first, one: kind_one, two: kind_two}
                yield {k: v for k, v in both.items() if v}


def array_keys(book: Notebook) -> frozenset[tuple[str, int]]:
    """Symbols that the note transposes, multiplies entry by entry or takes the norm of."""
    if book.arrays is None:
        found: set[tuple[str, int]] = set()
        for stated in book.stated:
            for side in stated.sides:
                for term in walk(side):
                    if isinstance(term, Transposed | Norm):
                        found.update(_bare(term.body))
                    elif isinstance(term, Mul) and any(op in "⊙∘" and op for op in term.ops):
                        for factor in term.factors:
                            found.update(_bare(factor))
        book.arrays = frozenset(found)
    return book.arrays


def _bare(term: Term) -> Iterator[tuple[str, int]]:
    if isinstance(term, Sym):
        if not sum(s.place == "_" and isinstance(s.index, Idx) for s in term.slots) == 2:
            yield term.key, len(term.slots)
    elif isinstance(term, Add):
        for each in term.terms:
            yield from _bare(each.body if isinstance(each, Neg) else each)


def reached(book: Notebook, terms: list[Term], order: int) -> list[Term]:
    """Some terms and the bodies of all definitions that their evaluation may use."""
    found = list(terms)
    seen: set[str] = set()
    waiting = list(terms)
    while waiting and len(found) < 40:
        for term in walk(waiting.pop()):
            key = term.func.key if isinstance(term, Call) else getattr(term, "key", None)
            if key is None or key in seen or not isinstance(term, Sym | Call):
                continue
            seen.add(key)
            definitions = [*book.scope.symbols.get(key, ()), *book.scope.functions.get(key, ())]
            for definition in sorted(definitions, key=lambda d: abs(order - d.order))[:2]:
                found.append(definition.body)
                waiting.append(definition.body)
    return found


def entry_keys(book: Notebook, shapes: Shapes) -> dict[str, str]:
    """Arrays whose entries the note writes with another letter: ``W`` and ``w_{ij}``."""
    families = {
        (t.key, sum(s.place == "_" for s in t.slots))
        for stated in book.stated
        for side in stated.sides
        for t in walk(side)
        if isinstance(t, Sym)
    }
    found = {}
    for key, shape in shapes.items():
        small = key[:1].lower() + key[1:]
        if shape == MATRIX and small != key and (small, 2) in families and (key, 2) not in families:
            found[key] = small
    return found


def remembered(book: Notebook, terms: list[Term], shapes: Shapes) -> dict[str, Shape]:
    """An assignment with its numbers named too, to be tried first at the next step."""
    return {key: shapes.get(key, SCALAR) for key in _keys(book, terms)}


def describe(shapes: Shapes) -> str:
    """The kinds in words, for the list of assumptions."""
    from vaultbp.derivations.show import name

    words = []
    for shape, word in ((MATRIX, "matrices"), (COLUMN, "columns"), (ROW, "rows")):
        names = [name(k) for k, v in shapes.items() if v == shape and k not in ("𝟏", "I")]
        if names:
            words.append(f"{', '.join(sorted(names))}: {word}")
    return "; ".join(words)


def likely(key: str) -> Shape:
    """The kind a letter usually has among vectors and matrices."""
    base = key.split("_")[0].split("^")[0].rstrip("'")
    if base.startswith("Δ") and len(base) > 1:
        base = base[1:]
    if base in LOSSES or base in SCALARS or key == "λ":
        return SCALAR
    if base == "𝟏":
        return COLUMN
    if len(base) == 1 and base.isupper() and base.isascii():
        return MATRIX
    return COLUMN


def _others(kind: Shape, key: str) -> list[Shape]:
    if key == "𝟏":
        return []
    if kind == MATRIX:
        return [COLUMN, SCALAR]
    if kind == COLUMN:
        return [SCALAR, ROW, MATRIX]
    return [COLUMN]


def _keys(book: Notebook, terms: list[Term]) -> list[str]:
    """The symbols of some terms that may be arrays: those not indexed into entries."""
    found: dict[str, None] = {}
    for term in terms:
        for each in walk(term):
            if isinstance(each, Sym) and not each.key.startswith("#"):
                if any(s.place == "_" and isinstance(s.index, Idx) for s in each.slots):
                    if not _is_step(book, each):
                        continue
                if book.ranges().count(each.key) is None:
                    found[each.key] = None
    return list(found)


def _is_step(book: Notebook, symbol: Sym) -> bool:
    """Whether a symbol's lower index counts time steps: ``h_t`` is a whole vector."""
    ranges = book.ranges()
    return all(
        ranges.is_stepped_member(("slot", (symbol.key, len(symbol.slots), place)))
        for place, _ in enumerate(symbol.slots)
    )
