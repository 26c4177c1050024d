from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, flawed_links, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB105", group="links", severity=Severity.INFO)
def case_mismatch(facts: Facts) -> Iterator[Found]:
    """A link writes a file's name in other letters of upper or lower case.

    Obsidian follows it. Programs that publish a vault, and most web servers, do not.

    ```md bad
    See [[chain RULE]].
    ```

    ```md with Chain rule.md
    # Chain rule
    ```

    ```md good
    See [[Chain rule|the chain RULE]].
    ```

    ```md with Chain rule.md
    # Chain rule
    ```
    """
    for note, found in flawed_links(facts):
        if found.miscased:
            yield Found(
                note,
                found.link.target_span,
                f"the file is called `{found.path}`",
                help="Obsidian does not mind; other programs do",
            )
