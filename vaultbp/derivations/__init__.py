"""Note -> scope of definitions -> judged claims."""

from __future__ import annotations

from vaultbp.derivations.judge import judge
from vaultbp.derivations.verdicts import Claim, Counterexample, Repair, Step

__all__ = ["Claim", "Counterexample", "Repair", "Step", "judge"]
