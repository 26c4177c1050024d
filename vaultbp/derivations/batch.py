"""Judging many notes: one after the other, or spread over the cores when there is enough to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from vaultbp.cores import available_cores
from vaultbp.derivations.verdicts import Claim
from vaultbp.notes import Note

ENOUGH = 600
"""Formulas from which on starting more processes is worth its time."""

Task = tuple[Note, tuple[Note, ...]]
"""A note and the notes whose definitions it imports."""


def judge_all(tasks: Iterable[Task], jobs: int | None = None) -> dict[str, tuple[Claim, ...]]:
    """The verdicts on every note, by path; the same whatever ``jobs`` is (one per core if not given)."""
    todo = list(tasks)
    jobs = jobs or available_cores()
    if jobs < 2 or sum(len(note.formulas) for note, _ in todo) < ENOUGH:
        return dict(_judge(todo))
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # The largest first, so that no core is left with one long note at the end.
    batches = list(_batches(sorted(todo, key=lambda task: -len(task[0].formulas)), jobs * 8))
    found: dict[str, tuple[Claim, ...]] = {}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for part in pool.map(_judge_list, batches):
            found.update(part)
    return {note.path: found[note.path] for note, _ in todo}


def _judge(tasks: Sequence[Task]) -> Iterator[tuple[str, tuple[Claim, ...]]]:
    from vaultbp.derivations.judging import judge

    for note, linked in tasks:
        yield note.path, judge(note, linked)


def _judge_list(tasks: Sequence[Task]) -> list[tuple[str, tuple[Claim, ...]]]:
    return list(_judge(tasks))


def _batches(tasks: Sequence[Task], count: int) -> Iterator[list[Task]]:
    for start in range(min(count, len(tasks))):
        yield list(tasks[start::count])
