"""Runs code cells in confined child processes and caches what they gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultbp.cells.results import CellError, CellResult, Run, Sandbox

if TYPE_CHECKING:
    from vaultbp.cells.runner import run

__all__ = ["CellError", "CellResult", "Run", "Sandbox", "run"]


def __getattr__(name: str) -> object:
    """Load the runner when it is first wanted: reading results needs none of its modules."""
    if name == "run":
        from vaultbp.cells.runner import run

        return run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
