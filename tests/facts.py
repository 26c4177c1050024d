"""Facts about notes that exist only in a test."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from vaultbp.config import Config, parse_config
from vaultbp.findings import Facts, RunOptions, gather
from vaultbp.notes import read
from vaultbp.source import Source
from vaultbp.vault import index


def facts_of(
    files: Mapping[str, str],
    *,
    run: bool = False,
    config: Config | None = None,
    encoding: str = "utf-8",
) -> Facts:
    """Everything the pipeline knows of a vault given as texts by path, vaultbp.toml included."""
    notes = [
        read(Source.from_bytes(path, text.encode(encoding)))
        for path, text in files.items()
        if path.endswith(".md")
    ]
    if config is None:
        config = parse_config(tomllib.loads(files.get("vaultbp.toml", "")))
    return gather(index(notes, list(files)), config, run=RunOptions() if run else None)
