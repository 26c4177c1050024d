from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Edit, Fix, Severity
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.mojibake import Damage
    from vaultbp.notes import Note

_SHOWN = 5


@rule("VB602", group="encoding", severity=Severity.WARNING, own=True)
def mojibake(facts: Facts) -> Iterator[Found]:
    """Text was damaged: UTF-8 bytes were read in another encoding and saved again.

    The encoding is named and the repaired text shown. The fix rewrites the damaged runs and nothing
    else, and only where damaging the repair again gives exactly what stands there now. Code cells are
    left alone.

    ```md bad
    –û–±—Ä–∞—Ç–Ω–æ–µ —Ä–∞—Å–ø—Ä–æ—Å—Ç—Ä–∞–Ω–µ–Ω–∏–µ
    ```

    ```md good
    Обратное распространение, √π и naïve café
    ```
    """
    for note in facts.notes:
        if note.source.damage is None and not note.source.text.isascii():
            from vaultbp.mojibake import find_damage

            runs = find_damage(note.source.text, [cell.span for cell in note.cells])
            for encoding in dict.fromkeys(run.encoding for run in runs):
                yield _found(note, [run for run in runs if run.encoding == encoding])


def _found(note: Note, runs: list[Damage]) -> Found:
    from vaultbp.mojibake import NAMES

    lines: dict[int, list[str]] = {}
    for run in runs:
        line = note.source.position(run.span.start).line
        lines.setdefault(line, []).append(run.repaired)
    name = NAMES[runs[0].encoding]
    where = "this line" if len(lines) == 1 else f"{len(lines)} lines"
    shown = [f"line {line} reads: {' '.join(texts)}" for line, texts in lines.items()]
    if len(shown) > _SHOWN:
        shown[_SHOWN:] = [f"… and {len(shown) - _SHOWN} more"]
    edits = tuple(Edit(run.span, run.repaired) for run in runs)
    return Found(
        note,
        runs[0].span,
        f"damaged text: UTF-8 was read as {name} and saved again ({where})",
        help="\n".join(shown),
        fix=Fix(f"restore the text of {where}", edits),
    )
