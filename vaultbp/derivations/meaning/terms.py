"""The meaning of a formula: terms whose symbols, calls and indices are decided.

The tree of :mod:`vaultbp.latex` keeps the readings of a text apart; a term is one reading of it.
Terms are frozen and hashable, so that a term with concrete indices can name a node of the graph.
"""

from __future__ import annotations

from functools import cache
from operator import is_
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable


class Term(Struct, frozen=True, cache_hash=True, dict=True):
    """Anything that has a value.

    What is found out about a term (its parts, its free indices) is remembered in its ``__dict__``:
    it never changes, and every reading asks again.
    """


class Slot(NamedTuple):
    """An index of a symbol: where it stands (``_`` or ``^``) and what it is."""

    place: str
    index: Term  # type: ignore[assignment]


class Num(Term, frozen=True):
    """A number; ``text`` keeps the printed digits, which tell how it was rounded."""

    value: float
    text: str = ""


class Idx(Term, frozen=True):
    """An index variable, bound by a sum or free in a claim."""

    name: str


class Sym(Term, frozen=True):
    """A symbol or one member of an indexed family. ``key`` holds base, accents and labels."""

    key: str
    slots: tuple[Slot, ...] = ()


class Add(Term, frozen=True):
    terms: tuple[Term, ...]


class Neg(Term, frozen=True):
    body: Term


CHAIN = "prod"
"""The sign between derivatives that some write as ``prod(∂Z/∂Y, ∂Y/∂X)``: it leaves the order, the
transposes and what is held fixed to the reader."""


class Mul(Term, frozen=True):
    """A product; ``ops[k]`` is the sign written between factors k and k + 1."""

    factors: tuple[Term, ...]
    ops: tuple[str, ...]


class Div(Term, frozen=True):
    num: Term
    den: Term


class Pow(Term, frozen=True):
    base: Term
    exponent: Term


class Fn(Term, frozen=True):
    """An elementary function by its fixed name: ``exp``, ``log``, ``sin`` …"""

    name: str
    args: tuple[Term, ...]


class Call(Term, frozen=True):
    """A function of the note applied to arguments; ``order`` counts its primes."""

    func: Sym
    args: tuple[Term, ...]
    order: int = 0


HESSIAN = "∇²"
"""The kind of a second derivative written ``∇²f``: elsewhere the sum of its diagonal."""
IMMEDIATE = "∂⁺"
"""The kind of a derivative that holds fixed every other symbol in the numerator's own formula."""


class Deriv(Term, frozen=True):
    """``∂of/∂wrt``; a variable stands in ``wrt`` once for each order."""

    of: Term
    wrt: tuple[Term, ...]
    kind: str = "∂"
    """As written, ``∂`` or ``d``: a total ``d`` never holds anything fixed. Or :data:`IMMEDIATE`.
    It does not count when terms are compared."""

    def __eq__(self, other: object) -> bool:
        return type(other) is Deriv and self.of == other.of and self.wrt == other.wrt

    def __ne__(self, other: object) -> bool:  # a Struct does not derive it from __eq__
        return not self == other

    def __hash__(self) -> int:
        return hash((Deriv, self.of, self.wrt))


def is_slotwise(term: Term) -> bool:
    """Whether a term is a partial derivative of ``f(x, h)``, which writes out on what f depends."""
    return (
        isinstance(term, Deriv)
        and term.kind == "∂"
        and isinstance(term.of, Call)
        and len(term.of.args) > 1
    )


class Grad(Term, frozen=True):
    """``∇_wrt of``; without ``wrt`` the note does not say by what."""

    of: Term
    wrt: Term | None = None


class Diff(Term, frozen=True):
    """The differential ``d body``."""

    body: Term


class Fold(Term, frozen=True):
    """A sum, product or extreme over an index; without bounds it runs over the index's range."""

    op: Literal["Σ", "Π", "max", "min"]
    index: str
    lower: Term | None
    upper: Term | None
    where: Term | None
    body: Term
    over: str = ""
    """The set from which the index is taken, as written: the ``S`` of ``i ∈ S``."""


class Cond(Term, frozen=True):
    """A condition between two terms, true or false: ``i = j``, ``x > 0``, ``i ≠ j``."""

    op: str
    left: Term
    right: Term


class Indicator(Term, frozen=True):
    condition: Term


class Cases(Term, frozen=True):
    """The first row whose condition holds; ``None`` is otherwise."""

    rows: tuple[tuple[Term, Term | None], ...]


class At(Term, frozen=True):
    """``body`` evaluated where the symbols have the given values."""

    body: Term
    places: tuple[tuple[Term, Term], ...]


