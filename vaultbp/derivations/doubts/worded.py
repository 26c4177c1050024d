"""Symbols to which words give a formula: ``$Z$ is the whole sum $\\sum_j e^{u_j}$``."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from vaultbp.derivations.meaning.notebook import Notebook, once
from vaultbp.latex import parse, tree

_IS = re.compile(
    r"\b(?:is|are|be|being|denotes?|represents?|means?|equals?|called|stands for|ist|sei|bezeichnet"
    r"|est|désigne|vaut|es|denota|é|это|есть|обозначает|обозначим|равн\w*|равен)\b|[—–:：(]|\s-\s"
    r"|[는은]|이|가\s|是|为|為|即|表示|等于|は|が|とは",
    re.IGNORECASE,
)
"""Words by which something is said to be something else."""
_BY = re.compile(
    r"(?:respect to|wrt|w\.r\.t\.?|nach|по|à|respecto a|für|for|at|bei|при|对|關於|关于)\s*$",
    re.IGNORECASE,
)
"""Words after which a symbol is what something is differentiated by."""
LONGEST = 50
"""How many characters may stand between a symbol and what it is."""
_RELATION = re.compile(r"[=<>≈≤≥∈~]|\\(?:le|ge|leq|geq|ne|in|sim|approx|to|propto|equiv)\b")


def is_worded(book: Notebook, key: str, beside: Collection[str]) -> bool:
    """Whether words of the note give a symbol a formula of others that stand beside it."""
    return not _worded(book).get(key, frozenset()).isdisjoint(beside)


@once
def _worded(book: Notebook) -> dict[str, frozenset[str]]:
    """The symbols followed by words and an expression with which they may be equal, and its names."""
    text = book.note.source.text
    found: dict[str, frozenset[str]] = {}
    for one, two in pairwise(book.note.formulas):
        if two.span.start - one.span.end > LONGEST or _RELATION.search(one.text + two.text):
            continue
        between = text[one.span.end : two.span.start]
        led = text[max(0, one.span.start - 20) : one.span.start].rstrip("$ ")
        if re.search(r"[.;\n]", between) or not _IS.search(between) or _BY.search(led):
            continue
        key, inside = _names(one.text), _names(two.text)
        if len(key) == 1 and not key & inside and _is_formula(two.text):
            name = key.pop()
            found[name] = found.get(name, frozenset()) | inside
    return found


def _names(formula: str) -> set[str]:
    """The names in a formula."""
    sides = [side for chain in parse(formula).claims for side in chain.sides]
    return {n.base for side in sides for n in side.walk() if isinstance(n, tree.Name)}


def _is_formula(written: str) -> bool:
    """Whether more than a name or a call stands there."""
    sides = [side for chain in parse(written).claims for side in chain.sides]
    plain = (tree.Name, tree.Number, tree.MaybeCall, tree.Label)
    return len(sides) == 1 and not isinstance(sides[0], plain)
