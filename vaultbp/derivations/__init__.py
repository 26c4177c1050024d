"""Note -> scope of definitions -> judged claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultbp.derivations.verdicts import Claim, Counterexample, Repair, Step

if TYPE_CHECKING:
    from vaultbp.derivations.judging import judge

__all__ = ["Claim", "Counterexample", "Repair", "Step", "judge"]


def __getattr__(name: str) -> object:
    """Load the judge, and numpy with it, when it is first wanted: reading verdicts needs neither."""
    if name == "judge":
        from vaultbp.derivations.judging import judge

        return judge
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
