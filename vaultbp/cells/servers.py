"""A fork server that is there again when a note has taken it down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from vaultbp.cells.children import ForkServer
from vaultbp.cells.demand import Demand
from vaultbp.cells.errors import ServerLostError
from vaultbp.cells.outcomes import Outcome
from vaultbp.cells.plan import Plan
from vaultbp.cells.pool import Job, Pool
from vaultbp.cells.queue import Queue
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

    def __init__(self, wanted: Demand, server: ForkServer) -> None:
        self._start = wanted.start
        self._server: ForkServer | None = server
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
            self._server = self._start()
        found = self._server.reached()
        if self._sandbox not in (None, found):
            raise ServerLostError(f"the sandbox changed from [{self._sandbox}] to [{found}]")
        self._sandbox = found
        return found

    def is_ready(self) -> bool:
        """Whether ``reached`` answers at once."""
        return self._server is not None and self._server.is_ready()

    def run(self, waiting: Queue, terms: Terms, finished: Finished) -> None:
        """Run what is in a queue, telling ``finished`` of each.

        The notes that were running when a server or one of its slots was lost are run again, each
        alone; one that is alone when it happens again did it.
        """
        while not waiting.is_empty():
            for job in self._run(waiting, terms, finished):
                for culprit in self._run(Queue([job.plan]), replace(terms, jobs=1), finished):
                    culprit.outcome.cut = culprit.outcome.cut or "server"
                    finished(culprit.plan, culprit.settle())

    def _run(self, waiting: Queue, terms: Terms, finished: Finished) -> list[Job]:
        """Run what is in a queue; what was lost on the way, if all of the server was, before its end."""
        self.reached()
        assert self._server is not None
        pool = Pool(
            waiting, self._server, terms.jobs, terms.timeout, finished, explained=terms.explained
        )
        try:
            pool.run()
        except ServerLostError:
            self._server.process.kill()
            self._close()
            return [*pool.lost, *pool.jobs.values()]
        finally:
            pool.close()
        return pool.lost

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
