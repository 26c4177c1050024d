"""Near: names that are nearly the same, found without comparing every pair.

Two names are near when they are the same without their marks, or when deleting at most one character
from each makes them the same (a slip of one letter, or two letters swapped). Of the three thirds of a
name then at least one stands in the other name too, at the same place or one beside it: each name is
kept by its thirds, and the few that share one are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vaultbp.vault.names import key_of

_SHORTEST = 4
"""Shorter names are near everything."""
_LONGEST = 60
_MOST = 3


class Near:
    """File names, with and without their extension, ready to be searched for slips."""

    def __init__(self, files: Iterable[str]) -> None:
        self._paths: dict[str, list[str]] = {}
        """The files by the letters of their names, in order."""
        self._thirds: dict[tuple[int, int, str], list[str]] = {}
        """The letters of names by their number, the place of a third, and the third."""
        self._found: dict[str, list[str]] = {}
        for path in files:
            name = letters(path)
            if name not in self._paths:
                for at, stop in _cuts(len(name)):
                    self._thirds.setdefault((len(name), at, name[at:stop]), []).append(name)
            self._paths.setdefault(name, []).append(path)

    def find(self, target: str) -> list[str]:
        """At most three paths, those with the same letters first, then the shortest."""
        if target not in self._found:
            self._found[target] = self._find(target)
        return self._found[target]

    def _find(self, target: str) -> list[str]:
        name = letters(target)
        if not name:
            return []
        table: dict[str, list[str]] = {}
        for other in self._candidates(name):
            for form in set(_forms(other)):
                table.setdefault(form, []).extend(self._paths[other])
        exact = sorted(
            table.get(name, []), key=lambda path: (letters(path) != name, len(path), path)
        )
        found = dict.fromkeys(exact)
        for form in _forms(name):
            found.update(dict.fromkeys(sorted(table.get(form, []), key=lambda p: (len(p), p))))
        return list(found)[:_MOST]

    def _candidates(self, name: str) -> set[str]:
        """All names that may be near, and few others."""
        found = {form for form in _forms(name) if form in self._paths}
        for size in (len(name), len(name) + 1):
            for at, stop in _cuts(size):
                for shift in (-1, 0, 1):
                    if at + shift >= 0:
                        third = name[at + shift : stop + shift]
                        some = self._thirds.get((size, at, third), ())
                        found.update(other for other in some if _is_near(other, name))
        return found


def _is_near(long: str, name: str) -> bool:
    """Whether deleting one character from ``long`` makes it ``name``, or one from each the same.

    ``long`` has as many characters as ``name`` or one more. Only the first and the last place at which
    they differ need be tried.
    """
    start = _shared(long, name)
    if len(long) > len(name):
        return long[start + 1 :] == name[start:]
    stop = len(name) - _shared(long[:start:-1], name[:start:-1])
    return (
        long[start + 1 : stop] == name[start : stop - 1]
        or long[start : stop - 1] == name[start + 1 : stop]
    )


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _cuts(size: int) -> Iterable[tuple[int, int]]:
    """Where the thirds of a name begin and end."""
    if not _SHORTEST <= size <= _LONGEST:
        return ()
    first, second = size // 3, 2 * size // 3
    return (0, first), (first, second), (second, size)


def letters(path: str) -> str:
    """A file's name without folder and extension, only its letters and digits."""
    name = key_of(path.rsplit("/", 1)[-1])
    stem, dot, extension = name.rpartition(".")
    if dot and stem and len(extension) <= 5:
        name = stem
    return name if name.isalnum() else "".join(filter(str.isalnum, name))


def _forms(name: str) -> Iterator[str]:
    yield name
    if _SHORTEST <= len(name) <= _LONGEST:
        for at in range(len(name)):
            yield name[:at] + name[at + 1 :]
