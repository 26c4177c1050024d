"""Which processes run, as /proc knows them."""

from __future__ import annotations

from pathlib import Path


def processes_with(mark: str) -> list[str]:
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = line.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if mark in text and "pytest" not in text:
            found.append(text)
    return found


def descendants(process: int) -> list[int]:
    """Every process below one, as /proc knows them."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = (int(fields[1]), fields[0])
    found = [process]
    for one in found:
        found += [
            child for child, (parent, state) in parents.items() if parent == one and state != b"Z"
        ]
    return found[1:]
