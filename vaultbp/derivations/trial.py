"""One reading of a step, and what is said of the step in the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from vaultbp.derivations.compare import Point
from vaultbp.derivations.evaluate import Options
from vaultbp.derivations.matrices import Hypothesis
from vaultbp.derivations.scope import Definition, Scope
from vaultbp.derivations.terms import Term


@dataclass(frozen=True)
class Trial:
    """One reading: how to evaluate, and what to list if it holds."""

    options: Options = field(default_factory=Options)
    assumptions: tuple[str, ...] = ()
    scope: Scope | None = None
    losses: bool = False
    everywhere: bool = False
    """An open loss depends on every layer or time step directly, not on the last alone."""
    unlinked: tuple[tuple[str, str], ...] = ()
    """Pairs of names between which the note's definitions lead nowhere."""
    shapes: Hypothesis | None = None
    sides: tuple[Term, Term] | None = None
    """The two sides under another choice among ambiguous text."""
    meaning: bool = False
    """A symbol has another of the meanings that the note gives to it."""
    chooses: str = ""
    """The function for which this reading takes a convention: one for the whole note."""
    against: bool = False
    """The reading goes against a stated definition: it excuses, it does not verify."""


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
    meant: Trial = Trial()
    """The reading in which a repair must hold."""
