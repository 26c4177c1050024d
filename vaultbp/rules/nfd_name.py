from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from unicodedata import is_normalized

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, rule
from vaultbp.source import Span

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB504", group="notes", severity=Severity.INFO, own=True)
def nfd_name(facts: Facts) -> Iterator[Found]:
    """A file name writes accents as separate characters (Unicode normal form D).

    It looks the same, and Obsidian finds it, but many other programs do not. Old macOS made such names.

    ```md bad Café.md
    A note.
    ```

    ```md good Café.md
    A note.
    ```
    """
    for note in facts.notes:
        name = note.path
        if not name.isascii() and not is_normalized("NFC", name) and is_normalized("NFD", name):
            yield Found(
                note,
                Span(0, 0),
                f"`{name}` writes accents as separate characters",
                help="rename the file so that each accented letter is one character",
            )
