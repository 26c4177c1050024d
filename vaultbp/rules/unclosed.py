from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


_NAMES = ("unclosed-fence", "unclosed-math", "unclosed-comment")


@rule("VB501", group="notes", severity=Severity.WARNING, own=True)
def unclosed(facts: Facts) -> Iterator[Found]:
    """A code fence, a formula or a comment is opened and never closed.

    A fence or a comment then swallows the rest of the note, and a formula is not read at all.

    ```md bad
    The loss is $$L = (a - y)^2

    and that is all.
    ```

    ```md good
    The loss is $$L = (a - y)^2$$

    and that is all.
    ```
    """
    for note in facts.notes:
        for name, span, message in note.oddities:
            if name in _NAMES:
                yield Found(note, span, message)
