"""The verdict on one step: every admissible reading is tried before anything is called wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from vaultbp.derivations.arrays.kinds import entry_keys, may_speak_of, reached, speaks_of
from vaultbp.derivations.arrays.matrices import (
    FEW_CHECKS,
    MAX_CHECKS,
    Hypothesis,
    describe,
    hypotheses,
    is_settled,
)
from vaultbp.derivations.arrays.transposes import forgiven
from vaultbp.derivations.doubts.alone import needs_only_the_formula_before
from vaultbp.derivations.doubts.evidence import remember, takes_whole
from vaultbp.derivations.doubts.refuting import SHAPES_OPEN, Doubts
from vaultbp.derivations.meaning.cases import said
from vaultbp.derivations.meaning.notebook import Notebook, Stated
from vaultbp.derivations.meaning.scope import NEVER, Scope
from vaultbp.derivations.meaning.terms import (
    Add,
    Opaque,
    Spread,
    Term,
    free_indices,
)
from vaultbp.derivations.numerics.compare import (
    NO_POINT,
    TOO_FEW,
    Comparison,
    agrees_with_any,
    compare,
    screen,
)
from vaultbp.derivations.numerics.forms import (
    composes,
    derives,
    has_symbols,
    is_chain_rule,
    is_particular,
    needs_shapes,
    says_zero,
    speaks_of_arrays,
    sums_over_nothing,
)
from vaultbp.derivations.numerics.world import Budget, Options, World
from vaultbp.derivations.readings.alternatives import (
    alternatives,
    conventions,
    counted,
    has_open_log,
    losses_say,
    shared_out,
    states_shares,
    with_losses_opened,
)
from vaultbp.derivations.readings.antiderivatives import (
    UNREAD,
    differentiated,
    is_antiderivative,
    is_plain,
)
from vaultbp.derivations.readings.circular import with_coordinates
from vaultbp.derivations.readings.freed import freed
from vaultbp.derivations.readings.layouts import holding, in_layout
from vaultbp.derivations.readings.losses import (
    derivatives_of,
    hidden_links,
    lead_to,
    open_losses,
    rival_inputs,
)
from vaultbp.derivations.readings.named import cancelled
from vaultbp.derivations.readings.other_definitions import transposed_entries
from vaultbp.derivations.readings.partials import along_named_paths, mixed_partials
from vaultbp.derivations.readings.parts import differing_parts
from vaultbp.derivations.readings.positive import as_shares
from vaultbp.derivations.readings.through import along_arrays
from vaultbp.derivations.readings.trial import Decision, Question, Trial, Tried
from vaultbp.derivations.readings.upside import Read, differs_however_turned, upside_down

PER_STEP, SMALL_STEP, LEAST_PER_STEP = 60_000, 4_000, 400
"""How many terms may be evaluated for one step, all readings together: while the note's allowance
lasts, while what is kept for its small steps lasts, and afterwards."""
TOO_LARGE_COSTS = 8
"""How much more a step takes off the allowance that was too large: others like it will be."""

AGAIN = (7, 11, 13)
"""By how much the seeds differ of the draws with other sizes: as many as it takes to find points."""

SUM_OPEN = "a sum does not say over what"
SHARES = "it says what is assumed elsewhere, which proves nothing"
NOUGHTS = "both sides are zero, which proves nothing"
ONE_STEP = "it holds only if what came before this step does not change"
TRANSPOSED = "the note writes the entries of a matrix product in more than one order"
APART = "it holds if what other parts of the note differentiate by is no further path"
WHOLE = "it holds with the rest held fixed, which other steps of the note do not do"
DERIVATIVES_DIFFER = "the derivatives of the two sides differ"
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
    opened: dict[object, dict[str, Spread]] = field(default_factory=dict)

    def world(self, stated: Stated, exclude: int, trial: Trial, seed: int = 0) -> World:
        """What a step is evaluated in under one reading."""
        scope = trial.scope or self.book.scope
        sizes = trial.shapes.sizes(self.shift > 0) if trial.shapes else None
        ranges = sizes.ranges if sizes else self.book.ranges(self.shift)
        scope = Scope(
            scope.symbols, scope.functions, scope.numbers, ranges.counts(self.book.lexicon.tops)
        )
        losses: dict[str, Spread] = {}
        if trial.losses:
            losses = self._open_losses(stated, trial)
            if trial.apart:
                losses = rival_inputs(self.book, losses, stated.sides)
        return World(
            scope, ranges, stated.order, exclude, trial.options, self.seed + seed, losses=losses,
            fixed=self.book.fixed, draws=self.draws, shapes=sizes, budget=self.budget,
            entry_keys=entry_keys(self.book, sizes.kinds) if sizes else {},
        )  # fmt: skip

    def _open_losses(self, stated: Stated, trial: Trial) -> dict[str, Spread]:
        """What the note leaves open in a reading, worked out once for all like it."""
        key = (stated.order, trial.unlinked, trial.everywhere)
        if key not in self.opened:
            self.opened[key] = open_losses(self.book, stated, trial.unlinked, trial.everywhere)
        return self.opened[key]

    def step(self, stated: Stated, left: Term, right: Term, exclude: int = NEVER) -> Decision:
        """Decide ``left = right`` as it stands in a chain."""
        book = self.book
        small = min(SMALL_STEP, max(book.kept, LEAST_PER_STEP))
        share = min(PER_STEP, max(book.allowance, small))
        self.budget = Budget(share)
        decision = self._decide(Question(stated, left, right, exclude))
        used = share - self.budget.left
        if book.allowance < small:
            book.kept -= used
        lost = TOO_LARGE_COSTS if (decision.reason or "").startswith("too large") else 1
        book.allowance -= lost * used
        return decision

    def _under(self, asked: Question, trial: Trial) -> World:
        return self.world(asked.stated, asked.exclude, trial)

    def _compared(self, asked: Question, trial: Trial) -> Comparison:
        """The sides in one reading: at a first look, and where that finds them equal thoroughly."""
        left, right = asked.read(trial)
        world = self._under(asked, trial)
        found = self._linked(screen(left, right, world, asked.case), left, right, trial.free)
        if found.equal and (not self._vacuous(found, asked) or _may_coincide(self.book, asked)):
            found = compare(left, right, world, asked.case)
            found = self._linked(found, left, right, trial.free)
        return found

    def _decide(self, asked: Question) -> Decision:
        opaque = next((t for t in asked.terms() if isinstance(t, Opaque)), None)
        if opaque is not None:
            return Decision("unchecked", opaque.why)
        if not any(map(is_antiderivative, asked.stated.sides)):
            return self._read(asked)
        return self._among_antiderivatives(asked)

    def _among_antiderivatives(self, asked: Question) -> Decision:
        """A step of a chain with integrals without bounds: where it has some, by the derivatives of
        its sides.

        Wrong only where every letter is free: a substitution may be said anywhere.
        """
        meant: Question | None = asked
        if any(map(is_antiderivative, asked.sides)):
            meant = differentiated(self.book, asked)
        if meant is None:
            return Decision("unchecked", UNREAD)
        found = self._read(meant)
        if found.status != "wrong":
            return found
        if not is_plain(self.book, asked, meant):
            return Decision("unchecked", f"{UNREAD}: its letters may depend on each other")
        return found if meant is asked else replace(found, reason=DERIVATIVES_DIFFER)

    def _read(self, asked: Question) -> Decision:
        tried: Tried = []
        waiting = [Trial()]
        excused: str | None = None
        composed: tuple[Comparison, Trial] | None = None
        while waiting:
            trial = waiting.pop(0)
            found = self._compared(asked, trial)
            tried.append((trial, found))
            if found.too_large:
                return Decision("unchecked", found.why)
            if found.equal and not self._vacuous(found, asked):
                if trial.chooses and found.partial:
                    continue  # a function chosen to fit must fit everywhere
                if sums_over_nothing(*asked.sides, found):
                    excused = SUM_OPEN
                elif states_shares(asked, trial):
                    excused = SHARES
                elif found.zero and self._adds_noughts(asked, trial):
                    excused = NOUGHTS
                elif self._needs_shapes(asked, found, trial):
                    excused = SHAPES_OPEN
                    if composes(*asked.sides) and not (trial.against or trial.options.immediate):
                        composed = composed or (found, trial)
                elif (again := self._again(asked, trial)).equal:
                    if trial.options.immediate and takes_whole(self.book, self._under, asked):
                        excused = WHOLE
                    elif not trial.against:
                        return self._verified(found, asked, trial)
                    else:
                        excused = trial.assumptions[0]
                elif again.why in (NO_POINT, TOO_FEW) and not trial.chooses:
                    waiting.extend(conventions(self.book, asked, trial, again))
            if found.only_distinct and len(tried) == 1:
                excused = found.why
            waiting.extend(with_losses_opened(self.book, asked, trial, found))
            plain = trial.losses and not (trial.scope or trial.sides)
            if (plain or (trial.atoms and not trial.chooses)) and not found.equal:
                waiting.extend(conventions(self.book, asked, trial, found))
            if len(tried) == 1 and (not found.failed or found.unlinked or found.abstract_left):
                others = list(alternatives(self.book, asked, found))
                waiting.extend([*others, *counted([trial, *others], asked, found)])
            if len(tried) == 1:
                waiting.extend(freed(self.book, asked, found))
                waiting.extend(with_coordinates(self.book, asked, found))
                waiting.extend(as_shares(found))
        arrays: Tried | None = []
        if self._may_be_about_arrays(asked):
            shaped = self._shaped(asked, tried)
            if isinstance(shaped, Decision):
                return shaped
            settled = bool(self.book.kinds)  # then the note has a layout, which orders products
            if composed is not None and not settled and self._again(asked, composed[1]).equal:
                return self._verified(composed[0], asked, composed[1])
            arrays = shaped
            if excused == SHAPES_OPEN and self.book.kinds:
                excused = ROW_OR_COLUMN
        return self._not_verified(asked, tried, excused, arrays)

    def _may_be_about_arrays(self, asked: Question) -> bool:
        sides, order = list(asked.sides), asked.stated.order
        reach = reached(self.book, sides, order)
        return any(map(speaks_of_arrays, reach)) or may_speak_of(self.book, sides, order)

    def _needs_shapes(self, asked: Question, found: Comparison, trial: Trial) -> bool:
        """Whether a step is about arrays, so that holding for numbers is not enough."""
        meanings = [d for key in trial.freed for d in self.book.scope.symbols.get(key, ())]
        meanings += found.used.values()
        sections = {asked.stated.section, *(d.section for d in meanings)}
        used = [*asked.sides, *(definition.body for definition in meanings)]
        return needs_shapes(*asked.sides) or speaks_of(self.book, used, sections)

    def _shaped(
        self,
        asked: Question,
        tried: Tried,
    ) -> Decision | Tried | None:
        """Look for kinds of the symbols under which everything conforms and the step holds.

        Where it holds under none: the layouts of the likeliest conforming kinds under which it
        differs, if it has a clear meaning in no other. ``None`` if it conforms under none.
        """
        conforms = False
        stated, (left, right) = asked.stated, asked.sides
        first = tried[0][1]
        opened = open_losses(self.book, stated, first.unlinked) if first.unlinked else {}
        hopeless = all(c.different and not c.unlinked for _, c in tried) or not has_symbols(right)
        limit = FEW_CHECKS if hopeless else MAX_CHECKS
        bases = holding(tried)
        for shapes in hypotheses(
            self.book, left, right, stated.order, asked.exclude, opened, limit
        ):
            conforms = True
            differing: Tried = []
            clear, lost = True, first.unlinked
            seen: list[World] = []
            waiting = [
                *(in_layout(base, layout) for base in bases for layout in self._layouts(shapes)),
                *self._open_layouts(shapes),
            ]
            while waiting:
                trial = replace(waiting.pop(0), unlinked=tuple(lost))
                if trial.losses and not lost:
                    break
                world = self._under(asked, trial)
                if any(_is_alike(each, world) for each in seen):
                    continue
                seen.append(world)
                found = self._linked(screen(left, right, world, asked.case), left, right)
                if found.too_large:
                    return Decision("unchecked", found.why)
                if found.different:
                    waiting += shared_out(self.book, trial, found)
                if found.different and not found.unlinked:
                    differing.append((trial, found))
                silent = found.equal and self._vacuous(found, asked)
                clear = clear and (found.different or found.failed or silent)
                lost = lost if trial.losses else found.unlinked or lost
                if not found.equal or self._vacuous(found, asked):
                    continue
                found = compare(left, right, world, asked.case)
                if not found.equal or self._vacuous(found, asked):
                    continue
                if self._again(asked, trial).equal:
                    self.book.kinds.append({f: k for f, k in shapes.kinds.items() if k})
                    shapes.settle(self.book, trial.options, self._differs_in(asked, trial))
                    says = [*trial.assumptions, describe(shapes.kinds, trial.options)]
                    if trial.losses:
                        says += losses_say(open_losses(self.book, stated, lost, trial.everywhere))
                    return self._verified(found, asked, replace(trial, assumptions=tuple(says)))
            if differing:
                return differing if clear else []
        return [] if conforms else None

    def _differs_in(self, asked: Question, trial: Trial) -> Callable[[Options], bool] | None:
        """Whether a step that holds differs in another layout: asked of steps written in entries."""
        if not free_indices(asked.left):
            return None

        def differs(options: Options) -> bool:
            other = self._under(asked, replace(trial, options=options))
            return screen(*asked.read(trial), other, asked.case).different

        return differs

    def _layouts(self, shapes: Hypothesis) -> Iterator[Trial]:
        """Every layout under which a hypothesis conforms and the note's other steps held."""
        for options in shapes.admissible(self.book):
            yield Trial(options, shapes=shapes)

    def _open_layouts(self, shapes: Hypothesis) -> Iterator[Trial]:
        """The same with open losses."""
        for options in shapes.admissible(self.book):
            for everywhere in (False, True):
                yield Trial(options, losses=True, everywhere=everywhere, shapes=shapes)

    def _again(self, asked: Question, trial: Trial) -> Comparison:
        """A second draw, with other sizes, where sums or unknown functions are involved."""
        found = Comparison(equal=not asked.differentiates() and not free_indices(asked.left))
        for more in () if found.equal else AGAIN:
            other = Judge(self.book, self.seed + more, 1, budget=self.budget)
            found = compare(*asked.read(trial), other._under(asked, trial), asked.case)
            if found.why not in (NO_POINT, TOO_FEW):
                break
        return found

    def _linked(
        self, found: Comparison, left: Term, right: Term, free: Collection[str] = ()
    ) -> Comparison:
        """What a comparison says, with the links that it did not know to be missing, but for what
        is ``free`` in this reading."""
        if found.equal or found.different:
            leaves = found.leaves_left | found.leaves_right
            lost = hidden_links(self.book, (left, right), leaves, found.used.values())
            found.unlinked.extend(
                pair for pair in lost if pair not in found.unlinked and pair[0] not in free
            )
        return found

    @staticmethod
    def _vacuous(found: Comparison, asked: Question) -> bool:
        """Both sides vanish, and not because the note says zero of something it computes."""
        literal = any(says_zero(s) for s in asked.sides)
        nowhere = bool(found.unlinked or found.vanishing)
        return nowhere or (found.zero and not literal)

    def _adds_noughts(self, asked: Question, trial: Trial) -> bool:
        """Whether a sum is zero because each of its terms is: an equation of motion of what moves by
        nothing that the note says."""
        left, right = asked.read(trial)
        terms = left.terms if isinstance(left, Add) and derives(left, right) else ()
        world = self._under(asked, trial)
        return bool(terms) and all(screen(each, right, world, asked.case).equal for each in terms)

    def _verified(self, found: Comparison, asked: Question, trial: Trial) -> Decision:
        case, assumptions = asked.case, list(trial.assumptions)
        remember(self.book, asked, trial, found.used.values())
        if trial.chooses and trial.scope is not None:
            meant = trial.scope.functions[trial.chooses][0].assumption
            self.book.chosen.setdefault(trial.chooses, meant or "")
        if any(has_open_log(d.body) for d in found.used.values()):
            base = trial.options.log_base
            self.book.chosen.setdefault("log", f"log is to base {base:g}" if base else "natural")
        for definition in found.used.values():
            if definition.assumption and definition.assumption not in assumptions:
                assumptions.append(definition.assumption)
        if case is not None:
            assumptions.append(said(case))
        used, early = tuple(found.used.values()), trial.options.immediate
        return Decision("verified", assumptions=tuple(assumptions), used=used, awaits=early)

    def _excuse(
        self,
        asked: Question,
        tried: Tried,
        full: Comparison,
    ) -> Decision | None:
        """Whether a step that differs holds for a part of what moves: looked for last."""
        left = asked.left
        for trial in (t for t, _ in tried if t.options == Options() and t.sides is None):
            excuses = []
            losses = self._under(asked, trial).losses
            if rival_inputs(self.book, losses, asked.stated.sides):
                excuses.append(replace(trial, apart=True, assumptions=(APART,)))
            excuses += [
                replace(trial, sides=sides, assumptions=(ONE_PATH,))
                for sides in along_named_paths(self.book, left, asked.right)
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
                if screen(*asked.read(each), self._under(asked, each), asked.case).equal:
                    return Decision("unchecked", each.assumptions[0])
        return None

    def _is_stepped(self, names: Iterable[str]) -> bool:
        """Whether an index counts layers or time steps."""
        return any(self.book.ranges().is_stepped(name) for name in names)

    def _not_verified(
        self,
        asked: Question,
        tried: Tried,
        excused: str | None,
        arrays: Tried | None,
    ) -> Decision:
        tried = tried[:1] + [t for t in tried[1:] if not _says_nothing(*t)]
        first = tried[0][1]
        opened = [
            (t, c)
            for t, c in tried
            if t.losses
            and not (t.meaning or c.failed or c.unlinked)
            and self._has_paths(asked.stated, t)
        ]
        turned = self._upside_down(asked, [tried[0], *opened])
        if turned is not None and excused is None:
            return turned
        known = opened + [(t, c) for t, c in tried if t.posited and not (c.failed or c.unlinked)]
        paths = any(c.different or c.somewhere for _, c in known) and not any(
            c.equal and not c.zero for t, c in known if not t.against
        )
        if not first.different or first.unlinked or first.vanishing:
            told = paths or (first.different and not first.unlinked)
            found = self._by_cancelling(asked, first, excused is not None, told)
            if found is not None:
                return found
        if excused is not None:
            return Decision("unchecked", excused)
        if arrays and first.failed and not first.unlinked:
            return self._refuted_as_arrays(asked, first, arrays)
        if first.unlinked and (by_arrays := along_arrays(self.book, asked, arrays)):
            through = self._refuted(asked, by_arrays, by_arrays)
            if through.status == "wrong" or through.awaits:
                return through
        if arrays and not (first.used or first.unlinked) and self._is_forgiven(asked, arrays[:1]):
            return Decision("unchecked", ROW_OR_COLUMN)
        if first.unlinked and opened and self._is_for_any_loss(asked, tried):
            linked = all(self._has_paths(asked.stated, t, wholly=True) for t, _ in opened)
            if linked and all(c.different or c.somewhere for _, c in opened):
                return self._refuted(asked, opened, arrays)
        if parts := differing_parts(self.book, asked, tried):
            doubts = Doubts(self.book, self.world, asked, parts[0][1])
            return doubts.about_a_factor() or self._refuted(asked, parts, arrays)
        along = [(t, c) for t, c in tried if t.potential]
        if along and all(c.different for _, c in along):
            return self._refuted(asked, along, arrays)
        if first.zero and first.equal:
            return Decision("unchecked", NOUGHTS)
        if first.unlinked:
            return self._unlinked(first)
        if first.different and all(c.different or c.somewhere for _, c in tried):
            return self._refuted(asked, tried, arrays)
        return Decision("unchecked", first.why or "the sides agree under no single reading")

    def _by_cancelling(
        self, asked: Question, first: Comparison, excused: bool, paths: bool
    ) -> Decision | None:
        """What the names of its derivatives say of a step, where its numbers do not tell: along
        ``paths`` that the note gives, only that they are no chain."""
        chain, doubts = cancelled(self.book, asked), Doubts(self.book, self.world, asked, first)
        if chain is None:
            return None
        if chain.holds and not paths:
            if first.somewhere and not first.unlinked:
                return Decision("unchecked", first.why)
            return Decision("verified", assumptions=(chain.assumption,))
        if chain.multiple and not (excused or paths):
            return self._miscounted(asked, first)
        broken = None if excused else chain.broken
        if broken is not None and doubts.breaks(broken):
            return doubts.about_a_link() or Decision("wrong", broken.why, readings=())
        return Decision("unchecked", chain.missing) if chain.missing and not paths else None

    def _miscounted(self, asked: Question, first: Comparison) -> Decision:
        """Both sides are one chain of derivatives, but for a number."""
        doubt = Doubts(self.book, self.world, asked, first).about_a_factor()
        why = "the two sides are the same but for a number before them"
        return doubt or Decision("wrong", why, readings=())

    def _upside_down(self, asked: Question, tried: Tried) -> Decision | None:
        """The step is wrong because one of its derivatives stands upside down."""
        for trial, found in tried:
            why = upside_down(self.book, *asked.sides, found, self._against_the_flow(asked, trial))
            if why and not Doubts(self.book, self.world, asked, found).not_refutable():
                return Decision("wrong", why, point=found.point)
        return None

    def _against_the_flow(self, asked: Question, trial: Trial) -> Read:
        """Compares with another reading of derivatives by what is computed from their quantity."""

        def read(upstream: str) -> Comparison:
            options = replace(trial.options, upstream=upstream)
            world = self._under(asked, replace(trial, options=options))
            return compare(*asked.read(trial), world, asked.case)

        return read

    def _is_for_any_loss(self, asked: Question, tried: Tried) -> bool:
        """Whether a step would hold for every loss if it held: then any loss can refute it."""
        if any(t.meaning and not (c.different or c.somewhere) for t, c in tried):
            return False
        left, right = asked.sides
        losses = open_losses(self.book, asked.stated, tried[0][1].unlinked)
        if not lead_to(self.book, losses, asked.sides):
            return False
        if is_chain_rule(left, right):
            return True
        functions = {(f, id(c)): c for _, c in tried for f in c.abstract_left | c.abstract_right}
        particular = any(is_particular(right, f, c) for (f, _), c in functions.items())
        if particular and any(mixed_partials(left, right)):
            return False
        return all(derivatives_of(self.book, side, losses.keys()) == 1 for side in (left, right))

    def _has_paths(self, stated: Stated, trial: Trial, wholly: bool = False) -> bool:
        """Whether the note defines some, or each, of what its open quantities are functions of."""
        losses = open_losses(self.book, stated, trial.unlinked, trial.everywhere)
        defined = self.book.scope.symbols
        enough = all if wholly else any
        return all(
            enough(each.key in defined for each in spread.inputs) for spread in losses.values()
        )

    def _unlinked(self, found: Comparison) -> Decision:
        top, bottom = found.unlinked[0]
        return Decision(
            "unchecked",
            f"the note does not say how {top} depends on {bottom}",
            f"%% define: {top} = … %%",
        )

    def _refuted_as_arrays(self, asked: Question, first: Comparison, arrays: Tried) -> Decision:
        """A step that has no meaning for numbers differs in the layouts of the note's other steps.

        It is wrong if these steps settled what is a column and what a matrix, and neither another
        layout nor a transpose or an order that a reader forgives makes it hold.
        """
        shapes = arrays[0][0].shapes
        if shapes is None or not is_settled(self.book, *asked.sides, shapes):
            return Decision("unchecked", first.why)
        layouts = [(replace(arrays[0][0], options=each), first) for each in shapes.readings]
        if self._is_forgiven(asked, layouts):
            return Decision("unchecked", ROW_OR_COLUMN)
        return self._refuted(asked, arrays, arrays)

    def _is_forgiven(self, asked: Question, layouts: Tried) -> bool:
        """Whether another transpose or order of factors makes a step hold in one of some layouts."""
        rights = [asked.right, *forgiven(asked.right)]
        worlds = [self._under(asked, trial) for trial, _ in layouts]
        return any(agrees_with_any(asked.left, rights, each, asked.case) for each in worlds)

    def _refuted(
        self,
        asked: Question,
        tried: Tried,
        arrays: Tried | None,
    ) -> Decision:
        """Every reading differs at first sight: look again with everything before accusing."""
        full: Comparison | None = None
        for trial, _ in tried:
            found = compare(*asked.read(trial), self._under(asked, trial), asked.case)
            full = full or found
            if not (found.different or (found is not full and found.somewhere)):
                return Decision(
                    "unchecked", found.why or "the sides do not differ in every reading"
                )
        assert full is not None
        lost = [*full.unlinked, *full.vanishing]
        if lost and not any(t.losses for t, _ in tried):
            # A derivative that is zero because no path was found is no evidence of a mistake.
            readings = [self._against_the_flow(asked, trial) for trial, _ in tried]
            if not differs_however_turned(self.book, *asked.sides, full, readings):
                return self._unlinked(replace(full, unlinked=lost))
        doubt = (
            self._excuse(asked, tried, full)
            or Doubts(self.book, self.world, asked, full, tried, arrays).first()
        )
        meant = tuple(t for t, _ in arrays or tried if not (t.against or t.sides)) or (Trial(),)
        point = (arrays[0][1] if arrays and not full.used else full).point
        plain = needs_only_the_formula_before(asked, full)
        return doubt or Decision(
            "wrong", "the two sides differ", point=point, readings=meant, plain=plain
        )


def _is_alike(one: World, two: World) -> bool:
    """Whether a reading must say what another one said."""
    return one.scope.functions is two.scope.functions and one.says_of(two)


def _says_nothing(trial: Trial, found: Comparison) -> bool:
    """Whether both sides vanish because a partial derivative holds fixed all that leads to it."""
    return trial.options.immediate and found.zero and bool(found.unlinked)


def _may_coincide(book: Notebook, asked: Question) -> bool:
    """What is zero for indices that differ may not be where they coincide, and what is zero for
    nought not for other numbers."""
    names = free_indices(asked.left) | free_indices(asked.right)
    counted = any(("index", name) in book.ranges().zero_based for name in names)
    return asked.case != "≠" and (len(names) > 1 or counted)
