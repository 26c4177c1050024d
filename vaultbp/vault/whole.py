"""A vault as a whole: its notes, what their links name, and the edges between them."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

from vaultbp.notes import Link, Note, read
from vaultbp.vault.cards import Card, aliases_of, speaks_of_vaultbp
from vaultbp.vault.disk import ignored_prefixes, is_note, read_source, walk, walk_stamped
from vaultbp.vault.kept import ENOUGH, KeptNotes
from vaultbp.vault.names import Names, Problem, key_of
from vaultbp.vault.near import Near
from vaultbp.vault.subpaths import Missing, Subpaths, has_anchor, normal

NO_RELATIONS = frozenset({"aliases", "tags", "cssclasses", "alias", "tag", "cssclass"})
"""Properties with a meaning of their own in Obsidian: links in them are no relations."""

_UNWRITABLE = re.compile(r"[#|\[\]\\\x00-\x1f]|^\s|\s$")
"""In a path: what a link reads as something else."""
_INDEX = re.compile(r"(?:\.\d+)+$")


class Resolved(Struct, frozen=True, gc=False):
    """A link and what it leads to."""

    link: Link
    path: str | None
    """The file it names; ``None`` if there is none or the link is external."""
    problem: Problem | Literal["url"] | None = None
    rivals: tuple[str, ...] = ()
    miscased: bool = False
    missing: Missing | None = None
    """The part of its fragment that the note does not have."""


class Edge(Struct, frozen=True, gc=False):
    """A link between two notes (or to another file, or to nothing), typed or not."""

    source: str
    target: str
    """A path of the vault or, unresolved, the target as written."""
    relation: str
    kind: Literal["relation", "link", "embed", "markdown"]
    link: Link
    resolved: bool


@dataclass(frozen=True)
class Vault:
    """Notes and files that can be asked what a link names. Build it with `index` or `load`."""

    notes: Sequence[Note]
    """In the order of their paths."""
    files: tuple[str, ...]
    """Every file's path, notes included, in order."""
    root: Path = field(default=Path())
    ignored: tuple[str, ...] = ()
    """Paths that Obsidian's own settings hide from the graph; links to them still resolve."""
    unread: tuple[str, ...] = ()
    """Folders that could not be read: what is in them is not known."""

    @cached_property
    def paths(self) -> Sequence[str]:
        """The notes' paths, in order."""
        if isinstance(self.notes, KeptNotes):
            return self.notes.paths
        return [note.path for note in self.notes]

    @property
    def cards(self) -> Mapping[str, Card]:
        """What is known of notes that need not be read: a card for each, or for none."""
        return self.notes.cards if isinstance(self.notes, KeptNotes) else {}

    @cached_property
    def names(self) -> Names:
        return Names(self.files)

    @cached_property
    def by_path(self) -> Mapping[str, Note]:
        if isinstance(self.notes, KeptNotes):
            return self.notes.by_path
        return {note.path: note for note in self.notes}

    def with_formulas(self, paths: Iterable[str]) -> list[Note]:
        """Those of the notes at ``paths`` that hold mathematics."""
        cards = self.cards
        if cards:
            return [self.by_path[path] for path in paths if cards[path].has_formulas]
        return [note for note in map(self.by_path.__getitem__, paths) if note.formulas]

    def with_entries(self, paths: Iterable[str]) -> list[Note]:
        """Those of the notes at ``paths`` that may say what is to be ignored in them."""
        cards = self.cards
        if cards:
            return [self.by_path[path] for path in paths if cards[path].has_entries]
        return [note for note in map(self.by_path.__getitem__, paths) if speaks_of_vaultbp(note)]

    @cached_property
    def _subpaths(self) -> dict[str, Subpaths]:
        return {}

    def subpaths(self, path: str) -> Subpaths | None:
        """The headings and blocks of a note; ``None`` if the file is no note."""
        found = self._subpaths.get(path)
        if found is None:
            card = self.cards.get(path)
            if card is None and path not in self.by_path:
                return None
            found = card.subpaths if card else Subpaths.of(self.by_path[path])
            self._subpaths[path] = found
        return found

    @cached_property
    def aliases(self) -> Mapping[str, tuple[str, ...]]:
        """The notes that have an alias, by its comparison key."""
        found: dict[str, list[str]] = {}
        cards = self.cards
        for path in self.paths:
            card = cards.get(path)
            for alias in card.aliases if card else aliases_of(self.by_path[path]):
                found.setdefault(key_of(alias), []).append(path)
        return {key: tuple(paths) for key, paths in found.items()}

    @cached_property
    def _near(self) -> Near:
        return Near(self.files)

    def nearest(self, target: str) -> list[str]:
        """Files whose name is nearly ``target``, the nearest first; often none."""
        return self._near.find(target)

    def nearest_heading(self, path: str, heading: str) -> str | None:
        """The heading of a note that is most like ``heading``, as written, if one is near."""
        note = self.by_path.get(path)
        if note is None:
            return None
        import difflib

        names = {normal(item.text): item.text for item in note.headings[:500]}
        near = difflib.get_close_matches(normal(heading.rpartition("#")[2]), names, 1, 0.75)
        return names[near[0]] if near else None

    def name_for(self, path: str, note: Note) -> str | None:
        """What a link in ``note`` writes to name the file: its name if that is enough, or the path;
        ``None`` if no link can, as of a name that holds ``#``."""
        whole = path[:-3] if is_note(path) else path
        if _UNWRITABLE.search(whole):
            return None
        name = whole.rsplit("/", 1)[-1]
        for written in (name, whole):
            found = self.names.find(written, note.path)
            if found.path == path and not found.rivals:
                return written
        return None

    @cached_property
    def links(self) -> Mapping[str, Sequence[Resolved]]:
        """Every note's links, resolved, by path. External links are among them, unresolved."""
        with collector_paused():
            return {note.path: self.resolve_all(note) for note in self.notes}

    @cached_property
    def flawed(self) -> Mapping[str, Sequence[Resolved]]:
        """The links of which something is to be said, by path; notes without any are left out."""
        found = {}
        sound = _Sound(self)
        cards = self.cards
        for path in self.paths:
            if path in cards and sound.covers(path, cards[path]):
                continue
            right = sound.targets(path)
            flawed = []
            for link in self.by_path[path].links:
                if link.external or (link.target in right and not link.fragment):
                    continue
                item = self._resolve(path, link)
                if item.problem or item.missing or item.rivals or item.miscased:
                    flawed.append(item)
                elif link.target and not link.fragment:
                    right.add(link.target)
            if flawed:
                found[path] = flawed
        return found

    def resolve_all(self, note: Note) -> Sequence[Resolved]:
        return [self.resolve(note, link) for link in note.links] if note.links else ()

    def resolve(self, note: Note, link: Link) -> Resolved:
        """What a link of a note leads to."""
        return self._resolve(note.path, link)

    def _resolve(self, path: str, link: Link) -> Resolved:
        if link.external:
            return Resolved(link, None)
        if not link.target and not link.fragment:
            return Resolved(link, path, "empty")
        if "://" in link.target:
            return Resolved(link, None, "url")
        found = self.names.find(link.target, path)
        missing = None
        if link.fragment and found.path is not None and is_note(found.path):
            subpaths = self.subpaths(found.path)
            missing = subpaths.missing(link.fragment) if subpaths else None
            if missing and link.kind == "markdown" and subpaths:
                there = self.by_path[found.path]
                missing = None if has_anchor(there, link.fragment) else missing
        rivals = found.rivals
        if rivals and link.kind == "markdown" and self._is_below(path, link.target, found.path):
            rivals = ()  # every program reads it so
        return Resolved(link, found.path, found.problem, rivals, found.miscased, missing)

    def _is_below(self, source: str, written: str, path: str | None) -> bool:
        """Whether a link's path, seen from the folder of its note, is that of the file."""
        folder = source.rpartition("/")[0]
        wanted = {key_of(f"{folder}/{written}"), key_of(f"{folder}/{written}.md")}
        return path is not None and key_of(path) in wanted

    def note_at(self, note: Note, link: Link) -> Note | None:
        """The note that a link of ``note`` names."""
        path = self.resolve(note, link).path
        return self.by_path.get(path) if path else None

    def edges(self, *, inline_fields: bool = False) -> Iterator[Edge]:
        """The graph's edges, note by note. External links and links to the same note are none."""
        for note in self.notes:
            if self.is_ignored(note.path):
                continue
            for resolved in self.links[note.path]:
                edge = edge_of(note.path, resolved, inline_fields=inline_fields)
                if edge and not (edge.resolved and self.is_ignored(edge.target)):
                    yield edge

    @cached_property
    def _statements(self) -> dict[bool, Sequence[Edge]]:
        return {}

    def statements(self, *, inline_fields: bool = False) -> Sequence[Edge]:
        """The typed edges alone, made once: many rules ask for them."""
        if inline_fields not in self._statements:
            found = []
            cards = self.cards
            for path in self.paths:
                card = cards.get(path)
                typed = card.typed if card is not None else self._typed(path)
                if typed and not self.is_ignored(path):
                    for link in typed:
                        resolved = self._resolve(path, link)
                        edge = edge_of(path, resolved, inline_fields=inline_fields)
                        if edge and edge.kind == "relation":
                            found.append(edge)
            self._statements[inline_fields] = found
        return self._statements[inline_fields]

    def _typed(self, path: str) -> Sequence[Link]:
        return [link for link in self.by_path[path].links if link.key and not link.external]

    def is_ignored(self, path: str) -> bool:
        """Whether Obsidian's settings hide a file from the graph."""
        return bool(self.ignored) and path.startswith(self.ignored)


