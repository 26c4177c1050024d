"""Quantities a note leaves open, such as a loss: any smooth function of what they depend on.

Of the quantities by which the note differentiates an open one, those from which no other is computed
are its inputs: with ``z = wx``, ``a = σ(z)`` and ∂L/∂w, ∂L/∂z, ∂L/∂a, the loss is a function of a.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from vaultbp.derivations.meaning.notebook import Notebook, Stated, once
from vaultbp.derivations.meaning.scope import Definition
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Div,
    Fold,
    Grad,
    Idx,
    Mul,
    Neg,
    Num,
    Slot,
    Spread,
    Stacked,
    Sym,
    Term,
    Transposed,
    parts,
    symbol_keys,
    variables_of,
    walk,
)
from vaultbp.derivations.numerics.differentiate import spell
from vaultbp.derivations.readings.families import is_summed, sums_open_members
from vaultbp.derivations.readings.members import computed_from
from vaultbp.derivations.readings.other_definitions import further_sides


def open_losses(
    book: Notebook,
    stated: Stated,
    unlinked: Collection[tuple[str, str]] = (),
    everywhere: bool = False,
) -> dict[str, Spread]:
    """For each open quantity differentiated in this chain, what it is a function of.

    ``unlinked`` are pairs of names where the note's definitions lead nowhere: a quantity whose
    definition does not reach what it is differentiated by is open too. Of a recursion over layers
    or time the quantity is a function of the last one, or of each of them (``everywhere``, and where
    the note sums it over them).
    """
    found: dict[str, Spread] = {}
    sides = _with_definitions(book, stated)
    astray = _astray(book, sides, unlinked)
    waiting = _numerators(sides)
    while waiting:
        key = waiting.pop(0)
        if key in found or not (key in astray or _is_open(book, key, stated)):
            continue
        if is_summed(book, key):
            continue
        inputs = _inputs(book, key, sides, everywhere or sums_open_members(book, key))
        if inputs:
            found[key] = Spread(key, inputs)
            waiting.extend(each.key for each in inputs if _may_open(book, _signature(each)))
    return found


def rival_inputs(
    book: Notebook, losses: Mapping[str, Spread], sides: tuple[Term, ...]
) -> dict[str, Spread]:
    """The open losses without inputs that stand for the same in another place of the note.

    A note may give a layer twice, ``Y = XW + b`` and ``y = Wx + b``: what a step does not name and
    another section defines, or the other case of a letter that it names, may not belong to it.
    """
    named = {_signature(v) for v in _variables(sides)}
    found: dict[str, Spread] = {}
    for key, spread in losses.items():
        own = [each for each in spread.inputs if _signature(each) in named]
        rest = [each for each in spread.inputs if each not in own]
        if own and rest and all(_are_rivals(book, each, own) for each in rest):
            found[key] = Spread(spread.key, tuple(own))
    return {**losses, **found} if found else {}


def _are_rivals(book: Notebook, other: Sym, own: list[Sym]) -> bool:
    if any(other.key.swapcase() == each.key for each in own):
        return True
    sections = {d.section for each in own for d in _definitions(book, each)}
    others = {d.section for d in _definitions(book, other)}
    return bool(sections and others) and sections.isdisjoint(others)


def _definitions(book: Notebook, symbol: Sym) -> list[Definition]:
    table = book.scope.symbols.get(symbol.key, ())
    return [d for d in table if len(d.head.slots) == len(symbol.slots)]


def hidden_links(
    book: Notebook,
    sides: tuple[Term, ...],
    leaves: Collection[str],
    used: Iterable[Definition] = (),
) -> list[tuple[str, str]]:
    """Quantities that a step takes for constants, though the note derives them elsewhere.

    Of ``C = E + λw²/2`` it is no proof that ``∂C/∂w = λw`` if the note speaks of ``∂E/∂w``. What a
    partial derivative's step writes itself is held constant on purpose. ``leaves`` are the families
    that were evaluated as free, as ``key/slots``, and ``used`` the formulas of the others, of which
    some may not show all that they depend on.
    """
    variables = {_signature(v): v for v in _variables(sides)}
    terms = [t for side in sides for t in walk(side)]
    written: set[str] = set()
    if not any(isinstance(t, Deriv) and t.kind == "d" for t in terms):
        written = {t.key for t in terms if isinstance(t, Sym)}
    found: list[tuple[str, str]] = []
    for key in sorted({leaf.rsplit("/", 1)[0] for leaf in leaves}):
        if key in written or key in book.scope.symbols or key in book.scope.functions:
            continue
        for by in _denominators(book, key):
            if (key, by) in _constants(book):
                continue
            below = variables.keys() & ({_signature(by)} | _reach(book, _signature(by)))
            found.extend((key, spell(variables[each])) for each in sorted(below))
    formulas = list(used)
    for definition in formulas:
        found.extend(
            (spell(definition.head), spell(by))
            for by in _hidden_in(book, definition, formulas, variables.values())
            if definition.head.key not in written
        )
    return found


def _hidden_in(
    book: Notebook, top: Definition, used: list[Definition], variables: Iterable[Sym]
) -> Iterator[Sym]:
    """By which variables of a step the note differentiates what all its formulas say without them."""
    if top.params is not None or top.by_derivative or _is_numbered(top.head):
        return
    denominators = _denominators(book, top.head.key)
    moving = [
        v for v in variables if v in denominators and (top.head.key, v) not in _constants(book)
    ]
    if not moving:
        return
    inside: set[Signature] = set()
    waiting = [top.body]
    while waiting:
        symbols = {_signature(t): t.key for t in walk(waiting.pop()) if isinstance(t, Sym)}
        new = {key for each, key in symbols.items() if each not in inside}
        inside |= symbols.keys() | {n for each in symbols for n in _reach(book, each)}
        waiting += [d.body for d in used if d.head.key in new]
    yield from (v for v in moving if not {_signature(v), _whole(_signature(v))} & inside)


@once
def _constants(book: Notebook) -> frozenset[tuple[str, Sym]]:
    """What the note says is constant, and by what: its derivative is nought wherever it stands."""
    nought: set[tuple[str, Sym]] = set()
    other: set[tuple[str, Sym]] = set()
    for stated in book.stated:
        match stated.sides:
            case (Deriv(of=Sym(key=key), wrt=(Sym() as by,)), Num(value=0.0)):
                nought.add((key, by))
            case sides:
                terms = (t for side in sides for t in walk(side) if isinstance(t, Deriv))
                other |= {
                    (t.of.key, w)
                    for t in terms
                    for w in t.wrt
                    if isinstance(t.of, Sym) and isinstance(w, Sym)
                }
    return frozenset(nought - other)


def derivatives_of(book: Notebook, term: Term, losses: Collection[str]) -> int | None:
    """How many derivatives of open losses every summand of a term has; ``None`` if that differs.

    A name counts for what the note says it is: ``δ`` as one if ``δ = ∂L/∂z``.
    """
    match term:
        case Deriv(of=of) | Grad(of=of):
            key = of.func.key if isinstance(of, Call) else of.key if isinstance(of, Sym) else ""
            return 1 if key in losses else 0
        case Sym(key=key):
            if key in losses:
                return None
            bodies = [d.body for d in book.scope.symbols.get(key, ()) if d.by_derivative]
            counts = {derivatives_of(book, b, losses) for b in bodies if term not in walk(b)}
            return 1 if 1 in counts else 0
        case Mul(factors=factors):
            found = [derivatives_of(book, factor, losses) for factor in factors]
            return None if None in found else sum(n or 0 for n in found)
        case Div(num=num, den=den) if derivatives_of(book, den, losses) == 0:
            return derivatives_of(book, num, losses)
        case Neg(body=body) | Transposed(body=body) | Stacked(body=body) | Fold(op="Σ", body=body):
            return derivatives_of(book, body, losses)
        case Add(terms=terms):
            several = {derivatives_of(book, each, losses) for each in terms}
            return several.pop() if len(several) == 1 else None
        case _:
            inside = {derivatives_of(book, part, losses) for part in parts(term)}
            return 0 if inside <= {0} else None


def _with_definitions(book: Notebook, stated: Stated) -> tuple[Term, ...]:
    """The sides of a chain and the derivatives that define its symbols: ``δ = ∂L/∂z``."""
    keys = symbol_keys(*stated.sides)
    bodies = [
        d.body for key in sorted(keys) for d in book.scope.symbols.get(key, ()) if d.by_derivative
    ]
    return (*stated.sides, *bodies)


def _astray(
    book: Notebook, sides: tuple[Term, ...], unlinked: Collection[tuple[str, str]]
) -> set[str]:
    """The quantities that the note's definitions do not link to what they are differentiated by.

    Not those that are computed from something open: of ``y = e^g`` only ``g`` is a function of ``x``.
    """
    variables = {spell(v): _signature(v) for v in _variables(sides)}
    found = set()
    for top, bottom in unlinked:
        by = variables.get(bottom)
        if by is None or not _leads(book, top, by):
            found.add(top)
    return found


def _leads(book: Notebook, key: str, by: Signature) -> bool:
    """Whether the entries of a quantity lead to a family, or something open in its formula does."""
    heads = {_signature(d.head) for d in book.scope.symbols.get(key, ())}
    whole = (key, "")
    if whole not in heads and any(by in _reach(book, each) for each in heads):
        return True
    return any(
        _is_posited(book, each) and by in _reach(book, each, posited=True)
        for each in _reach(book, whole)
    )


def _is_posited(book: Notebook, signature: Signature) -> bool:
    """Whether only derivatives say what a quantity depends on."""
    key, places = signature
    return not places and key not in book.scope.symbols and bool(_denominators(book, key))


def _may_open(book: Notebook, signature: Signature) -> bool:
    """Whether a quantity may be taken for a function too, since it does not depend on itself."""
    below = _reach(book, signature, posited=True)
    return _is_posited(book, signature) and not any(
        signature in _reach(book, each, posited=True) for each in below
    )


def _numerators(sides: tuple[Term, ...]) -> list[str]:
    keys: dict[str, None] = {}
    for side in sides:
        for term in walk(side):
            of = term.of if isinstance(term, Deriv | Grad) else None
            if isinstance(of, Sym) and not of.slots:
                keys[of.key] = None
            elif isinstance(of, Call) and not (of.func.slots or _is_of_its_own(of, term)):
                keys[of.func.key] = None
    return list(keys)


def _is_of_its_own(call: Call, derivative: Term) -> bool:
    """``dσ(z^l)/dz^l``: a function differentiated by its argument is that of one layer, no loss."""
    own = isinstance(derivative, Deriv) and call.args == derivative.wrt
    return own and isinstance(call.args[0], Sym) and bool(call.args[0].slots)


def _variables(sides: tuple[Term, ...]) -> list[Sym]:
    """By what a chain differentiates."""
    found: list[Sym] = []
    for side in sides:
        for term in walk(side):
            if isinstance(term, Deriv):
                found.extend(v for v in term.wrt if isinstance(v, Sym))
            elif isinstance(term, Grad) and isinstance(term.wrt, Sym):
                found.append(term.wrt)
    return found


def _is_open(book: Notebook, key: str, stated: Stated) -> bool:
    """Whether nothing nearby says what the quantity is."""
    for definition in book.scope.symbols.get(key, ()):
        own = isinstance(definition.body, Call) and definition.body.func.key == key
        if definition.section == stated.section and not own:
            return False
    return not any(d.section == stated.section for d in book.scope.functions.get(key, ()))


def _inputs(book: Notebook, key: str, sides: tuple[Term, ...], everywhere: bool) -> tuple[Sym, ...]:
    variables = _denominators(book, key)
    signatures = {_signature(v) for v in variables}
    reach = {
        each: set().union(*(_reach(book, one, posited=True) for one in _defined(book, each)))
        for each in signatures
    }
    below = {each: found | set(map(_whole, found)) for each, found in reach.items()}
    under = {
        each
        for each in signatures
        if any(_is_above(other, form, below) for other in signatures for form in _forms(each))
    }
    last = [v for v in variables if _signature(v) not in under]
    here = {_signature(v) for v in _variables(sides)}
    near = [v for v in last if ({_signature(v)} | reach[_signature(v)]) & here]
    unique: dict[Signature, Sym] = {}
    for variable in _as_written(book, near, here) or last:
        unique.setdefault(_signature(variable), _topmost(book, variable, everywhere))
    return tuple(unique.values())


def _as_written(book: Notebook, variables: list[Sym], here: Collection[Signature]) -> list[Sym]:
    """Of a quantity that the note writes whole and by its entries: what it defines and what the
    step writes."""
    written = {key for key, _ in here}

    def is_meant(variable: Sym) -> bool:
        own = _signature(variable)
        defined = any(_signature(d.head) == own for d in book.scope.symbols.get(own[0], ()))
        return defined or own in here or own[0] not in written

    return [v for v in variables if is_meant(v)]


def lead_to(book: Notebook, losses: Mapping[str, Spread], sides: tuple[Term, ...]) -> bool:
    """Whether all that a step differentiates goes into its open losses.

    What does not may be a part of them that the note does not sum up: the ``L_t`` of an ``L``.
    """
    inputs = {_signature(each) for spread in losses.values() for each in spread.inputs}
    within = inputs.union(*(_reach(book, each) for each in inputs))
    tops = (t.of for side in sides for t in walk(side) if isinstance(t, Deriv | Grad))
    symbols = (of.func if isinstance(of, Call) else of for of in tops)
    within |= {(key, "") for key in losses}
    return all(isinstance(s, Sym) and _signature(s) in within for s in symbols)


def _is_above(one: Signature, other: Signature, reach: Mapping[Signature, set[Signature]]) -> bool:
    """Whether one family is computed from another, and not that from it."""
    return other in reach[one] and one not in reach.get(other, ())


def _denominators(book: Notebook, key: str) -> list[Sym]:
    return all_denominators(book).get(key, [])


@once
def all_denominators(book: Notebook) -> dict[str, list[Sym]]:
    """By which symbols the note differentiates each symbol, in claims or in definitions."""
    table: dict[str, dict[Sym, None]] = {}
    for side in (*_sides(book), *_derivatives(book)):
        for term in walk(side):
            if not isinstance(term, Deriv | Grad):
                continue
            of = term.of.func if isinstance(term.of, Call) else term.of
            by = variables_of(term)
            if isinstance(of, Sym):
                for variable in by:
                    if isinstance(variable, Sym) and variable.key != of.key:
                        table.setdefault(of.key, {})[variable] = None
    return {key: list(found) for key, found in table.items()}


def _sides(book: Notebook) -> Iterator[Term]:
    for each in book.stated:
        yield from each.sides


def _derivatives(book: Notebook) -> Iterator[Term]:
    """What the names of derivatives stand for."""
    for definitions in book.scope.symbols.values():
        for definition in definitions:
            if definition.by_derivative:
                yield definition.body


Signature = tuple[str, str]
"""The key of a family and where its members have their indices: ``__`` of ``w_{ij}``."""


def _signature(symbol: Sym) -> Signature:
    return symbol.key, "".join(slot.place for slot in symbol.slots)


def _forms(family: Signature) -> set[Signature]:
    """A family, and that of the whole of which its members may be entries."""
    return {family, _whole(family)}


def _defined(book: Notebook, signature: Signature) -> set[Signature]:
    """A family, or that of its entries where the note defines these alone."""
    heads = {_signature(d.head) for d in book.scope.symbols.get(signature[0], ())}
    entries = {head for head in heads if _whole(head) == signature}
    return {signature} if signature in heads or not entries else entries


def _whole(entry: Signature) -> Signature:
    key, places = entry
    return key, places.replace("_", "")


def _is_shifted(symbol: Sym, head: Sym) -> bool:
    """Whether a symbol is that of another layer or step: ``a^{l-1}`` in the formula of ``z^l``, and
    ``a^l`` in that of ``z^{l+1}``."""
    own = {slot.index for slot in head.slots}
    moved = {
        part
        for index in own
        if isinstance(index, Add)
        for part in index.terms
        if isinstance(part, Idx)
    }
    return any(
        slot.index in moved or (isinstance(slot.index, Add) and slot.index not in own)
        for slot in symbol.slots
    )


def is_entangled(book: Notebook, derivative: Deriv, order: int) -> bool:
    """Whether ``dk/dw`` has no one meaning: k depends on w, and again on what w is computed from.

    With ``w = u²`` and ``k = u + w`` it is 1 with u held fixed, and 1 + 1/(2u) as u moves along. One that
    stands upside down is so if the other way round has no one meaning.
    """
    of, by = derivative.of, derivative.wrt[-1]
    if derivative.kind != "d" or not isinstance(of, Sym) or not isinstance(by, Sym) or of == by:
        return False
    below = computed_from(book, by, order)
    if below is not None and of in below:
        of, by = by, of
    one, two = computed_from(book, by, order), computed_from(book, of, order, by)
    if one is not None and two is not None:
        return not one.isdisjoint(two)
    top, bottom = _signature(of), _signature(by)
    if top in _reach(book, bottom):
        top, bottom = bottom, top
    return not _reach(book, bottom).isdisjoint(_reach(book, top, bottom))


def _reach(
    book: Notebook, start: Signature, around: Signature | None = None, posited: bool = False
) -> frozenset[Signature]:
    """The families that a symbol's definition uses, directly or not, without itself; those that
    only another one uses are left out if asked. What has no definition depends on what the note
    differentiates it by, if that is asked for (``posited``)."""
    key = _reach, start, around, posited
    if key not in book.known:
        found: set[Signature] = set()
        waiting = [start]
        while waiting:
            new = _uses(book, waiting.pop(), posited) - found - {start, around}
            found |= new
            waiting += new
        book.known[key] = frozenset(found)
    reached: frozenset[Signature] = book.known[key]
    return reached


def leads_to(book: Notebook, one: Sym, other: Sym) -> bool:
    """Whether the definition of one symbol uses the family of another, directly or not."""
    return _signature(other) in _reach(book, _signature(one))


def _uses(book: Notebook, signature: Signature, posited: bool) -> frozenset[Signature]:
    """The families of the same layer in what the note says of a family."""
    key = _uses, signature, posited
    if key not in book.known:
        book.known[key] = frozenset(map(_signature, _used(book, signature, posited)))
    used: frozenset[Signature] = book.known[key]
    return used


def _used(book: Notebook, signature: Signature, posited: bool) -> Iterator[Sym]:
    for definition in book.scope.symbols.get(signature[0], ()):
        head = definition.head
        if _signature(head) == signature:
            for side in (definition.body, *further_sides(book, definition)):
                symbols = (term for term in walk(side) if isinstance(term, Sym))
                yield from (each for each in symbols if not _is_shifted(each, head))
    if posited and _is_posited(book, signature):
        for each in _denominators(book, signature[0]):
            if signature not in _reach(book, _signature(each)):
                yield each


def _top(book: Notebook, variable: Sym, place: int) -> int:
    """The last layer: of a general recursion the size of its range, else the highest defined."""
    concrete = []
    top = book.ranges().size(("slot", (variable.key, len(variable.slots), place)))
    for definition in book.scope.symbols.get(variable.key, ()):
        if len(definition.head.slots) == len(variable.slots):
            index = definition.head.slots[place].index
            if not isinstance(index, Num):
                return top
            concrete.append(int(index.value))
    return max(concrete, default=top)


@once
def _feeding(book: Notebook) -> frozenset[Signature]:
    """Families whose members are computed from each other by their numbers: ``z^2`` from ``z^1``."""
    return frozenset(
        _signature(d.head)
        for table in book.scope.symbols.values()
        for d in table
        if _is_numbered(d.head) and _feeds(book, d)
    )


def _is_numbered(symbol: Sym) -> bool:
    return bool(symbol.slots) and all(isinstance(s.index, Num) for s in symbol.slots)


def _feeds(book: Notebook, definition: Definition) -> bool:
    """Whether another member of its family goes into a definition, directly or not."""
    own, seen = definition.head, {definition.head}
    waiting = [definition.body]
    while waiting:
        for term in walk(waiting.pop()):
            if not isinstance(term, Sym) or term in seen:
                continue
            if _signature(term) == _signature(own) and _is_numbered(term):
                return True
            seen.add(term)
            waiting += [d.body for d in book.scope.symbols.get(term.key, ()) if d.head == term]
    return False


def _topmost(book: Notebook, variable: Sym, everywhere: bool) -> Sym:
    """A family as a whole; of a recursion over layers, the last one."""
    ranges = book.ranges()
    slots = []
    for place, slot in enumerate(variable.slots):
        member = ("slot", (variable.key, len(variable.slots), place))
        stepped = ranges.is_stepped_member(member) or _signature(variable) in _feeding(book)
        if stepped and everywhere:
            slots.append(Slot(slot.place, Idx("#layer")))
        elif stepped and isinstance(slot.index, Idx | Add | Num):
            slots.append(Slot(slot.place, Num(float(_top(book, variable, place)))))
        elif isinstance(slot.index, Num) or not isinstance(slot.index, Idx):
            slots.append(slot)
        else:
            slots.append(Slot(slot.place, Idx(f"{slot.index.name}")))
    return Sym(variable.key, tuple(slots))
