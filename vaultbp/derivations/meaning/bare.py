"""Names written bare: ``dσ/dz`` for ``σ(z)``, ``∇_a C`` for ``∇_{a^L} C``.

With ``a^l = σ(z^l)`` the σ of ``dσ/dz^L`` is ``σ(z^L)``, and that of ``∂C/∂σ`` before it is ``a^L``. What
has a layer everywhere else has in a gradient the only layer that the formula names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from vaultbp.derivations.meaning.terms import Call, Deriv, Grad, Mul, Slot, Sym, Term, rebuilt, walk


@dataclass
class Usage:
    """What a note applies its functions to, and which of its symbols have layers."""

    applied: dict[str, set[Sym]] = field(default_factory=dict)
    """The arguments of each function of one argument."""
    outputs: dict[str, str] = field(default_factory=dict)
    """``σ`` -> ``a`` where ``a^l = σ(z^l)``."""
    slots: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    """Where the indices of each symbol stand, in each of its forms; not in a gradient's subscript."""


def usage(chains: Iterable[Sequence[Term]]) -> Usage:
    """Look through the sides of all chains once."""
    found = Usage()
    for sides in chains:
        for one, two in pairwise(sides):
            arg = _only_argument(two)
            if isinstance(one, Sym) and isinstance(two, Call) and arg is not None:
                if one.slots and one.slots == arg.slots:
                    found.outputs.setdefault(two.func.key, one.key)
        if len(sides) > 1 or not isinstance(sides[0], Sym):  # ``$a$`` in words is not a use
            for side in sides:
                _see(side, found)
    return found


def _see(side: Term, found: Usage) -> None:
    bare = {id(t.wrt) for t in walk(side) if isinstance(t, Grad)}
    for term in walk(side):
        arg = _only_argument(term)
        if isinstance(term, Call) and arg is not None:
            found.applied.setdefault(term.func.key, set()).add(arg)
        elif isinstance(term, Sym) and id(term) not in bare:
            found.slots.setdefault(term.key, set()).add(tuple(s.place for s in term.slots))


def _only_argument(term: Term) -> Sym | None:
    if isinstance(term, Call) and not term.func.slots and len(term.args) == 1:
        return term.args[0] if isinstance(term.args[0], Sym) else None
    return None


def spelled_out(sides: tuple[Term, ...], known: Usage) -> tuple[Term, ...]:
    """The sides of a chain with every bare name written in full."""
    layers = {s for side in sides for t in walk(side) if isinstance(t, Sym) for s in t.slots}
    upper = [slot for slot in layers if slot.place == "^"]
    layer = upper[0] if len(upper) == len(layers) == 1 else None
    return tuple(_spelled(side, known, layer) for side in sides)


def _spelled(term: Term, known: Usage, layer: Slot | None) -> Term:
    if not any(isinstance(t, Deriv | Grad) for t in walk(term)):
        return term
    if isinstance(term, Deriv):
        by = _variable(term, known)
        if by is not None and isinstance(term.of, Sym):
            return Deriv(Call(term.of, (by,)), term.wrt, term.kind)
    if isinstance(term, Grad) and layer is not None and isinstance(term.wrt, Sym):
        forms = known.slots.get(term.wrt.key, set())
        if not term.wrt.slots and {tuple(p for p in f if p != "_") for f in forms} == {("^",)}:
            return Grad(term.of, Sym(term.wrt.key, (layer,)))
    if isinstance(term, Mul):
        factors = tuple(_spelled(f, known, layer) for f in _joined(term.factors, known))
        return Mul(factors, term.ops)
    return rebuilt(term, lambda part: _spelled(part, known, layer))


def _variable(derivative: Deriv, known: Usage) -> Sym | None:
    """What the function above is applied to, if the note applies it to such symbols."""
    of, by = derivative.of, derivative.wrt[0]
    if not isinstance(of, Sym) or of.slots or not isinstance(by, Sym) or by.key == of.key:
        return None
    args = known.applied.get(of.key, set())
    alike = any(a.key == by.key and len(a.slots) == len(by.slots) for a in args)
    return by if alike and (by.slots or by not in args) else None


def _joined(factors: tuple[Term, ...], known: Usage) -> list[Term]:
    """The factors, with ``∂L/∂σ`` before ``dσ/dz`` taken by ``σ(z)``, or its name."""
    found = [*factors]
    for place, (one, two) in enumerate(pairwise(factors)):
        if isinstance(one, Deriv) and isinstance(two, Deriv) and one.wrt == (two.of,):
            by = _variable(two, known)
            if by is not None and isinstance(two.of, Sym):
                name = known.outputs.get(two.of.key)
                value = Sym(name, by.slots) if name and by.slots else Call(two.of, (by,))
                found[place] = Deriv(one.of, (value,), one.kind)
    return found
