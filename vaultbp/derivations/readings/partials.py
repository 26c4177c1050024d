"""Partial derivatives of one step that hold different things fixed.

In ``∂L/∂w = Σ_t ∂L/∂h_t ∂h_t/∂w`` the left side is the whole derivative, by every path; on the right the
sum already goes along the paths, so ``∂h_t/∂w`` is that of the formula of ``h_t`` alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from vaultbp.derivations.meaning.ground import rename, renaming
from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.terms import (
    IMMEDIATE,
    Add,
    Deriv,
    Mul,
    Sym,
    Term,
    rebuilt,
    symbol_keys,
    walk,
)
from vaultbp.derivations.numerics.compare import Comparison

Sides = tuple[Term, Term]

INNER_PARTIALS = "the partial derivatives along the paths hold the rest fixed"


def writes_out_what_it_holds(left: Term, right: Term, found: Comparison) -> bool:
    """Whether a derivative cannot be meant with the rest held fixed: the rest is written out.

    With ``R = p q`` and ``p = a - b q`` the reading ``∂R/∂q = p`` is one, ``∂R/∂q = a - b q`` a path lost.
    """
    if not isinstance(left, Deriv) or not isinstance(left.of, Sym):
        return False
    by = symbol_keys(*left.wrt)
    used = list(found.used.values())
    direct = symbol_keys(*(d.body for d in used if d.head.key == left.of.key))
    held = [d for d in used if d.head.key in direct - by - {left.of.key}]
    inner = symbol_keys(*(d.body for d in held)) - direct
    written = symbol_keys(right)
    return bool(inner & written) and written.isdisjoint(d.head.key for d in held)


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


def partials_of_paths(left: Term, right: Term) -> Iterator[Sides]:
    """``dy/dx = ∂f/∂x + ∂f/∂u du/dx``: a total ``d`` is the sum over paths, of which each ∂ is one."""
    if isinstance(left, Deriv) and left.kind == "d" and isinstance(right, Add):
        partial = {id(t) for t in walk(right) if isinstance(t, Deriv) and t.kind == "∂"}
        if partial:
            yield left, _marked(right, partial)


def along_named_paths(book: Notebook, left: Term, right: Term) -> Iterator[Sides]:
    """``∂L/∂c_{t-1} = ∂L/∂c_t f_t`` with its left side taken along the path by ``c_t`` alone.

    Of a recursion through time authors often give the main path and say so only in words.
    """
    whole = _as_derivative(book, left)
    if whole is None or not _is_stepped(book, whole.wrt[0]):
        return
    named: dict[Term, None] = {}
    for term in walk(right):
        found = _as_derivative(book, term)
        if found is not None and found.of == whole.of and found.wrt != whole.wrt:
            named[found.wrt[0]] = None
    if named:
        paths = (
            Mul((Deriv(whole.of, (each,)), Deriv(each, whole.wrt, IMMEDIATE)), ("·",))
            for each in named
        )
        yield Add(tuple(paths)), right


def _as_derivative(book: Notebook, term: Term) -> Deriv | None:
    """A first derivative, written or by its name."""
    if isinstance(term, Deriv):
        return term if len(term.wrt) == 1 else None
    if not isinstance(term, Sym):
        return None
    for definition in book.scope.symbols.get(term.key, ()):
        names = renaming(definition.head.slots, term.slots)
        if names is not None and isinstance(definition.body, Deriv):
            body = rename(definition.body, names)
            assert isinstance(body, Deriv)
            return body if len(body.wrt) == 1 else None
    return None


def _is_stepped(book: Notebook, variable: Term) -> bool:
    """Whether a variable is one step of a recursion."""
    ranges = book.ranges()
    return isinstance(variable, Sym) and any(
        ranges.is_stepped_member(("slot", (variable.key, len(variable.slots), place)))
        for place in range(len(variable.slots))
    )


def _marked(term: Term, chosen: set[int]) -> Term:
    """The term with the chosen derivatives marked as immediate."""
    marked = rebuilt(term, lambda part: _marked(part, chosen))
    if id(term) in chosen:
        assert isinstance(marked, Deriv)
        return Deriv(marked.of, marked.wrt, IMMEDIATE)
    return marked
