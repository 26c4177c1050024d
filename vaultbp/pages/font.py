"""The font that formulas are set in, cut down to the characters of a page and carried inside it.

MathML needs a font with an OpenType MATH table: without one brackets and roots do not stretch. Few
machines have one, so a page brings STIX Two Math (SIL Open Font License), which ziamath ships.
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FAMILY = "vaultbp math"
_MATHEMATICS = re.compile(r"<math[ >].*?</math>", re.DOTALL)
_TAGS = re.compile(r"<annotation.*?</annotation>|<[^>]*>", re.DOTALL)
_ALWAYS = "()[]{}|‖⟨⟩⌊⌋⌈⌉√̸′¯^~ˆ˙⏞⏟"
"""What stretches or is put beside a formula by the browser, whatever it says."""


def face(body: str) -> str:
    """The style that brings the font for the formulas of a page; empty if it has none."""
    characters = {c for found in _MATHEMATICS.findall(body) for c in _TAGS.sub("", found)}
    if not characters:
        return ""
    data = base64.b64encode(_woff(frozenset(_as_set(characters)))).decode("ascii")
    source = f'url("data:font/woff;base64,{data}") format("woff")'
    return f'@font-face {{ font-family: "{FAMILY}"; src: {source}; }}\n'


def _as_set(characters: Iterable[str]) -> Iterable[str]:
    """The characters and, for letters, the slanted ones that a browser sets a name in."""
    yield from _ALWAYS
    for each in characters:
        yield each
        if "a" <= each <= "z":
            yield "ℎ" if each == "h" else chr(0x1D44E + ord(each) - ord("a"))
        elif "A" <= each <= "Z":
            yield chr(0x1D434 + ord(each) - ord("A"))
        elif "α" <= each <= "ω":
            yield chr(0x1D6FC + ord(each) - ord("α"))
        elif "Α" <= each <= "Ω":
            yield chr(0x1D6E2 + ord(each) - ord("Α"))


def _woff(characters: frozenset[str]) -> bytes:
    """The font with nothing but some characters, compressed. The same characters give the same bytes."""
    from fontTools.subset import Options, Subsetter

    font = _font()
    options = Options(hinting=False, notdef_outline=True, layout_features=["ssty", "dtls", "flac"])
    cut = Subsetter(options)
    cut.populate(unicodes=[ord(each) for each in characters])
    cut.subset(font)
    font.flavor = "woff"
    found = BytesIO()
    font.save(found)
    return found.getvalue()


def _font() -> TTFont:
    from fontTools.ttLib import TTFont

    # The times that a font notes would make two runs differ; so would its remarks a silent command.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return TTFont(BytesIO(_original()), lazy=True, recalcTimestamp=False)


@cache
def _original() -> bytes:
    # Found without importing the package, which would load a typesetter that no page needs.
    spec = find_spec("ziamath")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder = Path(next(iter(spec.submodule_search_locations)))
    return (folder / "fonts" / "STIXTwoMath-Regular.ttf").read_bytes()
