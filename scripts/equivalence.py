"""A second opinion on two sides of a formula: their values, computed without the judge.

The judge must not excuse itself, so a changed side that it calls verified is evaluated here by other
means: plain complex numbers, recursive descent over the parsed tree, central differences. Only
scalars and indexed symbols are understood; ``None`` means that nothing was shown.
"""

from __future__ import annotations

import cmath
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vaultbp.latex import tree

POINTS = 6
SIZE = 3
STEP = 1e-5
CLOSE = 1e-6
MAX_STEPS = 40_000

Key = Any
"""A symbol with its indices made concrete; hashable."""
Indices = Mapping[str, int]


class NotShownError(Exception):
    """The second opinion does not understand the formula."""


def equivalent(one: tree.Node, two: tree.Node, chains: Sequence[tree.Chain]) -> bool | None:
    """Whether two sides have the same value under the definitions that ``chains`` state.

    ``None`` if that cannot be told. Free indices take each value from 1 to ``SIZE``.
    """
    definitions = _definitions(chains)
    names = sorted(_free_indices(one) | _free_indices(two))
    try:
        for point in range(POINTS):
            for at in _assignments(names):
                world = _World(definitions, f"{point}")
                a, b = world.value(one, at), world.value(two, at)
                if not (cmath.isfinite(a) and cmath.isfinite(b)):
                    return None
                if abs(a - b) > CLOSE * max(abs(a), abs(b), 1e-6):
                    return False
    except (NotShownError, RecursionError, ArithmeticError, ValueError):
        return None
    return True


def _definitions(chains: Sequence[tree.Chain]) -> dict[str, list[tuple[tree.Node, tree.Node]]]:
    """``head = body`` by the head's name, where the body is no derivative."""
    found: dict[str, list[tuple[tree.Node, tree.Node]]] = {}
    for chain in chains:
        if not chain.relations or chain.relations[0].op not in ("=", ":=", "≡"):
            continue
        head, body = chain.sides[0], chain.sides[1]
        named = head.func if isinstance(head, tree.MaybeCall | tree.Apply) else head
        if not isinstance(named, tree.Name) or any(node == head for node in body.walk()):
            continue
        if any(isinstance(n, tree.Derivative | tree.Gradient) for n in body.walk()):
            continue
        found.setdefault(_family(named), []).append((head, body))
    return found


def _family(name: tree.Name) -> str:
    return "|".join((name.style, name.base, *name.accents, "'" * name.primes))


def _free_indices(side: tree.Node) -> set[str]:
    bound = {
        _base(low.left if isinstance(low, tree.Relation) else low)
        for node in side.walk()
        if isinstance(node, tree.BigOp)
        for low in node.lower
    }
    used = {
        _base(letter)
        for node in side.walk()
        if isinstance(node, tree.Name)
        for sub in node.sub
        for letter in sub.walk()
        if isinstance(letter, tree.Name) and not letter.sub
    }
    return {name for name in used - bound if name in "ijklmnpqrst"}


def _base(node: tree.Node) -> str:
    return node.base if isinstance(node, tree.Name) else ""


def _assignments(names: Sequence[str]) -> list[dict[str, int]]:
    found: list[dict[str, int]] = [{}]
    for name in names[:3]:
        found = [{**each, name: value} for each in found for value in range(1, SIZE + 1)]
    return found