class _Sound:
    """What is known to be right, which nearly all links are."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._everywhere: set[str] = set()
        """Targets that are right from every folder."""
        self._targets: dict[str, set[str]] = {}
        self._parts: set[tuple[str, str]] = set()
        """Notes and fragments that they have."""
        self._links: set[tuple[str, str]] = set()
        """Targets and fragments that are right from every folder."""

    def targets(self, path: str) -> set[str]:
        """Targets that are right wherever they stand in the folder of the note at ``path``."""
        return self._targets.setdefault(path.rpartition("/")[0], set())

    def covers(self, path: str, card: Card) -> bool:
        """Whether nothing is to be said of any link of a note; if in doubt there is."""
        if not self._everywhere.issuperset(card.targets):
            for target in card.targets:
                if target not in self._everywhere and not self._leads(path, target):
                    return False
        return self._links.issuperset(card.parts) or all(
            self._has(path, *part) for part in card.parts
        )

    def _leads(self, path: str, target: str) -> bool:
        right = self.targets(path)
        if target not in right:
            if not target or self._named(target, path) is None:
                return False
            if self._vault.names.is_alone(target):
                self._everywhere.add(target)
            else:
                right.add(target)
        return True

    def _named(self, target: str, path: str) -> str | None:
        found = self._vault.names.find(target, path)
        return None if found.problem or found.rivals or found.miscased else found.path

    def _has(self, path: str, target: str, fragment: str) -> bool:
        named = self._named(target, path)
        if named is None:
            return False
        if is_note(named) and (named, fragment) not in self._parts:
            subpaths = self._vault.subpaths(named)
            if subpaths and subpaths.missing(fragment):
                return False
            self._parts.add((named, fragment))
        if target and self._vault.names.is_alone(target):
            self._links.add((target, fragment))
        return True


def edge_of(source: str, resolved: Resolved, *, inline_fields: bool = False) -> Edge | None:
    """The edge that a link in the note at ``source`` makes, if it makes one."""
    link = resolved.link
    if link.external or resolved.problem in ("empty", "url", "folder"):
        return None
    if resolved.path == source and link.key is None:
        return None
    target = resolved.path if resolved.path is not None else link.target
    relation = relation_of(link, inline_fields=inline_fields)
    if relation is not None:
        return Edge(source, target, relation, "relation", link, resolved.path is not None)
    kind: Literal["link", "embed", "markdown"] = "link"
    if link.embed:
        kind = "embed"
    elif link.kind == "markdown":
        kind = "markdown"
    return Edge(source, target, "link", kind, link, resolved.path is not None)


def relation_of(link: Link, *, inline_fields: bool = False) -> str | None:
    """The relation that a link states: its property's key, list positions left out."""
    if link.key is None or (link.kind == "inline-field" and not inline_fields):
        return None
    return _relation_named(link.key)


