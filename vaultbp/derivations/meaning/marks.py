"""What an author tells the judge: ``define:``, ``ignore``, ``wrong on purpose``."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from vaultbp.derivations.meaning.lower import Lowering
from vaultbp.derivations.meaning.notebook import Notebook
from vaultbp.derivations.meaning.scope import definition_of
from vaultbp.latex import parse
from vaultbp.notes.note import Note
from vaultbp.source import Span

_DEFINE = re.compile(r"^\s*(?:vaultbp:\s*)?define:\s*(.+)$", re.DOTALL | re.IGNORECASE)
_IGNORE = re.compile(r"^\s*vaultbp:\s*ignore\b", re.IGNORECASE)
_PURPOSE = re.compile(r"^\s*(?:vaultbp:\s*)?wrong[ -]on[ -]purpose\b", re.IGNORECASE)


@dataclass
class Marks:
    """Formulas that an author's comments speak of."""

    ignored: list[Span] = field(default_factory=list)
    purposeful: list[Span] = field(default_factory=list)

    def ignores(self, span: Span) -> bool:
        """Whether a comment says to leave this formula alone."""
        return any(s.start <= span.start <= s.end for s in self.ignored)

    def on_purpose(self, span: Span) -> bool:
        """Whether a comment says that this formula is meant to be wrong."""
        return any(s.start <= span.start <= s.end for s in self.purposeful)


def read_marks(note: Note, book: Notebook) -> Marks:
    """Apply the note's ``define`` lines to the scope and find the marked formulas."""
    marks = Marks()
    if note.frontmatter is not None:
        for text in note.frontmatter.values("define"):
            _define(book, text)
    for comment in note.comments:
        defined = _DEFINE.match(comment.text)
        if defined:
            _define(book, defined.group(1))
        target = _next_formula(note, comment.span)
        if target is None:
            continue
        if _IGNORE.match(comment.text):
            marks.ignored.append(target)
        elif _PURPOSE.match(comment.text):
            marks.purposeful.append(target)
    return marks


def _define(book: Notebook, text: str) -> None:
    """Add ``\\Delta y_i = y_i - \\hat y_i`` (one or several, split at ``;``) to the scope."""
    lowering = Lowering(book.lexicon)
    for part in text.split(";"):
        for chain in parse(part.strip().strip("$")).claims:
            sides = [lowering.term(side) for side in chain.sides]
            for left, right in itertools.pairwise(sides):
                definition = definition_of(left, right, -1, 0, part.strip())
                if definition is not None:
                    key = definition.head.key
                    table = (
                        book.scope.symbols if definition.params is None else book.scope.functions
                    )
                    table[key] = [definition]


def _next_formula(note: Note, span: Span) -> Span | None:
    for formula in note.formulas:
        if formula.span.start >= span.end:
            between = note.source.text[span.end : formula.span.start]
            return formula.span if not re.search(r"\n\s*\n\s*\S[^$]*\n\s*\n", between) else None
    return None
