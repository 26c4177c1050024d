"""What the symbols of a note stand for: its definitions and which one holds where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from vaultbp.derivations.meaning.terms import (
    Add,
    Array,
    Call,
    Deriv,
    Fn,
    Grad,
    Idx,
    Integral,
    Mul,
    Neg,
    Num,
    Opaque,
    Pow,
    Slot,
    Sym,
    Term,
    free_indices,
    walk,
)
from vaultbp.derivations.meaning.uncomputed import UNCOMPUTED

NEVER = -9
"""An order that no definition has."""
GroundSlot = tuple[str, object]
"""A slot with its index made concrete: an integer, or the ground key of a nested symbol."""


class Ground(Struct, frozen=True, cache_hash=True):
    """A node of the graph: one member of a family, all indices concrete."""

    key: str
    slots: tuple[GroundSlot, ...] = ()

    def __str__(self) -> str:
        if not self.slots:
            return self.key
        subs = ",".join(str(v) for place, v in self.slots if place == "_")
        sups = ",".join(str(v) for place, v in self.slots if place == "^")
        return self.key + (f"_{subs}" if subs else "") + (f"^({sups})" if sups else "")


@dataclass(frozen=True)
class Definition:
    """``head = body`` or ``head(params) = body``, and where it stands."""

    head: Sym
    body: Term
    order: int
    """Position in the note: the number of the chain."""
    section: int = 0
    params: tuple[Term, ...] | None = None
    source: str = ""
    assumption: str | None = None
    """What to list when this definition is used, if the note does not state it itself."""
    implied: bool = False
    """Said only by a derivative beside another: enough to verify, never to accuse."""
    shortened: bool = False
    """Dots stand for a part of the body."""

    @property
    def numeric(self) -> bool:
        """Whether the body is nothing but numbers: an example's values, not a meaning."""
        return all(isinstance(t, Num | Neg | Array | Add | Mul) for t in walk(self.body))

    @property
    def concrete(self) -> bool:
        """Whether it is of one member, ``z_5 = …``, whatever its neighbours are."""
        slots = self.head.slots
        return bool(slots) and all(isinstance(slot.index, Num) for slot in slots)

    @property
    def specific(self) -> int:
        """How many of its indices name one member: one in ``a^L`` and in ``z_{5i}``."""
        return sum(isinstance(slot.index, Num | Sym) for slot in self.head.slots)

    @property
    def bound(self) -> bool:
        """Whether its head has every index of its body: not in ``a^L = σ(z^l)``."""
        return free_indices(self.body) <= free_indices(self.head)

    @property
    def by_derivative(self) -> bool:
        """Whether the body is a derivative, as in ``δ = ∂L/∂z``."""
        return any(isinstance(t, Deriv | Grad) for t in walk(self.body))


@dataclass
class Scope:
    """All definitions in reach of one note, in order."""

    symbols: dict[str, list[Definition]] = field(default_factory=dict)
    functions: dict[str, list[Definition]] = field(default_factory=dict)
    numbers: dict[str, list[Definition]] = field(default_factory=dict)
    tops: Mapping[str, int] = field(default_factory=dict)

    def add(self, definition: Definition) -> None:
        """Record a definition; numbers are kept apart from meanings."""
        table = self.functions if definition.params is not None else self.symbols
        if self._puts_numbers(definition, table) or (table is self.symbols and definition.numeric):
            table = self.numbers
        table.setdefault(definition.head.key, []).append(definition)

    @staticmethod
    def _puts_numbers(definition: Definition, known: Mapping[str, list[Definition]]) -> bool:
        """Whether it computes from numbers what a formula was given for: ``L = ½(0.3)²``, and not
        gives it one value, as ``f(x) = 0`` may for some x."""
        inside = walk(definition.body)
        if any(isinstance(t, Sym | Idx | Call | Deriv | Grad | Opaque) for t in inside):
            return False
        if not any(isinstance(t, Add | Mul | Pow | Fn) for t in inside):
            return False
        return any(d.head == definition.head for d in known.get(definition.head.key, ()))

    def with_only(self, definition: Definition) -> Scope:
        """The scope in which a symbol has no other definition than this."""
        one = {definition.head.key: [definition]}
        if definition.params is None:
            return Scope({**self.symbols, **one}, self.functions, self.numbers, self.tops)
        return Scope(self.symbols, {**self.functions, **one}, self.numbers, self.tops)

    def with_also(self, definition: Definition) -> Scope:
        """The scope with one more definition of a symbol."""
        one = {definition.head.key: [*self.symbols.get(definition.head.key, ()), definition]}
        return Scope({**self.symbols, **one}, self.functions, self.numbers, self.tops)

    def without(self, definition: Definition) -> Scope:
        """The scope in which a definition was never written."""
        key = definition.head.key
        symbols = {**self.symbols, key: [d for d in self.symbols.get(key, ()) if d != definition]}
        functions = {
            **self.functions,
            key: [d for d in self.functions.get(key, ()) if d != definition],
        }
        return Scope(symbols, functions, self.numbers, self.tops)

    def symbol(
        self, ground: Ground, order: int, exclude: int = NEVER, numbers: bool = False
    ) -> tuple[Definition, dict[str, int]] | None:
        """The definition of a node as seen from a place, and its index bindings.

        The most specific pattern wins (``a^{(0)} = x`` over ``a^{(l)} = …``, but not ``a^L = σ(z^l)``
        that leaves an index open), then the nearest
        definition before the place, then the nearest after it. One shortened by dots gives way to
        one before the place that is written out.
        """
        found: list[tuple[int, int, Definition, dict[str, int]]] = []
        table = self.numbers if numbers else self.symbols
        for definition in table.get(ground.key, ()):
            if definition.order == exclude:
                continue
            bindings = match_slots(definition.head.slots, ground.slots, self.tops)
            if bindings is not None and not (bindings and _is_counted_from(definition, ground)):
                near = _distance(definition, order)
                found.append((-definition.specific, near, definition, bindings))
        if not found:
            return None
        best = min(found, key=lambda f: f[:2])
        if best[2].shortened:
            full = [f for f in found if not f[2].shortened and f[2].order <= order]
            best = min(full, key=lambda f: f[:2], default=best)
        if best[2].specific and not best[2].bound:
            best = min((f for f in found if not f[0]), key=lambda f: f[:2], default=best)
        return best[2], best[3]

    def function(self, key: str, order: int, exclude: int = NEVER) -> list[Definition]:
        """The definitions of a function, the one that holds at a place first."""
        found = [d for d in self.functions.get(key, ()) if d.order != exclude]
        return sorted(found, key=lambda d: _distance(d, order))


