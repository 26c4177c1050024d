"""One note as the judge sees it: its chains in order, what its letters mean, its definitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from vaultbp.derivations.meaning.cases import prose_case
from vaultbp.derivations.meaning.gradients import Arguments, gradients_written
from vaultbp.derivations.meaning.lexicon import Lexicon
from vaultbp.derivations.meaning.lower import Lowering
from vaultbp.derivations.meaning.primes import settled
from vaultbp.derivations.meaning.ranges import Ranges
from vaultbp.derivations.meaning.scope import Definition, Scope
from vaultbp.derivations.meaning.terms import Num, Term
from vaultbp.derivations.meaning.varied import varied
from vaultbp.derivations.meaning.words import mentions
from vaultbp.latex import tree
from vaultbp.notes.note import Formula, Note

MOST_STEPS = 6
"""More layers or time steps than this are not counted out, whatever the note says."""


DEFINING = ("=", ":=", "≡")


@dataclass(frozen=True)
class Stated:
    """One chain of the note, in terms."""

    order: int
    formula: Formula
    chain: tree.Chain
    sides: tuple[Term, ...]
    section: int
    heads: int = 0
    """How many leading sides are names that this chain defines."""
    defines: frozenset[int] = frozenset()
    """Later steps that say what a function is."""
    update: bool = False
    """The first relation assigns a new value: it states nothing."""
    introduces: bool = False
    """The last side is a new name for what stands before it."""
    condition: bool = False
    """It says where something holds, and not what its symbols are: ``at y = t``."""
    apart: bool = False
    """Its left side stands in a formula before, with words between."""
    case: str | None = None
    """``=`` or ``≠`` when the note treats coinciding or different indices here; see ``cases``."""
    labels: frozenset[str] = frozenset()
    """Labels of the note that are one value of an index."""
    case_above: str | None = None
    """The last case that the section has named before."""

    @property
    def said_case(self) -> str | None:
        """The case of its indices that the chain or the words just before its formula name."""
        return self.case or prose_case(self.formula, self.labels)

    @property
    def end(self) -> int:
        """The place of the last side that is equal to something: ``… = δ ∈ ℝ^n`` ends in δ."""
        member = len(self.sides) > 2 and self.chain.relations[-1].op == "∈"
        return len(self.sides) - (2 if member else 1)

    @property
    def relations(self) -> tuple[str, ...]:
        """The relation signs, canonical."""
        return tuple(mark.op for mark in self.chain.relations)


@dataclass
class Notebook:
    """A note's chains, lexicon and scope."""

    note: Note
    lexicon: Lexicon
    stated: list[Stated]
    scope: Scope
    readings: list[tree.Reading] = field(default_factory=list)
    declared: dict[tuple[str, int], int] = field(default_factory=dict)
    """Kinds of families that the note declares: ``x ∈ ℝ^n``, or ``shapes:`` in the frontmatter."""
    declared_dims: dict[tuple[str, int], tuple[object, ...]] = field(default_factory=dict)
    """Their sizes where these are declared by letters or numbers."""
    kinds: list[dict[tuple[str, int], int]] = field(default_factory=list)
    """Assignments of kinds under which steps of this note held."""
    misfits: dict[object, list[Mapping[tuple[str, int], int]]] = field(default_factory=dict)
    """Kinds under which a definition does not even conform by itself."""
    layouts: tuple[str, ...] = ("columns", "rows", "denominator")
    """The layouts of derivatives that the steps verified so far leave open."""
    shaped_trials: int = 900
    """How many more assignments of kinds may be unified in this note."""
    allowance: int = 120_000
    """How many more terms may be evaluated in this note before its steps get little each."""
    kept: int = 40_000
    """How many more are kept for its small steps, for when one that is too large has used up the rest."""
    agreed: dict[int, int] = field(default_factory=dict)
    """Chains that give a symbol another formula, and those whose formula this was found equal to."""
    chosen: dict[str, str] = field(default_factory=dict)
    """Conventions that verified a step of this note: they bind the later steps."""
    held: dict[int, list[object]] = field(default_factory=dict)
    """Steps that hold, by the order of the definitions that they hold by: see ``evidence``."""
    models: list[Definition] = field(default_factory=list)
    """What the note says of measured data with a noise added: see ``readings/observed``."""
    awaiting: set[int] = field(default_factory=set)
    """Chains to look at once more when all others have been judged."""
    fixed: dict[object, tuple[Term, Term]] = field(default_factory=dict)
    """Terms with concrete indices, shared by all evaluations."""
    spelt_out: list[Callable[[tuple[Term, ...]], tuple[Term, ...]]] = field(default_factory=list)
    """What is written out in the sides of every chain, however they are read."""
    arguments: Arguments = field(default_factory=dict)
    """What functions are functions of, where every formula says the same."""
    known: dict[object, Any] = field(default_factory=dict)
    """What was found out about the whole note, by the function that found it: see :func:`once`."""
    _ranges: dict[tuple[int, int], Ranges] = field(default_factory=dict)

    def ranges(self, shift: int = 0, uniform: int = 0) -> Ranges:
        """The index ranges of the whole note, with one choice of sizes."""
        found = self._ranges.get((shift, uniform))
        if found is None:
            labels = sorted(self.lexicon.members)
            members = {label: 1 + k % 2 for k, label in enumerate(labels)}
            given = {
                k: n for k in self.lexicon.tops if (n := self._number(k)) and 1 < n <= MOST_STEPS
            }
            found = Ranges(shift, uniform, members=members, given=given)
            self._ranges[shift, uniform] = found
            found.learn(self._all_terms())
        return found

    def _number(self, key: str) -> int | None:
        """The whole number that the note gives to a symbol, if it is one."""
        bodies = {d.body for d in self.scope.numbers.get(key, ()) if not d.head.slots}
        values = {body.value for body in bodies if isinstance(body, Num)}
        only = values.pop() if len(values) == len(bodies) == 1 else 0.5
        return int(only) if only == int(only) else None

    def _all_terms(self) -> Iterable[Term]:
        for stated in self.stated:
            yield from stated.sides
        for table in (self.scope.symbols, self.scope.functions):
            for definitions in table.values():
                for definition in definitions:
                    yield definition.head
                    yield definition.body

    def speaks_of_targets(self) -> bool:
        """Whether the note calls something a target, a label or a probability."""
        return mentions(_TARGETS, self.note.source.text)

    def original(self, order: int) -> int:
        """The first chain that defines a symbol as one does."""
        for _ in range(len(self.agreed)):
            order = self.agreed.get(order, order)
        return order

    def lowered(self, stated: Stated, pick: int, products: bool = False) -> tuple[Term, ...]:
        """A chain's sides under another choice among ambiguous readings."""
        lowering = Lowering(self.lexicon, pick, products)
        sides = tuple(lowering.term(side) for side in stated.chain.sides)
        for spell_out in self.spelt_out:
            sides = spell_out(sides)
        return varied(settled(gradients_written(sides, self.arguments)))


Found = TypeVar("Found")


def once(find: Callable[[Notebook], Found]) -> Callable[[Notebook], Found]:
    """A function of the whole note, worked out when first asked for.

    Only for what does not change once the note's definitions are collected.
    """

    def known(book: Notebook) -> Found:
        if find not in book.known:
            book.known[find] = find(book)
        found: Found = book.known[find]
        return found

    known.__doc__ = find.__doc__
    return known


_TARGETS = re.compile(
    r"one[- ]?hot|target|label|probab|softmax|distribution|класс|вероятн|概率|标签|확률|etiquet",
    re.IGNORECASE,
)
