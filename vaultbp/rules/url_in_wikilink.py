from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, flawed_links, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB107", group="links", severity=Severity.WARNING)
def url_in_wikilink(facts: Facts) -> Iterator[Found]:
    """A wikilink holds a web address, which Obsidian takes for a note's name.

    ```md bad
    See [[https://example.com/page]].
    ```

    ```md good
    See [the page](https://example.com/page).
    ```
    """
    for note, found in flawed_links(facts):
        if found.problem == "url":
            yield Found(
                note,
                found.link.span,
                f"a web address in `{'[…](…)' if found.link.kind == 'markdown' else '[[…]]'}` is taken for "
                "a note's name",
                help="write `[text](address)`",
            )
