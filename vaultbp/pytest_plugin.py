"""pytest shows a vault: every cell, every claim, and the rest of each note, as items.

``pytest --vault vault/``, or ``vaultbp_paths = vault`` in the ini file. Without either this plugin does
nothing. The verdicts are those of ``vaultbp check --run``: an item fails where that reports an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from vaultbp.derivations.verdicts import Claim
    from vaultbp.diagnostics import Diagnostic
    from vaultbp.findings import Facts
    from vaultbp.notes import Note
    from vaultbp.source import Span

_VAULTS: pytest.StashKey[dict[Path, Checked]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("vaultbp")
    group.addoption(
        "--vault",
        action="append",
        default=[],
        metavar="PATH",
        help="a vault or a note whose cells, claims and links are items",
    )
    parser.addini("vaultbp_paths", "vaults and notes to check", type="paths", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Have pytest look into the vaults besides what it was told to look into."""
    paths = _paths(config)
    for path in paths:
        if not path.exists():
            raise pytest.UsageError(f"--vault {path}: no such folder or note")
    if paths:
        config.stash[_VAULTS] = {}
        config.args = [*_other_arguments(config), *map(str, paths)]


def _other_arguments(config: pytest.Config) -> list[str]:
    """What was asked for by name; the current folder, which nobody named, is not."""
    named = config.args_source is not pytest.Config.ArgsSource.INVOCATION_DIR
    return list(config.args) if named else []


def _paths(config: pytest.Config) -> list[Path]:
    here = config.invocation_params.dir
    given = [Path(here, path).resolve() for path in config.getoption("--vault")]
    return given or [path.resolve() for path in config.getini("vaultbp_paths")]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> NoteFile | None:
    if _VAULTS not in parent.config.stash or file_path.suffix.lower() != ".md":
        return None
    for path in _paths(parent.config):
        if path == file_path or path in file_path.parents:
            checked = _checked(parent.config, path)
            if checked.note_at(file_path) is not None:
                found: NoteFile = NoteFile.from_parent(parent, path=file_path)
                found.checked = checked
                return found
    return None


def _checked(config: pytest.Config, path: Path) -> Checked:
    known = config.stash[_VAULTS]
    if path not in known:
        known[path] = Checked(path)
    return known[path]


class Checked:
    """A vault, read and judged; its cells run when the first of their items does."""

    def __init__(self, path: Path) -> None:
        from vaultbp.commands import Refusal
        from vaultbp.commands._options import read_vault
        from vaultbp.errors import ConfigError
        from vaultbp.findings import gather

        try:
            self.facts: Facts = gather(*read_vault(path))
        except (Refusal, ConfigError) as error:
            raise pytest.UsageError(str(error)) from None
        self.root = self.facts.vault.root.resolve()
        self.findings = self._errors(self.facts)
        self.wanted: set[str] = set()
        """Paths of the notes whose cells are among the items that will run."""

    def note_at(self, path: Path) -> Note | None:
        """The note at a path, if it is one of those asked about."""
        name = path.relative_to(self.root).as_posix() if self.root in path.parents else ""
        only = self.facts.only
        return self.facts.vault.by_path.get(name) if only is None or name in only else None

    def run(self) -> None:
        """Run the cells of all notes wanted, once. Raises SandboxRefusedError."""
        if self.facts.cells is not None:
            return
        from vaultbp import cells
        from vaultbp.cells.cache import Cache
        from vaultbp.cells.trust import mode_for

        options = self.facts.config.cells
        with Cache() as cache:
            done = cells.run(
                [note for note in self.facts.notes if note.path in self.wanted],
                sandbox=mode_for(self.root, options.sandbox),
                timeout=options.timeout,
                lookup=self.facts.vault.note_at,
                cache=cache,
            )
        self.facts = replace(self.facts, cells=done.results)
        self.findings = self._errors(self.facts)

    def _errors(self, facts: Facts) -> dict[str, list[Diagnostic]]:
        from vaultbp.diagnostics import Severity
        from vaultbp.rules import diagnose

        found: dict[str, list[Diagnostic]] = {}
        for item in diagnose(facts):
            if item.severity is Severity.ERROR:
                found.setdefault(item.path, []).append(item)
        return found

    def errors(self, note: Note, group: str | None) -> list[Diagnostic]:
        """A note's errors of the rules of a group; ``None``: of all but cells and math."""
        from vaultbp.rules import find_rule

        def belongs(item: Diagnostic) -> bool:
            rule = find_rule(item.rule)
            own = rule.group if rule else "notes"
            return own == group if group else own not in ("cells", "math")

        return [item for item in self.findings.get(note.path, ()) if belongs(item)]


