"""What each relation of a chain is: a claim, a definition, an update, a condition, prose."""

from __future__ import annotations

import re
from enum import Enum

from vaultbp.derivations.meaning.notebook import Stated
from vaultbp.derivations.meaning.scope import is_dots, lists_entries
from vaultbp.derivations.meaning.terms import (
    Array,
    Cases,
    Deriv,
    Fn,
    Fold,
    Grad,
    Idx,
    Indicator,
    Inner,
    Mul,
    Num,
    Opaque,
    Sym,
    Term,
    Transposed,
    walk,
)


class Role(Enum):
    """The role of one relation."""

    CLAIM = "claim"
    RESTATED = "restated"
    """A symbol given a formula again: verified if both agree, else a new definition."""
    DEFINITION = "definition"
    UPDATE = "update"
    CONDITION = "condition"
    APPROXIMATION = "approximation"
    PROSE = "prose"


_NEGATION = re.compile(
    r"(\b(not|cannot|can't|isn't|never|wrong|incorrect|false|mistake|нельзя|неверно|не\s+равно|"
    r"nicht|falsch|no\s+es|incorrect[oa]|faux|fausse|erreur|err[óo]neo|errad[oa]|fals[oa]|bad"
    r"|ошибочно|неправильно)\b|不能|错误|不等于|错|誤|잘못|틀린|間違|❌|✗|✘)"
    r"[^\w.!?;。]*(\w+[^\w.,!?;。]+){0,4}\w*[^\w.!?;。]*$",
    re.IGNORECASE,
)
_PITFALL = re.compile(
    r"\b(common|typical|frequent|classic|usual|häufige\w*|част\w+|типичн\w+|común)\s+"
    r"(error|mistake|pitfall|trap|slip|fehler|ошибк\w+)\b[^.!?;。]*$",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"^[^\w.!?;。]*(but )?(which |that |this |das |was |это |que |eso )?"
    r"(is|would be|ist|wäre|es|est|sería)? ?(a |an |ein |eine |un |une )?"
    r"(wrong|incorrect|false|not true|mistake|common error|неверно|неправильно|ложь|ложно|falsch|falskt?\b|"
    r"faux\b|fausse\b|fals[oa]\b|"
    r"incorrect[oa]|是错|错误|✗|✘|❌|\??\s*impossible|absurd|nonsense|contradict"
    r"|ein widerspruch|une contradiction|absurd[oe]|contradicci|противореч|невозможно|矛盾|不可能)",
    re.IGNORECASE,
)
_ASKED = re.compile(r"^\s*[?？]|^~~")
"""``is 3 + 4 = 8?`` and ``~~3 + 4 = 8~~``."""


_COMMENT = re.compile(r"%%.*?%%|<!--.*?-->", re.DOTALL)


def is_denied(stated: Stated) -> bool:
    """Whether the words just before or after the formula say that it does not hold."""
    before, after = (_COMMENT.sub(" ", t) for t in (stated.formula.before, stated.formula.after))
    said = _NEGATION.search(before[-60:]) or _PITFALL.search(before[-120:])
    return bool(said or _DENIAL.search(after[:60]) or _ASKED.search(after))


def roles(stated: Stated) -> list[Role]:
    """The role of each relation of a chain."""
    if is_denied(stated) or stated.condition:
        return [Role.PROSE] * len(stated.relations)
    found = []
    last = stated.end - 1
    for k, op in enumerate(stated.relations):
        left, right = stated.sides[k], stated.sides[k + 1]
        found.append(_role(stated, k, op, left, right, last))
    return found


def _role(stated: Stated, k: int, op: str, left: Term, right: Term, last: int) -> Role:
    if op in ("≈", "≃", "≅"):
        return Role.APPROXIMATION
    if op not in ("=", ":=", "≡", "=:"):
        return Role.PROSE
    if k == 0 and stated.update:
        return Role.UPDATE
    if isinstance(left, Fn) and left.name == "abs" and _is_count(right):
        return Role.DEFINITION
    if isinstance(left, Indicator) and isinstance(right, Num | Cases):
        return Role.DEFINITION
    if any(lists_entries(side, right) for side in stated.sides[: k + 1]) or _lists(left, right):
        return Role.DEFINITION
    if k < stated.heads or k in stated.defines:
        return Role.RESTATED if op != ":=" else Role.DEFINITION
    if k == last and (stated.introduces or op == "=:"):
        return Role.DEFINITION
    if op == ":=":
        return Role.DEFINITION
    if _in_words(left) or _in_words(right):
        return Role.CLAIM
    if isinstance(left, Idx) and isinstance(right, Sym) and right.key in stated.labels:
        return Role.PROSE
    if isinstance(left, Idx) and isinstance(right, Idx | Sym | Num):
        return Role.CONDITION
    if isinstance(left, Num) and isinstance(right, Idx | Sym):
        return Role.CONDITION
    if isinstance(right, Num) and right.value == 0 and _differentiated(left, stated, k):
        return Role.CONDITION
    return Role.CLAIM


def names_entries(left: Term, right: Term) -> bool:
    """``a · b = Σ_i w_i x_i``: how the entries of two vectors are called that have no other name."""
    vectors, entries = _two(left), right.body if isinstance(right, Fold) else right
    if right is entries or not isinstance(right, Fold) or right.op != "Σ" or len(vectors) != 2:
        return False
    pair = _two(entries)
    inside = all(any(s.index == Idx(right.index) for s in each.slots) for each in pair)
    return len(pair) == 2 and inside and {v.key for v in vectors}.isdisjoint(e.key for e in pair)


def _two(product: Term) -> list[Sym]:
    """The two symbols of a product, if it is one of two symbols."""
    factors: tuple[Term, ...] = ()
    if isinstance(product, Mul):
        factors = product.factors
    elif isinstance(product, Inner):
        factors = product.left, product.right
    bare = [f.body if isinstance(f, Transposed) else f for f in factors]
    return [f for f in bare if isinstance(f, Sym)] if len(bare) == 2 else []


def _lists(left: Term, right: Term) -> bool:
    """``∇L = (∂L/∂w_1, …, ∂L/∂w_n)``: what a gradient is, its entries not all written."""
    if not isinstance(left, Grad | Deriv) or not isinstance(right, Array):
        return False
    cells = [cell for row in right.rows for cell in row]
    dots = sum(is_dots(cell) for cell in cells)
    return dots > 0 and all(isinstance(cell, Deriv) or is_dots(cell) for cell in cells)


def _is_count(term: Term) -> bool:
    """``|M| = n``: how many elements a set has."""
    return isinstance(term, Sym | Num) and not getattr(term, "slots", ())


def _differentiated(left: Term, stated: Stated, k: int) -> bool:
    sides = (left, *stated.sides[:k])
    return any(isinstance(t, Deriv | Grad) for side in sides for t in walk(side))


def _in_words(term: Term) -> bool:
    return isinstance(term, Opaque)
