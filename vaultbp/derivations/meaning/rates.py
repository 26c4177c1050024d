"""Newton's dots: ``ẋ`` is dx/dt where the note says what x is as a function of t."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vaultbp.latex import tree

DOTS = {"dot": 1, "ddot": 2}
TIME = tree.Name("t")


def rates(readings: Iterable[tree.Reading]) -> frozenset[str]:
    """The letters whose dots are derivatives by time.

    Not those by whose dotted form the note differentiates: to ``∂L/∂q̇`` it is a variable of its own.
    """
    chains = [chain for reading in readings for chain in reading.claims]
    moving = {name for chain in chains for name in _moving(chain)}
    nodes = [node for chain in chains for side in chain.sides for node in side.walk()]
    held = {
        name.base
        for node in nodes
        if isinstance(node, tree.Wrt)
        for name in node.body.walk()
        if isinstance(name, tree.Name) and dots(name)
    }
    return frozenset(moving - held)


def dots(name: tree.Name) -> int:
    """How many dots a name has, if nothing else is above it."""
    return DOTS.get(name.accents[0], 0) if len(name.accents) == 1 else 0


def _moving(chain: tree.Chain) -> Iterator[str]:
    """What a chain says of a letter in terms of t: ``x(t) = …``, or ``x = A \\cos ωt``."""
    if not chain.relations or chain.relations[0].op not in ("=", ":="):
        return
    head, body = chain.sides[0], chain.sides[1]
    in_time = any(node == TIME for node in body.walk())
    if isinstance(head, tree.MaybeCall) and isinstance(head.func, tree.Name):
        if head.args == (TIME,) and in_time and not head.func.accents:
            yield head.func.base
    elif isinstance(head, tree.Name) and in_time and not head.accents and not head.primes:
        yield head.base
