"""scan: the one pass over the text. A token's first character chooses the function that reads on."""

from __future__ import annotations

import re
from collections.abc import Callable

from vaultbp.notes.code import read_backticks, read_tildes
from vaultbp.notes.comments import read_html_comment, read_percent
from vaultbp.notes.formulas import read_backslash, read_dollar
from vaultbp.notes.links import read_bracket, read_destination
from vaultbp.notes.marks import read_caret, read_hash
from vaultbp.notes.reader import Reader

TOKEN = re.compile(r"\[\[?|\]\(|##*|``*|\$\$?|\\|%%|<!--|\^|~~~~*")
"""Every alternative begins with a plain character, so that the search skips all other text in C."""

READERS: dict[str, Callable[[Reader, int, int], int]] = {
    "[": read_bracket,
    "]": read_destination,
    "#": read_hash,
    "`": read_backticks,
    "~": read_tildes,
    "$": read_dollar,
    "\\": read_backslash,
    "%": read_percent,
    "<": read_html_comment,
    "^": read_caret,
}
"""Each takes the reader, a token's start and end, and returns where to go on (beyond the start)."""


def scan(reader: Reader, start: int) -> None:
    """Read everything from ``start`` on into ``reader``; linear in the text."""
    reader.start = start
    search, text, readers = TOKEN.search, reader.text, READERS
    match = search(text, start)
    while match:
        at, end = match.span()
        match = search(text, readers[text[at]](reader, at, end))
