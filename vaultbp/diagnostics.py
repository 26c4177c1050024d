"""Diagnostic, Severity, Edit and Fix: what can be said about a span. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vaultbp.source import Span


class Severity(StrEnum):
    """How much a finding weighs; only an error makes ``check`` exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``span`` of the text on disk by ``text``."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits to one note that mend a finding together, and what they do, in words."""

    message: str
    edits: tuple[Edit, ...]
    safe: bool = True
    """Safe edits cannot change what the note means; the others are only offered."""


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that a finding speaks of, with what it has to do with it."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: which rule, where, what is wrong, and what to write instead."""

    rule: str
    severity: Severity
    path: str
    span: Span
    message: str
    help: str | None = None
    fix: Fix | None = None
    labels: tuple[Label, ...] = field(default=())
