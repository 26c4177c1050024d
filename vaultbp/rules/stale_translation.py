from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Label, Severity
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.notes import Formula, Note
    from vaultbp.source import Span

RELATION = "translationOf"
_WORDS = re.compile(r"\\(?:text|mathrm|operatorname|tag)\s*\{[^{}]*\}|[^\x00-\u036f\u2000-\u2bff]+")
"""Words in a formula, which a translation translates: text commands and letters of other scripts."""


@rule("VB708", group="relations", severity=Severity.WARNING)
def stale_translation(facts: Facts) -> Iterator[Found]:
    r"""A translation no longer holds the formulas of its original.

    A note says with the relation `translationOf` which note it translates. Words differ between the
    two, displayed formulas do not: when one of them is changed, added or lost in the original, the
    translation is out of step. White space, and words inside formulas, are not compared.

    ```md bad Градиент.md
    ---
    translationOf: "[[Gradient]]"
    ---
    Наклон параболы:

    $$y' = x$$
    ```

    ```md with Gradient.md
    The slope of a parabola:

    $$y' = 2x$$
    ```

    ```md good Градиент.md
    ---
    translationOf: "[[Gradient]]"
    ---
    Наклон параболы:

    $$y' = 2x$$
    ```

    ```md with Gradient.md
    The slope of a parabola:

    $$y' = 2x$$
    ```
    """
    for edge in facts.vault.statements(inline_fields=facts.config.inline_fields):
        if edge.relation != RELATION or edge.target not in facts.vault.by_path:
            continue
        if facts.only is None or edge.source in facts.only:
            note, original = facts.vault.by_path[edge.source], facts.vault.by_path[edge.target]
            yield from _differences(note, original, edge.link.span)


def _differences(note: Note, original: Note, link: Span) -> Iterator[Found]:
    from difflib import SequenceMatcher

    mine, theirs = _displayed(note), _displayed(original)
    matcher = SequenceMatcher(None, [_plain(f) for f in mine], [_plain(f) for f in theirs], False)
    for kind, start, _, other, _ in matcher.get_opcodes():
        if kind == "equal":
            continue
        if kind == "delete":
            yield Found(note, mine[start].span, f"`{original.path}` has no such formula")
            continue
        there = theirs[other]
        label = Label(original.path, there.span, "the original")
        if kind == "replace":
            message = f"the original has `{_short(there)}` here"
            yield Found(note, mine[start].span, message, labels=(label,))
        else:
            place = mine[start - 1].span if start else link
            line = original.source.position(there.span.start).line
            message = f"after this the original has `{_short(there)}`, in its line {line}"
            yield Found(note, place, message, labels=(label,))


def _displayed(note: Note) -> list[Formula]:
    return [f for f in note.formulas if f.form in ("display", "environment", "fence")]


def _plain(formula: Formula) -> str:
    return re.sub(r"\s+", "", _WORDS.sub("", formula.text))


def _short(formula: Formula) -> str:
    text = " ".join(formula.text.split())
    return text if len(text) <= 60 else text[:57] + "…"
