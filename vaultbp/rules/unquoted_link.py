from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Edit, Fix, Severity
from vaultbp.notes.frontmatter import folded
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB202", group="frontmatter", severity=Severity.ERROR, own=True)
def unquoted_link(facts: Facts) -> Iterator[Found]:
    """A link in the properties has no quotes, so YAML takes it for a list in a list.

    Obsidian then sees no link. vaultbp still counts it as one; the fix puts it in quotes.

    ```md bad
    ---
    updates: [[Weights]]
    ---
    ```

    ```md with Weights.md
    # Weights
    ```

    ```md good
    ---
    updates: "[[Weights]]"
    ---
    ```

    ```md with Weights.md
    # Weights
    ```
    """
    for note in facts.notes:
        for link in note.links:
            if not link.quoted:
                quoted = json.dumps(folded(link.written), ensure_ascii=False)
                yield Found(
                    note,
                    link.span,
                    f"YAML reads `{link.written}` as a list, not as a link",
                    help=f"write {quoted}",
                    fix=Fix(f"write {quoted}", (Edit(link.span, quoted),)),
                )
