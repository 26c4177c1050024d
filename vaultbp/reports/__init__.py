"""The registry of reports. One file here is one format of `check`.

A format is a module with ``render(report: Report) -> str``; its name is the file's.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from vaultbp.diagnostics import Diagnostic, Severity
from vaultbp.source import Source
from vaultbp.terminal import Palette

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.notes import Note


class Summary(NamedTuple):
    """The figures of a check, named as in the JSON."""

    notes: int
    errors: int
    warnings: int
    verified: int
    wrong: int
    unchecked: int
    cells_passed: int
    cells_failed: int


class _Sources(Mapping[str, Source]):
    """The texts of notes; of a vault whose notes are read when they are asked for, only those."""

    def __init__(self, notes: Mapping[str, Note]) -> None:
        self._notes = notes

    def __getitem__(self, path: str) -> Source:
        return self._notes[path].source

    def __iter__(self) -> Iterator[str]:
        return iter(self._notes)

    def __len__(self) -> int:
        return len(self._notes)


@dataclass(frozen=True)
class Report:
    """What there is to show."""

    facts: Facts
    diagnostics: Sequence[Diagnostic]
    color: bool = False
    width: int = 100
    """Columns of the terminal; long source lines are cut to it."""
    notices: tuple[str, ...] = ()
    """What a person should know besides the findings, e.g. the sandbox level."""

    @property
    def sources(self) -> Mapping[str, Source]:
        """The texts of the vault's notes, by path."""
        return _Sources(self.facts.vault.by_path)

    @property
    def prefix(self) -> str:
        """What stands before a path of the vault so that it starts at the current folder.

        Annotations are put beside the repository's files, and the vault may be a folder of it. Empty
        for a vault that is the current folder or lies elsewhere.
        """
        try:
            prefix = Path(os.path.relpath(self.facts.vault.root.resolve())).as_posix()
        except ValueError:  # another drive
            return ""
        return "" if prefix == "." or prefix.startswith("..") else prefix + "/"

    @property
    def summary(self) -> Summary:
        return summarize(self.facts, self.diagnostics)


def summarize(facts: Facts, diagnostics: Sequence[Diagnostic]) -> Summary:
    """Count notes, findings, claims and cells."""
    paths = facts.paths
    statuses = [
        claim.status for path in paths if path in facts.claims for claim in facts.judged(path)
    ]
    run = facts.cells or {}
    cells = [result for path in paths if path in run for result in run[path]]
    levels = [item.severity for item in diagnostics]
    return Summary(
        notes=len(paths),
        errors=levels.count(Severity.ERROR),
        warnings=levels.count(Severity.WARNING),
        verified=statuses.count("verified"),
        wrong=statuses.count("wrong"),
        unchecked=statuses.count("unchecked"),
        cells_passed=sum(result.status == "passed" for result in cells),
        cells_failed=sum(result.status not in ("passed", "skipped") for result in cells),
    )


def formats() -> list[str]:
    """The names of the formats, one for each file of this package."""
    found = (name.partition(".") for name in os.listdir(__path__[0]))  # noqa: PTH208
    return sorted(name for name, _, kind in found if kind == "py" and name[0] != "_")


def find_format(name: str) -> Callable[[Report], str]:
    """The ``render`` function of a format."""
    module = importlib.import_module(f"{__name__}.{name}")
    return cast(Callable[[Report], str], module.render)


def as_json(summary: Summary) -> dict[str, int]:
    return summary._asdict()


def conclude(report: Report) -> str:
    """The last line of a report: what was looked at, and what came of it."""
    summary = report.summary
    paint = Palette(report.color)
    good = not (summary.errors or summary.wrong or summary.cells_failed)
    mark = paint.paint("good", "✓") if good else paint.paint("bad", "✗")
    parts = [_count(summary.notes, "note")]
    if summary.verified or summary.wrong or summary.unchecked:
        parts.append(
            f"derivations: {summary.verified} verified, {summary.wrong} wrong, "
            f"{summary.unchecked} unchecked"
        )
    if report.facts.cells is not None:
        parts.append(f"cells: {summary.cells_passed} passed, {summary.cells_failed} failed")
    found = f"{_count(summary.errors, 'error')}, {_count(summary.warnings, 'warning')}"
    parts.append(found if summary.errors or summary.warnings else "nothing to report")
    return "\n".join([*report.notices, f"{mark} {' · '.join(parts)}"])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
