from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, rule
from vaultbp.source import Span

if TYPE_CHECKING:
    from vaultbp.findings import Facts


_BREAKS_LINKS = "#^[]|"
_BREAKING = frozenset(_BREAKS_LINKS)


@rule("VB502", group="notes", severity=Severity.WARNING, own=True)
def unlinkable_name(facts: Facts) -> Iterator[Found]:
    """A note's file name holds a character that no wikilink can spell (`# ^ [ ] |`).

    Obsidian makes a link to such a note and then cannot follow it.

    ```md bad Week #1.md
    No link leads here.
    ```

    ```md good Week 1.md
    Links lead here.
    ```
    """
    for note in facts.notes:
        name = note.path.rsplit("/", 1)[-1]
        if not _BREAKING.isdisjoint(name):
            marks = " ".join(f"`{char}`" for char in _BREAKS_LINKS if char in name)
            yield Found(
                note,
                Span(0, 0),
                f"the file name `{name}` holds {marks}: no link can lead here",
                help="rename the note in Obsidian, so that links to it follow",
            )
