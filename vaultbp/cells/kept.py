"""What the cache knows of notes, for one installation and one level of confinement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vaultbp.cells import keys
from vaultbp.cells.cache import Cache, digest
from vaultbp.cells.results import CellError, CellResult, Sandbox
from vaultbp.source import Source

if TYPE_CHECKING:
    from vaultbp.cells.outcomes import Outcome
    from vaultbp.cells.plan import Plan

MANY = 50
"""Notes from which on a row for all of them saves time."""


class Kept:
    """Results by note as it stands on disk, and by what its cells are.

    ``rerun``: write only. Without a cache it knows nothing and keeps nothing.
    """

    def __init__(self, cache: Cache | None, *, rerun: bool = False) -> None:
        self.cache = cache
        self.rerun = rerun
        self.base = keys.environment() if cache else b""
        self.generation = cache.generation() if cache else b""
        if cache is not None:
            cache.replacing = rerun
        self.sandbox = Sandbox("process")

    def level(self, layers: Sequence[str]) -> Sandbox | None:
        """The level that trying for these layers gave on this host the last time."""
        body = self.cache.get(self._host(layers)) if self.cache else None
        return None if body is None else Sandbox(body["level"], tuple(body["missing"]))

    def keep_level(self, layers: Sequence[str], sandbox: Sandbox) -> None:
        if self.cache is not None:
            self.cache.put(self._host(layers), sandbox._asdict())

    def page(self, source: Source) -> tuple[CellResult, ...] | None:
        """The results of a note of which no character and not the path has changed."""
        body = self._get(keys.page_key(self.base, self.sandbox, source)) if self.cache else None
        return None if body is None else tuple(_result(cell) for cell in body["cells"])

    def keep_page(self, source: Source, cells: Sequence[CellResult]) -> None:
        if self.cache is not None:
            body = {"cells": list(cells)}
            self.cache.put(keys.page_key(self.base, self.sandbox, source), body)

    def whole(self, sources: Sequence[Source]) -> dict[str, tuple[CellResult, ...]] | None:
        """The results of many notes at once, if no character of any has changed: one row for all."""
        if self.cache is None or len(sources) < MANY:
            return None
        key, state = keys.whole_key(self.base, self.sandbox, sources, self.generation)
        body = self._get(key)
        if body is None or body["state"] != state:
            return None
        return {path: tuple(map(_result, cells)) for path, cells in body["found"].items()}

    def keep_whole(
        self, sources: Sequence[Source], found: Mapping[str, Sequence[CellResult]]
    ) -> None:
        """Keep results each of which is kept as its note's own."""
        if self.cache is not None and len(sources) >= MANY:
            key, state = keys.whole_key(self.base, self.sandbox, sources, self.generation)
            cells = {path: list(results) for path, results in found.items()}
            self.cache.put(key, {"state": state, "found": cells})

    def outcome(self, plan: Plan) -> Outcome | None:
        """What running these very cells gave, wherever they stand now."""
        if self.cache is None:
            return None
        from vaultbp.cells.records import from_record

        body = self._get(keys.plan_key(self.base, self.sandbox, plan))
        return None if body is None else from_record(plan, body)

    def keep_outcome(self, plan: Plan, outcome: Outcome) -> bool:
        """Keep what would come again; whether it would."""
        if self.cache is None:
            return False
        from vaultbp.cells.records import is_lasting, to_record

        if not is_lasting(plan, outcome):
            return False
        self.cache.put(keys.plan_key(self.base, self.sandbox, plan), to_record(plan, outcome))
        return True

    def _get(self, key: bytes) -> dict[str, Any] | None:
        return None if self.cache is None or self.rerun else self.cache.get(key)

    def _host(self, layers: Sequence[str]) -> bytes:
        return digest(self.base, keys.host(), *layers)


def _result(kept: list[Any]) -> CellResult:
    """A result out of the list that JSON made of it."""
    path, line, name, status, seconds, stdout, error, _, figures, notices, stderr = kept
    cached = status != "skipped"
    if error is not None:
        kind, message, at, column, trace = error
        error = CellError(kind, message, at, column, tuple(trace))
    return CellResult(
        path,
        line,
        name,
        status,
        seconds,
        stdout,
        error,
        cached,
        tuple(figures),
        tuple(notices),
        stderr,
    )
