"""The prose around a formula, which may hold a condition ("if i ≠ j") or a negation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from vaultbp.notes.note import Formula

_REACH = 400
"""Code points of prose kept on each side."""
_PARAGRAPH = re.compile(r"\n[ \t>]*\n")


def with_prose(formulas: Sequence[Formula], text: str, start: int) -> list[Formula]:
    """The formulas, sorted, with ``before`` and ``after`` filled in from ``text``."""
    ordered = sorted(formulas, key=lambda formula: formula.span)
    nexts = [formula.span.start for formula in ordered[1:]] + [len(text)]
    return [
        replace(
            formula,
            before=_before(text, max(start, formula.span.start - _REACH), formula.span.start),
            after=_after(text, formula.span.end, min(following, formula.span.end + _REACH)),
        )
        for formula, following in zip(ordered, nexts, strict=True)
    ]


def _before(text: str, start: int, end: int) -> str:
    prose = text[start:end]
    if "\n" not in prose:
        return prose.strip(" \t>")
    parts = _PARAGRAPH.split(prose)
    last = parts[-1].strip(" \t\n>")
    return last or (parts[-2].strip(" \t\n>") if len(parts) > 1 else "")


def _after(text: str, start: int, end: int) -> str:
    prose = text[start:end]
    if "\n" in prose:
        prose = _PARAGRAPH.split(prose, maxsplit=1)[0]
    return prose.strip(" \t\n>")
