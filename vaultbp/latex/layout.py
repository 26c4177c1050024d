"""What only lays out statements is made transparent: ``align`` and its kin, braces around whole
statements, a left brace before a system of equations."""

from __future__ import annotations

from vaultbp.latex.environments import split
from vaultbp.latex.parser import Parser
from vaultbp.latex.symbols import CASE_ENVIRONMENTS, EQUALITIES, MATRIX_BRACKETS, ROW_ENVIRONMENTS
from vaultbp.latex.words import is_condition


def open_layout(p: Parser) -> None:
    """Make transparent what only lays out statements: ``align`` and its kin, braces around whole
    statements, a left brace before a system of equations."""
    tokens, match = p.tokens, p.match
    for index, token in enumerate(tokens):
        if token.kind == "begin" and match[index] > index:
            if _is_layout(p, index):
                _open(p, index)
        elif token.kind == "open" and token.value == "{" and match[index] > index:
            inner, closing = index + 1, match[index]
            holds = (
                inner < closing and tokens[inner].kind == "begin" and match[inner] == closing - 1
            )
            holds = holds and tokens[closing].value == "." and _begins_statement(p, index)
            if holds and _rows_are_statements(p, inner + 1, closing - 1):
                _open(p, index)
                _open(p, inner)
        elif token.kind == "{" and match[index] > index and _wraps_statement(p, index):
            _open(p, index)


def _open(p: Parser, index: int) -> None:
    closing = p.match[index]
    rows = p.tokens[index].kind == "begin"
    for at in (index, closing):
        p.tokens[at].kind = "row" if rows else "&"
        p.match[at] = -1


def _is_layout(p: Parser, index: int) -> bool:
    environment = p.tokens[index].value.rstrip("*")
    if environment in ROW_ENVIRONMENTS:
        return _at_top(p, index)
    if environment in CASE_ENVIRONMENTS or not MATRIX_BRACKETS.get(environment, "x"):
        inner, closing = index + 1, p.match[index]
        return _begins_statement(p, index) and _rows_are_statements(p, inner, closing)
    return False


def _at_top(p: Parser, index: int) -> bool:
    """Whether no real bracket encloses a token. Opened layout has no partner any more."""
    at = index - 1
    while at >= 0:
        if p.match[at] > index:
            return False
        at = p.match[at] - 1 if 0 <= p.match[at] < at else at - 1
    return True


def _begins_statement(p: Parser, index: int) -> bool:
    at = index - 1
    while at >= 0 and p.tokens[at].kind in ("&", "gap"):
        at -= 1
    starts = at < 0 or p.tokens[at].kind in ("row", "sep", "arrow", "text")
    return starts and _at_top(p, index)


def _rows_are_statements(p: Parser, begin: int, end: int) -> bool:
    """Whether every row holds an equality outside brackets (and so is no case or matrix row)."""
    rows = [r for r in split(p, begin, end, frozenset(("row",))) if r[0] < r[1]]
    equal = [_is_statement_row(p, a, b) for a, b in rows]
    return bool(rows) and sum(equal) * 2 > len(rows)


def _is_statement_row(p: Parser, begin: int, end: int) -> bool:
    """An equality in the first cell, or right after a mark (``x &= 1``); later ones are conditions."""
    cells = [cell for cell in split(p, begin, end, frozenset(("&",))) if cell[0] < cell[1]]
    if any(p.tokens[a].kind == "rel" and p.tokens[a].value in EQUALITIES for a, _ in cells):
        return True
    return bool(cells) and _has_equality(p, *cells[0])


def _has_equality(p: Parser, begin: int, end: int) -> bool:
    at = begin
    while at < end:
        token = p.tokens[at]
        if token.kind in ("text", "word") and is_condition(token.value):
            return False
        if token.kind == "rel" and token.value in EQUALITIES:
            return True
        at = p.brackets.skip(at)
    return False


def _wraps_statement(p: Parser, index: int) -> bool:
    """A brace group that holds relations or rows and is no argument."""
    before = p.tokens[index - 1] if index else None
    if before is not None and before.kind in ("_", "^", "cmd", "accent", "style", "func", "big"):
        return False
    if before is not None and before.kind in ("}", "close", "function") and not before.gap:
        return False
    found = p.find(frozenset(("rel", "row", "arrow", "begin")), index + 1, p.match[index])
    return found >= 0 and _at_top(p, index)
