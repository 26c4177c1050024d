"""Shapes that a note declares: ``W ∈ ℝ^{m×n}``, ``A: m × n``, or ``shapes:`` in the frontmatter."""

from __future__ import annotations

from collections.abc import Iterator

from vaultbp.derivations.arrays.dims import Family, Kind
from vaultbp.derivations.meaning.lower import Lowering
from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import Num, Sym
from vaultbp.latex import parse, tree

Sides = tuple[tree.Node, ...]


def declare(book: Notebook) -> None:
    """Enter the declared kinds and sizes of a note's symbols; the frontmatter's word is last."""
    for reading in book.readings:
        _read(book, reading)
    if book.note.frontmatter is not None:
        for text in book.note.frontmatter.values("shapes"):
            for part in text.split(";"):
                _read(book, parse(part.strip().strip("$")))


def _read(book: Notebook, reading: tree.Reading) -> None:
    for chain in reading.claims:
        if len(chain.sides) == 2 and chain.relations[0].op in ("∈", ":"):
            sizes = _sizes(chain.sides[1], chain.relations[0].op)
            if sizes is not None:
                for symbol in _symbols(book, chain.sides[0]):
                    _enter(book, symbol, sizes)


def _symbols(book: Notebook, node: tree.Node) -> Iterator[Sym]:
    for each in node.items if isinstance(node, tree.Tuple) else (node,):
        if isinstance(each, tree.Name):
            symbol = Lowering(book.lexicon).term(each)
            if isinstance(symbol, Sym):
                yield symbol


def _sizes(node: tree.Node, sign: str) -> tuple[object, ...] | None:
    """The sizes of a space, ``()`` for ℝ itself; ``None`` if it is no space of arrays."""
    if isinstance(node, tree.Name) and node.base == "R" and node.style == "bb":
        return _listed(node.sup[0].body) if node.sup else ()
    if isinstance(node, tree.Power) and isinstance(node.base, tree.Name):
        if node.base.base == "R" and node.base.style == "bb":
            return _listed(node.exp)
        return None
    if sign == ":" and isinstance(node, tree.Product) and set(node.ops) == {"×"}:
        return _listed(node)
    if sign == ":" and isinstance(node, tree.Tuple) and len(node.items) == 2:
        return tuple(_size(each) for each in node.items)
    return None


def _listed(node: tree.Node) -> tuple[object, ...] | None:
    if isinstance(node, tree.Product):
        if len(node.factors) != 2 or node.ops != ("×",):
            return None
        return tuple(_size(each) for each in node.factors)
    return (_size(node),)


def _size(node: tree.Node) -> object:
    """A number, a plain letter, or ``None`` for a size that says nothing here."""
    if isinstance(node, tree.Number) and node.text.isdigit():
        return int(node.text)
    if isinstance(node, tree.Name) and not (node.sub or node.sup or node.primes):
        return node.base
    return None


def _enter(book: Notebook, symbol: Sym, sizes: tuple[object, ...]) -> None:
    """What is declared of one member, as of ``W^1``, says of its family only what kind it is."""
    family: Family = (symbol.key, len(symbol.slots))
    single = any(isinstance(slot.index, Num) for slot in symbol.slots)
    if single:
        book.declared[family] = Kind.MATRIX if len(sizes) == 2 else Kind.COLUMN
        return
    if len(sizes) == 2:
        kind = Kind.MATRIX
        if sizes[1] == 1:
            kind = Kind.SCALAR if sizes[0] == 1 else Kind.COLUMN
        elif sizes[0] == 1:
            kind = Kind.ROW
    else:
        kind = Kind.COLUMN if sizes else Kind.SCALAR
    book.declared[family] = kind
    own = tuple(each for each in sizes if each != 1)
    if None not in own:
        book.declared_dims[family] = own
