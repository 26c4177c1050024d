"""A fork server that is there again when a note has taken it down."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vaultbp.cells.children import ForkServer
from vaultbp.cells.errors import ServerLostError
from vaultbp.cells.outcomes import Outcome
from vaultbp.cells.plan import Plan
from vaultbp.cells.pool import Pool
from vaultbp.cells.results import Sandbox

Finished = Callable[[Plan, Outcome], None]


@dataclass(frozen=True)
class Terms:
    """On what terms one batch of notes is run."""

    jobs: int
    """Notes at once."""
    timeout: float
    """Seconds of wall time for each cell."""
    explained: bool
    """Whether failing asserts show their operands; compiling them so costs time."""


class Servers:
    """One fork server at a time. Use as a context manager: leaving it ends all processes."""

    def __init__(self, layers: Sequence[str], preload: Sequence[str], slots: int) -> None:
        self._settings = (layers, preload, slots)
        self._server: ForkServer | None = ForkServer(*self._settings)
        self._sandbox: Sandbox | None = None

    def __enter__(self) -> Servers:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def reached(self) -> Sandbox:
        """The layers that the server has reached.

        Raises ServerLostError if it cannot start, or if it reached others than the one before it:
        cells never run under less than what was reported.
        """
        if self._server is None:
            self._server = ForkServer(*self._settings)
        found = self._server.reached()
        if self._sandbox not in (None, found):
            raise ServerLostError(f"the sandbox changed from [{self._sandbox}] to [{found}]")
        self._sandbox = found
        return found

    def run(self, plans: Sequence[Plan], terms: Terms, finished: Finished) -> None:
        """Run plans, telling ``finished`` of each.

        The notes that were running when a server was lost are run again, each alone; one that is alone
        when it happens again did it.
        """
        batches = deque([list(plans)])
        while batches:
            batches += self._run(batches.popleft(), terms, finished)

    def _run(self, plans: list[Plan], terms: Terms, finished: Finished) -> list[list[Plan]]:
        """Run a batch; what is left of it if the server was lost, as batches."""
        self.reached()
        assert self._server is not None
        jobs = min(terms.jobs, len(plans))
        pool = Pool(plans, self._server, jobs, terms.timeout, finished, explained=terms.explained)
        try:
            pool.run()
        except ServerLostError:
            self._server.process.kill()
            lost = list(pool.jobs.values())
            if len(plans) == 1:
                lost[0].outcome.cut = lost[0].outcome.cut or "server"
                finished(lost[0].plan, lost[0].settle())
                left = []
            else:
                left = [[job.plan] for job in lost] + ([[*pool.waiting]] if pool.waiting else [])
        else:
            return []
        finally:
            pool.close()
        self._close()
        return left

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
