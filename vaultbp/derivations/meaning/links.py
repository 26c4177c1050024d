"""Products of derivatives read as one chain: ``∂L/∂z · ∂z/∂W`` where ``∂z/∂W`` is no matrix.

Read literally such a product has no shape; every author means the composition of the linear maps. The
factors must join end to end, from the left or from the right, by the same quantities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from vaultbp.derivations.meaning.ground import Indices, NotGround, fix, ground
from vaultbp.derivations.meaning.scope import Definition, Ground
from vaultbp.derivations.meaning.terms import Deriv, Grad, Mul, Num, Slot, Sym, Term

Link = tuple[Term, Term]
"""What is differentiated, and by what, both with concrete indices."""
Meaning = Callable[[Ground], tuple[Definition, dict[str, int]] | None]
Count = Callable[[str], int | None]


def telescoped(term: Mul, at: Indices, meaning: Meaning, count: Count) -> list[Link] | None:
    """The links of a product from the top to the bottom, or ``None`` if it is no chain.

    A symbol that the note defines as a derivative (``δ = ∂L/∂z``) is a link too.
    """
    if any(op in "⊙∘⊗" and op for op in term.ops):
        return None
    if not any(isinstance(f, Deriv | Grad) for f in term.factors):
        return None
    found: list[Link] = []
    for factor in _factors(term):
        link = _link(factor, at, meaning, count)
        if link is None:
            return None
        found.append(link)
    for order in (found, found[::-1]):
        if _joins(order):
            return order
    return None


def _factors(term: Mul) -> Iterator[Term]:
    """The factors of a product, those of a product in brackets one by one."""
    for factor in term.factors:
        if isinstance(factor, Mul) and not any(op in "⊙∘⊗" and op for op in factor.ops):
            yield from _factors(factor)
        else:
            yield factor


def _joins(links: Sequence[Link]) -> bool:
    return all(one[1] == two[0] for one, two in pairwise(links))


def _link(factor: Term, at: Indices, meaning: Meaning, count: Count) -> Link | None:
    match factor:
        case Deriv(of=of, wrt=(by,)):
            return _concrete(of, at, count), _concrete(by, at, count)
        case Grad(of=of, wrt=wrt) if wrt is not None:
            return _concrete(of, at, count), _concrete(wrt, at, count)
        case Sym():
            try:
                node = ground(factor, at, count)
            except NotGround:
                return None
            found = meaning(node)
            return None if found is None else _defined(*found, meaning, count)
        case _:
            return None


def _defined(
    definition: Definition, bindings: Indices, meaning: Meaning, count: Count
) -> Link | None:
    """The link that a symbol stands for which is defined as a derivative, or as a chain of them."""
    body = definition.body
    if isinstance(body, Deriv | Grad):
        return _link(body, bindings, meaning, count)
    if not isinstance(body, Mul) or not all(isinstance(f, Deriv | Grad) for f in body.factors):
        return None
    links = telescoped(body, bindings, meaning, count)
    return None if links is None else (links[0][0], links[-1][1])


def _concrete(term: Term, at: Indices, count: Count) -> Term:
    """The term with concrete indices; a symbol's last layer is a number too."""
    if not isinstance(term, Sym):
        return fix(term, at)
    try:
        node = ground(term, at, count)
    except NotGround:
        return fix(term, at)
    if any(not isinstance(value, int) for _, value in node.slots):
        return fix(term, at)
    slots = tuple(Slot(where, Num(float(str(value)))) for where, value in node.slots)
    return Sym(node.key, slots)