class Limit(Term, frozen=True):
    """What ``body`` comes to when a symbol goes to a value, from both sides or one."""

    body: Term
    symbol: Term
    to: Term
    side: int = 0
    """1 from above, -1 from below, 0 from both."""


class Integral(Term, frozen=True):
    """``∫ body d by``, from ``lower`` to ``upper``, or without bounds any antiderivative."""

    body: Term
    by: Term
    lower: Term | None = None
    upper: Term | None = None


class Transposed(Term, frozen=True):
    body: Term


class Norm(Term, frozen=True):
    body: Term
    kind: str = "2"


class Inner(Term, frozen=True):
    left: Term
    right: Term


class Array(Term, frozen=True):
    """A matrix written out."""

    rows: tuple[tuple[Term, ...], ...]


class Spread(Term, frozen=True):
    """An unknown function of every member of some families: an unstated loss of what it depends on."""

    key: str
    inputs: tuple[Sym, ...]
    slots: tuple[Slot, ...] = ()
    """The indices of a member of a family of such functions, each of which is another one."""


class Held(Term, frozen=True):
    """A partial derivative with the quantities held fixed written beside it: ``(∂U/∂S)_V``."""

    body: Term
    fixed: tuple[Term, ...]


class Stacked(Term, frozen=True):
    """All components together: ``[∂E/∂x_i]_i``."""

    body: Term
    indices: tuple[str, ...]


class Opaque(Term, frozen=True):
    """What has no value here, and why, in words for people."""

    text: str
    why: str


@cache
def _branches(kind: type[Term]) -> tuple[str, ...]:
    """The fields of a kind of term that may hold terms."""
    said = kind.__annotations__
    return tuple(n for n in kind.__struct_fields__ if said[n] not in ("str", "int", "float"))


def parts(term: Term) -> tuple[Term, ...]:
    """The terms directly below one."""
    known: dict[str, tuple[Term, ...]] = term.__dict__
    if "parts" not in known:
        found: list[Term] = []
        for name in _branches(type(term)):
            _collect(getattr(term, name), found)
        known["parts"] = tuple(found)
    return known["parts"]


def _collect(value: object, found: list[Term]) -> None:
    if isinstance(value, Term):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)


Value = TypeVar("Value")


def rebuilt(
    term: Term, change: Callable[[Term], Term], slots: Callable[[Slot], Slot] | None = None
) -> Term:
    """The term with every term directly below it changed, and its indices by ``slots``.

    It is the term itself where nothing changes, with all that is remembered about it.
    """

    def inside(value: Value) -> Value:
        new: object = value
        if isinstance(value, Term):
            new = change(value)
        elif isinstance(value, Slot):
            new = slots(value) if slots is not None else value
        elif isinstance(value, tuple):
            items = tuple([inside(item) for item in value])
            new = value if all(map(is_, items, value)) else items
        return new  # type: ignore[return-value]

    old = [getattr(term, name) for name in term.__struct_fields__]
    new = [inside(value) for value in old]
    return term if all(map(is_, old, new)) else type(term)(*new)


def walk(term: Term) -> tuple[Term, ...]:
    """A term and everything below it, parents first, without recursion."""
    known: dict[str, tuple[Term, ...]] = term.__dict__
    if "below" not in known:
        found = []
        waiting = [term]
        while waiting:
            here = waiting.pop()
            found.append(here)
            waiting.extend(parts(here))
        known["below"] = tuple(found)
    return known["below"]


def symbol_keys(*terms: Term) -> set[str]:
    """The names of all symbols in some terms, without their indices."""
    return {t.key for term in terms for t in walk(term) if isinstance(t, Sym)}


def variables_of(term: Term) -> tuple[Term, ...]:
    """By what a derivative or a gradient is taken; nothing for any other term."""
    if isinstance(term, Deriv):
        return term.wrt
    return (term.wrt,) if isinstance(term, Grad) and term.wrt is not None else ()


def free_indices(term: Term) -> frozenset[str]:
    """The index variables that no sum inside the term binds."""
    known: dict[str, frozenset[str]] = term.__dict__
    if "free" not in known:
        known["free"] = _free_indices(term)
    return known["free"]


def _free_indices(term: Term) -> frozenset[str]:
    if isinstance(term, Idx):
        return frozenset((term.name,))
    if isinstance(term, Spread):
        return free_indices(Sym(term.key, term.slots))  # others run over all that there is
    found: frozenset[str] = frozenset()
    for part in parts(term):
        found |= free_indices(part)
    if isinstance(term, Fold):
        found -= {term.index} if term.index or len(found) != 1 else found  # a bare Σ binds it
        for bound in (term.lower, term.upper):
            if bound is not None:
                found |= free_indices(bound)
    elif isinstance(term, Stacked):
        found -= frozenset(term.indices)
    return found
