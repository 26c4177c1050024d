"""A step, one reading of it, and what is said of it in the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from vaultbp.derivations.arrays.matrices import Hypothesis
from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.scope import NEVER, Definition, Scope
from vaultbp.derivations.meaning.terms import Deriv, Grad, Term, walk
from vaultbp.derivations.numerics.compare import Comparison, Point
from vaultbp.derivations.numerics.world import Options

Sides = tuple[Term, Term]


@dataclass(frozen=True)
class Trial:
    """One reading: how to evaluate, and what to list if it holds."""

    options: Options = field(default_factory=Options)
    assumptions: tuple[str, ...] = ()
    scope: Scope | None = None
    losses: bool = False
    everywhere: bool = False
    """An open loss depends on every layer or time step directly, not on the last alone."""
    apart: bool = False
    """An open loss does not depend on what another part of the note has in a quantity's place."""
    posited: bool = False
    """Families of open quantities are functions of what the note differentiates them by."""
    freed: frozenset[str] = frozenset()
    """Symbols that this reading takes to have none of the meanings that the note gives them."""
    unlinked: tuple[tuple[str, str], ...] = ()
    """Pairs of names between which the note's definitions lead nowhere."""
    shapes: Hypothesis | None = None
    sides: Sides | None = None
    """The two sides under another choice among ambiguous text."""
    atoms: bool = False
    """Derivatives of which nothing is known are symbols."""
    parts: bool = False
    """What is differentiated by the one variable of a step are any functions of it."""
    potential: bool = False
    """A quantity is taken to be what the note gives the differential of, and means no other."""
    free: frozenset[str] = frozenset()
    """Symbols that this reading takes to depend on nothing."""
    meaning: bool = False
    """A symbol has another of the meanings that the note gives to it."""
    chooses: str = ""
    """The function for which this reading takes a convention: one for the whole note."""
    against: bool = False
    """The reading goes against a stated definition: it excuses, it does not verify."""


@dataclass(frozen=True)
class Question:
    """Whether ``left = right``, as it stands in a chain."""

    stated: Stated
    left: Term
    right: Term
    exclude: int = NEVER
    """The chain whose definitions do not count: what a step says does not prove itself."""

    @property
    def case(self) -> str | None:
        """``=`` or ``≠`` where the note says for which indices the step is meant."""
        return self.stated.said_case

    @property
    def sides(self) -> Sides:
        return self.left, self.right

    def read(self, trial: Trial) -> Sides:
        """The two sides in one reading."""
        return trial.sides or self.sides

    def terms(self) -> list[Term]:
        """Every term of both sides."""
        return [*walk(self.left), *walk(self.right)]

    def differentiates(self, kind: str = "") -> bool:
        """Whether a derivative is taken: of one kind, ``d``, or of any."""
        if kind:
            return any(isinstance(t, Deriv) and t.kind == kind for t in self.terms())
        return any(isinstance(t, Deriv | Grad) for t in self.terms())


Tried = list[tuple[Trial, Comparison]]
"""Readings, and how the sides compare in each."""


@dataclass(frozen=True)
class Decision:
    """What is said of a step."""

    status: str
    """``verified``, ``wrong`` or ``unchecked``."""
    reason: str | None = None
    hint: str | None = None
    assumptions: tuple[str, ...] = ()
    used: tuple[Definition, ...] = ()
    """The definitions by which a step was verified."""
    point: Point | None = None
    unbound: str | None = None
    """The symbol for want of which the step is unchecked."""
    awaits: bool = False
    """Steps further below may tell what this one means."""
    plain: bool = False
    """A wrong step needs nothing but the formula just before it to be seen as such."""
    readings: tuple[Trial, ...] = (Trial(),)
    """The readings in which a repair is looked for; none where names cancelled tell."""
