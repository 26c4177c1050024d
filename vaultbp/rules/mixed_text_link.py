from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB203", group="frontmatter", severity=Severity.WARNING, own=True)
def mixed_text_link(facts: Facts) -> Iterator[Found]:
    """A property holds a link inside longer text, or a Markdown link: Obsidian sees no link there.

    Only a value that is a whole `[[link]]`, or a list of such values, is a link.

    ```md bad
    ---
    source: "see [[Loss]] first"
    ---
    ```

    ```md good
    ---
    source: "[[Loss]]"
    ---
    ```

    ```md with Loss.md
    # Loss
    ```
    """
    for note in facts.notes:
        for name, span, message in note.oddities:
            if name == "mixed-text-link":
                yield Found(note, span, message)
            elif name == "markdown-in-property":
                yield Found(note, span, message, severity=Severity.INFO)
