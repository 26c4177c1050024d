"""Open quantities with indices: the losses ``L_t`` of a sequence, outputs ``y_t``, states ``h_t``.

What the note gives no formula for is, for each value of its indices, any smooth function of what the
note differentiates it by and does not compute from other such things: ``L_t`` of ``y_t`` where ``y_t``
depends on ``h_t``, and ``h_t`` of ``h_{t-1}`` and W. A total ``L`` without a formula is their sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vaultbp.derivations.meaning.notebook import Notebook, once
from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Fold,
    Grad,
    Idx,
    Neg,
    Num,
    Slot,
    Spread,
    Sym,
    Term,
    walk,
)
from vaultbp.derivations.numerics.compare import Comparison
from vaultbp.derivations.readings.partials import INNER_PARTIALS, mixed_partials
from vaultbp.derivations.readings.trial import Question, Trial

LOSSES = frozenset(("L", "J", "C", "E", "ℓ", "l", "ε", "Loss", "loss", "cost", "error", "e"))
_TOTAL = re.compile(r"_(total|tot|all|sum|ges|gesamt)$|\^\((total|tot)\)$", re.IGNORECASE)
_LETTER = {"ℓ": "L", "l": "L", "e": "E", "loss": "Loss"}


@dataclass(frozen=True)
class Family:
    """One open quantity: its general member, and what each member is a function of."""

    head: Sym
    definitions: tuple[Definition, ...]
    total: Term | None
    """The sum of its members, if all of them are known."""


def with_open_families(book: Notebook, asked: Question, first: Comparison) -> Iterator[Trial]:
    """The step with every open family as functions of what it depends on."""
    if not first.unlinked or not _reaches(book, asked):
        return
    opened = [each for family in _families(book).values() for each in family.definitions]
    astray = {top for top, _ in first.unlinked}
    totals = [d for d in _totals(book) if d.head.key in astray]
    symbols: dict[str, list[Definition]] = dict(book.scope.symbols)
    for each in totals:
        symbols[each.head.key] = [d for d in symbols.get(each.head.key, ()) if d.head.slots]
    for each in (*opened, *totals):
        symbols[each.head.key] = [*symbols.get(each.head.key, ()), each]
    scope = Scope(symbols, book.scope.functions, book.scope.numbers)
    yield Trial(scope=scope, posited=True)
    total = asked.differentiates("d")
    for sides in mixed_partials(asked.left, asked.right):
        says = (INNER_PARTIALS,)
        yield Trial(scope=scope, posited=True, sides=sides, assumptions=says, against=total)


def is_summed(book: Notebook, key: str) -> bool:
    """Whether a quantity is computed from an open family, or is a total of one."""
    if any(each.head.key == key for each in _totals(book)):
        return True
    name = key, "", False
    return bool(_formulas(book, name)) and not _families(book).keys().isdisjoint(
        _behind(book, name)
    )


def sums_open_members(book: Notebook, key: str) -> bool:
    """Whether the note defines a quantity as a sum over a family without a formula: ``Σ_t L_t``."""
    sums = (t for d in book.scope.symbols.get(key, ()) for t in walk(d.body) if isinstance(t, Fold))
    return any(
        isinstance(t, Sym) and Idx(fold.index) in {s.index for s in t.slots} and _is_bare(book, t)
        for fold in sums
        for t in walk(fold.body)
    )


def _is_bare(book: Notebook, member: Sym) -> bool:
    return not _formulas(book, _name(member)) and member.key not in book.scope.functions


def _reaches(book: Notebook, asked: Question) -> bool:
    """Whether the step differentiates an open family, or what is computed from one."""
    tops = {_name(t.of) for t in asked.terms() if isinstance(t, Deriv | Grad)}
    totals = {_name(d.head) for d in _totals(book)}
    opened = _families(book).keys()
    return any(k in opened or k in totals or not opened.isdisjoint(_behind(book, k)) for k in tops)


Name = tuple[str, str, bool]
"""A family: its key, the label in its index (``net_{o1}`` is one of the ``net_o``), whether it has one."""


def _name(term: Term) -> Name:
    symbol = term.func if isinstance(term, Call) else term
    if not isinstance(symbol, Sym):
        return "", "", False
    indices = [slot.index for slot in symbol.slots]
    labels = [each.key for each in indices if isinstance(each, Sym) and each.slots]
    return symbol.key, "_".join(labels), bool(symbol.slots)


# Families


Pair = tuple[Sym, Sym]


@once
def _pairs(book: Notebook) -> dict[Name, list[Pair]]:
    """The derivatives of members of families, by the family."""
    found: dict[Name, list[Pair]] = {}
    for side in _sides(book):
        for term in walk(side):
            if not isinstance(term, Deriv | Grad) or not isinstance(term.of, Sym):
                continue
            by = term.wrt[0] if isinstance(term, Deriv) else term.wrt
            if isinstance(by, Sym):
                found.setdefault(_name(term.of), []).append((term.of, by))
    return found


def _sides(book: Notebook) -> Iterator[Term]:
    for stated in book.stated:
        yield from stated.sides


@once
def _families(book: Notebook) -> dict[Name, Family]:
    """Every family without a formula that the note differentiates, if one head fits its members."""
    found: dict[Name, Family] = {}
    for name, pairs in _pairs(book).items():
        members = [of for of, _ in pairs]
        shapes = {tuple(s.place for s in of.slots) for of in members}
        if shapes == {()} or len(shapes) != 1 or not all(map(_is_plain, members)):
            continue
        if _formulas(book, name) or name[0] in book.scope.functions:
            continue
        numbered = all(map(_is_numbered, members))
        family = _numbered(book, pairs) if numbered else _lettered(book, pairs)
        if family.definitions:
            found[name] = family
    return found


def _opened(head: Sym, inputs: tuple[Sym, ...]) -> Definition:
    """Any smooth function of the inputs, another one for each member."""
    says = f"{_spelt(head)} depends on the rest only through {', '.join(map(_spelt, inputs))}"
    return Definition(head, Spread(head.key, inputs, head.slots), -1, assumption=says)


def _lettered(book: Notebook, pairs: list[Pair]) -> Family:
    """``L_t``, with what depends on its index counted from it."""
    head = _head([of for of, _ in pairs])
    inputs = tuple(_inputs(book, head, pairs))
    return Family(head, (_opened(head, inputs),) if inputs else (), _sum(book, head))


def _numbered(book: Notebook, pairs: list[Pair]) -> Family:
    """``E_1``, ``E_2``: each is a function of what it is differentiated by itself."""
    below: dict[Sym, list[Sym]] = {}
    for of, by in pairs:
        below.setdefault(of, []).append(by)
    found = []
    for member, variables in below.items():
        inputs = dict.fromkeys(v for v in variables if not _is_hidden(book, member, v, variables))
        if inputs:
            found.append(_opened(member, tuple(inputs)))
    head = pairs[0][0]
    written = {t for side in _sides(book) for t in walk(side) if _name(t) == _name(head)}
    complete = written == {each.head for each in found}
    heads = sorted((each.head for each in found), key=show)
    total = Add(tuple(heads)) if complete and len(heads) > 1 else None
    return Family(head, tuple(found), total)


def _is_hidden(book: Notebook, member: Sym, variable: Sym, variables: list[Sym]) -> bool:
    """Whether a member depends on a quantity through another one, not of its own family."""
    itself = _name(member)
    return any(
        (_name(other) != itself or _name(variable) == itself)
        and _leads(book, other, variable)
        and not _leads(book, variable, other)
        for other in variables
        if other != variable
    )


def _leads(book: Notebook, start: Sym, target: Sym) -> bool:
    """Whether one symbol is computed from another, by formulas or, where it has none, derivatives."""
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        formulas = _formulas(book, _name(here))
        exact = [d for d in formulas if d.head == here]
        if formulas and not exact:
            if any(not _is_numbered(d.head) for d in formulas):
                return _name(target) in _behind(book, _name(here))
            continue
        inside = {t for d in exact for t in walk(d.body) if isinstance(t, Sym)}
        if not exact:
            inside = {by for of, by in _pairs(book).get(_name(here), ()) if of == here}
        if target in inside:
            return True
        waiting += inside - seen
        seen |= inside
    return False


def _formulas(book: Notebook, name: Name) -> list[Definition]:
    """What the note says of a family: of the ``net_o`` not what it says of the ``net_h``."""
    return [d for d in book.scope.symbols.get(name[0], ()) if _name(d.head) == name]


def _is_plain(symbol: Sym) -> bool:
    return all(_offset(slot.index) is not None for slot in symbol.slots)


def _offset(index: Term) -> tuple[str, int] | None:
    """``t - 1`` as t and -1; a number has no letter, and that of a label is the label's."""
    match index:
        case Sym(key=label, slots=(Slot(place="_", index=Num(value=value)),)):
            return label, int(value)
        case Idx(name=name):
            return name, 0
        case Num(value=value) if value.is_integer():
            return "", int(value)
        case Add(terms=(Idx(name=name), Num(value=value))):
            return name, int(value)
        case Add(terms=(Idx(name=name), Neg(body=Num(value=value)))):
            return name, -int(value)
        case _:
            return None