class NoteFile(pytest.File):
    """A note. Its items: each claim, each cell, and one for all the rest."""

    checked: Checked

    def collect(self) -> Iterator[pytest.Item]:
        note = self.checked.note_at(self.path)
        assert note is not None
        facts = self.checked.facts
        kinds: dict[str, int] = {}
        for claim in facts.claims.get(note.path, ()):
            if claim.kind == "claim":
                line = note.source.position(claim.span.start).line
                yield self._item(ClaimItem, _unique(f"claim, line {line}", kinds), note, claim)
        for cell in note.cells:
            if cell.language == "python":
                name = _unique(f"cell, line {cell.line}", kinds)
                yield self._item(CellItem, name, note, cell.line)
        yield self._item(NoteItem, "links and the rest", note, None)

    def _item(self, kind: type[VaultItem], name: str, note: Note, part: object) -> VaultItem:
        item: VaultItem = kind.from_parent(self, name=name)
        item.note, item.checked, item.part = note, self.checked, part
        return item


def _unique(name: str, seen: dict[str, int]) -> str:
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name} ({seen[name]})"


class CheckFailedError(Exception):
    """What a check found, as text to show in place of a traceback."""


class VaultItem(pytest.Item):
    """One thing of a note that is checked."""

    note: Note
    checked: Checked
    part: Any

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, self.line() - 1, f"{self.note.path}: {self.name}"

    def line(self) -> int:
        return 1

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, CheckFailedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def fail(self, findings: Iterable[Diagnostic]) -> None:
        """Fail with findings, shown as ``check`` shows them. Without any this does nothing."""
        texts = []
        for item in findings:
            line, column = self.note.source.position(item.span.start)
            text = f"{item.path}:{line}:{column}: {item.severity}[{item.rule}]: {item.message}"
            texts.append("\n".join([text, *([f"help: {item.help}"] if item.help else [])]))
        if texts:
            raise CheckFailedError("\n\n".join(texts))


class ClaimItem(VaultItem):
    """A claim: passes if verified, is skipped with the reason if it could not be checked."""

    part: Claim

    def line(self) -> int:
        return self.note.source.position(self.part.span.start).line

    def runtest(self) -> None:
        claim = self.part
        errors = self.checked.errors(self.note, "math")
        self.fail(item for item in errors if _touches(item.span, claim.span))
        if claim.status == "unchecked":
            pytest.skip(claim.reason or "not checked")


def _touches(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


class CellItem(VaultItem):
    """A cell. The cells of all chosen items run together, confined, before the first of them."""

    part: int

    def line(self) -> int:
        return self.part

    def setup(self) -> None:
        items = (item for item in self.session.items if isinstance(item, CellItem))
        self.checked.wanted |= {item.note.path for item in items if item.checked is self.checked}

    def runtest(self) -> None:
        from vaultbp.cells.errors import SandboxRefusedError, ServerLostError

        try:
            self.checked.run()
        except (SandboxRefusedError, ServerLostError) as error:
            raise CheckFailedError(str(error)) from None
        results = (self.checked.facts.cells or {}).get(self.note.path, ())
        (result,) = [result for result in results if result.line == self.part]
        for stream, text in (("stdout", result.stdout), ("stderr", result.stderr)):
            self.add_report_section("call", stream, text)
        if result.status == "skipped":
            pytest.skip(result.error.message if result.error else "skipped")
        if result.status != "passed":
            self.fail(self._findings(result.error.line if result.error else result.line))

    def _findings(self, line: int) -> Iterator[Diagnostic]:
        """The finding at the line of the cell's error: none if the note says to ignore it."""
        for item in self.checked.errors(self.note, "cells"):
            if self.note.source.position(item.span.start).line == line:
                yield item


class NoteItem(VaultItem):
    """All else: links, relations, frontmatter, encoding, and claims that stand in no claim item."""

    def runtest(self) -> None:
        claims = self.checked.facts.claims.get(self.note.path, ())
        spans = [claim.span for claim in claims if claim.kind == "claim"]
        loose = [
            item
            for item in self.checked.errors(self.note, "math")
            if not any(_touches(item.span, span) for span in spans)
        ]
        self.fail([*self.checked.errors(self.note, None), *loose])
