from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, flawed_links, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB102", group="links", severity=Severity.WARNING)
def missing_heading(facts: Facts) -> Iterator[Found]:
    """A link names a heading that its note does not have.

    Headings are compared as Obsidian does: marks count as spaces, case does not matter, and a path of
    headings (`#Outer#Inner`) must lead ever deeper.

    ```md bad
    # Here

    See [[#There]].
    ```

    ```md good
    # Here: now

    See [[#here now]].
    ```
    """
    for note, found in flawed_links(facts):
        if found.missing != "heading" or found.path is None:
            continue
        where = "this note" if found.path == note.path else f"`{found.path}`"
        near = facts.vault.nearest_heading(found.path, found.link.fragment)
        yield Found(
            note,
            found.link.span,
            f"{where} has no heading `{found.link.fragment}`",
            help=f"did you mean `#{near}`?" if near else None,
        )
