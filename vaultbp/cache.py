"""Verdicts kept between runs: a note that did not change is not judged again.

The key is everything that a verdict depends on: the text of the note and of the notes whose definitions
it imports, vaultbp's own code, Python and numpy. Judging is a pure function of these (its budgets count
steps, not seconds), so an entry can never be out of date. The store is the one that keeps cell results:
SQLite in the user's own cache folder, checksums on every row, damage set aside.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from vaultbp import __version__
from vaultbp.cells.cache import Cache, default_path, digest
from vaultbp.derivations.batch import Task, judge_all
from vaultbp.derivations.verdicts import Claim, Counterexample, Repair, Step
from vaultbp.source import Span

_CODE = ("notes", "latex", "derivations", "engine", "source.py")
"""The parts of the package that a verdict depends on."""


def judge_changed(tasks: Iterable[Task], path: Path | None = None) -> dict[str, tuple[Claim, ...]]:
    """The verdicts on every note, by path, of which only those not kept are judged now.

    ``path`` is the store's file, if not the usual one. A damaged store costs time and nothing else.
    """
    todo = list(tasks)
    with Cache(path or default_path().with_name("verdicts.sqlite")) as store:
        keys = {note.path: _key((note, linked)) for note, linked in todo}
        found: dict[str, tuple[Claim, ...] | None] = {
            note.path: _kept(store, keys[note.path]) for note, _ in todo
        }
        changed = [task for task in todo if found[task[0].path] is None]
        # Without anything to judge the judge is not even imported: that costs more than all the rest.
        fresh = judge_all(changed) if changed else {}
        for name, claims in fresh.items():
            store.put(keys[name], {"claims": [asdict(claim) for claim in claims]})
    return {note.path: fresh.get(note.path) or found[note.path] or () for note, _ in todo}


def _key(task: Task) -> bytes:
    note, linked = task
    parts = [part for other in (note, *linked) for part in (other.path, other.source.text)]
    return digest(_salt(), *parts)


@cache
def _salt() -> bytes:
    """What stands for the code: its files with their sizes and times, and the versions below it."""
    package = Path(__file__).parent
    files: list[str] = []
    for name in _CODE:
        root = package / name
        for file in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if file.suffix in (".py", ".toml", ".json"):
                state = file.stat()
                files.append(f"{file.relative_to(package)} {state.st_size} {state.st_mtime_ns}")
    return digest(__version__, sys.version, metadata.version("numpy"), *files)


def _kept(store: Cache, key: bytes) -> tuple[Claim, ...] | None:
    body = store.get(key)
    if body is None:
        return None
    try:
        return tuple(_claim(data) for data in body["claims"])
    except (KeyError, TypeError, ValueError):
        return None


def _claim(data: dict[str, Any]) -> Claim:
    steps = tuple(_step(step) for step in data.pop("steps"))
    return Claim(
        **{
            **data,
            "span": Span(*data["span"]),
            "assumptions": tuple(data["assumptions"]),
            "trace": tuple(data["trace"]),
            "steps": steps,
        }
    )


def _step(data: dict[str, Any]) -> Step:
    point, repair = data["counterexample"], data["repair"]
    return Step(
        **{
            **data,
            "span": Span(*data["span"]),
            "counterexample": Counterexample(**point) if point else None,
            "repair": Repair(**{**repair, "span": Span(*repair["span"])}) if repair else None,
        }
    )
