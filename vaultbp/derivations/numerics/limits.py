"""What something comes to when a symbol goes to a value: extrapolated from places near by."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from vaultbp.derivations.numerics import functions

STEP = 0.02
"""How far from its place a limit is extrapolated; then from half as far, and so on."""
MOVE = 1e-7
"""How far the last refinement may move a limit (relative): else it is not known well enough."""
SURE = 0.01
"""The same relative to the limit alone."""
GAP = 1e-9
"""Left and right come together, but for rounding."""

Beside = Callable[[Any], Any]
"""The value with the symbol at a place."""


def near(beside: Beside, to: Any) -> Any:
    """The limit from both sides; not a number where they do not come together."""
    steps = [STEP / 2.0**k for k in range(4)]
    pairs = [(beside(to + s), beside(to - s)) for s in steps]
    first, *_, last = (np.abs(functions.real(a) - functions.real(b)) for a, b in pairs)
    jump = last > 0.5 * first + GAP
    return _extrapolated([(a + b) * 0.5 for a, b in pairs], 4.0) + np.where(jump, np.nan, 0.0)


def from_one_side(beside: Beside, to: Any, side: int) -> Any:
    """The limit from above (``side`` 1) or from below (-1)."""
    return _extrapolated([beside(to + side * STEP / 2.0**k) for k in range(6)], 2.0)


def far_away(beside: Beside) -> Any:
    """The limit where the symbol grows beyond every bound."""
    return _extrapolated([beside(1.0 / (STEP / 2.0**k)) for k in range(6)], 2.0)


def _extrapolated(row: list[Any], ratio: float) -> Any:
    """Richardson: what values at halved steps come to at zero; the error's powers are of ``ratio``."""
    power, last = ratio, row[-1]
    while len(row) > 1:
        last = row[-1]
        row = [b + (b - a) * (1.0 / (power - 1.0)) for a, b in pairwise(row)]
        power *= ratio
    found = np.abs(functions.real(row[0]))
    moved = np.abs(functions.real(row[0]) - functions.real(last))
    # What moves by as much as it is large may as well be nought.
    known = (moved <= MOVE * (1.0 + found)) & (moved <= SURE * found)
    settled = np.where(known, 1.0, np.nan)
    return row[0] * np.where(found < GAP, 0.0, settled)
