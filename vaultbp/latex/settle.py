"""What several tokens mean together, settled before brackets are matched."""

from __future__ import annotations

import re
from itertools import pairwise

from vaultbp.latex.tokens import Token
from vaultbp.latex.words import word_set

_ENDS_OPERAND = word_set("} close let name num")
_BEGINS_OPERAND = word_set("cmd let name open style accent del func")


def _is_differential(text: str, dot: int, after: int) -> bool:
    """``x.dy``: a factor of one letter and a differential."""
    alone = not text[max(dot - 2, 0) : dot - 1].isalpha()
    return alone and re.match(r"d[A-Za-z](?![A-Za-z])", text[after : after + 3]) is not None


def _is_attribute(tokens: list[Token], index: int) -> bool:
    """``W.T`` of numpy: a transpose."""
    following = tokens[index + 1 : index + 3]
    if not following or following[0].value != "T" or following[0].start != tokens[index].end:
        return False
    alone = len(following) == 1 or following[1].kind != "let" or following[1].gap
    return alone and index > 0 and tokens[index - 1].end == tokens[index].start


MAX_INNER = 40
"""Tokens between ``<`` and ``>`` that are looked through for the comma of an inner product."""

_BEFORE_OPERAND = word_set("rel op open { sep row & arrow gap")


def _angles(tokens: list[Token]) -> None:
    """``= <a, x>``: where an operand must begin, ``<`` opens an inner product that ``>`` closes."""
    for index, token in enumerate(tokens):
        if token.kind != "rel" or token.value != "<":
            continue
        if index and tokens[index - 1].kind not in _BEFORE_OPERAND:
            continue
        comma = False
        for other in tokens[index + 1 : index + MAX_INNER]:
            if other.kind == "rel":
                if comma and other.value == ">":
                    token.kind, token.value = "open", "⟨"
                    other.kind, other.value = "close", "⟩"
                break
            comma = comma or (other.kind == "sep" and other.value == ",")


_MODULO = re.compile(r"mod(?:ulo)?(?![A-Za-z])")


def _congruences(text: str, tokens: list[Token]) -> None:
    """``(\\text{mod } n)``, ``(\\bmod n)``, ``(mod n)``: what ``\\pmod n`` prints, written out."""
    for before, token in pairwise(tokens):
        if before.kind != "open" or before.value != "(":
            continue
        if token.value in ("mod", "modulo") or _MODULO.match(text, token.start):
            token.kind, token.value = "cmd", "pmod"


def settled(text: str, tokens: list[Token]) -> list[Token]:
    """Join tokens that mean one thing together: ``\\|\\|``, ``.*``; a dot between factors is ``·``."""
    _angles(tokens)
    _congruences(text, tokens)
    kept: list[Token] = []
    bars = 0
    for index, token in enumerate(tokens):
        before = kept[-1] if kept else None
        if before is None:
            bars += token.kind == "bar" and token.value == "|"
            kept.append(token)
            continue
        if _doubles_bar(before, token):
            before.end = token.end
            continue
        if token.kind == "op" and token.value == "*" and _is_dot(before):
            before.kind, before.value, before.end = "op", "⊙", token.end
            continue
        if token.kind == "bar" and text[token.start : token.end] == "||" and bars % 2:
            middle = token.start + 1
            kept.append(Token("bar", "|", token.start, middle, token.gap))
            token = Token("bar", "|", middle, token.end)
        bars += token.kind == "bar" and token.value == "|"
        if token.kind == "sep" and token.value == ".":
            after = tokens[index + 1] if index + 1 < len(tokens) else None
            if _is_attribute(tokens, index):
                token.kind = "^"
            elif after is not None and _multiplies(text, before, token, after):
                token.kind, token.value = "op", "·"
        kept.append(token)
    return kept


def _doubles_bar(before: Token, token: Token) -> bool:
    """``\\|\\|`` for a norm."""
    both = token.kind == "bar" == before.kind and token.value == "‖" == before.value
    return both and before.end == token.start and not before.strong


def _is_dot(token: Token) -> bool:
    return token.kind in ("op", "sep") and token.value in ("·", ".")


def _multiplies(text: str, before: Token, dot: Token, after: Token) -> bool:
    """A full stop between two factors on one line: ``\\frac{a}{b}. \\frac{c}{d}``."""
    if before.kind not in _ENDS_OPERAND or after.kind not in _BEGINS_OPERAND:
        return False
    if "\n" in text[dot.end : after.start]:
        return False
    tight = before.kind == "let" == after.kind and after.start == dot.end
    return not tight or _is_differential(text, dot.start, after.start)
