from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, flawed_links, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB103", group="links", severity=Severity.WARNING)
def missing_block(facts: Facts) -> Iterator[Found]:
    """A link names a block (`#^id`) that its note does not have.

    A block's id stands at the end of its last line, or alone on a line below it.

    ```md bad
    A line of text. ^one

    See [[#^two]].
    ```

    ```md good
    A line of text. ^one

    See [[#^one]].
    ```
    """
    for note, found in flawed_links(facts):
        if found.missing == "block":
            where = "this note" if found.path == note.path else f"`{found.path}`"
            yield Found(
                note,
                found.link.span,
                f"{where} has no block `{found.link.fragment.rpartition('#')[2]}`",
            )