def _head(members: list[Sym]) -> Sym:
    slots = []
    for place, slot in enumerate(members[0].slots):
        letters = [o[0] for m in members if (o := _offset(m.slots[place].index)) and o[0]]
        slots.append(Slot(slot.place, Idx(letters[0]) if letters else slot.index))
    return Sym(members[0].key, tuple(slots))


def _is_numbered(symbol: Sym) -> bool:
    """Whether a symbol is one member of a family: ``h_3``, and ``net_{o1}`` of the ``net_o``."""
    return any(isinstance(slot.index, Num | Sym) for slot in symbol.slots)


def _inputs(book: Notebook, head: Sym, pairs: list[Pair]) -> Iterator[Sym]:
    """What a general member is a function of, indices counted from its own."""
    below: dict[Name, list[Pair]] = {}
    for of, by in pairs:
        below.setdefault(_name(by), []).append((of, by))
    itself = _name(head)
    for name, found in below.items():
        others = [n for n in below if n not in (name, itself) and _is_general(book, n)]
        if any(name in _behind(book, n) and n not in _behind(book, name) for n in others):
            continue
        shaped = _input(head, found, own=name == itself)
        if shaped is not None:
            yield shaped


def _input(head: Sym, pairs: list[Pair], own: bool) -> Sym | None:
    """The nearest of the members of one family by which a member of another is differentiated."""
    shapes = {tuple(s.place for s in by.slots) for _, by in pairs}
    if len(shapes) != 1:
        return None
    slots: list[Slot] = []
    counted = False
    for place, slot in enumerate(pairs[0][1].slots):
        steps = {n for of, by in pairs for n in _steps(of, by, place)}
        steps = {(k, n) for k, n in steps if (n < 0 if own else n <= 0)}
        if steps:
            which, step = max(steps, key=lambda each: each[1])
            index = head.slots[which].index
            counted |= step < 0
            moved = index if not step else Add((index, Neg(Num(float(-step)))))
            slots.append(Slot(slot.place, moved))
        elif _offset(slot.index) is None:
            slots.append(slot)
        else:
            return None if _is_numbered(pairs[0][1]) else _all_of(pairs[0][1])
    return Sym(pairs[0][1].key, tuple(slots)) if counted or not own else None


