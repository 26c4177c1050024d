from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, rule
from vaultbp.source import Span
from vaultbp.vault.names import key_of

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB503", group="notes", severity=Severity.INFO, default=False)
def duplicate_name(facts: Facts) -> Iterator[Found]:
    """Two notes have the same name, in different folders.

    Many vaults do this on purpose, so the rule only runs if selected. A link by name alone leads to the
    note with the shorter path.

    ```md bad
    One.
    ```

    ```md with folder/Note.md
    Another.
    ```

    ```md good
    One.
    ```

    ```md with folder/Other.md
    Another.
    ```
    """
    by_name: dict[str, list[str]] = {}
    for note in facts.vault.notes:
        by_name.setdefault(key_of(note.title), []).append(note.path)
    for note in facts.notes:
        others = [path for path in by_name[key_of(note.title)] if path != note.path]
        if others:
            listed = ", ".join(f"`{path}`" for path in others[:3])
            yield Found(note, Span(0, 0), f"this name is also that of {listed}")
