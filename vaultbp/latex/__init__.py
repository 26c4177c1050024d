"""Formula text, LaTeX or Unicode, read into expression trees and claims.

``parse`` is the one way in. It never raises and never guesses silently: what it cannot read becomes
an ``Unreadable`` node and a ``Problem``, confined to the side or cell where it stands.
"""

from __future__ import annotations

from vaultbp.latex.tree import Problem, Reading
from vaultbp.source import Span

MAX_TEXT = 50_000
"""Formulas longer than this many characters are not read: no person checks such a formula."""


def parse(text: str, macros: tuple[tuple[str, str, int], ...] = ()) -> Reading:
    """Read one formula (delimiters removed). Never raises.

    ``macros`` are those of the note's earlier formulas (``Reading.macros``).
    """
    why = "this formula is not read yet"
    return Reading(text, problems=(Problem(Span(0, len(text)), why),))
