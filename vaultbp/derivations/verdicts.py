"""What the judge says of a claim: data that every view shows and no view recomputes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vaultbp.source import Span

Status = Literal["verified", "wrong", "unchecked", "definition"]
Kind = Literal["definition", "claim", "prose"]


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point where the two sides of a step differ: values by symbol, then both sides there."""

    at: dict[str, float]
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Repair:
    """A single edit of the author's own expression that makes the step hold."""

    span: Span
    """On disk."""
    text: str
    """What to write at ``span``."""
    shown: str
    """The repaired side as a whole, for the message."""


@dataclass(frozen=True, slots=True)
class Step:
    """One adjacent pair of sides. ``status`` is ``unchecked`` for relations that state nothing."""

    left: str
    right: str
    span: Span
    """On disk: the right side, which is what the step adds."""
    status: Literal["verified", "wrong", "unchecked"]
    reason: str | None = None
    counterexample: Counterexample | None = None
    repair: Repair | None = None
    plain: bool = False
    """A wrong one needs nothing but the formula just before it to be seen as such."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One relation chain of a note and the verdict on it."""

    span: Span
    """On disk."""
    source: str
    """The chain as written."""
    kind: Kind
    status: Status
    reason: str | None = None
    hint: str | None = None
    """The cheapest way to make an unchecked claim checkable."""
    assumptions: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    on_purpose: bool = False
    """The note marks this claim as wrong on purpose."""
    trace: tuple[str, ...] = field(default=())
