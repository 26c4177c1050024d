"""Suppression: what an author has said to be so on purpose.

``%% vaultbp: ignore[rule] why %%`` (or the same in ``<!-- -->``) speaks of the next block, or of its own
line if it stands behind text; ``disable[rule]`` speaks of everything up to ``enable[rule]``; the
property ``vaultbp-ignore`` of the whole note. A rule may be given by name, by code or by group. An
entry that keeps nothing back is itself reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from vaultbp.diagnostics import Diagnostic
from vaultbp.notes import Comment, Note
from vaultbp.source import Span

PROPERTY = "vaultbp-ignore"
_UNUSED = ("unused-ignore", "VB505")
"""Only by these names, never by group, can the report of unused entries be kept back."""
_ENTRY = re.compile(r"\s*vaultbp:\s*(ignore|disable|enable)\s*\[([^\]\n]*)\]")
_BLANK = re.compile(r"\n[ \t>]*(?=\r?\n|\Z)")


class Ignore(Struct, frozen=True):
    """One name in one entry: where it is written, and the part of the note that it speaks of."""

    name: str
    span: Span
    scope: Span


def ignores(note: Note) -> list[Ignore]:
    """Everything that a note says to ignore, in the order of the text."""
    if "vaultbp" not in note.source.text:
        return []
    whole = Span(0, len(note.source.text))
    found = []
    if note.frontmatter is not None:
        for item in note.frontmatter.properties:
            if item.key.split(".")[0] == PROPERTY and item.value:
                found += [Ignore(name, item.span, whole) for name in _names(item.value)]
    entries: list[tuple[Comment, re.Match[str]]] = [
        (comment, match) for comment in note.comments if (match := _ENTRY.match(comment.text))
    ]
    for at, (comment, match) in enumerate(entries):
        names = _names(match[2])
        if match[1] == "ignore":
            scope = _scope(note, comment)
            found += [Ignore(name, comment.span, scope) for name in names]
        elif match[1] == "disable":
            for name in names:
                end = _enabled(entries[at + 1 :], name, whole.end)
                found.append(Ignore(name, comment.span, Span(comment.span.end, end)))
    return found


def suppress(
    notes: Iterable[Note], findings: Sequence[Diagnostic], names: Mapping[str, frozenset[str]]
) -> tuple[list[Diagnostic], list[tuple[Note, Ignore]]]:
    """The findings that no note ignores, and the entries that kept none back.

    ``names`` maps each rule that ran to everything it may be called. An entry that names a rule which
    did not run is left out of the second list: nothing is known of it.
    """
    by_path: dict[str, list[Diagnostic]] = {}
    for item in findings:
        by_path.setdefault(item.path, []).append(item)
    dropped: set[int] = set()
    unused: list[tuple[Note, Ignore]] = []
    callable_names = frozenset().union(*names.values()) if names else frozenset()
    for note in notes:
        entries = ignores(note)
        quiet = [entry.scope for entry in entries if entry.name in _UNUSED]
        for entry in entries:
            if entry.name in _UNUSED:
                continue
            hits = [
                item
                for item in by_path.get(note.path, ())
                if entry.name in names.get(item.rule, ()) and _covers(entry.scope, item.span)
            ]
            dropped.update(map(id, hits))
            silenced = any(_covers(scope, entry.span) for scope in quiet)
            if not hits and entry.name in callable_names and not silenced:
                unused.append((note, entry))
    return [item for item in findings if id(item) not in dropped], unused


def _covers(scope: Span, place: Span) -> bool:
    return scope.start <= place.start < scope.end or (
        place.start == place.end == scope.end or place == (0, 0) == (scope.start, 0)
    )


def _names(text: str) -> list[str]:
    return [name for name in re.split(r"[,\s]+", text) if name]


def _scope(note: Note, comment: Comment) -> Span:
    """The block that an ``ignore`` speaks of: the next one, or its own if text stands before it."""
    text = note.source.text
    line = text.rfind("\n", 0, comment.span.start) + 1
    if text[line : comment.span.start].strip(" \t>-*+"):
        return Span(line, comment.span.end)
    start = comment.span.end
    while start < len(text) and text[start] in " \t\r\n>":
        start += 1
    match = _BLANK.search(text, start)
    end = match.start() if match else len(text)
    spans = [cell.span for cell in note.cells] + [formula.span for formula in note.formulas]
    end = max([end, *(span.end for span in spans if span.start < end < span.end)])
    return Span(start, end + 1)


def _enabled(later: Sequence[tuple[Comment, re.Match[str]]], name: str, end: int) -> int:
    for comment, match in later:
        if match[1] == "enable" and name in _names(match[2]):
            return comment.span.start
    return end + 1
