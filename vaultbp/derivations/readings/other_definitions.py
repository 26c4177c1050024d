"""Other meanings that a note itself gives to a symbol: readings to try before a step is given up.

``δ = ∂C/∂z`` here and ``δ = ∂E/∂net`` there are one thing in two notations; of
``E = -ln y = -u + ln Σ e^u`` any side says what ``E`` is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vaultbp.derivations.meaning.notebook import DEFINING, Notebook, Stated
from vaultbp.derivations.meaning.scope import Definition, Scope, overlap
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import Deriv, Grad, Opaque, Sym, Term, rebuilt, walk
from vaultbp.derivations.numerics.compare import Comparison

MOST = 3
"""How many derivatives of one name are tried for one step."""


def other_meanings(book: Notebook, sides: tuple[Term, Term], order: int) -> Iterator[Scope]:
    """Scopes in which symbols of a step mean something else that the note says of them."""
    for definition in _other_derivatives(book, sides, order)[:MOST]:
        yield _with(book.scope, [definition])
    further = _other_sides(book, order)
    if further:
        scope, replaced = _with(book.scope, further), {d.head for d in further}
        for key in {d.head.key for d in further}:
            others = [d for d in book.scope.symbols[key] if d.head not in replaced]
            scope.symbols[key] += others
        yield scope


def _with(scope: Scope, definitions: list[Definition]) -> Scope:
    """The scope with these definitions in the place of all others of their symbols."""
    listed: dict[str, list[Definition]] = {}
    for d in definitions:
        says = d.assumption or f"{show(d.head)} is {show(d.body)}"
        listed.setdefault(d.head.key, []).append(replace(d, assumption=says))
    return Scope({**scope.symbols, **listed}, scope.functions, scope.numbers)


def _other_derivatives(book: Notebook, sides: tuple[Term, Term], order: int) -> list[Definition]:
    """Derivatives for which the note uses one name."""
    found: list[Definition] = []
    for symbol in _symbols(sides):
        alike = [
            d
            for d in book.scope.symbols.get(symbol.key, ())
            if isinstance(d.body, Deriv | Grad) and d.order != order
            and overlap(d.head.slots, symbol.slots)
        ]  # fmt: skip
        if len({d.body for d in alike}) > 1:
            found.extend({d.body: d for d in reversed(alike)}.values())
    return found


def _other_sides(book: Notebook, order: int) -> list[Definition]:
    """What chains say last of the symbols that they define."""
    found = []
    for definitions in book.scope.symbols.values():
        for definition in {d.head: d for d in definitions}.values():
            sides = further_sides(book, definition) if definition.order != order else []
            if sides:
                found.append(replace(definition, body=sides[-1]))
    return found


def further_sides(book: Notebook, definition: Definition) -> list[Term]:
    """What the chain of a definition says of the symbol after its first formula."""
    stated = _chain(book, definition)
    found: list[Term] = []
    if stated is not None:
        for sign, side in zip(stated.relations[1:], stated.sides[2:], strict=False):
            if sign not in DEFINING or any(isinstance(t, Opaque | Deriv) for t in walk(side)):
                break
            if not any(isinstance(t, Sym) for t in walk(side)):
                break
            found.append(side)
    return found


def _chain(book: Notebook, definition: Definition) -> Stated | None:
    if not 0 <= definition.order < len(book.stated):
        return None
    stated = book.stated[definition.order]
    return stated if stated.sides[:2] == (definition.head, definition.body) else None


def transposed_entries(book: Notebook, found: Comparison) -> Iterator[Scope]:
    """Scopes in which entries such as ``y_j = Σ_i w_{ij} x_i`` are read with ``w_{ji}``.

    Only where the note gives the whole as well, ``y = Wx``, which says ``w_{ji}``: then either may be
    the slip.
    """
    for used in found.used.values():
        head = used.head
        wholes = [d for d in book.scope.symbols.get(head.key, ()) if not d.head.slots]
        turned = turn(used.body)
        if wholes and turned != used.body and _is_second(used):
            yield book.scope.with_only(replace(used, body=turned))


def _is_second(entry: Definition) -> bool:
    """Whether an entry's own index stands second in a matrix: ``y_j = Σ_i w_{ij} x_i``."""
    own = [s.index for s in entry.head.slots if s.place == "_"]
    return len(own) == 1 and any(
        [s.place for s in t.slots] == ["_", "_"] and t.slots[1].index == own[0] != t.slots[0].index
        for t in walk(entry.body)
        if isinstance(t, Sym)
    )


def turn(term: Term) -> Term:
    """The term with the two lower indices of every entry of a matrix exchanged."""
    if isinstance(term, Sym):
        if [s.place for s in term.slots] == ["_", "_"]:
            return Sym(term.key, term.slots[::-1])
        return term
    return rebuilt(term, turn)


def _symbols(sides: tuple[Term, Term]) -> list[Sym]:
    """The symbols of a step, one of each family."""
    found: dict[str, Sym] = {}
    for side in sides:
        for term in walk(side):
            if isinstance(term, Sym):
                found.setdefault(term.key, term)
    return list(found.values())
