"""Facts: all that is known of a vault once its notes are read, judged and (if asked) run.

Rules read facts and never make them; so a mark in a page, a line in the terminal and an annotation in
the editor all come from the same verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from vaultbp.config import Config

if TYPE_CHECKING:
    from vaultbp.cells.results import CellResult, Mode, Run
    from vaultbp.derivations.batch import Task
    from vaultbp.derivations.verdicts import Claim
    from vaultbp.notes import Note
    from vaultbp.vault import Vault


class RunOptions(NamedTuple):
    """How cells are to be run."""

    sandbox: Mode = "best"
    timeout: float = 30.0
    """Seconds of wall time for each cell."""
    cached: bool = False
    """Whether results of earlier runs may be taken, and these kept."""


@dataclass(frozen=True)
class Facts:
    """What rules judge by."""

    vault: Vault
    claims: Mapping[str, tuple[Claim, ...]] = field(default_factory=dict)
    """The verdicts on each note's claims, by path."""
    cells: Mapping[str, tuple[CellResult, ...]] | None = None
    """What each note's cells gave, by path; ``None`` if they were not run."""
    config: Config = field(default_factory=Config)
    only: Collection[str] | None = None
    """The paths that were asked about; ``None`` for the whole vault."""
    notices: tuple[str, ...] = ()
    """What a person should know besides the findings, e.g. how far cells were confined."""

    @property
    def paths(self) -> Sequence[str]:
        """The paths of the notes asked about, in order."""
        if self.only is None:
            return self.vault.paths
        return [path for path in sorted(self.only) if path in self.vault.by_path]

    @property
    def notes(self) -> Iterator[Note]:
        """The notes asked about, in the order of their paths."""
        if self.only is None:
            yield from self.vault.notes
        else:
            yield from map(self.vault.by_path.__getitem__, self.paths)

    @property
    def claimed(self) -> Iterator[tuple[Note, Claim]]:
        """The claims of the notes asked about, each with its note, in their order."""
        for path in self.paths if self.claims else ():
            for claim in self.claims.get(path, ()):
                yield self.vault.by_path[path], claim

    def judged(self, path: str) -> list[Claim]:
        """The claims by which a note is counted: no prose, no definitions, none wrong on purpose."""
        found = self.claims.get(path, ())
        return [each for each in found if each.kind == "claim" and not each.on_purpose]


def gather(
    vault: Vault,
    config: Config,
    only: Collection[str] | None = None,
    *,
    run: RunOptions | None = None,
    trace: bool = False,
    cached: bool = False,
    known: Mapping[str, tuple[Claim, ...]] = MappingProxyType({}),
) -> Facts:
    """Judge the derivations of the notes asked about and, if ``run`` says how, run their cells.

    ``trace`` adds to each claim the computation graph behind its derivative. ``known`` are the
    verdicts, by path, on notes that need no judging. Raises SandboxRefusedError before anything is
    run, if the confinement asked for cannot be had.
    """
    facts = Facts(vault, config=config, only=only, notices=_unread(vault))
    stated = _configured(config)
    notes = vault.with_formulas(facts.paths)
    tasks = [(note, (*imports(vault, note), *stated)) for note in notes]
    if tasks:
        open_tasks = [task for task in tasks if task[0].path not in known]
        claims = _judge(open_tasks, cached=cached) if open_tasks else {}
        facts = replace(facts, claims={**known, **claims})
    if tasks and trace:
        facts = replace(facts, claims=_traced(tasks, facts.claims))
    if run is None:
        return facts
    done = _run_cells(vault, list(facts.notes), run)
    notices = (*facts.notices, *done.notices, *_confinement(done))
    return replace(facts, cells=done.results, notices=notices)


def _unread(vault: Vault) -> tuple[str, ...]:
    return tuple(
        f"the folder {folder} could not be read: what is in it is not known, and links into it are "
        "called missing"
        for folder in vault.unread
    )


def _judge(tasks: Sequence[Task], *, cached: bool) -> Mapping[str, tuple[Claim, ...]]:
    """The verdicts; ``cached``: only on the notes that changed since they were last judged."""
    if cached:
        from vaultbp.cache import judge_changed

        return judge_changed(tasks)
    from vaultbp.derivations.batch import judge_all

    return judge_all(tasks)


def _traced(
    tasks: Sequence[Task], claims: Mapping[str, tuple[Claim, ...]]
) -> Mapping[str, tuple[Claim, ...]]:
    from vaultbp.derivations.tracing import attach

    return {note.path: attach(note, linked, claims[note.path]) for note, linked in tasks}


def _run_cells(vault: Vault, notes: Sequence[Note], how: RunOptions) -> Run:
    from vaultbp import cells
    from vaultbp.cells.cache import Cache

    with Cache() if how.cached else nullcontext() as cache:
        return cells.run(
            notes, sandbox=how.sandbox, timeout=how.timeout, lookup=vault.note_at, cache=cache
        )


def imports(vault: Vault, note: Note) -> tuple[Note, ...]:
    """The notes whose definitions (and cells) a note says it uses: ``imports: "[[Line fit]]"``."""
    links = [link for link in note.links if link.key and link.key.split(".")[0] == "imports"]
    found = (vault.note_at(note, link) for link in links)
    return tuple(other for other in found if other is not None)


def _configured(config: Config) -> tuple[Note, ...]:
    """What ``[math]`` of the configuration defines, as a note whose definitions all others import."""
    lines = [*config.math.define, *(f"{a} = {b}" for a, b in config.math.conventions.items())]
    if not lines:
        return ()
    text = "\n\n".join(f"$${line}$$" for line in lines)
    from vaultbp.notes import read
    from vaultbp.source import Source

    return (read(Source(config.path.name if config.path else "vaultbp.toml", text)),)


def _confinement(done: Run) -> list[str]:
    """What was missing of the sandbox, for people; nothing if nothing was."""
    if not done.cells or not done.sandbox.missing:
        return []
    return [f"cells ran confined by {done.sandbox.level}; {'; '.join(done.sandbox.missing)}"]