def _is_counted_from(definition: Definition, node: Ground) -> bool:
    """Whether the formula of a general member names this one: of ``x_n = x_0 + 1/n`` the ``x_0``."""
    return (node.key, node.slots) in _numbered(definition.body)


def _numbered(body: Term) -> frozenset[tuple[str, tuple[GroundSlot, ...]]]:
    """The members of families that a formula names by their numbers."""
    known: dict[str, frozenset[tuple[str, tuple[GroundSlot, ...]]]] = body.__dict__
    if "numbered" not in known:
        known["numbered"] = frozenset(
            (
                t.key,
                tuple((s.place, int(s.index.value)) for s in t.slots if isinstance(s.index, Num)),
            )
            for t in walk(body)
            if isinstance(t, Sym) and t.slots and all(isinstance(s.index, Num) for s in t.slots)
        )
    return known["numbered"]


def _distance(definition: Definition, order: int) -> int:
    """Nearness: definitions before the place count first, later ones are the last resort."""
    gap = order - definition.order
    return gap if gap >= 0 else 1_000_000 - gap


def match_slots(
    pattern: Sequence[Slot], slots: Sequence[GroundSlot], tops: Mapping[str, int]
) -> dict[str, int] | None:
    """Bind the indices of a definition's head to a node's, or ``None`` if they do not fit."""
    if len(pattern) != len(slots):
        return None
    bindings: dict[str, int] = {}
    for slot, (place, value) in zip(pattern, slots, strict=True):
        if slot.place != place or not _match_index(slot.index, value, bindings, tops):
            return None
    return bindings


def _match_index(
    index: Term, value: object, bindings: dict[str, int], tops: Mapping[str, int]
) -> bool:
    match index:
        case Idx(name=name):
            if not isinstance(value, int):
                return False
            return bindings.setdefault(name, value) == value
        case Num(value=number):
            return value == number
        case Sym(key=key, slots=()):
            return isinstance(value, int) and tops.get(key) == value
        case Sym(key=key, slots=inner):
            if not isinstance(value, Ground) or value.key != key:
                return False
            found = match_slots(inner, value.slots, tops)
            if found is None:
                return False
            return all(bindings.setdefault(n, v) == v for n, v in found.items())
        case Add(terms=terms):
            return isinstance(value, int) and _match_sum(terms, value, bindings, tops)
        case _:
            return False


def _match_sum(
    terms: tuple[Term, ...], value: int, bindings: dict[str, int], tops: Mapping[str, int]
) -> bool:
    """Match ``l + 1`` or ``L - 1`` against an integer."""
    rest = value
    unknown: str | None = None
    for term in terms:
        sign, body = (-1, term.body) if isinstance(term, Neg) else (1, term)
        if isinstance(body, Num) and body.value.is_integer():
            rest -= sign * int(body.value)
        elif isinstance(body, Sym) and body.key in tops:
            rest -= sign * tops[body.key]
        elif isinstance(body, Idx) and sign == 1 and unknown is None:
            unknown = body.name
        else:
            return False
    if unknown is None:
        return rest == 0
    return bindings.setdefault(unknown, rest) == rest


