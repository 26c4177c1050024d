"""The verdict on one step: every admissible reading is tried before anything is called wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from vaultbp.derivations.chains import cancel
from vaultbp.derivations.compare import Comparison, compare, dummies, has_zero_sum, screen
from vaultbp.derivations.conventions import for_letter
from vaultbp.derivations.doubts import SHAPES_OPEN, Doubts
from vaultbp.derivations.evaluate import Budget, Options, World
from vaultbp.derivations.forms import (
    has_symbols,
    is_chain_rule,
    is_mean,
    is_particular,
    needs_shapes,
    says_zero,
    speaks_of_arrays,
    targets,
)
from vaultbp.derivations.kinds import entry_keys, may_speak_of, reached, speaks_of
from vaultbp.derivations.losses import derivatives_of, hidden_links, open_losses
from vaultbp.derivations.matrices import (
    FEW_CHECKS,
    MAX_CHECKS,
    Hypothesis,
    describe,
    differentiated,
    hypotheses,
    moved,
    only_moving,
)
from vaultbp.derivations.meanings import other_meanings, transposed_entries
from vaultbp.derivations.notebook import Notebook, Stated
from vaultbp.derivations.partials import along_named_paths, mixed_partials
from vaultbp.derivations.scope import NEVER, Definition, Scope
from vaultbp.derivations.show import show
from vaultbp.derivations.terms import (
    Call,
    Deriv,
    Fn,
    Grad,
    Opaque,
    Spread,
    Sym,
    Term,
    free_indices,
    walk,
)
from vaultbp.derivations.trial import Decision, Trial
from vaultbp.derivations.upside import upside_down

PER_STEP, LEAST_PER_STEP = 60_000, 3_000
"""How many terms may be evaluated for one step, all readings together: while the note's allowance
lasts, and afterwards."""


INNER_PARTIALS = "the partial derivatives along the paths hold the rest fixed"
ONE_STEP = "it holds only if what came before this step does not change"
TRANSPOSED = "the note writes the entries of a matrix product in more than one order"
ONE_PATH = "it holds only along the paths that it names"
ROW_OR_COLUMN = (
    "row or column? It does not hold with the shapes and the layout of the note's other steps"
)


@dataclass
class Judge:
    """Decides steps of one note."""

    book: Notebook
    seed: int = 0
    shift: int = 0
    draws: dict[object, object] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def world(self, stated: Stated, exclude: int, trial: Trial, seed: int = 0) -> World:
        """What a step is evaluated in under one reading."""
        scope = trial.scope or self.book.scope
        sizes = trial.shapes.sizes(self.shift > 0) if trial.shapes else None
        ranges = sizes.ranges if sizes else self.book.ranges(self.shift)
        scope = Scope(scope.symbols, scope.functions, scope.numbers, _tops(self.book, ranges))
        losses: dict[str, Spread] = {}
        if trial.losses:
            losses = open_losses(self.book, stated, trial.unlinked, trial.everywhere)
        return World(
            scope, ranges, stated.order, exclude, trial.options, self.seed + seed, losses=losses,
            fixed=self.book.fixed, draws=self.draws, shapes=sizes, budget=self.budget,
            entry_keys=entry_keys(self.book, sizes.kinds) if sizes else {},
        )  # fmt: skip

    def step(self, stated: Stated, left: Term, right: Term, exclude: int = NEVER) -> Decision:
        """Decide ``left = right`` as it stands in a chain."""
        share = min(PER_STEP, max(self.book.allowance, LEAST_PER_STEP))
        self.budget = Budget(share)
        decision = self._decide(stated, left, right, exclude)
        self.book.allowance -= share - self.budget.left
        return decision

    def _decide(self, stated: Stated, left: Term, right: Term, exclude: int) -> Decision:
        opaque = next((t for t in (*walk(left), *walk(right)) if isinstance(t, Opaque)), None)
        if opaque is not None:
            return Decision("unchecked", opaque.why)
        case = stated.said_case
        tried: list[tuple[Trial, Comparison]] = []
        waiting = [Trial()]
        excused: str | None = None
        while waiting:
            trial = waiting.pop(0)
            one, two = trial.sides or (left, right)
            world = self.world(stated, exclude, trial)
            found = self._linked(screen(one, two, world, case), one, two)
            if found.equal and (
                not self._vacuous(found, left, right) or _may_coincide(left, right, case)
            ):
                found = self._linked(compare(one, two, world, case), one, two)
            tried.append((trial, found))
            if found.too_large:
                return Decision("unchecked", found.why)
            if found.equal and not self._vacuous(found, left, right):
                if trial.chooses and found.partial:
                    continue  # a function chosen to fit must fit everywhere
                if self._needs_shapes(stated, left, right, found):
                    excused = SHAPES_OPEN
                elif self._again(stated, left, right, exclude, trial, case):
                    if not trial.against:
                        return self._verified(found, trial, case)
                    excused = trial.assumptions[0]
            if found.only_distinct and len(tried) == 1:
                excused = found.why
            waiting.extend(self._opened(stated, trial, found))
            if trial.losses and not (found.equal or trial.scope or trial.sides):
                waiting.extend(self._conventions(stated, left, right, trial, found))
            if len(tried) == 1 and (not found.failed or found.unlinked or found.abstract_left):
                others = list(self._alternatives(stated, left, right, found))
                waiting.extend([*others, *self._counted([trial, *others], left, right, found)])
        reach = reached(self.book, [left, right], stated.order)
        arrays: list[tuple[Trial, Comparison]] | None = []
        if any(speaks_of_arrays(term) for term in reach) or may_speak_of(
            self.book, [left, right], stated.order
        ):
            shaped = self._shaped(stated, left, right, exclude, tried)
            if isinstance(shaped, Decision):
                return shaped
            arrays = shaped
            if excused == SHAPES_OPEN and self.book.kinds:
                excused = ROW_OR_COLUMN
        return self._not_verified(stated, left, right, exclude, tried, excused, arrays)

    def _needs_shapes(self, stated: Stated, left: Term, right: Term, found: Comparison) -> bool:
        """Whether a step is about arrays, so that holding for numbers is not enough."""
        sections = {stated.section, *(d.section for d in found.used.values())}
        return needs_shapes(left, right) or speaks_of(
            self.book, _used(found, left, right), sections
        )

    def _shaped(
        self,
        stated: Stated,
        left: Term,
        right: Term,
        exclude: int,
        tried: list[tuple[Trial, Comparison]],
    ) -> Decision | list[tuple[Trial, Comparison]] | None:
        """Look for kinds of the symbols under which everything conforms and the step holds.

        Where it holds under none: the layouts of the likeliest conforming kinds under which it
        differs, if it has a clear meaning in no other. ``None`` if it conforms under none.
        """
        conforms = False
        case = stated.said_case
        first = tried[0][1]
        opened = open_losses(self.book, stated, first.unlinked) if first.unlinked else {}
        hopeless = all(c.different and not c.unlinked for _, c in tried) or not has_symbols(right)
        limit = FEW_CHECKS if hopeless else MAX_CHECKS
        order = stated.order
        bases = _holding(tried)
        for shapes in hypotheses(self.book, left, right, order, exclude, opened, limit):
            conforms = True
            differing: list[tuple[Trial, Comparison]] = []
            clear, lost = True, first.unlinked
            seen: list[World] = []
            waiting = [
                *(_in_layout(base, layout) for base in bases for layout in self._layouts(shapes)),
                *self._open_layouts(shapes),
            ]
            while waiting:
                trial = replace(waiting.pop(0), unlinked=tuple(lost))
                if trial.losses and not lost:
                    break
                world = self.world(stated, exclude, trial)
                if any(_is_alike(each, world) for each in seen):
                    continue
                seen.append(world)
                found = self._linked(screen(left, right, world, case), left, right)
                if found.too_large:
                    return Decision("unchecked", found.why)
                waiting += self._shared_out(trial, found)
                if found.different and not found.unlinked:
                    differing.append((trial, found))
                clear = clear and (found.different or found.failed or _says_nothing(trial, found))
                lost = lost if trial.losses else found.unlinked or lost
                if not found.equal or self._vacuous(found, left, right):
                    continue
                found = compare(left, right, world, case)
                if not found.equal or self._vacuous(found, left, right):
                    continue
                if self._again(stated, left, right, exclude, trial, case):
                    self.book.kinds.append({f: k for f, k in shapes.kinds.items() if k})
                    shapes.settle(self.book, trial.options)
                    says = [*trial.assumptions, describe(shapes.kinds, trial.options)]
                    if trial.losses:
                        losses = open_losses(self.book, stated, lost, trial.everywhere).items()
                        says += [_loss_says(key, spread) for key, spread in losses]
                    return self._verified(found, replace(trial, assumptions=tuple(says)), case)
            if differing:
                return differing if clear else []
        return [] if conforms else None

    def _shared_out(self, trial: Trial, found: Comparison) -> Iterator[Trial]:
        """A layout under which a step differs, again with probabilities that sum to one."""
        shares = frozenset() if trial.options.normalised or not found.different else targets(found)
        if shares and self.book.speaks_of_targets():
            text = f"the {', '.join(sorted(shares))} sum to one"
            options = replace(trial.options, normalised=shares)
            yield replace(trial, options=options, assumptions=(*trial.assumptions, text))

    def _layouts(self, shapes: Hypothesis) -> Iterator[Trial]:
        """Every layout under which a hypothesis conforms and the note's other steps held."""
        for options in shapes.admissible(self.book):
            yield Trial(options, shapes=shapes)

    def _open_layouts(self, shapes: Hypothesis) -> Iterator[Trial]:
        """The same with open losses."""
        for options in shapes.admissible(self.book):
            for everywhere in (False, True):
                yield Trial(options, losses=True, everywhere=everywhere, shapes=shapes)

    def _again(
        self, stated: Stated, left: Term, right: Term, exclude: int, trial: Trial, case: str | None
    ) -> bool:
        """A second draw, with other sizes, where sums or unknown functions are involved."""
        terms = [*walk(left), *walk(right)]
        if not any(isinstance(t, Deriv | Grad) for t in terms) and not free_indices(left):
            return True
        other = Judge(self.book, self.seed + 7, 1, budget=self.budget)
        one, two = trial.sides or (left, right)
        found = compare(one, two, other.world(stated, exclude, trial), case)
        return found.equal

    def _linked(self, found: Comparison, left: Term, right: Term) -> Comparison:
        """What a comparison says, with the links that it did not know to be missing."""
        if found.equal or found.different:
            leaves = found.leaves_left | found.leaves_right
            lost = hidden_links(self.book, (left, right), leaves)
            found.unlinked.extend(pair for pair in lost if pair not in found.unlinked)
        return found

    @staticmethod
    def _vacuous(found: Comparison, left: Term, right: Term) -> bool:
        """Both sides vanish, and not because the note says zero of something it computes."""
        literal = any(says_zero(s) for s in (left, right))
        nowhere = bool(found.unlinked or found.vanishing)
        return nowhere or (found.zero and not literal)

    def _verified(self, found: Comparison, trial: Trial, case: str | None) -> Decision:
        assumptions = list(trial.assumptions)
        if trial.chooses:
            self.book.chosen.setdefault(trial.chooses, trial.assumptions[-1])
        if self._uses_log(found):
            base = trial.options.log_base
            self.book.chosen.setdefault("log", f"log is to base {base:g}" if base else "natural")
        for definition in found.used.values():
            if definition.assumption and definition.assumption not in assumptions:
                assumptions.append(definition.assumption)
        if case is not None:
            assumptions.append(f"for indices that {'coincide' if case == '=' else 'differ'}")
        used = tuple(found.used.values())
        return Decision("verified", assumptions=tuple(assumptions), used=used)

    @staticmethod
    def _uses_log(found: Comparison) -> bool:
        return any(
            isinstance(t, Fn) and t.name == "logb"
            for d in found.used.values()
            for t in walk(d.body)
        )

    def _alternatives(
        self, stated: Stated, left: Term, right: Term, first: Comparison
    ) -> Iterator[Trial]:
        terms = [*walk(left), *walk(right)]
        derivative = any(isinstance(t, Deriv | Grad) for t in terms)
        total = any(isinstance(t, Deriv) and t.kind == "d" for t in terms)
        if derivative and not total:
            yield Trial(Options(immediate=True), ("partial derivatives hold the rest fixed",))
        for sides in mixed_partials(left, right):
            yield Trial(sides=sides, assumptions=(INNER_PARTIALS,), against=total)
        if first.unlinked:
            for scope in other_meanings(self.book, (left, right), stated.order):
                yield Trial(scope=scope, meaning=True)
            yield from self._open_readings(stated, left, right, tuple(first.unlinked))
        moving = differentiated(left, right)
        if moving:
            other = not moved(self.book, left, right)
            yield Trial(Options(moving=moving), (only_moving(moving),), against=other)
        yield from self._other_readings(stated, left, right)
        yield from self._same_role(left, right, first)
        bodies = [d.body for d in first.used.values()]
        if dummies(left, right):
            yield Trial(Options(einstein=True), ("a repeated index is summed over",))
        if any(
            isinstance(t, Fn) and t.name == "logb" for b in (left, right, *bodies) for t in walk(b)
        ):
            for base in (2.0, 10.0):
                text = f"log is to base {base:g}"
                other = self.book.chosen.get("log", text) != text
                yield Trial(Options(log_base=base), (text,), against=other)
        shares = targets(first)
        if shares:
            names = ", ".join(sorted(shares))
            said = self.book.speaks_of_targets()
            text = f"the {names} sum to one"
            yield Trial(Options(normalised=shares), (text,), against=not said)
        yield from self._conventions(stated, left, right, Trial(), first)

    def _conventions(
        self, stated: Stated, left: Term, right: Term, trial: Trial, found: Comparison
    ) -> Iterator[Trial]:
        """A reading again with the usual meanings of the functions that the note leaves open."""
        if isinstance(left, Sym) and any(s is left for s in stated.sides[: stated.heads]):
            return  # Another formula of a name may define it anew: it chooses no convention.
        for key in sorted(found.abstract_left | found.abstract_right):
            if not is_particular(right, key, found):
                continue
            for convention in for_letter(key.split("_")[0], self.book.note.source.text):
                definition = convention.of(key)
                text = definition.assumption or ""
                other = self.book.chosen.get(key, text) != text
                yield replace(
                    trial,
                    assumptions=(*trial.assumptions, text),
                    scope=self.book.scope.with_only(definition),
                    against=trial.against or other,
                    chooses=key,
                )

    def _open_readings(
        self, stated: Stated, left: Term, right: Term, lost: tuple[tuple[str, str], ...]
    ) -> Iterator[Trial]:
        """What the note leaves open as any smooth function, with what partials may hold fixed."""
        losses = open_losses(self.book, stated, lost)
        if not losses:
            return
        terms = [*walk(left), *walk(right)]
        total = any(isinstance(t, Deriv) and t.kind == "d" for t in terms)
        says = tuple(_loss_says(key, spread) for key, spread in losses.items())
        plain = Trial(Options(), says, losses=True, unlinked=lost)
        places = [plain]
        if open_losses(self.book, stated, lost, everywhere=True) != losses:
            places.append(replace(plain, everywhere=True))
        yield from places
        if not total:
            yield from (replace(p, options=Options(immediate=True)) for p in places)
        for sides in mixed_partials(left, right):
            inner = (*says, INNER_PARTIALS)
            yield from (replace(p, sides=sides, assumptions=inner, against=total) for p in places)
        if dummies(left, right):
            summed = (*says, "a repeated index is summed over")
            yield replace(plain, options=Options(einstein=True), assumptions=summed)

    def _excuse(
        self,
        stated: Stated,
        left: Term,
        right: Term,
        exclude: int,
        tried: list[tuple[Trial, Comparison]],
        full: Comparison,
    ) -> Decision | None:
        """Whether a step that differs holds for a part of what moves: looked for last."""
        case = stated.said_case
        for trial in (t for t, _ in tried if t.options == Options() and t.sides is None):
            excuses = [
                replace(trial, sides=sides, assumptions=(ONE_PATH,))
                for sides in along_named_paths(self.book, left, right)
            ]
            if self._is_stepped(free_indices(left)):
                excuses.append(
                    replace(trial, options=Options(one_step=True), assumptions=(ONE_STEP,))
                )
            excuses.extend(
                replace(trial, scope=scope, assumptions=(TRANSPOSED,))
                for scope in transposed_entries(self.book, full)
            )
            for each in excuses:
                one, two = each.sides or (left, right)
                if screen(one, two, self.world(stated, exclude, each), case).equal:
                    return Decision("unchecked", each.assumptions[0])
        return None

    def _is_stepped(self, names: Iterable[str]) -> bool:
        """Whether an index counts layers or time steps."""
        return any(self.book.ranges().is_stepped(name) for name in names)

    def _opened(self, stated: Stated, trial: Trial, found: Comparison) -> Iterator[Trial]:
        """The reading of another meaning again, with what it leaves open as an open loss."""
        if trial.meaning and not trial.losses and found.unlinked:
            losses = open_losses(self.book, stated, found.unlinked)
            if losses:
                says = (_loss_says(key, spread) for key, spread in losses.items())
                yield replace(
                    trial,
                    assumptions=(*trial.assumptions, *says),
                    losses=True,
                    unlinked=tuple(found.unlinked),
                )

    @staticmethod
    def _counted(
        trials: list[Trial], left: Term, right: Term, first: Comparison
    ) -> Iterator[Trial]:
        """Every reading again with sums from 0 to N taken to have N terms."""
        bodies = [d.body for d in first.used.values()]
        if any(has_zero_sum(t) for t in (left, right, *bodies)):
            mean = any(is_mean(t) for t in (left, right, *bodies))
            for trial in trials:
                yield replace(
                    trial,
                    options=replace(trial.options, counted=True),
                    assumptions=(*trial.assumptions, "a sum from 0 to N has N terms"),
                    against=trial.against or not mean,
                )

    def _same_role(self, left: Term, right: Term, first: Comparison) -> Iterator[Trial]:
        """A name without index for one with: ``L = (y - ŷ)²`` and then ``∂L/∂ŷ_1``."""
        if not first.unlinked:
            return
        free = {
            f.rsplit("/", 1)[0] for f in first.leaves_left | first.leaves_right if f.endswith("/0")
        }
        variables = {
            by
            for t in (*walk(left), *walk(right))
            if isinstance(t, Deriv)
            for by in t.wrt
            if isinstance(by, Sym) and by.slots and by.key in free
        }
        if len(variables) != 1 or free_indices(next(iter(variables))):
            return
        meant = next(iter(variables))
        says = f"{show(Sym(meant.key))} is {show(meant)}"
        definition = Definition(Sym(meant.key), meant, -1, assumption=says)
        scope = self.book.scope
        symbols = {**scope.symbols, meant.key: [*scope.symbols.get(meant.key, ()), definition]}
        yield Trial(Options(), (says,), Scope(symbols, scope.functions, scope.numbers))

    def _other_readings(self, stated: Stated, left: Term, right: Term) -> Iterator[Trial]:
        """The same text with its ambiguous parts read otherwise."""
        k = next((k for k, side in enumerate(stated.sides) if side is left), None)
        if k is None or k + 1 >= len(stated.sides) or stated.sides[k + 1] is not right:
            return
        seen = [(left, right)]
        for pick, products in ((1, False), (2, False), (0, True)):
            sides = self.book.lowered(stated, pick, products)
            if (sides[k], sides[k + 1]) not in seen:
                seen.append((sides[k], sides[k + 1]))
                yield Trial(sides=(sides[k], sides[k + 1]))

    def _not_verified(
        self,
        stated: Stated,
        left: Term,
        right: Term,
        exclude: int,
        tried: list[tuple[Trial, Comparison]],
        excused: str | None,
        arrays: list[tuple[Trial, Comparison]] | None,
    ) -> Decision:
        tried = tried[:1] + [t for t in tried[1:] if not _says_nothing(*t)]
        first = tried[0][1]
        opened = [
            (t, c)
            for t, c in tried
            if t.losses and not (t.meaning or c.failed or c.unlinked) and self._has_paths(stated, t)
        ]
        turned = self._upside_down(stated, left, right, exclude, [tried[0], *opened])
        if turned is not None and excused is None:
            return turned
        paths = any(c.different or c.somewhere for _, c in opened)
        if (not first.different or first.unlinked) and not paths:
            chain = cancel(left, right, self._alias)
            if chain is not None and chain.holds:
                return Decision("verified", assumptions=(chain.assumption,))
            if chain is not None and chain.missing:
                return Decision("unchecked", chain.missing)
        if excused is not None:
            return Decision("unchecked", excused)
        if first.unlinked and opened and self._is_for_any_loss(stated, left, right, tried):
            linked = all(self._has_paths(stated, t, wholly=True) for t, _ in opened)
            if linked and all(c.different or c.somewhere for _, c in opened):
                return self._refuted(stated, left, right, exclude, opened, arrays)
        if first.zero and first.equal:
            return Decision("unchecked", "both sides are zero, which proves nothing")
        if first.unlinked:
            return self._unlinked(first)
        if first.different and all(c.different or c.somewhere for _, c in tried):
            return self._refuted(stated, left, right, exclude, tried, arrays)
        return Decision("unchecked", first.why or "the sides agree under no single reading")

    def _upside_down(
        self,
        stated: Stated,
        left: Term,
        right: Term,
        exclude: int,
        tried: list[tuple[Trial, Comparison]],
    ) -> Decision | None:
        """The step is wrong because one of its derivatives stands upside down."""
        case = stated.said_case
        for trial, found in tried:

            def read(upstream: str, trial: Trial = trial) -> Comparison:
                options = replace(trial.options, upstream=upstream)
                world = self.world(stated, exclude, replace(trial, options=options))
                return compare(left, right, world, case)

            why = upside_down(self.book, left, right, found, read)
            doubts = Doubts(self.book, self.world, stated, left, right, exclude, found)
            if why and not doubts.not_refutable():
                return Decision("wrong", why, point=found.point)
        return None

    def _is_for_any_loss(
        self, stated: Stated, left: Term, right: Term, tried: list[tuple[Trial, Comparison]]
    ) -> bool:
        """Whether a step would hold for every loss if it held: then any loss can refute it."""
        if any(t.meaning and not (c.different or c.somewhere) for t, c in tried):
            return False
        if is_chain_rule(left, right):
            return True
        functions = {(f, id(c)): c for _, c in tried for f in c.abstract_left | c.abstract_right}
        particular = any(is_particular(right, f, c) for (f, _), c in functions.items())
        if particular and any(mixed_partials(left, right)):
            return False
        losses = open_losses(self.book, stated, tried[0][1].unlinked)
        return all(derivatives_of(self.book, side, losses.keys()) == 1 for side in (left, right))

    def _has_paths(self, stated: Stated, trial: Trial, wholly: bool = False) -> bool:
        """Whether the note defines some, or each, of what its open quantities are functions of."""
        losses = open_losses(self.book, stated, trial.unlinked, trial.everywhere)
        defined = self.book.scope.symbols
        enough = all if wholly else any
        return all(
            enough(each.key in defined for each in spread.inputs) for spread in losses.values()
        )

    def _alias(self, term: Term) -> Term:
        """One name for a quantity: ``y``, ``f(u)`` and ``f`` where the note says ``y = f(u)``."""
        if isinstance(term, Call):
            return term.func
        if isinstance(term, Sym):
            for definition in self.book.scope.symbols.get(term.key, ()):
                body = definition.body
                if definition.head == term and isinstance(body, Call) and body.order == 0:
                    return body.func
        return term

    def _unlinked(self, found: Comparison) -> Decision:
        top, bottom = found.unlinked[0]
        return Decision(
            "unchecked",
            f"the note does not say how {top} depends on {bottom}",
            f"%% define: {top} = … %%",
        )

    def _refuted(
        self,
        stated: Stated,
        left: Term,
        right: Term,
        exclude: int,
        tried: list[tuple[Trial, Comparison]],
        arrays: list[tuple[Trial, Comparison]] | None,
    ) -> Decision:
        """Every reading differs at first sight: look again with everything before accusing."""
        case = stated.said_case
        full: Comparison | None = None
        for trial, _ in tried:
            one, two = trial.sides or (left, right)
            found = compare(one, two, self.world(stated, exclude, trial), case)
            full = full or found
            if not (found.different or (found is not full and found.somewhere)):
                return Decision(
                    "unchecked", found.why or "the sides do not differ in every reading"
                )
        assert full is not None
        lost = [*full.unlinked, *full.vanishing]
        if lost and not any(t.losses for t, _ in tried):
            # A derivative that is zero because no path was found is never evidence of a mistake.
            return self._unlinked(replace(full, unlinked=lost))
        doubt = (
            self._excuse(stated, left, right, exclude, tried, full)
            or Doubts(
                self.book, self.world, stated, left, right, exclude, full, tried, arrays
            ).first()
        )
        return doubt or Decision("wrong", "the two sides differ", point=full.point)


