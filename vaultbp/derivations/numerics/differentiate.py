"""Two ways to the same derivative: the engine's reverse mode, and steps without the engine.

Both cut the graph at the variable: its node, and every subexpression that says the same as its
definition, become one independent value. They share the evaluator and nothing of the calculus.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from vaultbp.derivations.meaning.ground import Indices, ground
from vaultbp.derivations.meaning.links import Link
from vaultbp.derivations.meaning.scope import Ground
from vaultbp.derivations.meaning.terms import Call, Diff, Idx, Num, Spread, Sym, Term, rebuilt, walk
from vaultbp.derivations.numerics import sample
from vaultbp.derivations.numerics.axes import components
from vaultbp.derivations.numerics.evaluate import Evaluator
from vaultbp.derivations.numerics.functions import real
from vaultbp.derivations.numerics.world import CannotEvaluate, Cut, Frame

STEP = 1e-20
"""Complex step: no subtraction, so as small as one likes."""
RICHARDSON = 1e-2
MAX_CELLS = 40
UNSPELT = "…"
"""What stands in a name for an index that is an expression."""
MIXED = 1e-9
"""What an entry may answer to another one before a derivative entry by entry has no meaning."""


class _Cutting(Evaluator):
    """What both differentiators share: where to cut, and the frame of the cut."""

    _flat = False
    """The next derivative is wanted as a matrix of all entries by all entries."""

    def cut(self, by: Term, at: Indices) -> tuple[list[Ground], list[Term], Any]:
        """The nodes and subexpressions that ``by`` names, and its present value."""
        self.world.trail.derived = True
        nodes: list[Ground] = []
        patterns: list[Term] = []
        if isinstance(by, Idx):
            by = Sym(by.name)
        if isinstance(by, Num):
            raise CannotEvaluate("a derivative by a number")
        if isinstance(by, Call) and self._is_annotation(by, at):
            by = by.func
        if isinstance(by, Sym):
            node = ground(by, at, self.world.count)
            nodes.append(node)
            patterns.extend(self._meanings(node))
        elif isinstance(by, Call):
            patterns.append(self.fixed(by, at))
            patterns.extend(self._aliases(patterns[0]))
        else:
            patterns.append(self.fixed(by, at))
        patterns = [p for p in patterns if not isinstance(p, Sym | Num | Spread)]
        return nodes, patterns, self.value(by, at)

    def _is_annotation(self, by: Call, at: Indices) -> bool:
        """``J(θ)`` for a ``J`` that is a variable: the bracket only says what it depends on."""
        world = self.world
        if by.order or world.scope.function(by.func.key, world.order, world.exclude):
            return False
        node = ground(by.func, at, world.count)
        return world.scope.symbol(node, world.order, world.exclude) is not None

    def _meanings(self, node: Ground) -> list[Term]:
        """The subexpression that the node's definition makes of it."""
        world = self.world
        if node.key in world.losses and not node.slots:
            return []
        found = world.scope.symbol(node, world.order, world.exclude)
        if found is None:
            return []
        definition, bindings = found
        return [self.fixed(definition.body, bindings)]

    def _aliases(self, call: Term) -> list[Term]:
        """Symbols that the note defines as just this call: ``y = f(u)`` names ``f(u)``."""
        assert isinstance(call, Call)
        found: list[Term] = []
        for definition in self.world.scope.function(call.func.key, self.world.order):
            params = definition.params or ()
            if len(params) == len(call.args) and definition.head.slots == ():
                swapped = dict(zip(params, call.args, strict=True))
                if all(isinstance(p, Sym) and not p.slots for p in params):
                    found.append(self.fixed(_swap(definition.body, swapped), {}))
        return found

    def open_frame(
        self,
        nodes: list[Ground],
        patterns: list[Term],
        value: Any,
        cut: Cut,
        immediate: bool = False,
    ) -> Frame:
        """A frame in which the variable has a value of its own."""
        outer = self.frame
        cells = self._entry_overrides(nodes, value)
        return Frame(
            overrides={**outer.overrides, **cells, **dict.fromkeys(nodes, value)},
            patterns=[*outer.patterns, *((p, value, cut) for p in patterns)],
            cuts={**outer.cuts, **dict.fromkeys(cells, cut), **dict.fromkeys(nodes, cut)},
            base=outer,
            held=True,
            immediate=immediate,
            tangents=outer.tangents,
            busy=set(outer.busy),
        )

    def _entry_overrides(self, nodes: list[Ground], value: Any) -> dict[Ground, Any]:
        """A cut through an array cuts its entries too."""
        if value.ndim != 3:
            return {}
        cells = components(value)
        return {
            entry: cell
            for node in nodes
            for entry, cell in zip(self.entries(node, value.shape[1:]), cells, strict=True)
        }

    def within(self, frame: Frame, of: Term, at: Indices) -> Any:
        """The value of ``of`` inside a frame; the arguments of ``f(x, h)`` are its own formula."""
        outer, self.frame = self.frame, frame
        frame.depth += isinstance(of, Call) and len(of.args) > 1
        try:
            return self.value(of, at)
        finally:
            self.frame = outer

    def laid_out(self, result: Any, of: Any, by: Any) -> Any:
        """A derivative in the layout of the reading."""
        option = self.world.option
        alike = of.ndim == 3 and by.shape == of.shape and 1 in by.shape[1:]
        if alike and option("elementwise"):
            return self._diagonal(result, by.shape)
        if of.ndim == 1 and by.ndim == 3 and option("rows"):
            return np.swapaxes(result, 1, 2)
        if of.ndim == 3 and by.ndim == 3 and option("denominator"):
            return np.swapaxes(result, 1, 2)
        return result

    @staticmethod
    def _diagonal(result: Any, shape: tuple[int, ...]) -> Any:
        """A derivative entry by entry, where no entry depends on another."""
        size = max(shape[1:])
        rest = real(result) * (1.0 - np.eye(size))
        if np.any(np.abs(rest) > MIXED):
            raise CannotEvaluate("a derivative entry by entry whose entries depend on each other")
        return np.stack([result[:, k, k] for k in range(size)], axis=-1).reshape(shape)

    def meets(self, nodes: list[Ground], value: Any, of: Term, at: Indices) -> bool:
        """Whether ``of`` leads to the variable by its name: only where it does not, does a
        subexpression that says the same stand for it."""
        cut = Cut()
        self.within(self.open_frame(nodes, [], value, cut), of, at)
        return cut.hits > 0

    def composed(self, links: list[Link]) -> Any:
        """The composition of derivatives, in the layout of the reading."""
        total: Any = None
        for of, by in links:
            flat = self.flat(of, by)
            total = flat if total is None else np.matmul(total, flat)
        top, bottom = self.value(links[0][0], {}), self.value(links[-1][1], {})
        if bottom.ndim == 1:
            return total.reshape(top.shape)
        if top.ndim == 1:
            return self.laid_out(total.reshape(bottom.shape), top, bottom)
        if 1 not in top.shape[1:] or 1 not in bottom.shape[1:]:
            raise CannotEvaluate(
                "a derivative of an array by a matrix has more dimensions than two"
            )
        return self.laid_out(total, top, bottom)

    def flat(self, of: Term, by: Term) -> Any:
        """A derivative with one row for each entry above and one column for each below."""
        self._flat = True
        try:
            return self.derivative(of, by, {})
        finally:
            self._flat = False

    def against_the_flow(self, of: Term, by: Term, at: Indices) -> Any:
        """A derivative by what is computed from the quantity, if the reading has one."""
        reading = self.world.option("upstream")
        if not reading or not self._is_upstream(of, by, at):
            return None
        value = self.derivative(by, of, at)
        return value if reading == "turned" else 1.0 / value

    def note_link(self, hits: int, of: Term, by: Term, at: Indices) -> None:
        """Remember whether the graph has a path from ``of`` to ``by``."""
        if not any(isinstance(t, Sym | Call | Idx) for t in walk(of)):
            return
        if isinstance(by, Sym) and by.slots and _names(of) == {by.key}:
            return
        pair = (spell(of), spell(by))
        if hits:
            self.world.trail.linked[pair] = None
        elif self._is_upstream(of, by, at):
            self.world.trail.vanishing[pair] = None
        else:
            self.world.trail.unlinked[pair] = None

    def _is_upstream(self, of: Term, by: Term, at: Indices) -> bool:
        """Whether ``by`` is computed from ``of``: then the derivative is zero, not unknown."""
        if not isinstance(of, Sym) or not isinstance(by, Sym):
            return False
        node = ground(of, at, self.world.count)
        cut = Cut()
        frame = Frame(
            overrides={node: self.value(of, at)}, cuts={node: cut}, busy=set(self.frame.busy)
        )
        try:
            self.within(frame, by, at)
        except CannotEvaluate:
            return False
        return cut.hits > 0


