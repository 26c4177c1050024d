"""Notes to be run, read and planned one by one, a little ahead of what runs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from vaultbp.cells.plan import Plan

_AHEAD = 2
"""Plans to have ready while children run."""


class Queue:
    """Plans in order. What makes them is asked for the next one only when it is wanted soon."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        self._rest = iter(plans)
        self._ready: deque[Plan] = deque()

    def take(self) -> Plan | None:
        """The next plan; ``None`` when there is none left."""
        return self._ready.popleft() if self._ready else next(self._rest, None)

    def look_ahead(self, *, least: int = _AHEAD) -> bool:
        """Have the next plan made, if fewer are ready; whether one was."""
        if len(self._ready) >= least or (plan := next(self._rest, None)) is None:
            return False
        self._ready.append(plan)
        return True

    def is_empty(self) -> bool:
        self.look_ahead(least=1)
        return not self._ready
