"""Findings kept between runs: those of rules that look at one note alone, with the note itself.

They depend on nothing but the note and the rules' code, so they hold as long as both are what they were.
What a vault's configuration says about rules is applied to them afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from vaultbp.diagnostics import Diagnostic

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.rules import Rule
    from vaultbp.vault.kept import KeptNotes

_AT_ONCE = 500
"""Notes that are held in memory at once."""


def own_findings(
    facts: Facts, notes: KeptNotes, rules: Iterable[Rule]
) -> Mapping[str, list[Diagnostic]]:
    """By rule, what these rules find in the notes asked about, in order; looking only where it is not
    known. All of ``rules`` are asked, whichever are wanted now: what is kept must be complete."""
    kept = notes.kept
    unknown = [path for path in facts.paths if kept[path].found is None]
    if unknown:
        fresh: dict[str, list[Diagnostic]] = {path: [] for path in unknown}
        asked = list(rules)
        for start in range(0, len(unknown), _AT_ONCE):
            some = unknown[start : start + _AT_ONCE]
            part = replace(facts, only=frozenset(some))
            for rule in asked:
                for item in rule.check(part):
                    fresh[item.note.path].append(item.diagnostic(rule))
            notes.forget(some)
        notes.keep_found({path: _encode(items) for path, items in fresh.items()})
    found: dict[str, list[Diagnostic]] = {}
    for path in facts.paths:
        data = kept[path].found
        if data:
            for known in _decode(data):
                found.setdefault(known.rule, []).append(known)
    return found


def _encode(items: list[Diagnostic]) -> bytes:
    return msgspec.msgpack.encode(items) if items else b""


def _decode(data: bytes) -> list[Diagnostic]:
    return msgspec.msgpack.decode(data, type=list[Diagnostic])
