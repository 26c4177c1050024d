"""Break a vault in many small ways, one at a time, and see whether `check` notices each.

    python scripts/break_vault.py [VAULT] [--all] [--note TEXT] [--kind KIND]

Four kinds of damage, each of one word or character: a sign in a verified step, the target of a link,
the name of a relation, the sense of an assert. By default one of each kind in each note that has it;
``--all`` breaks every place. A break counts as noticed if `check` then has an error *at that line*
that it did not have before. Exit code 1 if one went unnoticed. A sign in a formula for a name that has
another formula too makes another definition, which is nobody's mistake: these are counted apart.
Works on a copy; the vault is untouched.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vaultbp.config import load_config
from vaultbp.derivations.verdicts import Claim
from vaultbp.diagnostics import Diagnostic, Severity
from vaultbp.findings import Facts, RunOptions, gather
from vaultbp.notes import Note
from vaultbp.rules import diagnose
from vaultbp.vault import load

KINDS = ("sign", "link", "relation", "assert")
_ASSERT = re.compile(r"^(\s*)assert (?!not )", re.MULTILINE)


@dataclass(frozen=True)
class Break:
    """One damage: the text from ``start`` to ``end`` of a note replaced by ``new``."""

    kind: str
    path: str
    line: int
    start: int
    end: int
    new: str

    def apply(self, text: str) -> str:
        return text[: self.start] + self.new + text[self.end :]


def breaks(note: Note, claims: tuple[Claim, ...]) -> Iterator[Break]:
    """Every way in which this script can break a note."""
    yield from _signs(note, claims)
    yield from _links(note)
    yield from _relations(note)
    yield from _asserts(note)


def _signs(note: Note, claims: tuple[Claim, ...]) -> Iterator[Break]:
    """The right side of a verified step gets the other sign."""
    for claim in claims:
        if claim.kind != "claim" or claim.status != "verified" or claim.on_purpose:
            continue
        for step in claim.steps:
            start = step.span.start
            minus = note.source.text[start] == "-"
            yield _break("sign", note, start, start + minus, "" if minus else "-")


def _links(note: Note) -> Iterator[Break]:
    """The target of a link in the text loses its last letter."""
    for link in note.links:
        if link.key is None and link.kind == "wikilink" and link.target:
            yield _break("link", note, link.target_span.end - 1, link.target_span.end, "")


def _relations(note: Note) -> Iterator[Break]:
    """The name of a relation gets its last letter twice."""
    if note.frontmatter is None:
        return
    for key in {link.key.split(".")[0] for link in note.links if link.key}:
        at = re.search(rf"^{re.escape(key)}(?=:)", note.source.text, re.MULTILINE)
        if at:
            yield _break("relation", note, at.end(), at.end(), key[-1])


def _asserts(note: Note) -> Iterator[Break]:
    """An assert demands the opposite."""
    for cell in note.cells:
        text = note.source.text[cell.span.start : cell.span.end]
        for found in _ASSERT.finditer(text):
            at = cell.span.start + found.end()
            yield _break("assert", note, at, at, "not ")


def _break(kind: str, note: Note, start: int, end: int, new: str) -> Break:
    return Break(kind, note.path, note.source.position(start).line, start, end, new)


def look(root: Path, part: str, *, run: bool) -> tuple[Facts, list[Diagnostic]]:
    """What `check` says of the notes with ``part`` in their path."""
    vault = load(root)
    only = {note.path for note in vault.notes if part in note.path}
    facts = gather(vault, load_config(root), only, run=RunOptions(timeout=120) if run else None)
    return facts, diagnose(facts)


def noticed(root: Path, damage: Break, known: set[str]) -> bool | None:
    """Whether `check` has a new error at the line of the damage; ``None`` for another definition."""
    file = root / damage.path
    before = file.read_bytes()
    file.write_text(damage.apply(before.decode()), encoding="utf-8", newline="")
    try:
        facts, found = look(root, damage.path, run=damage.kind == "assert")
    finally:
        file.write_bytes(before)
    found_it = any(
        _line(facts, item) == damage.line
        and item.severity is Severity.ERROR
        and str((damage.line, item.rule, item.message)) not in known
        for item in found
    )
    if not found_it and damage.kind == "sign" and _defines(facts, damage):
        return None
    return found_it


def _defines(facts: Facts, damage: Break) -> bool:
    """Whether what was broken is now read as a definition."""
    here = [c for c in facts.claims[damage.path] if c.span.start <= damage.start <= c.span.end]
    return bool(here) and all(claim.kind == "definition" for claim in here)


def _line(facts: Facts, item: Diagnostic) -> int:
    (note,) = (note for note in facts.notes if note.path == item.path)
    return note.source.position(item.span.start).line


def chosen(found: list[Break], every: bool, seed: int) -> list[Break]:
    """All of them, or one of each kind and note."""
    if every:
        return found
    choose = random.Random(seed)
    groups: dict[tuple[str, str], list[Break]] = {}
    for damage in found:
        groups.setdefault((damage.path, damage.kind), []).append(damage)
    return [choose.choice(group) for group in groups.values()]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("vault", type=Path, nargs="?", default=Path(__file__).parents[1] / "vault")
    parser.add_argument("--all", action="store_true", help="every place, not one of a kind a note")
    parser.add_argument("--note", default="", help="only notes with this in their path")
    parser.add_argument("--kind", choices=KINDS, action="append", help="only this kind of damage")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "vault"
        shutil.copytree(options.vault, root)
        facts, before = look(root, options.note, run=False)
        known = {str((_line(facts, item), item.rule, item.message)) for item in before}
        found = [
            damage
            for note in facts.notes
            for damage in breaks(note, facts.claims.get(note.path, ()))
            if damage.kind in (options.kind or KINDS)
        ]
        tried, seen, redefined = Counter[str](), Counter[str](), 0
        for damage in chosen(found, options.all, options.seed):
            outcome = noticed(root, damage, known)
            if outcome is None:
                redefined += 1
                continue
            tried[damage.kind] += 1
            if outcome:
                seen[damage.kind] += 1
            else:
                print(f"not noticed: {damage.kind} at {damage.path}:{damage.line}", flush=True)
    for kind in KINDS:
        if tried[kind]:
            print(f"{kind:10s} {seen[kind]:4d} of {tried[kind]:4d} noticed")
    if redefined:
        print(f"{redefined} signs made another definition of a name that has several")
    total, all_seen = tried.total(), seen.total()
    print(f"{'in all':10s} {all_seen:4d} of {total:4d} noticed, {all_seen / max(total, 1):.1%}")
    return 0 if all_seen == total else 1


if __name__ == "__main__":
    sys.exit(main())
