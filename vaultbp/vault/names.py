"""Names: which file a link's path names, by Obsidian's rules.

Paths are compared in Unicode normal form C and without regard to case. A path is, in this order: a
file of exactly that path from the vault's root; a file whose path ends in it, in the note's own folder;
the one with the shortest path. Of two equally short ones the first by name is taken and the link is
called ambiguous, because Obsidian itself is not stable there; but one that the path leads to from the
note's own folder comes before it.
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
        self._by_path: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        self._namesakes: dict[str, list[str]] = {}
        """The files of one name, where there are several."""
        self._twins: dict[str, list[str]] = {}
        """The files of one path, where there are several: they differ in case or normal form."""
        self._tails: dict[str, list[str]] = {}
        self._seen: dict[tuple[str, str], Found] = {}
        self._alone: dict[str, Found] = {}
        """What is found for a name that only one file bears: the same from every note."""
        self._folders: set[str] = set()
        for path in files:
            key = key_of(path)
            if self._by_path.setdefault(key, path) is not path:
                self._twins.setdefault(key, [self._by_path[key]]).append(path)
            folder, _, name = key.rpartition("/")
            if self._by_name.setdefault(name, path) is not path:
                self._namesakes.setdefault(name, [self._by_name[name]]).append(path)
            while folder and folder not in self._folders:
                self._folders.add(folder)
                folder = folder.rpartition("/")[0]
        for first, several in ((self._by_path, self._twins), (self._by_name, self._namesakes)):
            for key, paths in several.items():
                paths.sort(key=lambda path: (len(path), path))
                first[key] = paths[0]

    def find(self, written: str, source: str) -> Found:
        """What ``written`` names in a link of the note ``source``."""
        if not written:
            return Found(source)
        known = self._alone.get(written)
        if known is not None:
            return known
        folder = source.rpartition("/")[0]
        known = self._seen.get((written, folder))
        if known is None:
            known = self._find_alone(written)
            if known is not None:
                self._alone[written] = known
                return known
            known = self._seen[written, folder] = self._find(written, folder)
        return known

    def is_alone(self, written: str) -> bool:
        """Whether what was found for it is found from every note."""
        return written in self._alone

    def _find_alone(self, written: str) -> Found | None:
        """The file of a plain name, without folders and extension, if there is only one."""
        if "/" in written or "." in written or "\\" in written:
            return None
        name = key_of(written) + ".md"
        path = self._by_name.get(name)
        if path is None or name in self._namesakes:
            return None
        return _chosen(written + ".md", path, ())

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
            return _chosen(written, written if written in self._twins.get(key, ()) else here, ())
        if exact:
            return None
        there = self._by_path.get(f"{folder}/{key}") if folder and "/" not in key else None
        if there:
            return _chosen(written, there, ())
        paths = self._ending_in(key)
        if not paths:
            return None
        if "/" in key:
            for path in paths:
                if key_of(path).rpartition("/")[0] == folder:
                    return _chosen(written, path, ())
        shortest = [path for path in paths if len(path) == len(paths[0])]
        near = self._by_path.get(f"{folder}/{key}")
        chosen = near if near in shortest else paths[0]
        rivals = tuple(path for path in shortest if path != chosen)[:5]
        return _chosen(written, chosen, rivals)

    def _ending_in(self, key: str) -> list[str]:
        """The files whose path ends in ``key``, the shortest path first."""
        if "/" not in key:
            return self._named(key)
        if key not in self._tails:
            named = self._named(key.rsplit("/", 1)[-1])
            self._tails[key] = [path for path in named if key_of(path).endswith("/" + key)]
        return self._tails[key]

    def _named(self, name: str) -> list[str]:
        """The files of one name, the shortest path first."""
        if name in self._namesakes:
            return self._namesakes[name]
        path = self._by_name.get(name)
        return [] if path is None else [path]


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
