"""Cases that a heading names: under ``### Case 2: k ≠ c`` a step is meant for such k.

What holds only there is said to hold there; a section may speak of other cases too, so nothing else
follows from its heading.
"""

from __future__ import annotations

from dataclasses import replace

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.cases import case_of
from vaultbp.derivations.meaning.notebook import Notebook, Stated, once
from vaultbp.derivations.meaning.terms import Term, free_indices
from vaultbp.derivations.readings.trial import Decision


def by_title(
    judge: Judge, stated: Stated, sides: tuple[Term, Term], exclude: int, found: Decision
) -> Decision:
    """The decision on a step in the case that the heading above it names."""
    case = _titled(judge.book).get(stated.section)
    if found.status != "unchecked" or case is None or stated.said_case is not None:
        return found
    if not any(map(free_indices, sides)):
        return found
    second = judge.step(replace(stated, case=case), *sides, exclude)
    return second if second.status == "verified" else found


@once
def _titled(book: Notebook) -> dict[int, str]:
    """The cases that headings name, by the number of the section."""
    found: dict[int, str] = {}
    starts = {heading.span.start: heading.span.end for heading in book.note.headings}
    for k, (start, end) in enumerate(sorted(starts.items()), 1):
        for formula, reading in zip(book.note.formulas, book.readings, strict=False):
            if start <= formula.span.start < end:
                case = case_of(formula, reading, None, book.lexicon.members)
                if case is not None:
                    found[k] = case
    return found
