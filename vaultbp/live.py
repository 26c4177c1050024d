"""A vault that is being written: after each change only the note and what depends on it is judged.

Both the editor's server and ``check --watch`` stand on this. A note depends on another if a link of it
may name the other; so a new, renamed or removed file is followed the same way as a changed heading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from operator import is_
from pathlib import Path
from typing import TYPE_CHECKING

from vaultbp.config import Config
from vaultbp.diagnostics import Diagnostic
from vaultbp.findings import Facts, gather, imports
from vaultbp.notes import Note, read
from vaultbp.rules import diagnose
from vaultbp.source import Source
from vaultbp.vault import Vault, aliases_of, index, load
from vaultbp.vault.names import key_of

if TYPE_CHECKING:
    from vaultbp.derivations.verdicts import Claim


@dataclass(frozen=True, slots=True)
class Ties:
    """What binds a note to others."""

    names: frozenset[str]
    """The comparison keys of the file names that its links write."""
    aliases: frozenset[str]
    relations: frozenset[tuple[str, str]]


@dataclass
class LiveVault:
    """A vault, what was found in it, and the notes by what their links name."""

    config: Config
    vault: Vault
    facts: Facts
    diagnostics: dict[str, list[Diagnostic]] = field(default_factory=dict)
    """Every note's findings, by path; a note without any has an empty list."""
    _ties: dict[str, Ties] = field(default_factory=dict)

    @classmethod
    def open(cls, root: Path, config: Config) -> LiveVault:
        """Read and judge a whole vault."""
        vault = load(root)
        facts = gather(vault, config, cached=True)
        live = cls(config, vault, facts)
        live.diagnostics = {note.path: [] for note in vault.notes}
        for item in diagnose(facts):
            live.diagnostics[item.path].append(item)
        live._ties = {note.path: _ties(note) for note in vault.notes}
        return live

    def update(self, changes: Mapping[str, Source | None]) -> list[str]:
        """Take in changed notes by path, ``None`` for one that is gone.

        Returns the paths of all notes that were judged again, in order.
        """
        notes = {note.path: note for note in self.vault.notes}
        files = set(self.vault.files)
        bound = {path: self._bound(path) for path in changes}
        for path, source in changes.items():
            if source is None:
                notes.pop(path, None)
                files.discard(path)
                self._ties.pop(path, None)
                self.diagnostics.pop(path, None)
            else:
                notes[path] = read(source)
                files.add(path)
                self._ties[path] = _ties(notes[path])
        old = self.vault
        self.vault = index(notes.values(), files, root=old.root, ignored=old.ignored)
        touched = self._touched(changes)
        same_files = self.vault.files == old.files
        same_ties = all(self._bound(path) == was for path, was in bound.items())
        if same_files:
            _carry_over(old, self.vault, touched)
        known = self._still_judged(old, [path for path in touched if path not in changes])
        return self._judge(touched, known, diagnose_all=not (same_files and same_ties))

    def _still_judged(self, old: Vault, paths: list[str]) -> dict[str, tuple[Claim, ...]]:
        """The verdicts on unchanged notes that hold on: none of what they import has changed."""
        kept = {}
        for path in paths:
            before = imports(old, old.by_path[path])
            now = imports(self.vault, self.vault.by_path[path])
            if len(before) == len(now) and all(map(is_, before, now)):
                kept[path] = tuple(self.facts.claims.get(path, ()))
        return kept

    def _bound(self, path: str) -> tuple[frozenset[str], frozenset[tuple[str, str]]] | None:
        """What of a note can matter to notes that do not link to it: aliases and relations."""
        ties = self._ties.get(path)
        return (ties.aliases, ties.relations) if ties else None

    def _touched(self, changes: Mapping[str, Source | None]) -> list[str]:
        keys = {key_of(_stem(path)) for path in changes}
        return sorted(
            path for path, ties in self._ties.items() if path in changes or ties.names & keys
        )

    def _judge(
        self, touched: list[str], known: dict[str, tuple[Claim, ...]], *, diagnose_all: bool
    ) -> list[str]:
        """Judge the touched notes; look for findings in them, or in every note if it must be."""
        fresh = gather(self.vault, self.config, only=frozenset(touched), known=known)
        present = {note.path for note in self.vault.notes}
        claims = {path: kept for path, kept in self.facts.claims.items() if path in present}
        for path in touched:
            claims.pop(path, None)
        claims |= fresh.claims
        self.facts = replace(fresh, claims=claims, only=None)
        facts = self.facts if diagnose_all else replace(self.facts, only=frozenset(touched))
        asked = present if diagnose_all else set(touched)
        for path in asked:
            self.diagnostics[path] = []
        for item in diagnose(facts):
            if item.path in asked:  # a circle of relations is found wherever it begins
                self.diagnostics[item.path].append(item)
        return touched

    def all_diagnostics(self) -> list[Diagnostic]:
        """Every finding, in the order of the notes."""
        return [item for path in sorted(self.diagnostics) for item in self.diagnostics[path]]


def _carry_over(old: Vault, new: Vault, touched: list[str]) -> None:
    """Give a vault of the same files what the old one had found out about untouched notes.

    What a name means depends on the files alone; what a link leads to, on the two notes at its ends.
    """
    kept = new.__dict__  # where functools.cached_property keeps its values
    kept["names"] = old.names
    if "_near" in old.__dict__:
        kept["_near"] = old.__dict__["_near"]
    if "links" in old.__dict__:
        fresh = {path: new.resolve_all(new.by_path[path]) for path in touched}
        kept["links"] = {**old.links, **fresh}
    for inline, edges in old.__dict__.get("_statements", {}).items():
        again = index([new.by_path[path] for path in touched], new.files, root=new.root)
        again.__dict__["names"] = kept["names"]
        mine = [*again.statements(inline_fields=inline)]
        others = [edge for edge in edges if edge.source not in set(touched)]
        kept.setdefault("_statements", {})[inline] = sorted(
            [*others, *mine], key=lambda edge: edge.source
        )


def _ties(note: Note) -> Ties:
    return Ties(
        names=frozenset(key_of(_stem(link.target)) for link in note.links if link.target),
        aliases=frozenset(aliases_of(note)),
        relations=frozenset((link.key, link.target) for link in note.links if link.key),
    )


def _stem(path: str) -> str:
    """A file's name as links write it: without folders and ``.md``."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    return name[:-3] if name[-3:].lower() == ".md" else name
