from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, flawed_links, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB104", group="links", severity=Severity.INFO)
def ambiguous_link(facts: Facts) -> Iterator[Found]:
    """A link may mean several files with equally long paths.

    Obsidian takes one of them, and not always the same. Write as much of the path as tells them apart.

    ```md bad
    See [[Sum]].
    ```

    ```md with aa/Sum.md
    One.
    ```

    ```md with bb/Sum.md
    Another.
    ```

    ```md good
    See [[aa/Sum]].
    ```

    ```md with aa/Sum.md
    One.
    ```

    ```md with bb/Sum.md
    Another.
    ```
    """
    for note, found in flawed_links(facts):
        if found.rivals:
            others = " or ".join(f"`{path}`" for path in found.rivals)
            yield Found(
                note,
                found.link.span,
                f"`{found.link.target}` is read as `{found.path}`, but may mean {others}",
                help="write the path down to the folder that tells them apart",
            )
