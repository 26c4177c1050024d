"""The value of a term at the sample points, through the graph of definitions.

One evaluator serves three number systems: real numpy, complex numpy (a complex step is hidden in
the imaginary part) and engine tensors. Nodes of the graph are made on demand, one for each symbol
with concrete indices, and remembered. A derivative cuts the graph at a node: in a new frame the
node has a value of its own, and everything downstream is computed again.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from vaultbp.derivations.meaning.ground import Indices, fix, ground
from vaultbp.derivations.meaning.links import Link
from vaultbp.derivations.meaning.ranges import TOP
from vaultbp.derivations.meaning.scope import Ground
from vaultbp.derivations.meaning.terms import (
    IMMEDIATE,
    Add,
    Call,
    Deriv,
    Diff,
    Div,
    Fn,
    Grad,
    Mul,
    Neg,
    Opaque,
    Pow,
    Sym,
    Term,
    free_indices,
    is_slotwise,
)
from vaultbp.derivations.numerics import sample
from vaultbp.derivations.numerics.values import VALUES
from vaultbp.derivations.numerics.world import (
    CIRCULAR,
    CannotEvaluate,
    Frame,
    Known,
    TooLarge,
    Trail,
    World,
)

CALL = 4
"""What opening a frame for a call costs, in steps."""


class Evaluator:
    """Evaluates terms in one world. Subclasses differ in how they differentiate."""

    _immediate = False
    """The derivative asked for next is an immediate partial."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.frame = Frame()
        self.claim_at: Indices = {}
        self._fixed = world.fixed

    # Entry points

    def value(self, term: Term, at: Indices) -> Any:
        """The value of a term, shape ``(POINTS, …)``. Raises :class:`CannotEvaluate`."""
        self.world.budget.spend()
        if self.frame.patterns and isinstance(term, Add | Mul | Div | Pow | Fn | Call | Neg):
            hit = self._pattern(term, at)
            if hit is not None:
                return hit
        method = self._methods.get(type(term))
        if method is None:
            raise CannotEvaluate("it has a part that cannot be evaluated")
        return method(self, term, at)

    def _pattern(self, term: Term, at: Indices) -> Any:
        kind = type(term)
        alike = [p for p in self.frame.patterns if type(p[0]) is kind or kind is Neg]
        if not alike:
            return None
        here = self.fixed(term, at)
        for pattern, value, cut in alike:
            if here == pattern:
                cut.hits += 1
                return value
            if isinstance(here, Neg) and here.body == pattern:
                cut.hits += 1
                return -1.0 * value
        return None

    def fixed(self, term: Term, at: Indices) -> Term:
        """The term with concrete indices, in its fixed order."""
        key = (id(term), tuple(sorted(at.items())))
        found = self._fixed.get(key)
        if found is None:
            found = self._fixed[key] = (term, fix(term, at))
        return found[1]

    # Nodes

    def symbol(self, node: Ground) -> Any:
        """The value of a node: cut, remembered, defined, counted or free, in this order."""
        frame, world = self.frame, self.world
        world.trail.nodes.add(node)
        if node in frame.overrides:
            cut = frame.cuts.get(node)
            if cut is not None:
                cut.hits += 1
            return frame.overrides[node]
        known = frame.memo.get(node) or self._uncut(node)
        if known is not None:
            world.trail.extend(known.trail)
            return known.value
        outer, world.trail = world.trail, Trail()
        try:
            known = frame.memo[node] = Known(self._compute(node), world.trail)
        finally:
            outer.extend(world.trail)
            world.trail = outer
        if self._is_plain(frame) and not known.trail.local:
            if known.trail.nodes.isdisjoint(frame.overrides):
                world.known[type(self), node] = known
        return known.value

    def in_brackets(self, node: Ground, args: list[Ground]) -> Any:
        """The value of ``U(r)`` for a variable U. It moves with r, also where a partial derivative
        by r holds fixed what does not say that it does."""
        frame = self.frame
        cut = frame.overrides.keys()
        if not frame.held or node in cut or cut.isdisjoint(args):
            return self.symbol(node)
        frame.held = False
        try:
            return self._compute(node)
        finally:
            frame.held = True

    def _uncut(self, node: Ground) -> Known | None:
        """The node as it is where nothing is cut, if no cut of this frame reaches it."""
        known = self.world.known.get((type(self), node))
        if known is None or not self._is_plain(self.frame):
            return None
        return known if known.trail.nodes.isdisjoint(self.frame.overrides) else None

    def _is_plain(self, frame: Frame) -> bool:
        """Whether values differ in a frame only where they reach what it overrides."""
        options = self.world.options
        held = frame.held and (frame.immediate or options.immediate or options.one_step)
        return not (self.world.numeric or frame.tangents or frame.patterns or held)

    def _compute(self, node: Ground) -> Any:
        world, frame = self.world, self.frame
        if frame.held and frame.depth > 0 and frame.base is not None:
            if frame.immediate or world.option("immediate"):
                return self._frozen(node)
            if world.option("one_step") and self._is_earlier(node):
                return self._frozen(node)
        if node in frame.busy:
            raise CannotEvaluate(f"{node} {CIRCULAR}")
        if world.numeric and not frame.cuts:
            numbers = world.scope.symbol(node, world.order, world.exclude, numbers=True)
            if numbers is not None:
                return self.value(numbers[0].body, {})
        loss = None if node.slots else world.losses.get(node.key)
        found = None
        if loss is None:
            found = world.scope.symbol(node, world.order, world.exclude)
            if found is not None and not found[0].concrete and self._beyond(node):
                found = None
        if found is not None or loss is not None:
            frame.busy.add(node)
            frame.depth += 1
            try:
                if loss is not None:
                    return self.value(loss, {})
                assert found is not None
                definition, bindings = found
                world.trail.used[id(definition)] = definition
                return self.value(definition.body, self.completed(definition.body, bindings))
            finally:
                frame.busy.discard(node)
                frame.depth -= 1
        if not node.slots:
            count = world.count(node.key)
            if count is not None:
                return np.full(sample.POINTS, float(count))
        if world.shapes is not None:
            whole = self._shaped(node)
            if whole is not None:
                return whole
        return self.leaf(node)

    def shape(self, node: Ground) -> tuple[int, ...]:
        """The shape of a node as a whole; numbers and entries of an array have none."""
        sizes = self.world.shapes
        found = () if sizes is None else sizes.of(node)
        if 1 in found and max(found) > 1 and self.world.option("from_zero"):
            return tuple(size + (size > 1) for size in found)
        return found

    def entries(self, node: Ground, shape: tuple[int, ...]) -> list[Ground]:
        """The nodes of an array's entries, in row order."""
        key = self.world.entry_keys.get(node.key, node.key)
        found, first = [], self._first()
        for where in np.ndindex(*shape):
            if key == "𝟏":
                found.append(Ground("𝟏"))
                continue
            if 1 in shape:
                lower: tuple[tuple[str, object], ...] = (("_", max(where) + first),)
            else:
                lower = (("_", where[0] + 1), ("_", where[1] + 1))
            found.append(Ground(key, (*lower, *node.slots)))
        return found

    def _first(self) -> int:
        """The number of the first entry of a column or row."""
        return 0 if self.world.option("from_zero") else 1

    def _shaped(self, node: Ground) -> Any:
        """An array from its entries, or an entry from its array."""
        shape = self.shape(node)
        if shape:
            if node.key == "𝟏":
                return np.ones((sample.POINTS, *shape))
            if node.key == "I" or node.key.startswith("I_"):
                return np.broadcast_to(np.eye(shape[0]), (sample.POINTS, *shape)).copy()
            cells = [self.symbol(entry) for entry in self.entries(node, shape)]
            if any(cell.ndim > 1 for cell in cells):
                raise CannotEvaluate(f"{node} is an array of arrays")
            return np.stack(cells, axis=-1).reshape(sample.POINTS, *shape)
        return self._entry(node)

    def _entry(self, node: Ground) -> Any:
        world = self.world
        lower = [v for place, v in node.slots if place == "_"]
        rest = tuple(slot for slot in node.slots if slot[0] != "_")
        whole = Ground(node.key, rest)
        if not lower or not self.shape(whole) or not all(isinstance(v, int) for v in lower):
            return None
        defined = world.scope.symbol(whole, world.order, world.exclude) is not None
        if (not defined or self._beyond(whole)) and whole not in self.frame.overrides:
            return None
        value = self.symbol(whole)
        where = [int(str(v)) - (self._first() if len(lower) == 1 else 1) for v in lower]
        if value.ndim != 3 or max(where) >= max(value.shape[1:]):
            return None
        if len(where) == 1 and value.shape[2] == 1:
            return value[:, where[0], 0]
        if len(where) == 1 and value.shape[1] == 1:
            return value[:, 0, where[0]]
        return value[:, where[0], where[1]] if len(where) == 2 else None

    def completed(self, body: Term, bindings: dict[str, int]) -> dict[str, int]:
        """Bindings for every index of a definition's body: one that its head leaves open is the
        claim's own index of that name, or any fixed one."""
        missing = free_indices(body) - bindings.keys()
        if not missing:
            return bindings
        self.world.trail.local = True
        return {**bindings, **{name: self.claim_at.get(name, 1) for name in missing}}

    def _frozen(self, node: Ground) -> Any:
        """The value a node has without the cut: an immediate partial holds it fixed."""
        here = self.frame
        assert here.base is not None
        self.frame = here.base
        try:
            return self.symbol(node)
        finally:
            self.frame = here

    def _is_earlier(self, node: Ground) -> bool:
        """Whether a node belongs to a step before the one that the claim speaks of."""
        ranges = self.world.ranges
        now = [v for name, v in self.claim_at.items() if ranges.is_stepped(name)]
        return any(
            isinstance(value, int)
            and ranges.is_stepped_member(("slot", (node.key, len(node.slots), place)))
            and value < min(now, default=0)
            for place, (_, value) in enumerate(node.slots)
        )

    def _beyond(self, node: Ground) -> bool:
        """Whether a step index lies outside the recursion: such a node is a free base case."""
        for place, (_, value) in enumerate(node.slots):
            member = ("slot", (node.key, len(node.slots), place))
            if isinstance(value, int) and self.world.ranges.is_stepped_member(member):
                if value <= 0 or value > self.world.ranges.size(member) + 1:
                    return True
        return False

    def leaf(self, node: Ground) -> Any:
        """A free symbol: random numbers that depend on the seed and its name only."""
        world = self.world
        if world.numeric:
            numbers = world.scope.symbol(node, world.order, world.exclude, numbers=True)
            if numbers is None:
                raise CannotEvaluate(f"{node} has no value in numbers")
            return self.value(numbers[0].body, {})
        if node.key == "e" and not node.slots:
            return np.full(sample.POINTS, np.e)
        world.trail.leaves.add(node)
        if node.key in world.given:
            return np.full(sample.POINTS, world.given[node.key])
        values = np.abs(self.draw(node)) if world.option("positive") else self.draw(node)
        if world.option("shares"):
            values = np.abs(values) / (1.0 + np.abs(values))
        if node.key in world.option("normalised") and len(node.slots) == 1:
            values = self._share(node)
        if self.frame.tangents:
            values = values + 1j * self.frame.tangents * self.tangent(node)
        return values

    def _share(self, node: Ground) -> Any:
        """A member of a family that sums to one."""
        whole = self.shape(Ground(node.key))
        size = max(whole) if whole else self.world.ranges.size(("slot", (node.key, 1, 0)))
        place = node.slots[0][0]
        total: Any = 0.0
        for index in range(1, size + 1):
            total = total + np.abs(self.draw(Ground(node.key, ((place, index),))))
        return np.abs(self.draw(node)) / total

    def draw(self, node: Ground) -> Any:
        """The numbers drawn for a free node, in its shape."""
        key = (self.world.seed, node)
        found = self.world.draws.get(key)
        if found is None:
            found = self.world.draws[key] = self._drawn(node)
        return found

    def _drawn(self, node: Ground) -> Any:
        return sample.leaf(self.world.seed, str(node))

    def tangent(self, node: Ground) -> Any:
        """The direction in which a differential moves a free node."""
        moving = self.world.option("moving")
        names = {node.key, *(k for k, v in self.world.entry_keys.items() if v == node.key)}
        if moving and moving.isdisjoint(names):
            return np.zeros(sample.POINTS)
        return 0.3 + sample.uniform(self.world.seed, f"d{node}", sample.POINTS)

    # Places, families and ranges

    def substituted(
        self, body: Term, places: list[tuple[Term, Any]], at: Indices, indices: Indices
    ) -> Any:
        """``body`` with some symbols given values; the rest of the graph as it is."""
        self.world.budget.spend(CALL)
        outer = self.frame
        inner = Frame(
            overrides=dict(outer.overrides),
            patterns=list(outer.patterns),
            cuts=dict(outer.cuts),
            base=outer.base,
            held=outer.held,
            immediate=outer.immediate,
            tangents=outer.tangents,
            busy=set(outer.busy),
            depth=outer.depth,
        )
        for symbol, value in places:
            assert isinstance(symbol, Sym)
            node = ground(symbol, indices, self.world.count)
            inner.overrides[node] = value
            inner.cuts.pop(node, None)
        self.frame = inner
        try:
            return self.value(body, indices)
        finally:
            self.frame = outer

    def members(self, family: Sym, at: Indices) -> list[Ground]:
        """All nodes of a family: every value of every index that is left open."""
        names = sorted(free_indices(family) - at.keys())
        found: list[dict[str, int]] = [dict(at)]
        for name in names:
            values = range(1, TOP + 1) if name == "#layer" else self.range(name.lstrip("#"))
            found = [{**each, name: v} for each in found for v in values]
            if len(found) > 64:
                raise TooLarge("too large: a function of too many quantities")
        return [ground(family, each, self.world.count) for each in found]

    def range(self, name: str, lower: int | None = None, upper: int | None = None) -> range:
        """The values of a bound index."""
        ranges = self.world.ranges
        low = 1 if lower is None else lower
        if lower is None and ("index", name) in ranges.zero_based:
            low = 0
        high = ranges.index(name) + low - 1 if upper is None else upper
        if self.world.option("counted") and lower == 0 and upper is not None:
            low, high = 1, upper
        if high - low > 200:
            raise TooLarge("too large: a sum of more than 200 terms")
        return range(low, high + 1)

    # Derivatives

    def _deriv(self, term: Deriv, at: Indices) -> Any:
        of: Term = term.of
        for variable in term.wrt[:-1]:
            of = Deriv(of, (variable,), term.kind)
        self._immediate = term.kind == IMMEDIATE or (
            is_slotwise(term) and self.world.option("slotwise")
        )
        return self.derivative(of, term.wrt[-1], at)

    def _grad(self, term: Grad, at: Indices) -> Any:
        if term.wrt is None:
            raise CannotEvaluate("a gradient that does not say by what")
        return self.derivative(term.of, term.wrt, at)

    def _diff(self, term: Diff, at: Indices) -> Any:
        """The total differential: how the body answers when every free symbol moves."""
        if self._is_second(term, at):
            return 0.0 * self.value(term.body, at)
        if self.frame.tangents or self.frame.overrides:
            raise CannotEvaluate("a differential inside a derivative")
        step = 1e-20
        outer = self.frame
        self.frame = Frame(tangents=step)
        try:
            return np.imag(self.value(term.body, at) + 0j) / step
        finally:
            self.frame = outer

    def _is_second(self, term: Diff, at: Indices) -> bool:
        """``d(dx)`` of a free x: its differential is what it is, and does not move itself."""
        body = term.body.body if isinstance(term.body, Diff) else None
        if not isinstance(body, Sym) or self.frame.tangents:
            return False
        node = ground(body, at, self.world.count)
        return self.world.scope.symbol(node, self.world.order, self.world.exclude) is None

    def composed(self, links: list[Link]) -> Any:
        """The composition of derivatives that join end to end."""
        raise NotImplementedError

    def derivative(self, of: Term, by: Term, at: Indices) -> Any:
        """How ``of`` answers to ``by``. The differentiating subclasses say how."""
        raise NotImplementedError

    def _opaque(self, term: Opaque, at: Indices) -> Any:
        raise CannotEvaluate(term.why)

    _methods: ClassVar[dict[type[Term], Any]] = {
        **VALUES, Deriv: _deriv, Grad: _grad, Diff: _diff, Opaque: _opaque,
    }  # fmt: skip