def overlap(one: Sequence[Slot], two: Sequence[Slot]) -> bool:
    """Whether two heads of one symbol can name the same node: ``z_1`` and ``z_2`` cannot."""
    if len(one) != len(two):
        return False
    return all(
        a.place == b.place
        and not (isinstance(a.index, Num) and isinstance(b.index, Num) and a.index != b.index)
        for a, b in zip(one, two, strict=True)
    )


def is_pattern(slots: Sequence[Slot]) -> bool:
    """Whether a head's slots can be matched: indices, numbers, tops and sums of those."""
    for slot in slots:
        match slot.index:
            case Idx() | Num():
                continue
            case Sym(slots=inner):
                if inner and not is_pattern(inner):
                    return False
            case Add(terms=terms):
                bare = [t.body if isinstance(t, Neg) else t for t in terms]
                if not all(isinstance(t, Idx | Num | Sym) for t in bare):
                    return False
            case _:
                return False
    return True


def lists_entries(head: Term, body: Term) -> bool:
    """``z = [z_1, …, z_n]`` and ``X = [x^{(1)}, …]`` name the entries of a thing and no formula."""
    if not isinstance(head, Sym):
        return False
    inside = list(walk(body))
    return any(is_dots(t) for t in inside) and all(
        t.key.lower() == head.key.lower() and len(t.slots) > len(head.slots)
        for t in inside
        if isinstance(t, Sym) and t != head and not _is_index_of(t, inside)
    )


def _is_index_of(symbol: Sym, terms: Sequence[Term]) -> bool:
    return any(s.index == symbol for t in terms if isinstance(t, Sym) for s in t.slots)


def is_dots(term: Term) -> bool:
    """Dots for terms that are not written."""
    return isinstance(term, Opaque) and term.text == "…"


def _are_numbered(one: Sym, other: Sym) -> bool:
    """Whether two names are numbered members of one family."""
    return one.key == other.key and _is_numbered(one) and _is_numbered(other)


def _is_numbered(term: Term) -> bool:
    return (
        isinstance(term, Sym)
        and len(term.slots) > 0
        and all(isinstance(slot.index, Num) for slot in term.slots)
    )


def _are_variables(args: tuple[Term, ...]) -> bool:
    return all(isinstance(a, Sym) and not a.slots and a.key in VARIABLES[:-3] for a in args)


VARIABLES = ("x", "t", "z", "u", "y", "s", "a", "v", "n")
LEVELS = ("c", "k", "C", "K", "const")
"""Letters of a constant that a function of several variables has on a curve."""


def definition_of(
    head: Term, body: Term, order: int, section: int = 0, source: str = ""
) -> Definition | None:
    """Read ``head = body`` as a definition, or ``None`` if the head names nothing."""
    if isinstance(body, Opaque) or lists_entries(head, body):
        return None
    if isinstance(body, Integral) and body.lower is None:
        return None
    if isinstance(head, Sym) and is_pattern(head.slots):
        if any(t == head for t in walk(body)) or head.key == "":
            return None
        shortened = any(is_dots(t) for t in walk(body))
        return Definition(head, body, order, section, None, source, shortened=shortened)
    if isinstance(head, Call) and head.order == 0 and is_pattern(head.func.slots):
        if not head.args or not all(isinstance(a, Sym | Idx) for a in head.args):
            return None
        if any(isinstance(t, Call) and t.func == head.func for t in walk(body)):
            return None
        if any(isinstance(t, Deriv | Grad) for t in walk(body)):
            return None
        named = not head.func.key.startswith("#") and head.func.key not in UNCOMPUTED
        if named and not is_to_solve(head, body):
            return Definition(head.func, body, order, section, head.args, source)
    return None


def is_to_solve(head: Call, body: Term) -> bool:
    """``f(x) = 0``, ``g(x, y) = c``: where a function has a value, not what it is."""
    if head.args == (body,) and isinstance(body, Sym) and body.key not in VARIABLES:
        return True  # a fixed point: ``f(c) = c``
    if isinstance(body, Call) and body.args == head.args:
        if not _are_variables(head.args) or _are_numbered(head.func, body.func):
            return True  # where two functions meet: ``f(c) = g(c)``, ``f_1(x) = f_2(x)``
    if isinstance(body, Sym) and body not in head.args and any(map(_is_numbered, head.args)):
        return True  # the value at a place: ``f(x_0) = y_0``
    number = body.value if isinstance(body, Num) else None
    level = number is not None or (isinstance(body, Sym) and body.key in LEVELS)
    return number == 0 or (level and len(head.args) > 1)
