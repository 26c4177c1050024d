"""``∇f`` where nothing says by what: by the arguments that the note gives ``f``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vaultbp.derivations.meaning.terms import (
    Array,
    At,
    Call,
    Deriv,
    Grad,
    Inner,
    Sym,
    Term,
    rebuilt,
    walk,
)
from vaultbp.latex import tree

DEFINING = ("=", ":=", "≡")

Arguments = Mapping[str, tuple[Sym, ...]]


def arguments(chains: Iterable[tuple[tree.Chain, tuple[Term, ...]]]) -> Arguments:
    """What each function is a function of, where every formula for it says the same."""
    found: dict[str, set[tuple[Sym, ...]]] = {}
    for chain, sides in chains:
        for side, mark in zip(sides, chain.relations, strict=False):
            if mark.op in DEFINING and isinstance(side, Call) and not side.order:
                symbols = tuple(a for a in side.args if isinstance(a, Sym))
                if len(symbols) == len(side.args) and not side.func.slots:
                    found.setdefault(side.func.key, set()).add(symbols)
    return {key: next(iter(each)) for key, each in found.items() if len(each) == 1}


def gradients_written(sides: tuple[Term, ...], known: Arguments) -> tuple[Term, ...]:
    """The sides of a chain with every ``∇f`` by what the note gives ``f`` as its arguments, and
    ``⟨a, b⟩`` as a vector where another side is a gradient of two entries."""
    return _with_vectors(tuple(completed(side, known) for side in sides))


def completed(term: Term, known: Arguments) -> Term:
    """The term with every gradient by unsaid variables written out."""
    if not any(isinstance(t, Grad) and t.wrt is None for t in walk(term)):
        return term
    if isinstance(term, Grad) and term.wrt is None:
        return _gradient(completed(term.of, known), known)
    return rebuilt(term, lambda part: completed(part, known))


def _gradient(of: Term, known: Arguments) -> Term:
    """``∇f(x, y)``, ``∇f`` and ``∇f(1, 2)`` of an ``f`` whose arguments are known."""
    if isinstance(of, Call) and not of.order and not of.func.slots:
        own = tuple(a for a in of.args if isinstance(a, Sym))
        if len(own) == len(of.args) and known.get(of.func.key, own) == own:
            return _by(of, own)
        names = known.get(of.func.key, ())
        if len(names) == len(of.args):
            return At(_by(Call(of.func, names), names), tuple(zip(names, of.args, strict=True)))
    if isinstance(of, Sym) and not of.slots and of.key in known:
        names = known[of.key]
        return _by(Call(of, names), names)
    return Grad(of, None)


def _by(call: Call, names: tuple[Sym, ...]) -> Term:
    if len(names) == 1:
        return Grad(call, names[0])
    return Array(tuple((Deriv(call, (name,), "∂"),) for name in names))


def _with_vectors(sides: tuple[Term, ...]) -> tuple[Term, ...]:
    layouts = {_layout(side) for side in sides}
    if (2, 1) not in layouts or not any(isinstance(side, Inner) for side in sides):
        return sides
    return tuple(Array(((s.left,), (s.right,))) if isinstance(s, Inner) else s for s in sides)


def _layout(side: Term) -> tuple[int, int] | None:
    """Rows and columns of a gradient written out, here or at a place."""
    side = side.body if isinstance(side, At) else side
    if not isinstance(side, Array) or not all(isinstance(row[0], Deriv) for row in side.rows):
        return None
    return len(side.rows), len(side.rows[0])
