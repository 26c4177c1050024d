"""Text damaged by a wrong decoding: UTF-8 bytes read as another encoding and saved again.

For each encoding, runs of characters are found that would be UTF-8 lead and continuation bytes in it.
A run is taken for damage only if its bytes decode strictly and what comes out holds at least three
letters beyond ASCII, four fifths of them of one common script. Since decoding is strict, damaging the
repair again gives the run back.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from vaultbp.source import Span

NAMES = {
    "mac_roman": "Mac Roman",
    "cp1251": "Windows-1251",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "cp437": "code page 437",
    "koi8-r": "KOI8-R",
    "mac_cyrillic": "Mac Cyrillic",
    "cp866": "code page 866",
}

_SCRIPTS = {
    **{name: name for name in ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC", "DEVANAGARI")},
    **{name: name for name in ("THAI", "HANGUL", "ARMENIAN", "GEORGIAN")},
    **dict.fromkeys(("CJK", "HIRAGANA", "KATAKANA"), "CJK"),
}
MIN_LETTERS = 3
MAX_LAYERS = 3
"""How often text may have been damaged over again."""


class Damage(NamedTuple):
    """A damaged run: where it stands, how it was read wrongly, and what it was."""

    span: Span
    encoding: str
    repaired: str


_LETTER = rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})"
_LETTERS = re.compile(_LETTER + rb"(?:[\x20-\x7e]*" + _LETTER + rb")*")
"""What looks like UTF-8 for letters beyond ASCII, with plain ASCII between them."""
_WORD = re.compile(rb"[^\x20-\x7e]+")
_NEIGHBOURS = re.compile("[^\0-\x7f]{2,}")
_BEYOND_ASCII = re.compile("[^\0-\x7f]+")
_CYRILLIC_WORD = re.compile("[\u0400-\u042f]?[\u0430-\u045f]{2,}")
"""A word as people write it. Damaged letters alternate between capitals, small letters and signs."""


def find_damage(text: str, skip: Sequence[Span] = ()) -> list[Damage]:
    """The damaged runs of a text outside ``skip`` (in order), in order, each within one line."""
    found: list[Damage] = []
    taken = list(skip)
    for encoding, data in _misread(text):
        runs = [
            (place, repaired)
            for place in _runs(data)
            if not _overlaps(place, taken)
            and not _is_written(text, place)
            and (repaired := _decode(data[place.start : place.end]))
        ]
        certain = Counter(_script(repaired) for _, repaired in runs if _is_text(repaired))
        for place, repaired in runs:
            # Beside certain damage, a word of one or two letters of the same script is damaged too.
            if _is_text(repaired) or (certain and _script(repaired) in (None, *certain)):
                found.append(Damage(place, encoding, _peel(repaired)))
                taken.append(place)
        taken.sort()
    return sorted(found)


def _is_written(text: str, place: Span) -> bool:
    """Whether a run is made of Cyrillic words, or of parts of them, as people write them.

    Three such words in a row can be the bytes of Chinese letters in code page 866 by chance.
    """
    start, end = place
    while start and "\u0400" <= text[start - 1] <= "\u045f":
        start -= 1
    while end < len(text) and "\u0400" <= text[end] <= "\u045f":
        end += 1
    return all(map(_CYRILLIC_WORD.fullmatch, _BEYOND_ASCII.findall(text, start, end)))


def _overlaps(place: Span, taken: Sequence[Span]) -> bool:
    """Whether a place meets one of those taken, which are in order and apart from each other."""
    at = bisect_left(taken, (place.end, 0))
    return at > 0 and taken[at - 1].end > place.start


def _runs(data: bytes) -> Iterator[Span]:
    for match in _LETTERS.finditer(data):
        for span in _words(match[0]):
            yield Span(match.start() + span.start, match.start() + span.end)


def _words(data: bytes) -> list[Span]:
    """The parts of a match whose words are of its main script.

    A neighbour that merely looks like UTF-8 (``√π`` would be ``ù``) ends a run.
    """
    words = list(_WORD.finditer(data))
    if len(words) == 1:
        return [Span(*words[0].span())]
    scripts = [_script(_decode(word[0])) for word in words]
    counts = Counter(script for script in scripts if script)
    main = max(counts, key=counts.__getitem__) if counts else None
    spans: list[Span] = []
    joined = False
    for word, script in zip(words, scripts, strict=True):
        if script and script != main:
            joined = False
            continue
        start = spans.pop().start if joined else word.start()
        spans.append(Span(start, word.end()))
        joined = True
    return spans


def _misread(text: str) -> list[tuple[str, bytes]]:
    """The encodings under which something looks like UTF-8, the one that explains most first.

    Each with the bytes that the text would have been, one for each character; 0xFF, which UTF-8 never
    has, stands for a character that the encoding does not know.
    """
    if text.isascii():
        return []
    neighbours = set().union(*_NEIGHBOURS.findall(text))
    if not neighbours:
        return []
    found = []
    for encoding in NAMES:
        table, leads, tails = _table(encoding)
        if leads.isdisjoint(neighbours) or tails.isdisjoint(neighbours):
            continue
        data = codecs.charmap_encode(text, _UNKNOWN, table)[0]
        size = sum(len(match[0]) for match in _LETTERS.finditer(data))
        if size:
            found.append((size, encoding, data))
    found.sort(key=lambda item: -item[0])
    return [(encoding, data) for _, encoding, data in found]


@cache
def _table(encoding: str) -> tuple[Any, frozenset[str], frozenset[str]]:
    """How an encoding encodes; its characters that UTF-8 begins a letter with, and goes on with.

    Undefined bytes stand for themselves.
    """
    chars = [bytes([byte]).decode(encoding, errors="ignore") or chr(byte) for byte in range(256)]
    table = codecs.charmap_build("".join(chars))
    return table, frozenset(chars[0xC2:0xF5]), frozenset(chars[0x80:0xC0])


def _replace_unknown(error: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    return b"\xff" * (error.end - error.start), error.end


_UNKNOWN = "vaultbp.mojibake"
codecs.register_error(_UNKNOWN, _replace_unknown)


def _decode(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _script(text: str | None) -> str | None:
    """The commonest script of the letters beyond ASCII; ``?`` for one that notes are rarely in."""
    counts = _scripts(text or "")
    return max(counts, key=counts.__getitem__) if counts else None


def _scripts(text: str) -> dict[str, int]:
    """How many letters beyond ASCII there are of each script."""
    counts: dict[str, int] = {}
    for char in text:
        if char > "\x7f" and (script := _script_of(char)):
            counts[script] = counts.get(script, 0) + 1
    return counts


@cache
def _script_of(char: str) -> str:
    """The script of a letter, ``?`` for a rare one; empty for what is no letter."""
    if not char.isalpha():
        return ""
    return _SCRIPTS.get(unicodedata.name(char, "?").split()[0], "?")


@cache
def _is_assigned(char: str) -> bool:
    return unicodedata.category(char) not in ("Cn", "Co")


def _is_text(text: str) -> bool:
    counts = _scripts(text)
    letters = sum(counts.values())
    if letters < MIN_LETTERS or not all(map(_is_assigned, text)):
        return False
    script = max(counts, key=counts.__getitem__)
    return script != "?" and counts[script] >= 0.8 * letters


def _peel(text: str) -> str:
    """Repair what is still damaged below, at most `MAX_LAYERS` times in all."""
    for _ in range(MAX_LAYERS - 1):
        repairs = (_repair(text, encoding) for encoding in NAMES)
        deeper = next((repair for repair in repairs if repair), None)
        if deeper is None:
            return text
        text = deeper
    return text


def _repair(text: str, encoding: str) -> str | None:
    """What a text was, if all of it was read in one wrong encoding."""
    table, leads, _ = _table(encoding)
    if text[:1] not in leads:
        return None
    try:
        data = codecs.charmap_encode(text, "strict", table)[0]
    except UnicodeEncodeError:
        return None
    repaired = _decode(data) if _LETTERS.fullmatch(data) else None
    return repaired if repaired and _is_text(repaired) else None
