"""Near: names that are nearly the same, found without comparing every pair.

Two names are near when they are the same without their marks, or when deleting one character from
either makes them the same (a slip of one letter, or two letters swapped). Every name's deletions are
kept in a table, so a lookup costs the length of the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vaultbp.vault.names import key_of

_SHORTEST = 4
"""Shorter names are near everything."""
_MOST = 3


class Near:
    """File names, with and without their extension, ready to be searched for slips."""

    def __init__(self, files: Iterable[str]) -> None:
        self._table: dict[str, list[str]] = {}
        self._found: dict[str, list[str]] = {}
        for path in files:
            for form in set(_forms(letters(path))):
                self._table.setdefault(form, []).append(path)

    def find(self, target: str) -> list[str]:
        """At most three paths, those with the same letters first, then the shortest."""
        if target not in self._found:
            self._found[target] = self._find(target)
        return self._found[target]

    def _find(self, target: str) -> list[str]:
        name = letters(target)
        if not name:
            return []
        exact = self._table.get(name, [])
        found = dict.fromkeys(
            sorted(exact, key=lambda path: (letters(path) != name, len(path), path))
        )
        for form in _forms(name):
            found.update(dict.fromkeys(sorted(self._table.get(form, []), key=len)))
        return list(found)[:_MOST]


def letters(path: str) -> str:
    """A file's name without folder and extension, only its letters and digits."""
    name = key_of(path.rsplit("/", 1)[-1])
    stem, dot, extension = name.rpartition(".")
    if dot and stem and len(extension) <= 5:
        name = stem
    return "".join(char for char in name if char.isalnum())


def _digits(name: str) -> str:
    """Names that differ in a number are different names, not slips."""
    return "".join(char for char in name if char.isdigit())


def _forms(name: str) -> Iterator[str]:
    yield name
    if _SHORTEST <= len(name) <= 60:
        for at in range(len(name)):
            yield name[:at] + name[at + 1 :]
