"""Helpers: a note from text, its claims, and one claim by a part of its source."""

from __future__ import annotations

from vaultbp.derivations import Claim, judge
from vaultbp.notes import read
from vaultbp.source import Source


def claims(text: str) -> tuple[Claim, ...]:
    """All claims of a note given as text."""
    return judge(read(Source("note.md", text)))


def claim(text: str, part: str) -> Claim:
    """The one claim whose source contains ``part``."""
    found = [c for c in claims(text) if part in c.source]
    assert len(found) == 1, [c.source for c in claims(text)]
    return found[0]
