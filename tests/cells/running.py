"""Notes for the runner, written as people write them and read by the reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vaultbp import cells
from vaultbp.cells import CellResult, Run
from vaultbp.notes import Note, read
from vaultbp.source import Source


def make_note(*codes: str, path: str = "note.md", info: str = "python") -> Note:
    """A note with one fence for each code; the first line of the first code is line 4."""
    return read(Source(path, "".join(f"Prose.\n\n```{info}\n{code}\n```\n\n" for code in codes)))


def run_notes(*notes: Note, **terms: Any) -> Run:
    terms.setdefault("timeout", 5.0)
    return cells.run(notes, **terms)


def run_text(text: str, **terms: Any) -> tuple[CellResult, ...]:
    """The results of one note given as it is on disk."""
    return run_notes(read(Source.from_bytes("note.md", text.encode("utf-8"))), **terms).cells


def run_texts(texts: Sequence[str], **terms: Any) -> list[tuple[CellResult, ...]]:
    """The results of many notes, in one run; each is ``note.md`` in a folder of its own."""
    paths = [f"{number}/note.md" for number in range(len(texts))]
    notes = [
        read(Source.from_bytes(path, text.encode()))
        for path, text in zip(paths, texts, strict=True)
    ]
    results = run_notes(*notes, **terms).results
    return [results.get(path, ()) for path in paths]


def run_codes(*codes: str, info: str = "python", **terms: Any) -> tuple[CellResult, ...]:
    """The results of one note with these cells."""
    return run_notes(make_note(*codes, info=info), **terms).cells


def run_code(code: str, info: str = "python", **terms: Any) -> CellResult:
    """The result of one note with one cell."""
    (result,) = run_codes(code, info=info, **terms)
    return result
