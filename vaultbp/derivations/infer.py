"""Symbols that a note leaves out but its claims determine.

A note may differentiate by ``Δy_i`` without saying what it is. Among the subexpressions of the
numerator's definition there may be one, and only one, under which the claims that mention the symbol
hold; if at least two claims agree, it is taken as the meaning and listed as an assumption.
"""

from __future__ import annotations

from dataclasses import dataclass

from vaultbp.derivations.decide import Judge
from vaultbp.derivations.meaning.ground import rename, renaming
from vaultbp.derivations.meaning.notebook import Notebook, Stated
from vaultbp.derivations.meaning.scope import NEVER, Definition, Scope, is_pattern
from vaultbp.derivations.meaning.show import show
from vaultbp.derivations.meaning.terms import (
    Add,
    Call,
    Deriv,
    Div,
    Fn,
    Mul,
    Neg,
    Num,
    Opaque,
    Pow,
    Sym,
    Term,
    free_indices,
    walk,
)
from vaultbp.derivations.numerics.compare import compare
from vaultbp.derivations.readings.trial import Trial

MAX_CANDIDATES = 8
MAX_SYMBOLS = 4
AGREEING_CLAIMS = 2


@dataclass(frozen=True)
class _Gap:
    """An undefined symbol by which something defined is differentiated."""

    symbol: Sym
    numerator: Sym
    order: int


def infer(book: Notebook) -> None:
    """Add inferred definitions to the note's scope."""
    for gap in _gaps(book)[:MAX_SYMBOLS]:
        found = _resolve(book, gap)
        if found is not None:
            book.scope.add(found)


def _gaps(book: Notebook) -> list[_Gap]:
    found: dict[str, _Gap] = {}
    for stated in book.stated:
        for side in stated.sides:
            for term in walk(side):
                if not isinstance(term, Deriv) or not isinstance(term.of, Sym):
                    continue
                by = term.wrt[0]
                if not isinstance(by, Sym) or by.key in found or by == term.of:
                    continue
                if by.key in book.scope.symbols or not is_pattern(by.slots):
                    continue
                if _is_used(book, by) or term.of.key not in book.scope.symbols:
                    continue
                found[by.key] = _Gap(by, term.of, stated.order)
    return list(found.values())


def _is_used(book: Notebook, symbol: Sym) -> bool:
    """Whether a definition of the note computes with the symbol: then it is a free variable."""
    return any(
        isinstance(t, Sym) and t.key == symbol.key
        for table in (book.scope.symbols, book.scope.functions)
        for definitions in table.values()
        for d in definitions
        for t in walk(d.body)
    )


def _resolve(book: Notebook, gap: _Gap) -> Definition | None:
    chains = [s for s in book.stated if _mentions(s, gap.symbol.key)]
    if len(chains) < AGREEING_CLAIMS:
        return None
    judge = Judge(book)
    scored: list[tuple[int, Definition]] = []
    for candidate in _candidates(book, gap)[:MAX_CANDIDATES]:
        text = f"{show(gap.symbol)} := {show(candidate)}"
        definition = Definition(gap.symbol, candidate, -1, 0, None, text, text)
        scored.append((_agreeing(judge, definition, chains), definition))
    scored.sort(key=lambda s: -s[0])
    if not scored or scored[0][0] < AGREEING_CLAIMS:
        return None
    if len(scored) > 1 and scored[1][0] >= scored[0][0]:
        return None
    return scored[0][1]


def _mentions(stated: Stated, key: str) -> bool:
    return any(isinstance(t, Sym) and t.key == key for side in stated.sides for t in walk(side))


def _candidates(book: Notebook, gap: _Gap) -> list[Term]:
    """Subexpressions of the numerator's definition, in the claim's own indices."""
    found: dict[Term, None] = {}
    for definition in book.scope.symbols.get(gap.numerator.key, ()):
        names = renaming(definition.head.slots, gap.numerator.slots)
        if names is None:
            continue
        body = rename(definition.body, names)
        for term in walk(body):
            if term == body or not isinstance(term, Add | Mul | Div | Call | Fn | Pow):
                continue
            if any(isinstance(t, Opaque) for t in walk(term)):
                continue
            if any(isinstance(t, Sym) for t in walk(term)):
                if free_indices(term) <= free_indices(gap.symbol):
                    found[term] = None
    return list(found)


def _agreeing(judge: Judge, definition: Definition, chains: list[Stated]) -> int:
    """How many claims hold, at every step that mentions the symbol, under a meaning of it."""
    scope = judge.book.scope
    symbols = {**scope.symbols, definition.head.key: [definition]}
    trial = Trial(scope=Scope(symbols, scope.functions, scope.numbers))
    count = 0
    for stated in chains:
        steps = [
            (left, right)
            for left, right in zip(stated.sides, stated.sides[1:], strict=False)
            if any(isinstance(t, Sym) and t.key == definition.head.key
                   for t in (*walk(left), *walk(right)))
        ]  # fmt: skip
        holds = bool(steps)
        for left, right in steps:
            found = compare(left, right, judge.world(stated, NEVER, trial), None, thorough=False)
            if not found.equal or found.zero:
                holds = False
                break
        count += holds
    return count


__all__ = ["Neg", "Num", "infer"]
