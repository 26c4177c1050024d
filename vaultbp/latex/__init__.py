"""Formula text, LaTeX or Unicode, read into expression trees and claims.

``parse`` is the one way in. It never raises and never guesses silently: what it cannot read becomes
an ``Unreadable`` node and a ``Problem``, confined to the side or cell where it stands.
"""

from __future__ import annotations

from vaultbp.latex.brackets import Brackets
from vaultbp.latex.claims import read_claims
from vaultbp.latex.decorated import fold_relations
from vaultbp.latex.macros import expand, take_definitions
from vaultbp.latex.numbering import without_numbering
from vaultbp.latex.parser import Parser
from vaultbp.latex.settle import settled
from vaultbp.latex.tokens import tokenize
from vaultbp.latex.tree import Problem, Reading
from vaultbp.latex.unread import Unread
from vaultbp.source import Span

MAX_TEXT = 50_000
"""Formulas longer than this many characters are not read: no person checks such a formula."""


def parse(text: str, macros: tuple[tuple[str, str, int], ...] = ()) -> Reading:
    """Read one formula (delimiters removed). Never raises.

    ``macros`` are those of the note's earlier formulas (``Reading.macros``).
    """
    if len(text) > MAX_TEXT:
        why = f"this formula is too large: {len(text)} characters, {MAX_TEXT} are read"
        return Reading(text, problems=(Problem(Span(0, len(text)), why),))
    body, own = take_definitions(text)
    body = without_numbering(body)
    tokens, problems = tokenize(body)
    if own or macros:
        try:
            tokens = expand(text, tokens, (*macros, *own))
        except Unread as error:
            return Reading(text, problems=(Problem(error.span, error.why),), macros=own)
    tokens = fold_relations(settled(body, tokens))
    parser = Parser(text, tokens, Brackets(tokens))
    claims = read_claims(parser)
    return Reading(text, tuple(claims), (*problems, *parser.problems), own)
