"""Diagnostic, Severity, Edit and Fix: what can be said about a span. Data only."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from vaultbp.source import Span


class Severity(StrEnum):
    """How much a finding weighs; only an error makes ``check`` exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Edit(Struct, frozen=True):
    """Replace ``span`` of the text on disk by ``text``."""

    span: Span
    text: str


class Fix(Struct, frozen=True):
    """Edits to one note that mend a finding together, and what they do, in words."""

    message: str
    edits: tuple[Edit, ...]
    safe: bool = True
    """Safe edits cannot change what the note means; the others are only offered."""


class Label(Struct, frozen=True):
    """A second place that a finding speaks of, with what it has to do with it."""

    path: str
    span: Span
    message: str


class Diagnostic(Struct, frozen=True):
    """One finding: which rule, where, what is wrong, and what to write instead."""

    rule: str
    severity: Severity
    path: str
    span: Span
    message: str
    help: str | None = None
    fix: Fix | None = None
    labels: tuple[Label, ...] = ()
