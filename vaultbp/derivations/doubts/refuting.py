"""Why a difference between two sides is no proof of a mistake: looked for before anyone is accused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Protocol

from vaultbp.derivations.arrays.kinds import array_families
from vaultbp.derivations.arrays.written import is_written_out, rearranged
from vaultbp.derivations.doubts.applied import applied_to_an_entry
from vaultbp.derivations.doubts.averaged import averaged_over
from vaultbp.derivations.doubts.bars import holds_for_a_sign
from vaultbp.derivations.doubts.distinct import are_distinct
from vaultbp.derivations.doubts.distributions import ONE, may_be_distributions
from vaultbp.derivations.doubts.equations import asked_for
from vaultbp.derivations.doubts.evidence import (
    LOOK_AHEAD,
    holds_by_entries,
    is_only_a_value,
    is_partial,
    is_used_early,
    may_mean_another,
    rivals,
)
from vaultbp.derivations.doubts.indices import may_be_shorthand
from vaultbp.derivations.doubts.introduced import introduced
from vaultbp.derivations.doubts.misread import misread
from vaultbp.derivations.doubts.noncommuting import has_neutral_element
from vaultbp.derivations.doubts.squares import stands_apart
from vaultbp.derivations.doubts.supposed import is_supposed
from vaultbp.derivations.doubts.targets import HELD, may_hold_targets
from vaultbp.derivations.doubts.updates import linked_by_update
from vaultbp.derivations.doubts.values import (
    condition_on,
    may_count_paths,
    may_hold_for_given,
    may_leave_factor,
    put_in,
    special_symbol,
    special_values,
)
from vaultbp.derivations.doubts.worded import is_worded
from vaultbp.derivations.meaning.conventions import ACTIVATIONS, for_name
from vaultbp.derivations.meaning.notebook import Notebook, Stated
from vaultbp.derivations.meaning.primes import UNSAID
from vaultbp.derivations.meaning.scope import NEVER, Definition, Scope
from vaultbp.derivations.meaning.terms import (
    CHAIN,
    HESSIAN,
    Array,
    Call,
    Deriv,
    Diff,
    Mul,
    Sym,
    Term,
    Transposed,
    free_indices,
    symbol_keys,
    walk,
)
from vaultbp.derivations.meaning.words import mentions
from vaultbp.derivations.numerics.compare import Comparison, agrees_with_any, compare
from vaultbp.derivations.numerics.forms import (
    derives,
    elementwise,
    has_members,
    has_symbols,
    in_a_derivation,
    is_algebra,
    is_off_by_a_factor,
    is_particular,
    is_total_differential,
    leaves_index_open,
    targets,
    writes_out_a_sum,
)
from vaultbp.derivations.numerics.world import World
from vaultbp.derivations.readings.antiderivatives import is_antiderivative
from vaultbp.derivations.readings.broken import Break
from vaultbp.derivations.readings.losses import is_entangled
from vaultbp.derivations.readings.trial import Decision, Question, Trial, Tried

SHAPES_OPEN = "the shapes of its vectors and matrices are not known"

_PROPERTIES = re.compile(
    r"symmetric|symmetrisch|симметрич|对称|hermit|orthogonal|orthonormal|unit vector|normali[sz]ed"
    r"|stochastic|sim[eé]tric",
    re.IGNORECASE,
)
"""Words that may make true what is not true in general."""

_UNITARY = re.compile(
    r"orthogonal|orthonormal|unit (vector|norm|length)|normali[sz]ed|idempotent|ортогон|正交|单位"
    r"|ortogonal|unitari",
    re.IGNORECASE,
)
"""Words that may make true of arrays what is not true of numbers in general."""

_MATRICES = re.compile(
    r"transpos|matri[xc]|vector|vektor|matrize|матриц|вектор|矩阵|向量|转置|행렬|行列",
    re.IGNORECASE,
)
"""Words of notes in which a prime may transpose."""

_COORDINATES = re.compile(
    r"polar|spheric|cylindric|coordinate|rotation|orthogonal|orthonormal|unitary|self-inverse|involution"
    r"|координат|поворот|ортогон|极坐标|坐标|正交|極座標|座標|直交|좌표|직교|koordinat|coorden|coordonn",
    re.IGNORECASE,
)
"""Words of notes in which ``∂r/∂x`` may be ``∂x/∂r``, as of polar coordinates."""

_PRIMED_BRACKET = re.compile(r"[)\]}]\s*('|′|\^\s*\{?\s*\\prime)")


_IDENTITIES = frozenset(("I", "E", "Id", "1"))


class Worlds(Protocol):
    """Makes what a step is evaluated in under one reading."""

    def __call__(self, stated: Stated, exclude: int, trial: Trial) -> World: ...


@dataclass(frozen=True)
class Doubts:
    """One step that differs, and what is known of it."""

    book: Notebook
    world: Worlds
    asked: Question
    found: Comparison
    """How the sides compare under the first reading."""
    tried: Tried = field(default_factory=list)
    arrays: Tried | None = None
    """The layouts of its arrays under which the step differs, if it is about arrays."""

    def first(self) -> Decision | None:
        """The first reason not to call the step wrong, if there is one."""
        return (
            self._shapes_open()
            or self.not_refutable()
            or self._unbound()
            or self._contested()
            or self._special()
            or self._transposed()
        )

    def _world(self, trial: Trial) -> World:
        return self.world(self.asked.stated, self.asked.exclude, trial)

    def _seen(self, asked: Question, trial: Trial) -> World:
        return self.world(asked.stated, asked.exclude, trial)

    def _compared(self, left: Term, right: Term) -> Comparison:
        return compare(left, right, self._world(Trial()), self.asked.case)

    def _averaged_over(self) -> str | None:
        """By how many samples a loss may be divided that the note leaves open."""
        world = self._world((self.arrays or self.tried)[0][0])

        def compared(left: Term, right: Term) -> Comparison:
            return compare(left, right, world, self.asked.case)

        return averaged_over(self.book, *self.asked.sides, compared)

    def _shapes_open(self) -> Decision | None:
        """Why a step about vectors and matrices is not wrong although it differs for numbers.

        What holds for all sizes holds where every array has one entry, whatever is a row, a column or
        transposed: so a step that differs there is wrong in every layout. It must also conform and
        differ under the likeliest kinds, or else it may not have been understood.
        """
        (left, right), found, arrays = self.asked.sides, self.found, self.arrays
        bodies = [d.body for d in found.used.values()]
        if not _is_about_arrays([left, right, *bodies]):
            return None
        if is_written_out(left) and is_written_out(right) and not _is_about_arrays(bodies):
            return self._rearranged()
        unchecked = Decision("unchecked", SHAPES_OPEN)
        sized = {"I/0", "𝟏/0"} & (found.leaves_left | found.leaves_right)
        if sized or any(_is_cross_product(side) for side in (left, right)):
            return unchecked
        if mentions(_UNITARY, self.book.note.source.text):
            return Decision("unchecked", "the words beside it give something a special property")
        if arrays is None:
            return None if self._understood() else unchecked
        if not arrays:
            return unchecked
        again = compare(left, right, self._world(arrays[0][0]), self.asked.case)
        return None if again.different else unchecked

    def _rearranged(self) -> Decision | None:
        """Whether two arrays with all entries written are alike but for their order or layout."""
        others = list(rearranged(self.asked.right))
        if agrees_with_any(self.asked.left, others, self._world(Trial()), self.asked.case):
            return Decision("unchecked", "the entries may stand in another order")
        return None

    def _understood(self) -> bool:
        """Whether another step held with the kinds of all arrays of this one."""
        arrays = array_families(self.book)
        here = {
            (t.key, len(t.slots))
            for t in self.asked.terms()
            if isinstance(t, Sym) and (t.key, len(t.slots)) in arrays
        }
        return any(here and here <= kinds.keys() for kinds in self.book.kinds)

    def not_refutable(self) -> Decision | None:
        """Steps of a kind that a difference does not make wrong."""
        (left, right), found, stated = self.asked.sides, self.found, self.asked.stated

        def under(scope: Scope) -> Comparison:
            world = self.world(stated, NEVER, Trial(scope=scope))
            return compare(left, right, world, stated.case)

        if any(isinstance(t, Mul) and CHAIN in t.ops for t in self.asked.terms()):
            return Decision("unchecked", "“prod” leaves open how its derivatives are multiplied")
        if holds_for_a_sign(left, right, self._compared):
            return Decision("unchecked", "it holds for one sign of what stands between the bars")
        used = [definition.body for definition in found.used.values()]
        if (name := applied_to_an_entry(self.book, (left, right), used)) is not None:
            return Decision(
                "unchecked",
                f"{name} is applied to an entry here, and to the whole in the formula used",
            )
        if has_neutral_element(self.book, left, right):
            return Decision("unchecked", "e may be the neutral element of a group")
        differential = any(isinstance(t, Diff) for t in self.asked.terms())
        if differential and not is_total_differential(left, right):
            return Decision("unchecked", "the differentials here can be read in several ways")
        derivatives = [t for side in (left, right) for t in walk(side) if isinstance(t, Deriv)]
        if any(each.kind == HESSIAN for each in derivatives):
            return Decision("unchecked", "∇² may be the sum of the second derivatives")
        tangled = [d for d in derivatives if is_entangled(self.book, d, stated.order)]
        if not all(is_partial(self.book, each) for each in tangled):
            return Decision("unchecked", "a total derivative whose value depends on what moves")
        if free_indices(left) != free_indices(right) and may_be_shorthand(
            self.book, self.asked, found, self._compared
        ):
            return Decision("unchecked", "one side has an index that the other has not")
        if writes_out_a_sum(left, right) or writes_out_a_sum(right, left):
            return Decision("unchecked", "the note does not say over how many terms the sum runs")
        if self.book.ranges().given and self._begins():
            return Decision("unchecked", "the note does not say which step is the first")
        if leaves_index_open(left, right, found):
            return Decision("unchecked", "a sum runs over an index that its terms do not write")
        if not has_symbols(right) and found.varies:
            return Decision(
                "unchecked", "numbers are put in for symbols whose values are not given"
            )
        if may_hold_for_given(found, self.book.scope, under):
            return Decision("unchecked", "the note gives some of its symbols a value")
        matrix = any(f.endswith("/2") for f in found.leaves_left | found.leaves_right)
        if matrix and mentions(_PROPERTIES, self.book.note.source.text):
            return Decision("unchecked", "the words beside it give something a special property")
        if (why := misread(self.book, self.asked, found)) is not None:
            return Decision("unchecked", why)
        apart = self._apart()
        if apart is not None:
            return apart
        if any(_is_vector_product(t) for t in self.asked.terms()):
            return Decision("unchecked", "a product of vectors is not evaluated")
        reached = [left, right, *(d.body for d in found.used.values())]
        if may_hold_targets(reached):
            return Decision("unchecked", HELD)
        if may_be_distributions(reached, found.abstract_left | found.abstract_right):
            return Decision("unchecked", ONE)
        if (name := stands_apart(found)) is not None:
            return Decision(
                "unchecked", f"{name} stands beside a square of it with its own formula"
            )
        if self._is_up_to_a_constant():
            return Decision("unchecked", "antiderivatives may differ by a constant")
        if (name := linked_by_update(self.book, self.asked)) is not None:
            return Decision("unchecked", f"an update of the note says how {name} goes on")
        if is_supposed(stated):
            return Decision("unchecked", "the words before it suppose it")
        reason = asked_for(stated, left, right, self._telling())
        if reason is not None:
            return Decision("unchecked", reason)
        if isinstance(left, Sym) and isinstance(right, Sym):
            return Decision("unchecked", "two names for one thing, or a condition")
        if self._one_of_several():
            return Decision("unchecked", "several functions are defined of the same variable")
        algebra = (
            in_a_derivation(stated, left)
            or is_algebra(stated, left, right, found)
            or is_off_by_a_factor(left, right, found)
        )
        named = isinstance(left, Sym) and any(
            d.by_derivative and d.head.key == left.key for d in found.used.values()
        )
        if not (derives(left, right) or algebra or named or differential):
            return Decision("unchecked", "an equation: it may be meant as a condition")
        return None

    def _telling(self) -> Comparison:
        """The comparison that knows what the step is made of: of ``δ = Wᵀ δ'`` in a note that defines
        entries alone, that of its arrays."""
        return self.arrays[0][1] if self.arrays and not self.found.used else self.found

    def _begins(self) -> bool:
        """Whether a recursion was followed to a member that has no formula: ``s_0``, or ``s_1``?"""
        leaves = {f.rsplit("/", 1)[0] for f in self.found.leaves_left | self.found.leaves_right}
        defined = self.book.scope.symbols
        return any(d.head.slots for key in leaves & defined.keys() for d in defined[key])

    def _is_of_derivatives(self) -> bool:
        """Whether a step compares the derivatives of the sides written."""
        return self.asked.right not in self.asked.stated.sides

    def _is_up_to_a_constant(self) -> bool:
        """Whether an integral without bounds stands further up in the chain of a step as written."""
        stated = self.asked.stated
        if self._is_of_derivatives():
            return False
        earlier = [stated]
        while earlier[-1].chain.continued and earlier[-1].order > 0:
            earlier.append(self.book.stated[earlier[-1].order - 1])
        return any(is_antiderivative(side) for each in earlier for side in each.sides)

    def _transposed(self) -> Decision | None:
        """``x'A x`` in a note about matrices: ``x'`` is no letter of its own beside x."""
        if any(isinstance(t, Deriv) and t.wrt[0] == UNSAID for t in self.asked.terms()):
            return Decision("unchecked", "a prime on a bracket may mean something else here")
        keys = {t.key for t in self.asked.terms() if isinstance(t, Sym) and not t.slots}
        keys |= {d.head.key for d in self.found.used.values()}
        leaves = {f.rsplit("/", 1)[0] for f in self.found.leaves_left | self.found.leaves_right}
        primed = any(f.endswith("'") and f[:-1] in leaves | keys for f in leaves)
        primed |= _PRIMED_BRACKET.search(self.asked.stated.formula.text) is not None
        if not primed or _MATRICES.search(self.book.note.source.text) is None:
            return None
        return Decision("unchecked", "a prime may mean the transpose here")

    def about_a_factor(self) -> Decision | None:
        """Why one side of a step may be the other one with a number before it."""
        stated = self.asked.stated
        if may_leave_factor(stated.formula) or may_count_paths(stated.formula):
            return Decision("unchecked", "the words beside it may leave out a factor")
        if free_indices(self.asked.left) != free_indices(self.asked.right):
            return Decision("unchecked", "one side has an index that the other has not")
        return self._apart()

    def breaks(self, chain: Break) -> bool:
        """Whether no reading joins a chain of derivatives again."""
        apart = chain.unless_equal
        return apart is None or are_distinct(self.book, self.asked, *apart, self._compared)

    def about_a_link(self) -> Decision | None:
        """Why a chain of derivatives may hold although one of them breaks it."""
        if mentions(_COORDINATES, self.book.note.source.text):
            return Decision(
                "unchecked", "of some coordinates a derivative and its inverse are equal"
            )
        return self._apart()

    def _apart(self) -> Decision | None:
        """Words beside the equality that may say why it holds."""
        stated = self.asked.stated
        first = any(side is self.asked.left for side in stated.sides[:1])
        if stated.apart and (first or self._is_of_derivatives()):
            return Decision("unchecked", "its left side stands further above, with words between")
        if self._has_grounds():
            return Decision("unchecked", "the equality holds for a reason written above it")
        return None

    def _has_grounds(self) -> bool:
        """Whether something is written over the equals sign: ``\\stackrel{*}{=}``."""
        stated = self.asked.stated
        k = next((k for k, side in enumerate(stated.sides) if side is self.asked.right), 0)
        if not k:
            return False
        between = stated.formula.text[stated.chain.sides[k - 1].span.end :][:60]
        sign = between.find("=")
        return any(word in between[: sign + 1] for word in ("stackrel", "overset", "underset"))

    def _one_of_several(self) -> bool:
        """Functions listed side by side in one formula are often meant to be composed."""
        formulas = {s.order: id(s.formula) for s in self.book.stated}
        listed: dict[object, list[Definition]] = {}
        for definitions in self.book.scope.functions.values():
            for each in definitions:
                listed.setdefault((formulas.get(each.order), each.params), []).append(each)
        crowds = [each for each in listed.values() if len({d.head.key for d in each}) > 2]
        crowded = {(d.head.key, d.order) for crowd in crowds for d in crowd}
        return any((d.head.key, d.order) in crowded for d in self.found.used.values())

    def _unbound(self) -> Decision | None:
        """Why a difference is no proof of a mistake: something is not bound."""
        right, found, stated = self.asked.right, self._telling(), self.asked.stated
        strange = sorted(f for f in found.leaves_right - found.leaves_left if "(" not in f)
        fresh = found.leaves_left & introduced(self.book, stated, *self.asked.sides)
        once_only = sorted(fresh - found.leaves_right)
        if strange or once_only:
            name = (strange or once_only)[0].split("/")[0]
            return Decision(
                "unchecked",
                f"the note does not say what {name} is here",
                f"%% define: {name} = … %%",
                unbound=name,
            )
        for name in sorted(found.abstract_left | found.abstract_right):
            if name in found.abstract_right - found.abstract_left and self._is_given_by(name):
                return Decision("unchecked", f"it may say which function {name} is")
            generic = not (is_particular(right, name, found) or has_members(name, found))
            usual = name[:1] in ACTIVATIONS and for_name(name.split("_")[0])
            if generic or (usual and found.abstract_right <= found.abstract_left):
                continue
            if found.multiple and found.varies:
                continue  # Whatever the function is, one side is a fixed multiple of the other.
            return Decision(
                "unchecked",
                f"the note does not say which function {name} is",
                f"%% define: {name}(x) = … %%",
            )
        leaves = found.leaves_left | found.leaves_right
        free = sorted(f.removesuffix("/0") for f in leaves if f.endswith("/0"))
        beside = {t.key for t in self.asked.terms() if isinstance(t, Sym)}
        worded = next((key for key in free if is_worded(self.book, key, beside)), None)
        if worded is not None:
            return Decision(
                "unchecked", f"words may say what {worded} is", f"%% define: {worded} = … %%"
            )
        constant = next((d for d in found.used.values() if _is_constant(d, stated)), None)
        if constant is not None:
            return Decision("unchecked", f"{constant.head.key} may only have this value somewhere")
        mistyped = next(
            (d for d in found.used.values() if _lacks_its_argument(d, self.asked)), None
        )
        if mistyped is not None:
            why = f"{mistyped.head.key} is given by another letter than its argument"
            return Decision("unchecked", why)
        implied = next((d for d in found.used.values() if d.implied), None)
        if implied is not None and not holds_by_entries(self.book, self.asked, implied):
            why = f"{implied.head.key} may be another one here"
            return Decision("unchecked", why, awaits=True)
        for late in (d for d in found.used.values() if _comes_late(d, stated)):
            if not self._holds_before(late) and not self._is_only_a_value(late):
                why = f"{late.head.key} gets its meaning only later in this note"
                return Decision("unchecked", why, awaits=True)
        return None

    def _is_given_by(self, name: str) -> bool:
        """Whether the right side is an unknown function, but for factors of numbers and symbols."""
        right = self.asked.right
        parts = right.factors if isinstance(right, Mul) else (right,)
        return any(isinstance(t, Call) and t.func.key == name for t in parts)

    def _holds_before(self, late: Definition) -> bool:
        """Whether a step differs by a definition that stands far below, and must do so."""
        if rivals(self.book, late):
            return False
        if is_used_early(self.book, self._seen, self.asked, late):
            return True
        if late.params is not None:
            return False
        free = self._world(Trial(scope=self.book.scope.without(late)))
        found = compare(*self.asked.sides, free, self.asked.case)
        return found.different and not (found.unlinked or found.vanishing)

    def _special(self) -> Decision | None:
        """The note may say that the step holds up to a factor, on a condition or for some values."""
        (left, right), found, stated = self.asked.sides, self.found, self.asked.stated
        if found.multiple and may_leave_factor(stated.formula):
            return Decision("unchecked", "the words beside it may leave out a factor")

        def always(one: Term, two: Term) -> bool:
            return compare(one, two, self._world(Trial())).equal

        if found.multiple and (count := self._averaged_over()) is not None:
            return Decision("unchecked", f"the note does not say what is averaged over {count}")
        bound = condition_on(self.book, stated, found, targets(found), always)
        if bound is not None:
            return Decision("unchecked", f"the note lays a condition on {bound}")
        values = special_values(stated.formula)
        moved = _variables(left) | _variables(right)

        def under(given: dict[str, float]) -> Comparison:
            return compare(left, right, replace(self._world(Trial()), given=given), stated.case)

        if (names := put_in(left, right, found, self.book.scope, under)) is not None:
            return Decision("unchecked", f"numbers may be put in for {names}")
        for name in sorted(_bases(found) - moved):
            if name.split("_")[0] in _IDENTITIES and under({name: 1.0}).equal:
                return Decision("unchecked", f"{name} may be the identity")
        key = special_symbol(found, moved, values, under)
        why = f"it holds for a special value of {key}, which the words beside it may mean"
        return Decision("unchecked", why) if key else None

    def _is_only_a_value(self, used: Definition) -> bool:
        return is_only_a_value(self.book, self._seen, self.asked, used)

    def _is_in_two_minds(self, used: Definition) -> bool:
        """``v = I_1 R_1 = E R_2/(R_2 + r)`` where these differ: what stands below is not to blame."""
        elsewhere = used.order != self.asked.stated.order
        if not (elsewhere and 0 <= used.order < len(self.book.stated)):
            return False
        stated = self.book.stated[used.order]
        if set(stated.relations) != {"="} or used.body not in stated.sides[1:2]:
            return False
        return any(self._compared(used.body, side).different for side in stated.sides[2:])

    def _contested(self) -> Decision | None:
        """A used symbol has another definition in the note that may be meant."""
        for used in self.found.used.values():
            if self._is_only_a_value(used):
                continue
            if self._is_in_two_minds(used):
                why = f"{used.head.key} is given two formulas at once that differ"
                return Decision("unchecked", why)
            if may_mean_another(self.book, self._seen, self.asked, used, self.tried):
                why = f"{used.head.key} is defined in more than one way in this note"
                return Decision("unchecked", why, awaits=True)
        return None


def _is_about_arrays(terms: list[Term]) -> bool:
    """Whether something in some terms has a shape that a number has not."""
    return any(
        isinstance(t, Transposed | Array) or elementwise(t) for term in terms for t in walk(term)
    )


def _is_constant(definition: Definition, stated: Stated) -> bool:
    """``f(x) = 5``: a constant, or where the function has this value; ``a = tanh(0.1)`` elsewhere."""
    elsewhere = definition.section != stated.section or definition.order > stated.order
    valued = definition.params is not None or (elsewhere and not definition.head.slots)
    return valued and not has_symbols(definition.body)


def _lacks_its_argument(definition: Definition, asked: Question) -> bool:
    """Whether a step puts something else into ``g(x) = 1/(1 + e^{-z})``, which does not say where."""
    params = definition.params or ()
    if not params or set(params) & set(walk(definition.body)):
        return False
    calls = [t for t in asked.terms() if isinstance(t, Call) and t.func.key == definition.head.key]
    return any(call.args != params for call in calls)


def _is_cross_product(term: Term) -> bool:
    return any(isinstance(t, Mul) and "×" in t.ops for t in walk(term))


def _is_vector_product(term: Term) -> bool:
    """``v × B`` of two letters with arrows."""
    return (
        isinstance(term, Mul)
        and "×" in term.ops
        and sum(any(_has_arrow(t) for t in walk(each)) for each in term.factors) > 1
    )


def _has_arrow(term: Term) -> bool:
    return isinstance(term, Sym) and "^vec" in term.key


def _comes_late(definition: Definition, stated: Stated) -> bool:
    """Whether a definition stands well after the claim: it may belong to another example."""
    ahead = definition.order - stated.order
    return ahead > LOOK_AHEAD or (ahead > 0 and definition.section != stated.section)


def _bases(found: Comparison) -> set[str]:
    """The names of the free families of a step, without their indices."""
    return {f.rsplit("/", 1)[0] for f in found.leaves_left | found.leaves_right}


def _variables(side: Term) -> set[str]:
    """The symbols by which a side differentiates."""
    by = [w for t in walk(side) if isinstance(t, Deriv) for w in t.wrt]
    by += [a for t in walk(side) if isinstance(t, Call) and t.order for a in t.args]
    return symbol_keys(*by)
