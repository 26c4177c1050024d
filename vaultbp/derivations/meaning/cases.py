"""For which indices a step is meant: those that coincide, those that differ.

A case is ``=`` or ``≠`` for the free indices of a step, or says it of one index and one of its values
that the note names: ``≠j|j_o`` where it says ``j ≠ j_o``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from vaultbp.latex import tree
from vaultbp.notes.note import Formula

_LETTERS = "ijklmnpqrst"
_CASE = re.compile(r"([ijklmnk])\s*(=|≠|!=|\\neq?|\\ne\b)\s*([ijklmnk])\b")
_FAR = 80
"""How many characters before a formula the words may stand that name its case."""


class Above(NamedTuple):
    """The case that a section named last, if it is one, and where."""

    case: str | None
    place: int


def own_case(chain: tree.Chain, labels: Collection[str]) -> str | None:
    """The case that a chain itself names as its condition."""
    for condition in chain.conditions:
        for node in condition.walk():
            if isinstance(node, tree.Relation):
                case = _case(node.op, node.left, node.right, labels)
                if case is not None:
                    return case
    return None


def case_of(
    formula: Formula, reading: tree.Reading, before: str | None, labels: Collection[str]
) -> str | None:
    """The case that holds for the next formula: this one is nothing but ``i = j`` or ``i ≠ j``."""
    case = _alone(reading, labels)
    if case is not None:
        return case
    if formula.form in ("inline", "unicode") and not any(c.relations for c in reading.claims):
        return before
    return None


def case_above(
    formula: Formula, reading: tree.Reading, before: Above | None, labels: Collection[str]
) -> Above | None:
    """The last case that a section has named, with this formula: none if two are named at once."""
    here = (own_case(chain, labels) for chain in reading.claims)
    named = _alone(reading, labels) or next(filter(None, here), None)
    if named is None:
        return before
    place = formula.span.end
    if before is not None and before.case != named and place - before.place < _FAR:
        return Above(None, place)
    return Above(named, place)


def _alone(reading: tree.Reading, labels: Collection[str]) -> str | None:
    """The case of a formula that says nothing else."""
    if len(reading.claims) != 1 or len(reading.claims[0].sides) != 2:
        return None
    chain = reading.claims[0]
    left, right = chain.sides
    return _case(chain.relations[0].op, left, right, labels)


def inherited(formula: Formula, case: str | None) -> str | None:
    """The case that a formula just before leaves to this one: that of a label to its own sentence."""
    if case is None or len(case) == 1:
        return case
    between = formula.before.rpartition("$")[2]
    return None if re.search(r"[.;。]", between) else case


def said(case: str) -> str:
    """A case in words for people."""
    if len(case) == 1:
        return f"for indices that {'coincide' if case == '=' else 'differ'}"
    index, _, label = case[1:].partition("|")
    return f"for {index} {case[0]} {label}"


def prose_case(formula: Formula, labels: Collection[str]) -> str | None:
    """The case named in the words just before a formula: ``when i ≠ j``."""
    words = re.split(r"\$\$|\\\]|\\end\{\w+\*?\}", formula.before)[-1][-_FAR:]
    found = list(_CASE.finditer(words))
    if found:
        return "=" if found[-1].group(2) == "=" else "≠"
    return None if not labels else _named(words, labels)


def _named(words: str, labels: Collection[str]) -> str | None:
    """The case of a label in the sentence that leads to a formula: ``for $j \\ne j_o$ we get``."""
    spelt = "|".join(re.escape(each).replace("_", r"_\{?") for each in sorted(labels))
    sign = r"(=|≠|!=|\\neq?|\\ne\b)"
    pattern = re.compile(rf"(?<!\w)([{_LETTERS}])\s*{sign}\s*({spelt})\b\}}?[^.;。\w]*([^.;。]*)$")
    found = pattern.search(words)
    if found is None:
        return None
    op = "=" if found.group(2) == "=" else "≠"
    return f"{op}{found.group(1)}|{found.group(3).replace('{', '')}"


def _case(op: str, left: tree.Node, right: tree.Node, labels: Collection[str]) -> str | None:
    if op not in ("=", "≠") or not (isinstance(left, tree.Name) and isinstance(right, tree.Name)):
        return None
    if left.sub or len(left.base) != 1 or left.base not in _LETTERS:
        return None
    label = right.base + "".join(f"_{n.base}" for n in right.sub if isinstance(n, tree.Name))
    if label in labels:
        return f"{op}{left.base}|{label}"
    plain = len(right.base) == 1 and not right.sub and right.base in _LETTERS
    return op if plain else None
