"""Text damaged by a wrong decoding: UTF-8 bytes read as another encoding and saved again.

For each encoding, runs of characters are found that would be UTF-8 lead and continuation bytes in it.
A run is taken for damage only if its bytes decode strictly and what comes out holds at least three
letters beyond ASCII, four fifths of them of one common script. Since decoding is strict, damaging the
repair again gives the run back.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

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


def find_damage(text: str, skip: Sequence[Span] = ()) -> list[Damage]:
    """The damaged runs of a text outside ``skip``, in order, each within one line."""
    if text.isascii():
        return []
    found: list[Damage] = []
    taken = list(skip)
    for encoding in _by_coverage(text):
        runs = [
            (place, repaired)
            for place in _runs(text, encoding)
            if not any(place.start < end and start < place.end for start, end in taken)
            and (repaired := _decode(text[place.start : place.end], encoding))
        ]
        certain = Counter(_script(repaired) for _, repaired in runs if _is_text(repaired))
        for place, repaired in runs:
            # Beside certain damage, a word of one or two letters of the same script is damaged too.
            if _is_text(repaired) or (certain and _script(repaired) in (None, *certain)):
                found.append(Damage(place, encoding, _peel(repaired)))
                taken.append(place)
    return sorted(found)


def _runs(text: str, encoding: str) -> Iterator[Span]:
    for match in _pattern(encoding).finditer(text):
        for span in _words(match[0], encoding):
            yield Span(match.start() + span.start, match.start() + span.end)


def _words(text: str, encoding: str) -> list[Span]:
    """The parts of a match whose words are of its main script.

    A neighbour that merely looks like UTF-8 (``√π`` would be ``ù``) ends a run.
    """
    words = list(re.finditer("[^\\x20-\\x7e]+", text))
    scripts = [_script(_decode(word[0], encoding)) for word in words]
    main = Counter(script for script in scripts if script).most_common(1)
    spans: list[Span] = []
    joined = False
    for word, script in zip(words, scripts, strict=True):
        if script and main and script != main[0][0]:
            joined = False
            continue
        start = spans.pop().start if joined else word.start()
        spans.append(Span(start, word.end()))
        joined = True
    return spans


def _by_coverage(text: str) -> list[str]:
    """The encodings under which something looks like UTF-8, the one that explains most first."""
    covered = Counter(
        {
            encoding: sum(len(match[0]) for match in _pattern(encoding).finditer(text))
            for encoding in NAMES
        }
    )
    return [encoding for encoding, size in covered.most_common() if size]


@cache
def _table(encoding: str) -> dict[str, int]:
    """Characters beyond ASCII by the byte they stand for; undefined bytes stand for themselves."""
    table = {chr(byte): byte for byte in range(0x80, 0xA0)}
    for byte in range(0x80, 0x100):
        char = bytes([byte]).decode(encoding, errors="ignore")
        if char:
            table[char] = byte
    return table


@cache
def _pattern(encoding: str) -> re.Pattern[str]:
    def chars(first: int, last: int) -> str:
        members = [char for char, byte in _table(encoding).items() if first <= byte <= last]
        return "[" + re.escape("".join(members)) + "]"

    tail = chars(0x80, 0xBF)
    letter = f"(?:{chars(0xC2, 0xDF)}{tail}|{chars(0xE0, 0xEF)}{tail}{{2}}|{chars(0xF0, 0xF4)}{tail}{{3}})"
    return re.compile(f"{letter}(?:[\\x20-\\x7e]*{letter})*")


def _repair(run: str, encoding: str) -> str | None:
    repaired = _decode(run, encoding)
    return repaired if repaired and _is_text(repaired) else None


def _decode(run: str, encoding: str) -> str | None:
    table = _table(encoding)
    try:
        return bytes(table.get(char, ord(char) & 0x7F) for char in run).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _script(text: str | None) -> str | None:
    """The commonest script of the letters beyond ASCII; ``?`` for one that notes are rarely in."""
    letters = [char for char in text or "" if not char.isascii() and char.isalpha()]
    scripts = Counter(_SCRIPTS.get(unicodedata.name(char, "?").split()[0], "?") for char in letters)
    return scripts.most_common(1)[0][0] if scripts else None


def _is_text(text: str) -> bool:
    letters = [char for char in text if not char.isascii() and char.isalpha()]
    if len(letters) < MIN_LETTERS or any(
        unicodedata.category(char) in ("Cn", "Co") for char in text
    ):
        return False
    scripts = Counter(_SCRIPTS.get(unicodedata.name(char, "?").split()[0]) for char in letters)
    script, count = scripts.most_common(1)[0]
    return script is not None and count >= 0.8 * len(letters)


def _peel(text: str) -> str:
    """Repair what is still damaged below, at most `MAX_LAYERS` times in all."""
    for _ in range(MAX_LAYERS - 1):
        for encoding in _by_coverage(text):
            match = _pattern(encoding).fullmatch(text)
            deeper = match and _repair(text, encoding)
            if deeper:
                text = deeper
                break
        else:
            return text
    return text
