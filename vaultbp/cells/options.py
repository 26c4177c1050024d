"""Options of a cell, read from the info string of its fence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaultbp.source import Span

if TYPE_CHECKING:
    from vaultbp.notes import Cell

KNOWN = {
    "name": 'what the cell is called: name=fit or name="the fit"',
    "title": "the same as name",
    "skip": 'do not run the cell: skip or skip="why"',
    "raises": "the cell must raise this exception: raises=ValueError",
    "timeout": "seconds the cell may take: timeout=30",
    "isolated": "run the cell in an empty namespace of its own",
    "show": "show=plot: the cell draws a figure",
}
"""Every word the info string may hold, with what it does."""

_WORD = re.compile(
    r"""(?P<key>[\w.-]+)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s,}]*))
      | \{[^{}=\s]*\}
      | [^\s,]+""",
    re.VERBOSE,
)

_LANGUAGE = re.compile(r"\{code-cell\}\s*\w*\s*|\{?\s*\.?[\w+#-]*[\s,]*")


@dataclass(frozen=True, slots=True)
class Notice:
    """A word of the info string that was not understood, where it stands on disk, and why."""

    span: Span
    message: str
    strange: bool = False
    """The word is like no option's name: it may be meant for another program."""


@dataclass(frozen=True, slots=True)
class Options:
    """How one cell wants to be run."""

    name: str | None = None
    skip: str | None = None
    """Why the cell is not run; ``None`` when it is."""
    raises: str | None = None
    """Name of the exception the cell must end with."""
    timeout: float | None = None
    """Seconds of wall time, in place of the run's own limit."""
    isolated: bool = False
    plot: bool = False
    notices: tuple[Notice, ...] = ()


def read_options(cell: Cell) -> Options:
    """The options of a cell. Never raises: what is not understood becomes a notice."""
    found: dict[str, str] = {}
    notices: list[Notice] = []
    for key, value, span in _words(cell):
        problem = _unknown(key) if key not in KNOWN else _problem(key, value)
        if problem:
            notices.append(Notice(span, problem, key not in KNOWN and not _nearest(key)))
        else:
            found["name" if key == "title" else key] = value or ""
    skip = found.get("skip")
    return Options(
        name=found.get("name"),
        skip=None if skip is None else skip or "marked skip",
        raises=found.get("raises"),
        timeout=float(found["timeout"]) if "timeout" in found else None,
        isolated="isolated" in found,
        plot="show" in found,
        notices=tuple(notices),
    )


def _words(cell: Cell) -> Iterator[tuple[str, str | None, Span]]:
    """Each word after the language: key, value (``None`` for a bare word), place on disk."""
    info, base = cell.info, cell.info_span.start
    language = _LANGUAGE.match(info)
    at = language.end() if language else 0
    end = len(info)
    if info.startswith("{"):
        closing = _closing_brace(info)
        if 0 <= closing < at:
            at = max(at, closing + 1)
        elif closing == end - 1:
            end = closing
    for match in _WORD.finditer(info, at, end):
        if set(match[0]) <= set("{},") or _is_attribute(match[0]):
            continue
        value = next((v for v in match.group("double", "single", "bare") if v is not None), None)
        yield match["key"] or match[0], value, Span(base + match.start(), base + match.end())


def _is_attribute(word: str) -> bool:
    """Whether a word is a class or an id for the page, as Pandoc writes them: `.input`, `#fit`."""
    return word[0] in ".#" and word[1:].partition("=")[0] not in KNOWN


def _closing_brace(info: str) -> int:
    """Where the brace that opens ``{python …}`` closes; -1 when it never does."""
    depth = 0
    for at, char in enumerate(info):
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return at
    return -1


def _unknown(key: str) -> str:
    near = _nearest(key)
    hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(KNOWN)}"
    return f"`{key}` is not an option of a cell and is ignored; {hint}"


def _nearest(key: str) -> list[str]:
    import difflib

    return difflib.get_close_matches(key, KNOWN, n=1)


def _problem(key: str, value: str | None) -> str | None:
    """What is wrong with the value of an option; ``None`` if nothing is."""
    if key in ("name", "title", "raises") and not value:
        return f"`{key}` needs a value and is ignored; {KNOWN[key]}"
    if key == "raises" and not (value or "").replace(".", "_").isidentifier():
        return f"`raises={value}` names no exception and is ignored; {KNOWN[key]}"
    if key == "timeout" and not _is_positive_number(value):
        return f"`timeout` needs a number of seconds above 0 and is ignored; {KNOWN[key]}"
    if key == "isolated" and value is not None:
        return "`isolated` takes no value and is ignored; write `isolated` alone"
    if key == "show" and value != "plot":
        return f"`show={value or ''}` is ignored; only show=plot is known"
    return None


def _is_positive_number(value: str | None) -> bool:
    try:
        return 0 < float(value or "") < 86_400
    except ValueError:
        return False
