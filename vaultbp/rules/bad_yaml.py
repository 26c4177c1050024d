from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB201", group="frontmatter", severity=Severity.ERROR, own=True)
def bad_yaml(facts: Facts) -> Iterator[Found]:
    """The properties at the top of a note are not YAML, so Obsidian reads none of them.

    The rest of the note is read as usual. Placeholders of template programs (`{{date}}`) are only a
    warning: the note becomes right when the template is used.

    ```md bad
    ---
    title: Loss: a definition
    ---
    ```

    ```md good
    ---
    title: "Loss: a definition"
    ---
    ```
    """
    for note in facts.notes:
        properties = note.frontmatter
        if properties is None or properties.error is None:
            continue
        template = "template" in properties.error
        yield Found(
            note,
            properties.error_span or properties.span,
            f"these properties cannot be read: {properties.error}",
            severity=Severity.WARNING if template else None,
        )
