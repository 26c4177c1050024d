"""Names of derivatives: what a note says of one of them holds for its like.

``δ^L = ∂C/∂z^L`` says what ``δ^l`` is in every layer; ``dw = ∂J/∂w`` or ``δx = ∂E/∂x`` says what
``db`` or ``δy`` are. A meaning found so is listed as an assumption wherever it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vaultbp.derivations.meaning.notebook import DEFINING, Notebook
from vaultbp.derivations.meaning.scope import Definition, is_pattern
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Idx,
    Num,
    Slot,
    Stacked,
    Sym,
    Term,
    walk,
)

PREFIXES = ("δ", "d", "Δ", "∂")
"""What stands before a name to make it the derivative by that name."""
BAR = "^bar"
"""The accent of an adjoint: ``\\bar v = ∂y/∂v``."""


@dataclass(frozen=True)
class _Naming:
    """``δx = ∂E/∂x``: how the note names the derivatives of one quantity."""

    prefix: str
    suffix: str
    of: Term
    order: int
    said: str


def complete_adjoints(book: Notebook) -> None:
    """Add to the note's scope what names of derivatives mean that it does not define itself."""
    found = [*_by_prefix(book), *_by_layer(book)]
    for definition in found:
        book.scope.symbols.setdefault(definition.head.key, []).append(definition)


def _by_prefix(book: Notebook) -> Iterator[Definition]:
    naming = _naming(book)
    if naming is None:
        return
    symbols = _symbols(book)
    keys = {symbol.key for symbol in symbols}
    for symbol in symbols:
        base = _base(symbol.key, naming)
        if not base or base not in keys or not is_pattern(symbol.slots):
            continue
        if not symbol.slots and any(s.slots for s in symbols if s.key == symbol.key):
            continue  # the whole is made of its entries
        body = Deriv(naming.of, (Sym(base, symbol.slots),))
        if not _is_explained(book, symbol):
            says = f"{show(symbol)} is {show(body)}, as {naming.said}"
            yield Definition(symbol, body, naming.order, assumption=says)


def _base(key: str, naming: _Naming) -> str:
    """By what a name is the derivative: ``w`` of ``dw``."""
    if key.startswith(naming.prefix) and key.endswith(naming.suffix):
        return key[len(naming.prefix) : len(key) - len(naming.suffix)]
    return ""


def _is_explained(book: Notebook, symbol: Sym) -> bool:
    """Whether the note itself says so, or gives the name to another derivative."""
    return any(
        d.by_derivative and len(d.head.slots) == len(symbol.slots)
        for d in book.scope.symbols.get(symbol.key, ())
    )


def _naming(book: Notebook) -> _Naming | None:
    """The one way in which the note names derivatives, if it states one and only one."""
    found = {(n.prefix, n.suffix, n.of): n for n in reversed(list(_namings(book)))}
    return next(iter(found.values())) if len(found) == 1 else None


def _namings(book: Notebook) -> Iterator[_Naming]:
    for stated in book.stated:
        pairs = zip(stated.sides, stated.sides[1:], stated.relations, strict=False)
        for left, right, sign in pairs:
            if sign not in (*DEFINING, "=:"):
                continue
            for name, meaning in ((left, right), (right, left)):
                body = meaning.body if isinstance(meaning, Stacked) else meaning
                if isinstance(name, Sym) and isinstance(body, Deriv) and len(body.wrt) == 1:
                    by = body.wrt[0]
                    affixes = _affixes(name.key, by.key) if isinstance(by, Sym) else None
                    if affixes is not None:
                        said = f"{show(name)} is {show(body)}"
                        yield _Naming(*affixes, body.of, stated.order, said)


def _affixes(name: str, by: str) -> tuple[str, str] | None:
    for prefix in PREFIXES:
        if name == prefix + by:
            return prefix, ""
    return ("", BAR) if name == by + BAR else None


def _symbols(book: Notebook) -> list[Sym]:
    """Every symbol of the note, one for each number of slots."""
    found: dict[tuple[str, int], Sym] = {}
    for stated in book.stated:
        for side in stated.sides:
            for term in walk(side):
                if isinstance(term, Sym):
                    found.setdefault((term.key, len(term.slots)), term)
    return list(found.values())


def _by_layer(book: Notebook) -> Iterator[Definition]:
    """``δ^L = ∂C/∂z^L`` for every layer, where the note says nothing else of the others."""
    for key, definitions in book.scope.symbols.items():
        if any(_is_general(d) for d in definitions):
            continue
        for definition in definitions:
            place = _layer(definition)
            if place is None:
                continue
            letter = _running(book, key, len(definition.head.slots), place)
            if letter is not None:
                yield _generalised(definition, place, letter)
                break


def _is_general(definition: Definition) -> bool:
    slots = definition.head.slots
    return bool(slots) and not any(isinstance(s.index, Num | Sym) for s in slots)


def _layer(definition: Definition) -> int | None:
    """Which slot of ``δ^L = ∂C/∂z^L`` is the layer, the same above and below."""
    body = definition.body
    if not isinstance(body, Deriv) or len(body.wrt) != 1:
        return None
    by, of = body.wrt[0], body.of.func if isinstance(body.of, Call) else body.of
    if not isinstance(by, Sym) or not isinstance(of, Sym) or of.slots:
        return None
    fixed = [
        place
        for place, slot in enumerate(definition.head.slots)
        if isinstance(slot.index, Num | Sym) and slot in by.slots
    ]
    return fixed[0] if len(fixed) == 1 else None


def _running(book: Notebook, key: str, size: int, place: int) -> str | None:
    """The letter that runs over the layers of a family: the l of ``δ^l`` or ``δ^{l+1}``."""
    for stated in book.stated:
        for side in stated.sides:
            for term in walk(side):
                if isinstance(term, Sym) and term.key == key and len(term.slots) == size:
                    index = term.slots[place].index
                    parts = index.terms if isinstance(index, Add) else (index,)
                    for part in parts:
                        if isinstance(part, Idx):
                            return part.name
    return None


def _generalised(definition: Definition, place: int, letter: str) -> Definition:
    slot = definition.head.slots[place]
    body = definition.body
    assert isinstance(body, Deriv)
    by = body.wrt[0]
    assert isinstance(by, Sym)
    head = _with_slot(definition.head, slot, letter)
    meaning = Deriv(body.of, (_with_slot(by, slot, letter),), body.kind)
    says = f"{show(head)} is {show(meaning)} in every layer"
    return replace(definition, head=head, body=meaning, assumption=says)


def _with_slot(symbol: Sym, slot: Slot, letter: str) -> Sym:
    slots = tuple(Slot(s.place, Idx(letter)) if s == slot else s for s in symbol.slots)
    return Sym(symbol.key, slots)