def _holding(tried: list[tuple[Trial, Comparison]]) -> list[Trial]:
    """The conventions under which a step holds for numbers, where it does under some only."""
    if tried[0][1].equal or tried[0][1].unlinked:
        return [Trial()]
    found = [
        trial
        for trial, held in tried
        if held.equal
        and not (held.zero or trial.against or trial.sides or trial.losses or trial.options.moving)
    ]
    return found or [Trial()]


def _in_layout(base: Trial, layout: Trial) -> Trial:
    """A convention in one layout of the derivatives."""
    own = base.options
    options = replace(layout.options, normalised=own.normalised, log_base=own.log_base)
    return replace(base, options=options, shapes=layout.shapes)


def _is_alike(one: World, two: World) -> bool:
    """Whether a reading must say what another one said."""
    return one.scope.functions is two.scope.functions and one.says_of(two)


def _says_nothing(trial: Trial, found: Comparison) -> bool:
    """Whether both sides vanish because a partial derivative holds fixed all that leads to it."""
    return trial.options.immediate and found.zero and bool(found.unlinked)


def _may_coincide(left: Term, right: Term, case: str | None) -> bool:
    """What is zero for indices that differ may not be where they coincide."""
    return case != "≠" and len(free_indices(left) | free_indices(right)) > 1


def _used(found: Comparison, left: Term, right: Term) -> list[Term]:
    """The sides and the bodies of the definitions that their values came from."""
    return [left, right, *(definition.body for definition in found.used.values())]


def _loss_says(key: str, spread: Spread) -> str:
    from vaultbp.derivations.differentiate import spell

    names = ", ".join(dict.fromkeys(spell(s) for s in spread.inputs))
    return f"{key} depends on the rest only through {names}"


def _tops(book: Notebook, ranges: object) -> dict[str, int]:
    from vaultbp.derivations.ranges import Ranges

    assert isinstance(ranges, Ranges)
    found = {}
    for key in sorted(book.lexicon.tops):
        count = ranges.count(key)
        if count is not None:
            found[key] = count
    return found