def _all_of(family: Sym) -> Sym:
    """Every member of a family: its indices run over all that there is."""
    return Sym(
        family.key,
        tuple(
            Slot(s.place, Idx(f"#{s.index.name}")) if isinstance(s.index, Idx) else s
            for s in family.slots
        ),
    )


def _steps(of: Sym, by: Sym, place: int) -> Iterator[tuple[int, int]]:
    """How far an index of the lower quantity lies from one of the upper's."""
    lower = _offset(by.slots[place].index)
    for which, slot in enumerate(of.slots):
        upper = _offset(slot.index)
        if upper and lower and upper[0] == lower[0] and slot.place == by.slots[place].place:
            yield which, lower[1] - upper[1]


def _is_general(book: Notebook, name: Name) -> bool:
    """Whether what the note says of a family, it says of every member."""
    return not any(_is_numbered(d.head) for d in _formulas(book, name))


def _behind(book: Notebook, start: Name) -> set[Name]:
    """The families on which a quantity depends, by formulas or, where it has none, by derivatives."""
    known = _all_behind(book)
    if start not in known:
        known[start] = set()
        waiting = [start]
        while waiting:
            inside = _directly(book, waiting.pop())
            waiting += inside - known[start]
            known[start] |= inside
    return known[start]


@once
def _all_behind(book: Notebook) -> dict[Name, set[Name]]:
    """Filled as it is asked for."""
    return {}


def _directly(book: Notebook, name: Name) -> set[Name]:
    found: set[Name] = set()
    for definition in (*_formulas(book, name), *book.scope.functions.get(name[0], ())):
        names = {_name(t) for t in walk(definition.body) if isinstance(t, Sym)}
        found |= names - {_name(each) for each in definition.params or ()}
    return found or {_name(by) for _, by in _pairs(book).get(name, ())}


# Totals


@once
def _totals(book: Notebook) -> list[Definition]:
    """Losses that may be the sum of an open family of losses: ``E_total`` of ``E_1`` and ``E_2``."""
    found = []
    for total in _pairs(book):
        key, _, indexed = total
        base = _TOTAL.sub("", key)
        if indexed or base not in LOSSES:
            continue
        for name, family in _families(book).items():
            if name in _behind(book, total) and _formulas(book, total):
                continue
            if _is_passed_through(book, name, total):
                continue
            alike = {name[0].split("_")[0], base}
            if len({_LETTER.get(each, each) for each in alike}) == 1 and family.total is not None:
                says = f"{key} is {show(family.total)}".replace("#", "")
                found.append(Definition(Sym(key), family.total, -1, assumption=says))
                break
    return found


def _is_passed_through(book: Notebook, name: Name, total: Name) -> bool:
    """Whether anything but a total is differentiated by a family: the layers ``l_i``, and no losses."""
    return any(
        _name(by) == name and _name(of) != total
        for pairs in _pairs(book).values()
        for of, by in pairs
    )


def _sum(book: Notebook, head: Sym) -> Term:
    """The sum over a family by its letters, from where to where the note sums it."""
    body: Term = head
    for slot in reversed(head.slots):
        if isinstance(slot.index, Idx):
            lower, upper = _bounds(book, head.key, slot.index.name)
            body = Fold("Σ", slot.index.name, lower, upper, None, body)
    return body


def _bounds(book: Notebook, key: str, name: str) -> tuple[Term | None, Term | None]:
    """From where to where the note itself sums over a family."""
    for side in _sides(book):
        for fold in walk(side):
            if isinstance(fold, Fold) and fold.op == "Σ" and fold.index == name and not fold.where:
                if any(isinstance(t, Sym) and t.key == key for t in walk(fold.body)):
                    return fold.lower, fold.upper
    return None, None


def _spelt(symbol: Sym) -> str:
    return show(symbol).replace("#", "")


__all__ = ["Family", "is_summed", "with_open_families"]
