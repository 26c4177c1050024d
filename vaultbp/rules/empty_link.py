from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, flawed_links, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB108", group="links", severity=Severity.WARNING)
def empty_link(facts: Facts) -> Iterator[Found]:
    """A link has no target.

    ```md bad
    See [[]] and [here]().
    ```

    ```md good
    See [[#Here]].

    # Here
    ```
    """
    for note, found in flawed_links(facts):
        if found.problem == "empty":
            yield Found(note, found.link.span, "this link has no target")
