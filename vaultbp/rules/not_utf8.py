from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, rule
from vaultbp.source import Span

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB601", group="encoding", severity=Severity.ERROR, own=True)
def not_utf8(facts: Facts) -> Iterator[Found]:
    """A note is not clean UTF-8 text.

    Obsidian reads every note as UTF-8: in another encoding letters are lost, and a NUL byte ends the
    text in some programs. What can be read is still checked, and the file is never written back.

    ```md bad as latin-1
    a naïve reader
    ```

    ```md good
    a naïve reader
    ```
    """
    for note in facts.notes:
        source = note.source
        if source.damage is not None:
            at = max(_first_damage(source.text), 0)
            yield Found(
                note,
                Span(at, min(at + 1, len(source.text))),
                f"this note {source.damage}",
                help="save it as UTF-8; vaultbp does not change such a file"
                if source.text
                else None,
            )


def _first_damage(text: str) -> int:
    places = [text.find(mark) for mark in ("�", "\0")]
    return min((at for at in places if at >= 0), default=0)
