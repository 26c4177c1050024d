from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB402", group="cells", severity=Severity.WARNING, own=True)
def unknown_option(facts: Facts) -> Iterator[Found]:
    """A word after the language of a Python cell is no option, or its value is none.

    The cell runs as if the word were not there. A word that is like no option at all may be meant for
    another program, such as a highlighter: it is mentioned as information only. Classes and ids of the
    page (`.input`, `#fit`) are left alone.

    ```md bad
    ~~~python timout=60
    print("slow")
    ~~~
    ```

    ```md good
    ~~~python timeout=60
    print("slow")
    ~~~
    ```
    """
    for note in facts.notes:
        for cell in note.cells:
            if cell.language != "python" or not (" " in cell.info or "{" in cell.info):
                continue
            from vaultbp.cells.options import read_options

            for notice in read_options(cell).notices:
                message, _, help = notice.message.partition("; ")
                severity = Severity.INFO if notice.strange else None
                yield Found(note, notice.span, message, help=help or None, severity=severity)