class StepEvaluator(_Cutting):
    """Complex step, and three-level Richardson inside another derivative."""

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self._inside = 0

    def derivative(self, of: Term, by: Term, at: Indices) -> Any:
        wanted, self._flat = self._flat, False
        immediate, self._immediate = self._immediate, False
        nodes, patterns, value = self.cut(by, at)
        if nodes and patterns and self.meets(nodes, value, of, at):
            patterns = []
        cells = components(value)
        if len(cells) > MAX_CELLS:
            raise CannotEvaluate("a derivative by too many quantities")
        hits = 0
        columns = []
        for k in range(len(cells)):
            change = np.zeros(value.shape)
            if value.ndim == 1:
                change[:] = 1.0
            else:
                change.reshape(value.shape[0], -1)[:, k] = 1.0
            column, hit = self._along(change, nodes, patterns, value, of, at, immediate)
            columns.append(column)
            hits += hit
        other = None if hits or wanted else self.against_the_flow(of, by, at)
        if other is not None:
            return other
        self.note_link(hits, of, by, at)
        if wanted:
            return np.stack([np.stack(components(c), axis=-1) for c in columns], axis=2)
        return self.laid_out(shaped(columns, value), columns[0], value)

    def _along(
        self,
        change: Any,
        nodes: list[Ground],
        patterns: list[Term],
        value: Any,
        of: Term,
        at: Indices,
        immediate: bool,
    ) -> tuple[Any, int]:
        nested = self._inside > 0 or bool(self.frame.tangents)
        if not nested and np.isrealobj(value):
            self._inside += 1
            try:
                cut = Cut()
                moved = value + 1j * STEP * change
                frame = self.open_frame(nodes, patterns, moved, cut, immediate)
                return np.imag(self.within(frame, of, at) + 0j) / STEP, cut.hits
            finally:
                self._inside -= 1
        return self._richardson(change, nodes, patterns, value, of, at, immediate)

    def _richardson(
        self,
        change: Any,
        nodes: list[Ground],
        patterns: list[Term],
        value: Any,
        of: Term,
        at: Indices,
        immediate: bool,
    ) -> tuple[Any, int]:
        self._inside += 1
        cut = Cut()
        try:
            levels = []
            for level in range(3):
                step = RICHARDSON / 2**level * np.maximum(1.0, np.abs(np.real(value)))
                ends = []
                for sign in (1.0, -1.0):
                    moved = value + sign * step * change
                    frame = self.open_frame(nodes, patterns, moved, cut, immediate)
                    ends.append(self.within(frame, of, at))
                width = step if value.ndim == 1 else np.max(step * change, axis=(1, 2))
                levels.append(_divided(ends[0] - ends[1], 2 * width))
            once = [(4 * levels[k + 1] - levels[k]) / 3 for k in range(2)]
            return (16 * once[1] - once[0]) / 15, cut.hits
        finally:
            self._inside -= 1


