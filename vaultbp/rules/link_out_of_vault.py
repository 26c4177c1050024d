from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, flawed_links, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB109", group="links", severity=Severity.WARNING)
def link_out_of_vault(facts: Facts) -> Iterator[Found]:
    """A link's path leads out of the vault.

    Such a link works on no other machine, and Obsidian does not follow it. vaultbp never looks there.

    ```md bad
    See [[../../Elsewhere]].
    ```

    ```md good
    See [[Here]].
    ```

    ```md with Here.md
    # Here
    ```
    """
    for note, found in flawed_links(facts):
        if found.problem == "outside":
            yield Found(note, found.link.span, f"`{found.link.target}` leads out of the vault")
