"""The meaning of a formula: terms whose symbols, calls and indices are decided.

The tree of :mod:`vaultbp.latex` keeps the readings of a text apart; a term is one reading of it.
Terms are frozen and hashable, so that a term with concrete indices can name a node of the graph.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from typing import Literal, NamedTuple


class _Remembering:
    """Room for what is found out about a term: it never changes, and every reading asks again."""

    __slots__ = ("_below", "_free", "_parts")
    _below: tuple[Term, ...]
    _free: frozenset[str]
    _parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Term(_Remembering):
    """Anything that has a value."""


class Slot(NamedTuple):
    """An index of a symbol: where it stands (``_`` or ``^``) and what it is."""

    place: str
    index: Term  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Num(Term):
    """A number; ``text`` keeps the printed digits, which tell how it was rounded."""

    value: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Idx(Term):
    """An index variable, bound by a sum or free in a claim."""

    name: str


@dataclass(frozen=True, slots=True)
class Sym(Term):
    """A symbol or one member of an indexed family. ``key`` holds base, accents and labels."""

    key: str
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Add(Term):
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Neg(Term):
    body: Term


@dataclass(frozen=True, slots=True)
class Mul(Term):
    """A product; ``ops[k]`` is the sign written between factors k and k + 1."""

    factors: tuple[Term, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Div(Term):
    num: Term
    den: Term


@dataclass(frozen=True, slots=True)
class Pow(Term):
    base: Term
    exponent: Term


@dataclass(frozen=True, slots=True)
class Fn(Term):
    """An elementary function by its fixed name: ``exp``, ``log``, ``sin`` …"""

    name: str
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Call(Term):
    """A function of the note applied to arguments; ``order`` counts its primes."""

    func: Sym
    args: tuple[Term, ...]
    order: int = 0


IMMEDIATE = "∂⁺"
"""The kind of a derivative that holds fixed every other symbol in the numerator's own formula."""


@dataclass(frozen=True, slots=True)
class Deriv(Term):
    """``∂of/∂wrt``; a variable stands in ``wrt`` once for each order."""

    of: Term
    wrt: tuple[Term, ...]
    kind: str = field(default="∂", compare=False)
    """As written, ``∂`` or ``d``: a total ``d`` never holds anything fixed. Or :data:`IMMEDIATE`."""


@dataclass(frozen=True, slots=True)
class Grad(Term):
    """``∇_wrt of``; without ``wrt`` the note does not say by what."""

    of: Term
    wrt: Term | None = None


@dataclass(frozen=True, slots=True)
class Diff(Term):
    """The differential ``d body``."""

    body: Term


@dataclass(frozen=True, slots=True)
class Fold(Term):
    """A sum, product or extreme over an index; without bounds it runs over the index's range."""

    op: Literal["Σ", "Π", "max", "min"]
    index: str
    lower: Term | None
    upper: Term | None
    where: Term | None
    body: Term


@dataclass(frozen=True, slots=True)
class Cond(Term):
    """A condition between two terms, true or false: ``i = j``, ``x > 0``, ``i ≠ j``."""

    op: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Indicator(Term):
    condition: Term


@dataclass(frozen=True, slots=True)
class Cases(Term):
    """The first row whose condition holds; ``None`` is otherwise."""

    rows: tuple[tuple[Term, Term | None], ...]


@dataclass(frozen=True, slots=True)
class At(Term):
    """``body`` evaluated where the symbols have the given values."""

    body: Term
    places: tuple[tuple[Term, Term], ...]


@dataclass(frozen=True, slots=True)
class Limit(Term):
    """What ``body`` comes to when a symbol goes to a value."""

    body: Term
    symbol: Term
    to: Term


@dataclass(frozen=True, slots=True)
class Transposed(Term):
    body: Term


@dataclass(frozen=True, slots=True)
class Norm(Term):
    body: Term
    kind: str = "2"


@dataclass(frozen=True, slots=True)
class Inner(Term):
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Array(Term):
    """A matrix written out."""

    rows: tuple[tuple[Term, ...], ...]


@dataclass(frozen=True, slots=True)
class Spread(Term):
    """An unknown function of every member of some families: an unstated loss of what it depends on."""

    key: str
    inputs: tuple[Sym, ...]


@dataclass(frozen=True, slots=True)
class Held(Term):
    """A partial derivative with the quantities held fixed written beside it: ``(∂U/∂S)_V``."""

    body: Term
    fixed: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Stacked(Term):
    """All components together: ``[∂E/∂x_i]_i``."""

    body: Term
    indices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opaque(Term):
    """What has no value here, and why, in words for people."""

    text: str
    why: str


@cache
def _branches(kind: type[Term]) -> tuple[str, ...]:
    """The fields of a kind of term that may hold terms."""
    return tuple(f.name for f in fields(kind) if f.type not in ("str", "int", "float"))


def parts(term: Term) -> tuple[Term, ...]:
    """The terms directly below one."""
    try:
        return term._parts
    except AttributeError:
        found: list[Term] = []
        for name in _branches(type(term)):  # type: ignore[arg-type]
            _collect(getattr(term, name), found)
        object.__setattr__(term, "_parts", tuple(found))
        return term._parts


def _collect(value: object, found: list[Term]) -> None:
    if isinstance(value, Term):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)


def walk(term: Term) -> tuple[Term, ...]:
    """A term and everything below it, parents first, without recursion."""
    try:
        return term._below
    except AttributeError:
        found = []
        waiting = [term]
        while waiting:
            here = waiting.pop()
            found.append(here)
            waiting.extend(parts(here))
        object.__setattr__(term, "_below", tuple(found))
        return term._below


def free_indices(term: Term) -> frozenset[str]:
    """The index variables that no sum inside the term binds."""
    try:
        return term._free
    except AttributeError:
        object.__setattr__(term, "_free", _free_indices(term))
        return term._free


def _free_indices(term: Term) -> frozenset[str]:
    if isinstance(term, Idx):
        return frozenset((term.name,))
    found: frozenset[str] = frozenset()
    for part in parts(term):
        found |= free_indices(part)
    if isinstance(term, Fold):
        found -= {term.index}
        for bound in (term.lower, term.upper):
            if bound is not None:
                found |= free_indices(bound)
    elif isinstance(term, Stacked):
        found -= frozenset(term.indices)
    return found
