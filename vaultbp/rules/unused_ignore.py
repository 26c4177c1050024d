from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, known_names, rule
from vaultbp.suppress import ignores

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB505", group="notes", severity=Severity.WARNING, own=True)
def unused_ignore(facts: Facts) -> Iterator[Found]:
    """A note says to ignore a rule that finds nothing there, or that does not exist.

    `%% vaultbp: ignore[rule] why %%` speaks of the next block. What it kept back may have been mended
    since; then the entry only hides the next mistake.

    ```md bad
    %% vaultbp: ignore[unresolved-link] still to be written %%
    No link here.
    ```

    ```md bad
    %% vaultbp: ignore[unresolved-lnik] still to be written %%
    See [[Nowhere]].
    ```

    ```md good
    %% vaultbp: ignore[unresolved-link] still to be written %%
    See [[Nowhere]].
    ```
    """
    for note in facts.notes:
        for entry in ignores(note):
            if entry.name not in known_names():
                yield Found(note, entry.span, f"there is no rule `{entry.name}`")
