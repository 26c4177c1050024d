from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, rule
from vaultbp.source import Source, Span

if TYPE_CHECKING:
    from vaultbp.cells.results import CellResult
    from vaultbp.findings import Facts


@rule("VB401", group="cells", severity=Severity.ERROR)
def failing_cell(facts: Facts) -> Iterator[Found]:
    """A code cell did not run to its end.

    Cells run only when asked (`run`, `check --run`). The finding stands at the line of the note where
    the cell failed.

    ```md bad
    ~~~python
    assert 1 + 1 == 3
    ~~~
    ```

    ```md good
    ~~~python
    assert 1 + 1 == 2
    ~~~
    ```
    """
    if facts.cells is None:
        return
    for note in facts.notes:
        for result in facts.cells.get(note.path, ()):
            if result.status not in ("passed", "skipped"):
                yield Found(note, _place(note.source, result), _message(result))


def _place(source: Source, result: CellResult) -> Span:
    line = result.error.line if result.error else result.line
    text = source.line(line)
    start = source.offset(line) + len(text) - len(text.lstrip())
    return Span(start, source.offset(line) + len(text.rstrip()))


def _message(result: CellResult) -> str:
    if result.error is None:
        return f"{result.name}: {result.status}"
    return f"{result.name} {result.status}: {result.error.type}: {result.error.message}"
