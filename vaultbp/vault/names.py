"""Names: which file a link's path names, by Obsidian's rules.

Paths are compared in Unicode normal form C and without regard to case. A path is, in this order: a
file of exactly that path from the vault's root; a file whose path ends in it, in the note's own folder;
the one with the shortest path. Of two equally short ones the first by name is taken and the link is
called ambiguous, because Obsidian itself is not stable there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from unicodedata import normalize

from msgspec import Struct

Problem = Literal["missing", "outside", "empty", "folder"]


class Found(Struct, frozen=True, gc=False):
    """What a path names: a file, or why none. ``rivals`` are the other files it may mean."""

    path: str | None
    problem: Problem | None = None
    rivals: tuple[str, ...] = ()
    miscased: bool = False
    """The name is written in other letters of upper or lower case than the file's."""


def key_of(path: str) -> str:
    """What paths are compared by: normal form C, case-folded."""
    if path.isascii():
        return path.lower()
    return normalize("NFC", normalize("NFC", path).casefold())


class Names:
    """All files of a vault, ready to be looked up; a lookup takes constant time."""

    def __init__(self, files: Iterable[str]) -> None:
        self._by_path: dict[str, list[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        self._tails: dict[str, list[str]] = {}
        self._seen: dict[tuple[str, str], Found] = {}
        self._folders: set[str] = set()
        for path in files:
            key = key_of(path)
            self._by_path.setdefault(key, []).append(path)
            self._by_name.setdefault(key.rsplit("/", 1)[-1], []).append(path)
            folder = key.rpartition("/")[0]
            while folder and folder not in self._folders:
                self._folders.add(folder)
                folder = folder.rpartition("/")[0]
        for group in (self._by_path, self._by_name):
            for paths in group.values():
                if len(paths) > 1:
                    paths.sort(key=lambda path: (len(path), path))

    def find(self, written: str, source: str) -> Found:
        """What ``written`` names in a link of the note ``source``."""
        if not written:
            return Found(source)
        folder = source.rpartition("/")[0]
        known = self._seen.get((written, folder))
        if known is None:
            known = self._seen[written, folder] = self._find(written, folder)
        return known

    def _find(self, written: str, folder: str) -> Found:
        path: str | None = written.replace("\\", "/") if "\\" in written else written
        assert path is not None
        relative = path.startswith(("./", "../")) or "/../" in path or path in (".", "..")
        if relative:
            base = folder if path.startswith((".", "..")) else ""
            path = _join(base, path)
            if path is None:
                return Found(None, "outside")
        path = path.lstrip("/")
        if not path.strip("/"):
            return Found(None, "empty")
        key = key_of(path)
        if not key.endswith("/"):
            for candidate, plain in self._candidates(key, path):
                found = self._among(candidate, plain, key_of(folder), exact=relative)
                if found:
                    return found
        if key.rstrip("/") in self._folders:
            return Found(None, "folder")
        return Found(None, "missing")

    def _candidates(self, key: str, path: str) -> Iterable[tuple[str, str]]:
        if "." in key.rsplit("/", 1)[-1]:
            yield key, path
        yield key + ".md", path + ".md"

    def _among(self, key: str, written: str, folder: str, *, exact: bool) -> Found | None:
        here = self._by_path.get(key)
        if here:
            return _chosen(written, here[0] if written not in here else written, ())
        if exact:
            return None
        there = self._by_path.get(f"{folder}/{key}") if folder and "/" not in key else None
        if there:
            return _chosen(written, there[0], ())
        paths = self._ending_in(key)
        if not paths:
            return None
        if "/" in key:
            for path in paths:
                if key_of(path).rpartition("/")[0] == folder:
                    return _chosen(written, path, ())
        rivals = tuple(path for path in paths[1:6] if len(path) == len(paths[0]))
        return _chosen(written, paths[0], rivals)

    def _ending_in(self, key: str) -> list[str]:
        """The files whose path ends in ``key``, the shortest path first."""
        if "/" not in key:
            return self._by_name.get(key, [])
        if key not in self._tails:
            named = self._by_name.get(key.rsplit("/", 1)[-1], [])
            self._tails[key] = [path for path in named if key_of(path).endswith("/" + key)]
        return self._tails[key]


def _chosen(written: str, path: str, rivals: tuple[str, ...]) -> Found:
    tail = path[-len(written) :] if len(written) <= len(path) else path
    if tail == written:
        return Found(path, rivals=rivals)
    said, name = normalize("NFC", written), normalize("NFC", path)
    if said.lower().endswith(".md"):
        said, name = said[:-3], name[:-3]
    return Found(path, rivals=rivals, miscased=not name.endswith(said))


def _join(folder: str, path: str) -> str | None:
    """``path`` seen from ``folder``; ``None`` if it leaves the vault."""
    parts = folder.split("/") if folder else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
