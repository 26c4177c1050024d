"""Formulas inside image addresses: ``equation?tex=…``, percent-encoded, with offsets kept."""

from __future__ import annotations

import re

from vaultbp.notes.note import Formula
from vaultbp.notes.reader import Reader
from vaultbp.source import Span

_ADDRESS = re.compile(
    r"(?:equation\?tex=|[?&](?:latex|tex|math)=|(?:gif|svg|png)\.(?:latex|image)\?|/latex\?)"
)
_PIECE = re.compile(r"(?:%[0-9A-Fa-f]{2})+|&(?:space|plus|amp|lt|gt|hash);|&[a-z_]+=|[\s\"'<>]|.")
_NAMES = {"&space;": " ", "&plus;": "+", "&amp;": "&", "&lt;": "<", "&gt;": ">", "&hash;": "#"}

_REACH = 500
"""How far before the address its image may begin, and how far behind it the image may end."""
_LONGEST = 5000
"""The longest address that is read."""


def read_images(reader: Reader) -> list[Formula]:
    """Formulas in image addresses outside code and comments."""
    if "tex=" not in reader.text and "latex" not in reader.text and "math=" not in reader.text:
        return []
    found = []
    done = 0
    for match in _ADDRESS.finditer(reader.text):
        if match.start() < done:
            continue
        floor = max(0, match.start() - _REACH)
        floor = max(floor, reader.text.rfind("\n", floor, match.start()) + 1)
        opening = max(
            reader.text.rfind("![", floor, match.start()),
            reader.text.rfind("<img", floor, match.start()),
        )
        if opening >= 0 and not reader.is_opaque(match.start()):
            formula = _decode(reader.text, opening, match.end())
            done = formula.body.end
            if formula.text.strip():
                found.append(formula)
    return found


def _decode(text: str, opening: int, at: int) -> Formula:
    chars: list[str] = []
    offsets: list[int] = []
    start, depth = at, 0
    limit = min(len(text), at + _LONGEST)
    while piece := _PIECE.match(text, at, limit):
        token = piece[0]
        if (token[0] == "&" and token.endswith("=")) or token in "\"'<> \t\n":
            break
        if token == ")" and depth == 0:
            break
        depth += (token == "(") - (token == ")")
        if token[0] == "%" and len(token) > 1:
            _decode_bytes(token, at, chars, offsets)
        else:
            chars.append(_NAMES.get(token, " " if token == "+" else token))
            offsets.append(at)
        at = piece.end()
    stop = text.find(")" if text[opening] == "!" else ">", at, at + _REACH)
    stop = at if stop < 0 or "\n" in text[at:stop] else stop + 1
    return Formula(
        Span(opening, stop), Span(start, at), "".join(chars), "image", offsets=tuple(offsets)
    )


def _decode_bytes(token: str, at: int, chars: list[str], offsets: list[int]) -> None:
    """Append the characters of a run of ``%xx``, each with the offset of its first byte."""
    data = bytes.fromhex(token.replace("%", ""))
    position = 0
    for char in data.decode("utf-8", errors="replace"):
        chars.append(char)
        offsets.append(at + 3 * position)
        position += 1 if char == "\ufffd" else len(char.encode("utf-8"))
