"""Steps that may use an update of the note: its ``x_{t+1}`` and ``x_t`` are not free of each other."""

from __future__ import annotations

from vaultbp.derivations.meaning.definitions.recurrences import counted, members
from vaultbp.derivations.meaning.notebook import Notebook, once
from vaultbp.derivations.readings.trial import Question


def linked_by_update(book: Notebook, asked: Question) -> str | None:
    """A family with two members in a step that an update of the note links, unless its formula counts."""
    for key in sorted(_updated(book) - book.scope.symbols.keys()):
        if len(members(asked.terms(), key)) > 1:
            return key
    return None


@once
def _updated(book: Notebook) -> frozenset[str]:
    """The families of which the note gives one member by the one before."""
    found = map(counted, book.stated)
    return frozenset(each.head.key for each in found if each is not None)
