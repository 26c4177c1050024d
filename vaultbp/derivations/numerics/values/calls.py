"""Calls of functions that the note defines, and of those that it leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaultbp.derivations.meaning.ground import Indices, ground
from vaultbp.derivations.meaning.scope import Definition, Ground, match_slots
from vaultbp.derivations.meaning.terms import (
    Call,
    Deriv,
    Fn,
    Idx,
    Spread,
    Sym,
    Term,
)
from vaultbp.derivations.numerics import sample
from vaultbp.derivations.numerics.axes import components
from vaultbp.derivations.numerics.world import CannotEvaluate, Frame

if TYPE_CHECKING:
    from vaultbp.derivations.numerics.evaluate import Evaluator

LOSS_LETTERS = frozenset("LJCEℓQR")

WHOLE = {
    "floor": lambda x: np.floor(x + ROUNDING),
    "ceil": lambda x: np.ceil(x - ROUNDING),
}
"""Of numbers alone; of letters a function like any other, since at few points it shows its steps."""
ROUNDING = 1e-9
"""What the computer may have lost of a whole number."""


def call(ev: Evaluator, term: Call, at: Indices) -> Any:
    """A function at its arguments: by its definition, or any smooth function if it has none."""
    world = ev.world
    key = term.func.key
    if key.startswith("#"):
        return _primed(ev, Fn(key[1:], (Sym("#x"),)), Sym("#x"), term, at)
    node = ground(term.func, at, world.count)
    defined = world.scope.function(key, world.order, world.exclude)
    world.budget.spend(len(defined))
    for definition in defined:
        bound = _bind(ev, definition, node, term, at)
        if bound is None:
            continue
        indices, places = bound
        world.trail.used[id(definition)] = definition
        if term.order:
            param = (definition.params or term.args)[0]
            param = Sym(param.name) if isinstance(param, Idx) else param
            return _primed(ev, definition.body, param, term, at, indices)
        return ev.substituted(definition.body, places, at, indices)
    if world.numeric and key in WHOLE and len(term.args) == 1 and not term.order:
        return WHOLE[key](np.real(ev.value(term.args[0], at)))
    world.trail.nodes.add(node)
    if term.order == 0 and all(isinstance(a, Sym | Idx) for a in term.args):
        found = world.scope.symbol(node, world.order, world.exclude)
        mine = found is not None and not _is_a_function(ev, found[0].body, key)
        if node in ev.frame.overrides or mine:
            args = [ground(a, at, world.count) for a in term.args if isinstance(a, Sym)]
            return ev.in_brackets(node, args)
    return _unknown(ev, node, term, at)


def _unknown(ev: Evaluator, node: Ground, term: Call, at: Indices) -> Any:
    """A function that the note leaves open: any smooth function of its arguments."""
    world = ev.world
    args = [ev.value(a, at) for a in term.args]
    world.trail.abstract.add(node.key)
    if any(a.ndim > 1 for a in args) and len(args) != 1:
        args = [c for a in args for c in components(a)]
    if term.order and len(args) > 1:
        raise CannotEvaluate("a prime on a function of several variables")
    if any(a.ndim > 1 for a in args) and node.key[:1] in LOSS_LETTERS:
        args = [c for a in args for c in components(a)]
    positive = node.key[:1] in "pPπqQρ" and len(args) > 1
    return sample.smooth(world.seed, str(node), args, term.order, positive)


def _bind(
    ev: Evaluator, definition: Definition, node: Ground, term: Call, at: Indices
) -> tuple[dict[str, int], list[tuple[Term, Any]]] | None:
    """Index bindings and parameter values under which a definition fits a call."""
    params = definition.params or ()
    if len(params) != len(term.args):
        return None
    indices = match_slots(definition.head.slots, node.slots, ev.world.scope.tops)
    if indices is None:
        return None
    places: list[tuple[Term, Any]] = []
    for param, arg in zip(params, term.args, strict=True):
        if isinstance(param, Sym) and isinstance(arg, Sym) and param.slots:
            actual = ground(arg, at, ev.world.count)
            found = match_slots(param.slots, actual.slots, ev.world.scope.tops)
            if actual.key == param.key and found is not None:
                indices.update(found)
                continue
        if isinstance(param, Idx):
            param = Sym(param.name)
        places.append((param, ev.value(arg, at)))
    return indices, places


def _primed(
    ev: Evaluator, body: Term, param: Term, call: Call, at: Indices, indices: Indices | None = None
) -> Any:
    """``f'(u)``: the derivative of the body by its parameter, at the value of the argument."""
    argument = ev.value(call.args[0], at)
    if len(call.args) != 1 or not isinstance(param, Sym):
        raise CannotEvaluate("a prime on a function of several variables")
    place = ground(param, indices or {}, ev.world.count)
    term: Term = body
    for _ in range(call.order):
        term = Deriv(term, (param,))
    outer = ev.frame
    ev.frame = Frame(
        overrides={**outer.overrides, place: argument},
        patterns=outer.patterns,
        cuts={node: cut for node, cut in outer.cuts.items() if node != place},
        base=outer.base,
        tangents=outer.tangents,
        busy=set(outer.busy),
    )
    try:
        if argument.ndim > 1:
            return _primed_cells(ev, term, place, argument, indices or {})
        return ev.value(term, indices or {})
    finally:
        ev.frame = outer


def _primed_cells(ev: Evaluator, term: Term, place: Ground, argument: Any, indices: Indices) -> Any:
    """An elementwise derivative of a function at every component of an array."""
    cells = []
    for cell in components(argument):
        ev.frame.overrides[place] = cell
        ev.frame.memo.clear()
        cells.append(ev.value(term, indices))
    return np.stack(cells, axis=-1).reshape(argument.shape)


def spread(ev: Evaluator, term: Spread, at: Indices) -> Any:
    """An unknown function of all members of some families."""
    world = ev.world
    args: list[Any] = []
    for family in term.inputs:
        for member in ev.members(family, at):
            args.extend(components(ev.symbol(member)))
    name = ground(Sym(term.key, term.slots), at, world.count)
    return sample.smooth(world.seed, str(name), args)


def _is_a_function(ev: Evaluator, body: Term, key: str) -> bool:
    """Whether what a name stands for does not say what a call of it is: itself, or ``p = q`` of
    another name that nothing defines."""
    if isinstance(body, Call):
        return body.func.key == key
    return isinstance(body, Sym) and body.key not in ev.world.scope.symbols