class TapeEvaluator(_Cutting):
    """The engine's reverse mode; a derivative inside a derivative keeps its graph."""

    def derivative(self, of: Term, by: Term, at: Indices) -> Any:
        from vaultbp.engine import Tensor, gradients

        wanted, self._flat = self._flat, False
        immediate, self._immediate = self._immediate, False
        nodes, patterns, value = self.cut(by, at)
        if nodes and patterns and self.meets(nodes, value, of, at):
            patterns = []
        leaf = value * 1.0 if isinstance(value, Tensor) else Tensor(value)
        if not leaf.tracked:
            leaf = Tensor(leaf.data)
        cut = Cut()
        frame = self.open_frame(nodes, patterns, leaf, cut, immediate)
        result = self.within(frame, of, at)
        other = None if cut.hits or wanted else self.against_the_flow(of, by, at)
        if other is not None:
            return other
        self.note_link(cut.hits, of, by, at)
        if wanted:
            return self._all_entries(result, leaf)
        if not isinstance(result, Tensor) or not result.tracked:
            flat = [np.zeros(sample.POINTS)] * len(components(value))
            zero = [np.zeros(result.shape) for _ in flat] if result.ndim > 1 else flat
            return self.laid_out(shaped(zero, value), zero[0], value)
        nested = bool(self.frame.overrides) or isinstance(value, Tensor)
        if result.ndim == 1:
            found = gradients(result, [leaf], create_graph=nested)[0]
            found = np.zeros(value.shape) if found is None else found
            return self.laid_out(found, result, value)
        rows = []
        for cell in components(result):
            found = gradients(cell, [leaf], create_graph=nested)[0] if _tracked(cell) else None
            rows.append(np.zeros(value.shape) if found is None else found)
        if value.ndim == 1:
            return np.stack(rows, axis=-1).reshape(result.shape)
        return self.laid_out(jacobian(rows, result.shape, value.shape), result, value)

    def _all_entries(self, result: Any, leaf: Any) -> Any:
        """One row for each entry of the result, one column for each of the variable."""
        from vaultbp.engine import gradients

        nested = bool(self.frame.overrides)
        rows = []
        for cell in components(result):
            found = gradients(cell, [leaf], create_graph=nested)[0] if _tracked(cell) else None
            row = np.zeros(leaf.shape) if found is None else found
            rows.append(row.reshape(leaf.shape[0], -1))
        return np.stack(rows, axis=1)

    def _diff(self, term: Diff, at: Indices) -> Any:
        from vaultbp.engine import Tensor, gradients

        if self._is_second(term, at):
            return 0.0 * self.value(term.body, at)
        if self.frame.tangents or self.frame.overrides:
            raise CannotEvaluate("a differential inside a derivative")
        time = Tensor(np.zeros(sample.POINTS))
        outer = self.frame
        self.frame = Frame(tangents=1.0)
        self._time = time
        try:
            result = self.value(term.body, at)
        finally:
            self.frame = outer
        if not isinstance(result, Tensor) or not result.tracked:
            return np.zeros(result.shape)
        rows = [
            gradients(cell, [time])[0] if _tracked(cell) else None for cell in components(result)
        ]
        cells = [np.zeros(sample.POINTS) if r is None else r for r in rows]
        return np.stack(cells, axis=-1).reshape(result.shape)

    def leaf(self, node: Ground) -> Any:
        if not self.frame.tangents or self.world.numeric:
            return super().leaf(node)
        self.world.trail.leaves.add(node)
        values, direction = self.draw(node), self.tangent(node)
        time = self._time if values.ndim == 1 else self._time.reshape(-1, 1, 1)
        return values + time * direction

    _methods: ClassVar[dict[type[Term], Any]] = {**_Cutting._methods, Diff: _diff}


