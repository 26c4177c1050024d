"""Facts about notes that exist only in a test."""

from __future__ import annotations

from collections.abc import Mapping

from vaultbp.vault import index

from vaultbp.config import Config
from vaultbp.findings import Facts, RunOptions, gather
from vaultbp.notes import read
from vaultbp.source import Source


def facts_of(
    files: Mapping[str, str],
    *,
    run: bool = False,
    config: Config | None = None,
    encoding: str = "utf-8",
) -> Facts:
    """Everything the pipeline knows of a vault given as texts by path."""
    notes = [
        read(Source.from_bytes(path, text.encode(encoding)))
        for path, text in files.items()
        if path.endswith(".md")
    ]
    return gather(index(notes, list(files)), config or Config(), run=RunOptions() if run else None)
