"""Partial derivatives of one step that hold different things fixed.

In ``∂L/∂w = Σ_t ∂L/∂h_t ∂h_t/∂w`` the left side is the whole derivative, by every path; on the right the
sum already goes along the paths, so ``∂h_t/∂w`` is that of the formula of ``h_t`` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

from vaultbp.derivations.terms import IMMEDIATE, Deriv, Slot, Term, walk

Sides = tuple[Term, Term]


def mixed_partials(left: Term, right: Term) -> Iterator[Sides]:
    """The step with some of its derivatives taken as immediate ones."""
    for single, other in ((left, right), (right, left)):
        if not isinstance(single, Deriv) or len(single.wrt) != 1 or isinstance(other, Deriv):
            continue
        inner = [t for t in walk(other) if isinstance(t, Deriv)]
        same = {id(t) for t in inner if t.wrt == single.wrt}
        others = {id(t) for t in inner if t.of != single.of}
        for chosen in (same, others if 0 < len(others) < len(inner) else set()):
            if chosen:
                changed = _marked(other, chosen)
                yield (single, changed) if single is left else (changed, single)


def _marked(term: Term, chosen: set[int]) -> Term:
    """The term with the chosen derivatives marked as immediate."""
    changes = {}
    for each in fields(term):
        old = getattr(term, each.name)
        new = _marked_in(old, chosen)
        if new is not old:
            changes[each.name] = new
    if id(term) in chosen:
        changes["kind"] = IMMEDIATE
    return replace(term, **changes) if changes else term


def _marked_in(value: object, chosen: set[int]) -> object:
    if isinstance(value, Term):
        return _marked(value, chosen)
    if isinstance(value, tuple) and not isinstance(value, Slot):
        items = tuple(_marked_in(item, chosen) for item in value)
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value
