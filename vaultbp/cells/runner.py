"""Runs notes: what is known from the cache is taken from there, the rest runs confined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from vaultbp.cells.errors import SandboxRefusedError
from vaultbp.cells.kept import Kept
from vaultbp.cells.results import LAYERS, REQUIRED, CellResult, Mode, Run, Sandbox
from vaultbp.source import Source

if TYPE_CHECKING:
    from vaultbp.cells.cache import Cache
    from vaultbp.cells.plan import Lookup
    from vaultbp.notes import Note

TIMEOUT = 30.0
"""Seconds of wall time that a cell may take, unless the note or the caller says otherwise."""
Progress = Callable[[int, int], None]
"""Told how many notes are done, and of how many."""


def run(
    notes: Iterable[Note | Source],
    *,
    sandbox: Mode = "best",
    timeout: float = TIMEOUT,
    jobs: int | None = None,
    lookup: Lookup | None = None,
    cache: Cache | None = None,
    rerun: bool = False,
    progress: Progress | None = None,
    layers: Sequence[str] = LAYERS,
) -> Run:
    """Run the cells of notes and return what each gave.

    A ``Source`` is read only if the cache does not know it. ``timeout`` is in seconds of wall time for
    each cell; ``jobs`` is how many notes run at once (one for each core if not given); ``lookup`` finds
    the notes that others import; with ``rerun`` the cache is written and not read; ``layers`` are those
    to try for. Cells of a note share one namespace in order; notes share nothing.

    Raises SandboxRefusedError before anything is run, ServerLostError if no process can be started.
    """
    layers = ("process",) if sandbox == "off" else layers
    kept = Kept(cache, rerun=rerun)
    if cache is not None:
        kept.sandbox = kept.level(layers) or _try_out(layers, kept)
        require(kept.sandbox, sandbox)
    notes = list(notes)
    sources = [note for note in notes if isinstance(note, Source)]
    whole = kept.whole(sources) if len(sources) == len(notes) else None
    found: dict[str, tuple[CellResult, ...]] = whole or {}
    unknown: list[Note | Source] = []
    for note in notes if whole is None else ():
        cells = kept.page(note) if isinstance(note, Source) else None
        found[note.path] = cells or ()
        if cells is None:
            unknown.append(note)
    if unknown:
        from vaultbp.cells.demand import demand

        wanted = demand(unknown, layers, jobs)
        with wanted.start() if wanted.notes else nullcontext() as server:
            from vaultbp.cells.execution import Execution  # while the server starts

            execution = Execution(kept, found, lookup, timeout, progress)
            execution.run(unknown, wanted, server, sandbox)
    elif whole is None and len(sources) == len(notes):
        kept.keep_whole(sources, found)
    notices = tuple(cache.notices) if cache else ()
    results = {path: cells for path, cells in found.items() if cells}
    return Run(results, kept.sandbox, notices, known=cache is not None and not unknown)


def require(reached: Sandbox, mode: Mode) -> None:
    """Raise SandboxRefusedError if a level is less than the mode asks for."""
    lacking = [layer for layer in REQUIRED if layer not in reached.layers]
    if mode == "require" and lacking:
        reasons = "; ".join(reached.missing) or "not tried"
        raise SandboxRefusedError(f"no cell was run: {', '.join(lacking)} missing ({reasons})")


def _try_out(layers: Sequence[str], kept: Kept) -> Sandbox:
    """Find out the level that this host gives, which is part of every key."""
    from vaultbp.cells.children import ForkServer

    with ForkServer(layers, (), 1) as server:
        reached = server.reached()
    kept.keep_level(layers, reached)
    return reached
