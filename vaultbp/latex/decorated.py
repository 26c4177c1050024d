"""Relations written over several tokens: ``\\stackrel{def}{=}``, ``\\not=``, ``\\xrightarrow{f}``."""

from __future__ import annotations

from vaultbp.latex.tokens import Token

_NEGATED = {
    "=": "≠",
    "∈": "∉",
    "<": "≥",
    ">": "≤",
    "≡": "≢",
    "⊂": "⊄",
    "∼": "≁",
    "≤": ">",
    "≥": "<",
}
_DEFINING = frozenset(("def", "def.", "Def", "Δ", "△", "∆", "d"))
_ARROWS = {"xrightarrow": "→", "xleftarrow": "←", "xlongequal": "="}


def fold_relations(tokens: list[Token]) -> list[Token]:
    """The tokens with each decorated relation as one token of its own."""
    if not any(t.kind == "cmd" and t.value in _FOLDED for t in tokens):
        return tokens
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        fold = _FOLDED.get(token.value) if token.kind == "cmd" else None
        found = fold(tokens, at) if fold is not None else None
        if found is None:
            out.append(token)
            at += 1
        else:
            made, at = found
            made.gap = token.gap
            out.append(made)
    return out


def _argument(tokens: list[Token], at: int) -> tuple[int, int, int] | None:
    """A short argument: (start, stop, index after it)."""
    if at >= len(tokens):
        return None
    if tokens[at].kind != "{":
        return at, at + 1, at + 1
    depth = 0
    for index in range(at, min(at + 40, len(tokens))):
        depth += {"{": 1, "}": -1}.get(tokens[index].kind, 0)
        if depth == 0:
            return at + 1, index, index + 1
    return None


def _relation_of(tokens: list[Token], start: int, stop: int) -> Token | None:
    inner = [t for t in tokens[start:stop] if t.kind not in ("{", "}")]
    return inner[0] if len(inner) == 1 and inner[0].kind in ("rel", "arrow") else None


def _decorated(tokens: list[Token], at: int) -> tuple[Token, int] | None:
    """``\\overset{?}{=}``: the relation, marked when the decoration changes what it says."""
    above = _argument(tokens, at + 1)
    below = _argument(tokens, above[2]) if above else None
    relation = _relation_of(tokens, below[0], below[1]) if below else None
    if above is None or below is None or relation is None:
        return None
    words = "".join(t.value for t in tokens[above[0] : above[1]])
    value = relation.value
    if value in ("=", "≡") and words in _DEFINING:
        value = ":="
    elif value == "=" and words in ("?", "!?"):
        value = "?="
    end = tokens[below[2] - 1].end
    return Token(relation.kind, value, tokens[at].start, end), below[2]


def _negated(tokens: list[Token], at: int) -> tuple[Token, int] | None:
    following = _argument(tokens, at + 1)
    relation = _relation_of(tokens, following[0], following[1]) if following else None
    if following is None or relation is None:
        return None
    value = _NEGATED.get(relation.value, "≠")
    return Token("rel", value, tokens[at].start, tokens[following[2] - 1].end), following[2]


def _arrow(tokens: list[Token], at: int) -> tuple[Token, int] | None:
    above = _argument(tokens, at + 1)
    if above is None:
        return None
    value = _ARROWS[tokens[at].value]
    return Token("rel", value, tokens[at].start, tokens[above[2] - 1].end), above[2]


_FOLDED = {
    "overset": _decorated,
    "underset": _decorated,
    "not": _negated,
    "xrightarrow": _arrow,
    "xleftarrow": _arrow,
    "xlongequal": _arrow,
}