@dataclass
class _World:
    """One random point: every symbol without a definition gets a complex number of its own."""

    definitions: Mapping[str, list[tuple[tree.Node, tree.Node]]]
    seed: str
    given: dict[Key, complex] = field(default_factory=dict)
    steps: int = 0

    def value(self, node: tree.Node, at: Indices) -> complex:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise NotShownError
        method = _VALUES.get(type(node))
        if method is None:
            raise NotShownError
        return method(self, node, at)

    def random(self, key: Key) -> complex:
        digest = hashlib.sha256(f"{self.seed}|{key!r}".encode()).digest()
        real, imaginary = digest[0] / 256 + 0.3, digest[1] / 1024
        return complex(real + digest[2] / 65536, imaginary)

    # Symbols

    def key(self, node: tree.Node, at: Indices) -> Key:
        """The node with its indices made concrete."""
        if isinstance(node, tree.Name):
            if node.base in at and not node.sub and not node.sup and len(node.base) == 1:
                return at[node.base]
            subs = tuple(self.key(sub, at) for sub in node.sub)
            sups = tuple((self.key(s.body, at), s.bracket) for s in node.sup)
            return (_family(node), subs, sups)
        if isinstance(node, tree.Number):
            return int(node.value) if node.value == int(node.value) else node.value
        if isinstance(node, tree.Sum):
            parts = [self.key(term, at) for term in node.terms]
            whole = [p for p in parts if isinstance(p, int | float)]
            return sum(whole) if len(whole) == len(parts) else ("sum", *parts)
        if isinstance(node, tree.Neg):
            inner = self.key(node.body, at)
            return -inner if isinstance(inner, int | float) else ("neg", inner)
        return (type(node).__name__, *(self.key(c, at) for c in node.children()), _own(node))

    def name(self, node: tree.Name, at: Indices) -> complex:
        key = self.key(node, at)
        if isinstance(key, int):
            return complex(key)
        if key in self.given:
            return self.given[key]
        if node.style == "bold":
            raise NotShownError
        constant = not node.sub and not node.sup and node.base in ("e", "π")
        if constant and _family(node) not in self.definitions:
            return complex(cmath.e if node.base == "e" else cmath.pi)
        found = self.definition(node, at)
        if found is not None:
            body, indices = found
            return self.value(body, indices)
        if not node.sub and not node.sup and node.base in ("n", "m", "N", "M", "K"):
            return complex(SIZE)
        return self.random(key)

    def definition(self, node: tree.Name, at: Indices) -> tuple[tree.Node, Indices] | None:
        for head, body in self.definitions.get(_family(node), ()):
            if isinstance(head, tree.Name) and len(head.sub) == len(node.sub):
                indices = self.matched(head, node, at)
                if indices is not None:
                    return body, {**at, **indices}
        return None

    def matched(self, head: tree.Name, node: tree.Name, at: Indices) -> dict[str, int] | None:
        if len(head.sup) != len(node.sup):
            return None
        pairs = [*zip(head.sub, node.sub, strict=True)]
        pairs += [(a.body, b.body) for a, b in zip(head.sup, node.sup, strict=True)]
        indices: dict[str, int] = {}
        for pattern, actual in pairs:
            value = self.key(actual, at)
            if isinstance(pattern, tree.Name) and isinstance(value, int):
                indices[pattern.base] = value
            elif self.key(pattern, {}) != value:
                return None
        return indices

    # Functions

    def call(self, node: tree.Apply | tree.MaybeCall, at: Indices) -> complex:
        func = node.func
        if not isinstance(func, tree.Name) or len(node.args) != 1:
            raise NotShownError
        bare = tree.Name(func.base, func.accents, func.style, func.sub, func.sup)
        return self.derived(bare, self.value(node.args[0], at), func.primes, at)

    def derived(self, func: tree.Name, x: complex, order: int, at: Indices) -> complex:
        """The function or one of its first two derivatives at a number."""
        if order == 0:
            return self.function(func, x, at)
        if order > 2:
            raise NotShownError
        step = STEP if order == 1 else 50 * STEP
        high = self.derived(func, x + step, order - 1, at)
        low = self.derived(func, x - step, order - 1, at)
        return (high - low) / (2 * step)

    def function(self, func: tree.Name, x: complex, at: Indices) -> complex:
        for head, body in self.definitions.get(_family(func), ()):
            args = head.args if isinstance(head, tree.MaybeCall | tree.Apply) else ()
            if len(args) == 1 and isinstance(args[0], tree.Name):
                return self.with_given({self.key(args[0], at): x}, body, at)
        if func.base in _FUNCTIONS and not func.sub:
            return _FUNCTIONS[func.base](x)
        if func.base in self.definitions or func.sub:
            raise NotShownError
        a, b, c = (self.random((func.base, k)) for k in range(3))
        return a * cmath.sin(x + b) + c * x * x

    def with_given(self, given: Mapping[Key, complex], body: tree.Node, at: Indices) -> complex:
        outer, self.given = self.given, {**self.given, **given}
        try:
            return self.value(body, at)
        finally:
            self.given = outer

    # Operators

    def product(self, node: tree.Product, at: Indices) -> complex:
        if any(op in ("⊙", "∘", "⊗", "⋆", "⊕", "*") for op in node.ops):
            raise NotShownError
        total = complex(1)
        for factor in node.factors:
            total *= self.value(factor, at)
        return total

    def big(self, node: tree.BigOp, at: Indices) -> complex:
        if node.op not in ("Σ", "Π") or len(node.lower) != 1:
            raise NotShownError
        low = node.lower[0]
        name = low.left if isinstance(low, tree.Relation) else low
        first = low.right if isinstance(low, tree.Relation) and low.op == "=" else None
        if not isinstance(name, tree.Name) or (isinstance(low, tree.Relation) and first is None):
            raise NotShownError
        start = int(first.value) if isinstance(first, tree.Number) else 1
        end = int(node.upper.value) if isinstance(node.upper, tree.Number) else SIZE
        values = [self.value(node.body, {**at, name.base: k}) for k in range(start, end + 1)]
        total = complex(0 if node.op == "Σ" else 1)
        for each in values:
            total = total + each if node.op == "Σ" else total * each
        return total

    def derivative(self, node: tree.Derivative, at: Indices) -> complex:
        of, by = node.of, node.wrt[0].body if len(node.wrt) == 1 else None
        if of is None or not isinstance(by, tree.Name) or node.order != 1:
            raise NotShownError
        if isinstance(of, tree.Name) and self.definition(of, at) is None:
            return self.random(("derivative", self.key(of, at), self.key(by, at)))
        middle = self.value(by, at)
        ends = [self.with_given({self.key(by, at): middle + s}, of, at) for s in (STEP, -STEP)]
        return (ends[0] - ends[1]) / (2 * STEP)

    def sum(self, node: tree.Sum, at: Indices) -> complex:
        return sum((self.value(term, at) for term in node.terms), complex(0))

    def power(self, node: tree.Power, at: Indices) -> complex:
        return complex(self.value(node.base, at) ** self.value(node.exp, at))

    def root(self, node: tree.Root, at: Indices) -> complex:
        degree = self.value(node.degree, at) if node.degree is not None else 2
        return complex(self.value(node.body, at) ** (1 / degree))

    def indicator(self, node: tree.Indicator, at: Indices) -> complex:
        condition = node.condition
        if not isinstance(condition, tree.Relation) or condition.op not in ("=", "≠"):
            raise NotShownError
        a, b = self.key(condition.left, at), self.key(condition.right, at)
        if not (isinstance(a, int) and isinstance(b, int)):
            raise NotShownError
        return complex((a == b) == (condition.op == "="))

    def ambiguous(self, node: tree.Ambiguous, at: Indices) -> complex:
        values = {complex(self.value(r, at)) for r in node.readings}
        if len(values) != 1:
            raise NotShownError
        return values.pop()


