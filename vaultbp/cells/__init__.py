"""Runs code cells in confined child processes and caches what they gave."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs more than this package's own
if TYPE_CHECKING:
    from vaultbp.cells.results import CellError, CellResult, Run, Sandbox
    from vaultbp.cells.runner import run

__all__ = ["CellError", "CellResult", "Run", "Sandbox", "run"]


def __getattr__(name: str) -> object:
    """Load what is wanted when it is first wanted: reading results needs no runner, the cache neither."""
    if name == "run":
        from vaultbp.cells.runner import run

        return run
    if name in __all__:
        from vaultbp.cells import results

        return getattr(results, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
