"""The registry of rules. One file here is one rule: a pure function from Facts to Diagnostics.

A rule's docstring is its page: the first line says what it finds, the rest why it matters, and its
``md bad`` / ``md good`` blocks run as tests. `explain`, the documentation and SARIF print this text.
"""

from __future__ import annotations

import fnmatch
import importlib
import inspect
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from vaultbp.diagnostics import Diagnostic, Fix, Label, Severity
from vaultbp.source import Span

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.notes import Note
    from vaultbp.vault import Resolved

Check = Callable[["Facts"], Iterable["Found"]]
Group = Literal["links", "relations", "frontmatter", "encoding", "math", "cells", "notes"]


class Found(Struct, frozen=True):
    """What a rule yields: a place in a note and what is wrong there.

    The registry adds the rule's name and severity, so that a rule cannot disagree with its own entry.
    """

    note: Note
    span: Span
    message: str
    help: str | None = None
    fix: Fix | None = None
    labels: tuple[Label, ...] = ()
    severity: Severity | None = None
    """Only for a rule whose findings differ in weight; otherwise the rule's own is taken."""

    def diagnostic(self, rule: Rule, level: Severity | None = None) -> Diagnostic:
        """The finding as it is reported; ``level`` is what the configuration says of the rule."""
        return Diagnostic(
            rule=rule.name,
            severity=level or self.severity or rule.severity,
            path=self.note.path,
            span=self.span,
            message=self.message,
            help=self.help,
            fix=self.fix,
            labels=self.labels,
        )


class Rule(Struct, frozen=True):
    """A rule and what it says of itself."""

    name: str
    code: str
    group: Group
    severity: Severity
    default: bool
    """Whether it runs without being selected."""
    text: str
    """The docstring as it stands."""
    check: Check
    own: bool = False
    """What it finds in a note depends on that note alone, so that it is kept between runs."""

    @property
    def doc(self) -> str:
        return inspect.cleandoc(self.text)

    @property
    def summary(self) -> str:
        return self.doc.split("\n\n", 1)[0].replace("\n", " ")

    @property
    def examples(self) -> list[Example]:
        return list(_examples(self.doc))


class Example(Struct, frozen=True):
    """A vault that shows a rule: ``files`` by path, the first being the one it speaks of."""

    bad: bool
    files: dict[str, str]
    encoding: str = "utf-8"
    """In which the notes are on disk (``md bad as latin-1``)."""


class RuleError(Exception):
    """A rule is declared wrongly; raised when it is imported."""


_registry: dict[str, Rule] = {}