def _own(node: tree.Node) -> str:
    """What a node says besides its children."""
    return " ".join(
        f"{name}={value}"
        for name in getattr(type(node), "__dataclass_fields__", {})
        if isinstance(value := getattr(node, name), str | int | bool)
    )


def _sigmoid(x: complex) -> complex:
    return 1 / (1 + cmath.exp(-x))


_FUNCTIONS: dict[str, Callable[[complex], complex]] = {
    "exp": cmath.exp, "log": cmath.log, "ln": cmath.log, "sin": cmath.sin, "cos": cmath.cos,
    "tan": cmath.tan, "sinh": cmath.sinh, "cosh": cmath.cosh, "tanh": cmath.tanh,
    "sqrt": cmath.sqrt, "σ": _sigmoid, "sigmoid": _sigmoid,
}  # fmt: skip

_VALUES: dict[type[tree.Node], Callable[[_World, Any, Indices], complex]] = {
    tree.Number: lambda w, n, at: complex(n.value),
    tree.Name: _World.name,
    tree.Neg: lambda w, n, at: -w.value(n.body, at),
    tree.Sum: _World.sum,
    tree.Product: _World.product,
    tree.Quotient: lambda w, n, at: w.value(n.num, at) / w.value(n.den, at),
    tree.Power: _World.power,
    tree.Root: _World.root,
    tree.Apply: _World.call,
    tree.MaybeCall: _World.call,
    tree.BigOp: _World.big,
    tree.Derivative: _World.derivative,
    tree.Indicator: _World.indicator,
    tree.Ambiguous: _World.ambiguous,
}