# StepEvaluator keeps the evaluator's own differential, which is a complex step.


def _divided(gap: Any, width: Any) -> Any:
    """A difference over a step that may be another one at each point."""
    return gap / width.reshape(-1, *(1,) * (gap.ndim - 1))


def _tracked(x: Any) -> bool:
    return bool(getattr(x, "tracked", False))


def shaped(columns: list[Any], by: Any) -> Any:
    """Put the derivatives by each component together: the shape of ``by``, or a Jacobian."""
    if by.ndim == 1:
        return columns[0]
    if columns[0].ndim == 1:
        return np.stack(columns, axis=-1).reshape(by.shape)
    rows = [np.stack(c, axis=-1) for c in zip(*(components(c) for c in columns), strict=True)]
    return jacobian([r.reshape(by.shape) for r in rows], columns[0].shape, by.shape)


def jacobian(rows: list[Any], of: tuple[int, ...], by: tuple[int, ...]) -> Any:
    """A matrix of derivatives, one row for each component above, numerator layout."""
    if 1 not in of[1:] or 1 not in by[1:]:
        raise CannotEvaluate(
            "a derivative of an array by a matrix has more than two dimensions",
        )
    return np.stack([r.reshape(by[0], -1) for r in rows], axis=1)


def spell(term: Term) -> str:
    """A short name of a term for messages."""
    if isinstance(term, Sym):
        sub = "".join(_spell_slot(s.index) for s in term.slots if s.place == "_")
        sup = "".join(_spell_slot(s.index) for s in term.slots if s.place == "^")
        return term.key + (f"_{sub}" if sub else "") + (f"^({sup})" if sup else "")
    if isinstance(term, Call):
        return spell(term.func) + "'" * term.order + f"({', '.join(map(spell, term.args))})"
    if isinstance(term, Idx):
        return term.name
    return "the expression"


def _spell_slot(index: Term) -> str:
    match index:
        case Num(value=value):
            return str(int(value)) if value.is_integer() else str(value)
        case Idx(name=name):
            return name
        case Sym():
            return spell(index)
        case _:
            return UNSPELT


def _swap(term: Term, places: dict[Term, Term]) -> Term:
    """The term with symbols replaced by terms."""
    if term in places:
        return places[term]
    return rebuilt(term, lambda part: _swap(part, places))


__all__ = ["StepEvaluator", "TapeEvaluator", "real", "spell"]


def _names(term: Term) -> set[str]:
    """The symbols of a term, but not those that index others."""
    inside = walk(term)
    indices = {s.index for t in inside if isinstance(t, Sym) for s in t.slots}
    return {t.key for t in inside if isinstance(t, Sym) and t not in indices} | {
        t.func.key for t in inside if isinstance(t, Call)
    }
