"""Which sides of a note's chains define names, in order."""

from __future__ import annotations

from dataclasses import replace

from vaultbp.derivations.meaning.definitions.bindings import bind_numbers
from vaultbp.derivations.meaning.definitions.conditional import is_solved_for, says_some, says_where
from vaultbp.derivations.meaning.definitions.implied import define_by_example, imply
from vaultbp.derivations.meaning.definitions.recurrences import add_recurrences
from vaultbp.derivations.meaning.notebook import DEFINING, Stated
from vaultbp.derivations.meaning.scope import Definition, Scope, definition_of, overlap
from vaultbp.derivations.meaning.sides import is_identity_matrix, is_update
from vaultbp.derivations.meaning.terms import (
    Call,
    Deriv,
    Fn,
    Grad,
    Idx,
    Num,
    Opaque,
    Sym,
    Term,
    walk,
)


def define(stated: list[Stated], scope: Scope, aside: set[int]) -> list[Stated]:
    """Collect definitions in order and mark the sides that are heads."""
    seen: set[object] = set()
    result: list[Stated] = []
    firsts: dict[int, int] = {}
    for each in stated:
        first = firsts.setdefault(id(each.formula), each.order)
        if each.formula.span.start in aside:
            result.append(each)
            continue
        marked = _mark(each, scope, seen, first, result[-2:])
        result.append(marked)
        for side in each.sides:
            seen.update(_identity(t) for t in walk(side) if isinstance(t, Sym))
    for each in result:
        imply(each, scope)
    add_recurrences(result, scope)
    return result


def _mark(
    each: Stated, scope: Scope, seen: set[object], first: int, before: list[Stated]
) -> Stated:
    if not each.relations or not all(op in (*DEFINING, "≈", "=:") for op in each.relations[:1]):
        return each
    bind_numbers(each, scope)
    if each.relations[0] == "≈" or each.chain.continued:
        return each
    if is_update(each.sides[0], each.sides[1]):
        return replace(each, update=True)
    if says_where(each):
        return replace(each, condition=True)
    heads = 0
    for left, right, op in zip(each.sides, each.sides[1:], each.relations, strict=False):
        if op not in DEFINING:
            break
        definition = definition_of(left, right, each.order, each.section, each.chain.source)
        if definition is None:
            heads += _is_operator(left, right, scope)
            break
        if isinstance(left, Sym | Call):
            heads += 1
            if _is_claimed(definition, scope):
                heads -= 1
                break
            given = not definition.numeric or definition.params is not None
            valued = isinstance(right, Call) and isinstance(each.sides[-1], Num)  # f(a) = g(a) = 0
            some = definition.params is not None and (valued or says_some(each))
            if given and not some and not is_solved_for(left, each.section, before):
                scope.add(definition)
                _also_as_variable(left, right, each, scope)
        if not isinstance(right, Sym | Call):
            break
    define_by_example(each, scope)
    marked = replace(each, heads=heads, defines=_defined_inside(each, heads, scope))
    return _introduced(marked, scope, seen, first)


def _is_operator(left: Term, right: Term, scope: Scope) -> bool:
    """``D(x²) = d/dx (x²)`` says that ``D`` takes the derivative."""
    if not isinstance(left, Call) or len(left.args) != 1 or left.func.key in scope.functions:
        return False
    return isinstance(right, Deriv) and right.of == left.args[0] and not left.order


def _defined_inside(each: Stated, heads: int, scope: Scope) -> frozenset[int]:
    """``∂L/∂z = g(u, v) = u/v`` says what a new ``g`` is: the steps that do.

    And ``tanh(z) = y = …`` what y is.
    """
    found = set()
    for k in range(max(heads, 1), len(each.relations)):
        left, right = each.sides[k], each.sides[k + 1]
        value = isinstance(left, Sym) and k == 1 and isinstance(each.sides[0], Fn)
        if each.relations[k] not in DEFINING or not (value or isinstance(left, Call)):
            continue
        definition = definition_of(left, right, each.order, each.section, each.chain.source)
        if definition is None or definition.numeric:
            continue
        if value or _is_new_function(definition, each, scope):
            scope.add(definition)
            found.add(k)
    return frozenset(found)


def _is_new_function(definition: Definition, each: Stated, scope: Scope) -> bool:
    """Whether a formula has all arguments of its function, and none like it stands in the section."""
    params = definition.params or ()
    return set(params) <= set(walk(definition.body)) and not any(
        d.section == each.section and len(d.params or ()) == len(params)
        for d in scope.functions.get(definition.head.key, ())
    )


def _is_claimed(definition: Definition, scope: Scope) -> bool:
    """A formula for something that the note has defined as a derivative is a claim about it."""
    if definition.params is not None or isinstance(definition.body, Deriv | Grad):
        return False
    head = definition.head
    places = _places(head)
    return any(
        _places(d.head) == places
        or (isinstance(d.body, Deriv) and _places(d.head).replace("_", "") == places)
        for d in scope.symbols.get(head.key, ())
        if isinstance(d.body, Deriv | Grad)
        or (d.by_derivative and not definition.by_derivative and not _is_one_of(d.head, head))
    )


def _places(head: Sym) -> str:
    """Where the indices of a head stand."""
    return "".join(slot.place for slot in head.slots)


def _is_one_of(one: Sym, general: Sym) -> bool:
    """Whether a head is a single member of what another is in general: ``δ^L`` of ``δ^l``."""
    return any(
        isinstance(a.index, Num | Sym) and isinstance(b.index, Idx)
        for a, b in zip(one.slots, general.slots, strict=False)
    )


def _also_as_variable(left: Term, right: Term, each: Stated, scope: Scope) -> None:
    """``L(w) = …`` also says what ``L`` is."""
    if isinstance(left, Call) and all(isinstance(a, Sym) for a in left.args):
        again = definition_of(left.func, right, each.order, each.section, each.chain.source)
        if again is not None:
            scope.add(again)


def _introduced(each: Stated, scope: Scope, seen: set[object], first: int) -> Stated:
    """``… = ∂E/∂u = δ`` with a new ``δ`` names what stands before it."""
    end = each.end
    last, before, sign = each.sides[end], each.sides[end - 1], each.relations[end - 1]
    if any(isinstance(t, Opaque) for t in walk(before)):
        return each
    if (
        sign == "=:"
        or (
            isinstance(last, Sym)
            and sign in DEFINING
            and _identity(last) not in seen
            and not is_identity_matrix(last.key)
            and end > each.heads
            and not any(t == last for side in each.sides[:end] for t in walk(side))
            and any(isinstance(t, Deriv | Grad) for side in each.sides for t in walk(side))
        )
        or (each.chain.connective == "underbrace" and isinstance(last, Sym))
    ):
        local = each.chain.connective == "underbrace"
        order = first if local else each.order
        definition = definition_of(last, before, order, each.section, each.chain.source)
        if definition is not None and (local or _is_new(definition, scope)):
            scope.add(definition)
            return replace(each, introduces=True)
    return each


def _identity(symbol: Sym) -> object:
    """What tells one symbol from another: its key, or itself where it is one counted member."""
    counted = symbol.slots and all(isinstance(s.index, Num) for s in symbol.slots)
    return symbol if counted else symbol.key


def _is_new(definition: Definition, scope: Scope) -> bool:
    """Whether nothing else says what a symbol is; of a counted member, what that member is."""
    table = scope.symbols.get(definition.head.key, ())
    return not any(
        not definition.concrete or overlap(d.head.slots, definition.head.slots) for d in table
    )
