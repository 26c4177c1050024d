"""Letters and signs that may stand for something else than a number: an expectation, a set, a group."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultbp.derivations.meaning.named_parts import put_for
from vaultbp.derivations.meaning.notebook import Notebook, once
from vaultbp.derivations.meaning.terms import (
    Call,
    Div,
    Fn,
    Fold,
    Mul,
    Norm,
    Sym,
    Term,
    symbol_keys,
    walk,
)
from vaultbp.derivations.meaning.uncomputed import UNCOMPUTED
from vaultbp.derivations.meaning.words import mentions
from vaultbp.derivations.numerics.compare import Comparison
from vaultbp.derivations.readings.trial import Question

_OPERATORS = frozenset(("E", "D", "V"))
_STATISTICS = re.compile(
    r"expect|\bmean\b|varian|estimat|random|distribut|probab|期望|均值|方差|估计|随机|分布|概率|期待値|分散|확률|기댓값|분산"
    r"|матожид|математическ\w+ ожидан|диспер|случайн|оценк|erwartung|varianz|esperan|zufall|aleator",
    re.IGNORECASE,
)
"""Words of notes in which ``E X`` and ``D X`` are no products."""
_BRACKETED = re.compile(r"\[\s*\\?[A-Za-z]+\s*\]")
_BRACKET = r"\s*\}?\s*(?:\\left|\\[bB]ig+l?)?\s*\("
_ORDER = re.compile(
    rf"(?<![A-Za-z\\_^])(?<![_^]\{{)O{_BRACKET}(?![^()]*(?<![A-Za-z\\])O)"
    rf"|(?:\\(?:Theta|Omega)|[ΘΩ]){_BRACKET}[\s{{]*(?:[nNmkVE]\b|1\s*\)|\\log|\\lg|2\s*\^)"
)
"""``O(n)``, ``\\mathcal{O}(n)`` and ``Θ(n^2)``, which say of what order something is, but for
``O(1 - O)``."""
_PREFIXED = re.compile(r"(?:^|[=+\-(&{])\s*\\div\s*(?:\\left)?\s*\(")
"""``\\div(…)`` where no number to be divided stands before it."""


def means_no_number(book: Notebook, asked: Question, found: Comparison) -> str | None:
    """Why a sign of a step may be no letter for a number, or ``None``."""
    if any(isinstance(t, Call) and t.func.key in UNCOMPUTED for t in _all(asked, found)):
        return "a sign in it is not computed here"
    if _PREFIXED.search(asked.stated.formula.text):
        return "÷ may be a function here"
    if _ORDER.search(_written(asked)):
        return "O, Θ or Ω may say of what order something is"
    if mentions(_STATISTICS, book.note.source.text):
        for key in sorted(_OPERATORS - book.scope.symbols.keys()):
            if any(_is_applied(t, key) for t in asked.terms()):
                return f"{key} may be an expectation or a variance"
    if _is_unit(asked):
        return "letters in square brackets may be units"
    if (name := _named_part(book, *asked.sides)) is not None:
        return f"{name} may be the name of what stood in its place"
    change = (_changes(asked.left) - _changes(asked.right)) - book.scope.symbols.keys()
    if change:
        return f"the note does not say what {min(change)} is here"
    if labels := _labels(book, asked):
        return f"{min(labels)} stands below other letters and may be something else here"
    for term in _all(asked, found):
        if isinstance(term, Fn) and term.name == "abs" and _is_set(book, term.args[0]):
            return "a set may be meant, and how many elements it has"
    if _repeats_factors(*asked.sides):
        return "its factors may be sets, groups or projections"
    return None


def _written(asked: Question) -> str:
    """The text of the chain of a step."""
    span = asked.stated.chain.span
    return asked.stated.formula.text[span.start : span.end]


def _all(asked: Question, found: Comparison) -> Iterator[Term]:
    """Every term of a step and of the definitions that it uses."""
    yield from asked.terms()
    for definition in found.used.values():
        yield from walk(definition.body)


def _is_unit(asked: Question) -> bool:
    """``[q] = C/s``: whether the chain begins with one letter in square brackets."""
    stated = asked.stated
    first = stated.chain.sides[0].span
    return _BRACKETED.match(stated.formula.text[first.start : first.end + 1]) is not None


def _named_part(book: Notebook, left: Term, right: Term) -> str | None:
    """A name without a meaning that stands where the other side has a formula: d for ``s/|s|``."""
    put = put_for(left, right)
    if put is None or not isinstance(put[0], Div | Fn | Call | Norm) or put[1] in walk(left):
        return None
    key, scope = put[1].key, book.scope
    known = scope.symbols.keys() | scope.functions.keys() | scope.numbers.keys()
    return None if key in known else key


def _changes(side: Term) -> set[str]:
    """The letters with a Δ before them that a side writes."""
    return {t.key for t in walk(side) if isinstance(t, Sym) and t.key.startswith("Δ")}


def _labels(book: Notebook, asked: Question) -> set[str]:
    """The letters taken for a count for no more than standing below others: T beside F_T."""
    letters = {t for t in asked.terms() if isinstance(t, Sym)}
    below = {slot.index for each in letters for slot in each.slots}
    alone = {t.key for t in letters - below if not t.slots} - book.scope.symbols.keys()
    ranges = book.ranges()
    return {
        key
        for key in alone - ranges.members.keys() - _counts(book)
        if ranges.count(key) is not None
    }


@once
def _counts(book: Notebook) -> frozenset[str]:
    """The letters in the bounds of the note's sums and products."""
    sides = [side for stated in book.stated for side in stated.sides]
    sides += [d.body for found in book.scope.symbols.values() for d in found]
    folds = [t for side in sides for t in walk(side) if isinstance(t, Fold)]
    bounds = [b for f in folds for b in (f.lower, f.upper, f.where) if b is not None]
    return frozenset(symbol_keys(*bounds))


def _is_applied(term: Term, key: str) -> bool:
    """Whether a letter stands before another one or a bracket with nothing between: ``E X``."""
    if isinstance(term, Call):
        return term.func == Sym(key)
    if not isinstance(term, Mul) or term.factors[0] != Sym(key) or term.ops[0]:
        return False
    return isinstance(term.factors[1], Sym | Call)


def _is_set(book: Notebook, term: Term) -> bool:
    """Whether the note says ``∈ S`` or ``S = {…}`` of a letter, or of one with another index."""
    if not isinstance(term, Sym):
        return False
    name = re.escape(term.key.split("_")[0].split("^")[0])
    below = r"(?:_\w|_\{[^{}]*\})?"
    within = rf"(?:\\in\b|∈|\\sub\w*|⊂|⊆)\s*\{{?{name}{below}(?![\w\\])"
    listed = rf"(?<![\w\\]){name}{below}\s*:?=\s*\\\{{"
    return re.search(f"{within}|{listed}", book.note.source.text) is not None


def _repeats_factors(left: Term, right: Term) -> bool:
    """``H(HK) = HK``: the same letters and nothing else, one of them more often on one side."""
    one, two = list(_letters(left)), list(_letters(right))
    return bool(one) and set(one) == set(two) and len(one) != len(two) and None not in one


def _letters(term: Term) -> Iterator[Sym | None]:
    """The letters that are multiplied with no sign between; ``None`` for anything else."""
    if isinstance(term, Mul) and not any(term.ops):
        for factor in term.factors:
            yield from _letters(factor)
    else:
        yield term if isinstance(term, Sym) else None