def rule(
    code: str, *, group: Group, severity: Severity, default: bool = True, own: bool = False
) -> Callable[[Check], Check]:
    """Declare a rule. Its name is the function's, its page the docstring.

    ``own``: what it finds in a note of ``facts.notes`` depends on that note and on nothing else.

    Raises RuleError for a code used twice, or a docstring without a bad and a good example.
    """

    def declare(check: Check) -> Check:
        name = getattr(check, "__name__", "").replace("_", "-")
        text = check.__doc__ or ""
        found = Rule(name, code, group, severity, default, text, check, own)
        if "md bad" not in text or "md good" not in text:
            raise RuleError(f"{name}: the docstring needs an `md bad` and an `md good` example")
        for other in _registry.values():
            if other.code == code and other.name != name:
                raise RuleError(f"{name}: {code} is the code of {other.name}")
        _registry[name] = found
        return check

    return declare


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code. Imports the files of this package."""
    for file in sorted(os.listdir(__path__[0])):  # noqa: PTH208
        if file.endswith(".py") and file[0] != "_":
            importlib.import_module(f"{__name__}.{file[:-3]}")
    return tuple(sorted(_registry.values(), key=lambda found: found.code))


def find_rule(name: str) -> Rule | None:
    """The rule of that name or code."""
    for found in all_rules():
        if name in (found.name, found.code):
            return found
    return None


def known_names() -> frozenset[str]:
    """Everything that ``--select``, ``--ignore`` and the configuration may name."""
    names = {"all"}
    for found in all_rules():
        names |= {found.name, found.code, found.group}
    return frozenset(names)


Choice = tuple[Iterable[str], Iterable[str]]
"""What one place (the configuration, the command line) selects and what it ignores."""


def chosen(*choices: Choice) -> list[Rule]:
    """The default rules and those selected, without those ignored.

    A later choice beats an earlier one. Within a choice the nearer name wins: a rule's own name or code
    beats its group, and its group beats ``all``.
    """
    sets = [(frozenset(select), frozenset(ignore)) for select, ignore in reversed(choices)]

    def runs(found: Rule) -> bool:
        for select, ignore in sets:
            for names in ({found.name, found.code}, {found.group}, {"all"}):
                if names & select:
                    return True
                if names & ignore:
                    return False
        return found.default

    return [found for found in all_rules() if runs(found)]


def diagnose(
    facts: Facts, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> list[Diagnostic]:
    """Run the chosen rules over the facts and put their findings in the order of the text."""
    config = facts.config
    found = []
    running = chosen((config.select, config.ignore), (select, ignore))
    globs = config.per_path_ignores
    kept = _kept(facts)
    for chosen_rule in running:
        level = _severity(chosen_rule, config.severity)
        if kept is not None and chosen_rule.own:
            items = [_weighed(item, level) for item in kept.get(chosen_rule.name, ())]
        else:
            items = [item.diagnostic(chosen_rule, level) for item in chosen_rule.check(facts)]
        found += [item for item in items if not (globs and _ignored(chosen_rule, item.path, globs))]
    found = _unsuppressed(facts, found, running)
    return sorted(found, key=lambda item: (item.path, item.span, item.rule, item.message))


def _kept(facts: Facts) -> Mapping[str, list[Diagnostic]] | None:
    """What the rules that look at one note alone find, if the notes are kept between runs."""
    from vaultbp.vault.kept import KeptNotes

    notes = facts.vault.notes
    if not isinstance(notes, KeptNotes):
        return None
    from vaultbp.kept_findings import own_findings

    return own_findings(facts, notes, [found for found in all_rules() if found.own])


def _weighed(item: Diagnostic, level: Severity | None) -> Diagnostic:
    return replace(item, severity=level) if level else item


def flawed_links(facts: Facts) -> Iterator[tuple[Note, Resolved]]:
    """The links of the notes asked about of which something is to be said, each with its note."""
    for path, links in facts.vault.flawed.items():
        if facts.only is None or path in facts.only:
            note = facts.vault.by_path[path]
            for found in links:
                yield note, found


def _unsuppressed(
    facts: Facts, found: list[Diagnostic], running: Iterable[Rule]
) -> list[Diagnostic]:
    """Without what the notes say to ignore, and with the entries that keep nothing back."""
    from vaultbp.suppress import suppress

    names = {item.name: frozenset({item.name, item.code, item.group, "all"}) for item in running}
    notes = facts.vault.with_entries(facts.paths)
    kept, unused = suppress(notes, found, names)
    reporter = find_rule("unused-ignore")
    if reporter is not None and reporter.name in names:
        level = _severity(reporter, facts.config.severity)
        for note, entry in unused:
            if not _ignored(reporter, note.path, facts.config.per_path_ignores):
                message = f"`{entry.name}` finds nothing here: this entry can go"
                kept.append(Found(note, entry.span, message).diagnostic(reporter, level))
    return kept


def _severity(found: Rule, levels: Mapping[str, Severity]) -> Severity | None:
    for name in (found.name, found.code, found.group):
        if name in levels:
            return levels[name]
    return None


def _ignored(found: Rule, path: str, globs: Mapping[str, tuple[str, ...]]) -> bool:
    own = {found.name, found.code, found.group, "all"}
    return any(
        fnmatch.fnmatchcase(path, glob) and own & set(names) for glob, names in globs.items()
    )


_FENCE = re.compile(
    r"^(?P<marks>`{3,}|~{3,})md (?P<kind>bad|good|with)(?P<rest>[^\n]*)\n(?P<body>.*?)^(?P=marks)\s*?$",
    re.M | re.S,
)


def _examples(doc: str) -> Iterator[Example]:
    current: Example | None = None
    for match in _FENCE.finditer(doc):
        path, _, encoding = match["rest"].strip().partition("as ")
        path = path.strip() or "Note.md"
        if match["kind"] == "with":
            if current is None:
                raise RuleError("an `md with` block needs a `bad` or `good` one before it")
            current.files[path] = match["body"]
            continue
        if current is not None:
            yield current
        files = {path: match["body"]}
        current = Example(match["kind"] == "bad", files, encoding or "utf-8")
    if current is not None:
        yield current