@lru_cache(10_000)
def _relation_named(key: str) -> str | None:
    name = _INDEX.sub("", key)
    return None if name.split(".")[0] in NO_RELATIONS else name


def tags_of(note: Note) -> list[str]:
    """The tags of a note, of its properties and its text, without ``#``, each once."""
    found = [tag.name for tag in note.tags]
    if note.frontmatter is not None:
        for value in (*note.frontmatter.values("tags"), *note.frontmatter.values("tag")):
            found += [name.lstrip("#") for name in value.replace(",", " ").split()]
    return sorted(dict.fromkeys(name for name in found if name))


def index(
    notes: Iterable[Note],
    files: Iterable[str] = (),
    *,
    root: Path | None = None,
    ignored: tuple[str, ...] = (),
) -> Vault:
    """A vault of notes already read. ``files`` are all paths; the notes' own may be left out."""
    ordered = tuple(sorted(notes, key=lambda note: note.path))
    paths = sorted({*files, *(note.path for note in ordered)})
    return Vault(ordered, tuple(paths), root or Path(), ignored)


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for garbage meanwhile, nor ever among what was made: notes hold no cycles, and
    going through them all again and again costs a quarter of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def load(root: Path, *, kept: bool = False) -> Vault:
    """Read the vault in a folder. Never raises for what is in it: damage is named in the notes.

    ``kept``: notes that did not change are taken from the user's cache folder, others put there.
    """
    root = root.resolve()
    ignored = ignored_prefixes(root)
    unread: list[str] = []
    if kept:
        stamps = walk_stamped(root, unread)
        files = sorted(stamps)
        paths = {path: stamps[path] for path in files if is_note(path)}
        if len(paths) >= ENOUGH:
            with collector_paused():
                notes = KeptNotes(root, paths)
            return Vault(notes, tuple(files), root, ignored, tuple(sorted(unread)))
        unread.clear()
    files = sorted(walk(root, unread))
    with collector_paused():
        read_now = [read(read_source(root, path)) for path in files if is_note(path)]
    return replace(index(read_now, files, root=root, ignored=ignored), unread=tuple(sorted(unread)))
