"""Environments inside an expression: matrices, cases, and rows that only break a long line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultbp.latex.symbols import CASE_ENVIRONMENTS, MATRIX_BRACKETS
from vaultbp.latex.tree import (
    CaseRow,
    Cases,
    Ellipsis,
    Matrix,
    Missing,
    Node,
    Relation,
    Text,
    Tuple,
)
from vaultbp.latex.unread import Unread
from vaultbp.latex.words import OTHERWISE, is_condition

if TYPE_CHECKING:
    from vaultbp.latex.parser import Parser

_ROW = frozenset(("row",))
_CELL = frozenset(("&",))


def split(p: Parser, begin: int, end: int, kinds: frozenset[str]) -> list[tuple[int, int]]:
    """The ranges between separators at the top level of a range."""
    parts: list[tuple[int, int]] = []
    start = at = begin
    while at < end:
        if p.tokens[at].kind in kinds:
            parts.append((start, at))
            start = at + 1
            at += 1
        else:
            at = p.brackets.skip(at)
    parts.append((start, end))
    return parts


def read(p: Parser) -> Node:
    """The environment at the cursor."""
    start = p.i
    closing = p.match[start]
    environment = p.tokens[start].value.rstrip("*")
    if closing < 0:
        raise p.fail(f"\\begin{{{environment}}} is never ended")
    p.i = closing + 1
    if environment in CASE_ENVIRONMENTS:
        return cases(p, start, start + 1, closing)
    if environment in MATRIX_BRACKETS:
        return matrix(p, MATRIX_BRACKETS[environment], start, closing)
    return p.node_in(start + 1, closing)


def rows_of(p: Parser, begin: int, end: int) -> list[tuple[int, int]]:
    """Rows that hold anything."""
    return [(a, b) for a, b in split(p, begin, end, _ROW) if _holds(p, a, b)]


def _holds(p: Parser, begin: int, end: int) -> bool:
    return any(p.tokens[at].kind not in ("gap", "row", "&") for at in range(begin, end))


def matrix(p: Parser, bracket: str, start: int, closing: int) -> Node:
    rows = []
    for begin, end in rows_of(p, start + 1, closing):
        cells = split(p, begin, end, _CELL)
        rows.append(tuple(cell(p, a, b) for a, b in cells))
    if len(rows) == 1 and len(rows[0]) == 1 and not bracket:
        return rows[0][0]
    return Matrix(tuple(rows), bracket, span=p.span(start, closing + 1))


def cell(p: Parser, begin: int, end: int) -> Node:
    if not _holds(p, begin, end):
        return Missing(span=p.span(begin, begin))
    if end - begin == 1 and p.tokens[begin].kind in ("op", "bar"):
        return Ellipsis(span=p.span(begin, end))
    return p.confined(begin, end)


def open_cases(p: Parser, start: int, closing: int) -> Node:
    """``\\left\\{ … \\right.``: cases by another name, or a brace that groups."""
    inner = start + 1
    if p.tokens[inner].kind == "begin" and p.match[inner] == closing - 1:
        return cases(p, start, inner + 1, closing - 1)
    if p.find(_ROW, inner, closing) >= 0:
        return cases(p, start, inner, closing)
    return p.node_in(inner, closing)


def cases(p: Parser, start: int, begin: int, end: int) -> Node:
    rows = tuple(case_row(p, a, b) for a, b in rows_of(p, begin, end))
    return Cases(rows, span=p.span(start))


def case_row(p: Parser, begin: int, end: int) -> CaseRow:
    middle, after = _condition_start(p, begin, end)
    value_end = middle
    while value_end > begin and p.tokens[value_end - 1].kind in ("sep", "gap"):
        value_end -= 1
    value = cell(p, begin, value_end)
    said = condition(p, after, end) if _holds(p, after, end) else None
    return CaseRow(value, said, span=p.span(begin, end))


def _condition_start(p: Parser, begin: int, end: int) -> tuple[int, int]:
    """Where a row's condition starts: after ``&``, a gap, a comma, or at words."""
    mark = p.find(_CELL, begin, end)
    if mark >= 0:
        return mark, mark + 1
    for kinds in (frozenset(("text", "word")), frozenset(("gap",)), frozenset(("sep",))):
        at = p.find(kinds, p.brackets.skip(begin), end)
        if at > begin:
            return at, at if "text" in kinds else at + 1
    return end, end


def condition(p: Parser, begin: int, end: int) -> Node:
    """A condition after its ``if``: relations, or the words as they are."""
    span = p.span(begin, end)
    words: list[str] = []
    ranges: list[tuple[int, int]] = []
    start = at = begin
    while at <= end:
        token = p.tokens[at] if at < end else None
        if token is None or token.kind in ("text", "word", "sep", "&", "gap", "arrow"):
            if start < at:
                ranges.append((start, at))
            if token is not None and token.kind in ("text", "word"):
                words.append(token.value)
            start = at + 1
            at += 1
        else:
            at = p.brackets.skip(at)
    said = " ".join(words)
    if not ranges or any(word.strip(".,").lower() in OTHERWISE for word in said.split()):
        return Text(said or p.source(begin, end), span=span)
    try:
        found = tuple(p.relation_in(a, b) for a, b in ranges if _holds(p, a, b))
    except Unread:
        return Text(p.source(begin, end), span=span)
    if words and not all(is_condition(word) or word in ("and", "и", "且") for word in words):
        found = (*found, Text(said, span=span))
    return found[0] if len(found) == 1 else Tuple(found, "", "", span=span)


__all__ = ["Relation", "cases", "condition", "matrix", "open_cases", "read", "rows_of", "split"]
