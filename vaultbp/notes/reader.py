"""Reader: what the one pass over a note's text has found so far, and where lines and blocks end.

The text that is scanned has the same length as the text on disk: ``\\r\\n`` is seen as a space and
``\\n``, a lone ``\\r`` as ``\\n``. Every helper here is amortised linear: it remembers how far it has
looked and never looks back.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from vaultbp.notes.blocks import Fence
from vaultbp.notes.note import Block, Cell, Comment, Formula, Heading, Link, Tag
from vaultbp.source import Source, Span

CONTAINER = re.compile(r"(?:[ \t]*+(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*+[ \t]*+")
"""What may stand before a block's own text: quote marks, list marks, indentation."""

_BLANK = re.compile(r"\n[ \t>]*+(?=\n|\Z)")
_BLOCK = re.compile(
    r"\n(?=[ \t>]*+(?:\n|\Z|[-*+][ \t\n]|\d{1,9}[.)][ \t\n]|#{1,6}[ \t\n]"
    r"|````*+[^`\n]*+(?:\n|\Z)|~~~|\$\$[ \t]*+\n|<!--"
    r"|(?:-++|=++|(?:_[ \t]*+){3,}+|(?:\*[ \t]*+){3,}+)[ \t]*+(?:\n|\Z)))"
)
_QUOTE_MARKS = re.compile(r"[ \t>]*")
_HEADING = re.compile(r"#{1,6}(?![^ \t\n])")
_DEEPEST_QUOTE = 100
_LONGEST_LAZY = 1000
"""How long a line above may be for its quote marks to count."""
_MARKED_ITEM = re.compile(r"[ \t]*+(?:[-*+]|\d{1,9}[.)])(?![^ \t\n])")
_LOOK_BACK = 60
"""How many lines above are asked whether an indented line belongs to a list."""


class Reader:
    """The state of one pass. ``text`` is the source's text with its line ends made ``\\n``."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = plain_newlines(source.text)
        self.links: list[Link] = []
        self.headings: list[Heading] = []
        self.tags: list[Tag] = []
        self.blocks: list[Block] = []
        self.cells: list[Cell] = []
        self.formulas: list[Formula] = []
        self.comments: list[Comment] = []
        self.oddities: list[tuple[str, Span, str]] = []
        self.opaque: list[Span] = []
        """Code, mathematics and HTML comments, in order: nothing else is read inside them."""
        self.inline_code: list[Span] = []
        """The contents of code spans."""
        self.brackets: list[int] = []
        """Where each ``[`` that is still open stands."""
        self.runs: dict[int, list[int]] = {}
        """The runs of backticks of one block, by length."""
        self.runs_end = -1
        self.unclosed: dict[str, int] = {}
        """Up to where an opening mark of each kind is known to have no closing one."""
        self.has_fields = "::" in self.text
        self.has_indents = "\n    " in self.text or "\t" in self.text or self.text[:1] == " "
        """Whether any line may be code by indentation."""
        self.start = 0
        """Where the body begins."""
        self.nested: tuple[dict[int, Fence] | None] | None = None
        """Once asked for: the fences that a full parse finds."""
        self.comment_end = 0
        """Everything before this offset lies inside a ``%%`` comment."""
        self._line_start = 0
        self._line_seen = 0
        self._line_end = -1
        self._content = (-1, 0)
        self._code_line = (-1, False)
        self._blank_end = -1
        self._block_end = -1
        self._next: dict[str, int] = {}

    def line_start(self, at: int) -> int:
        """Where the line of ``at`` begins; ``at`` may only grow from call to call."""
        if at < self._line_seen:
            return self.text.rfind("\n", 0, at) + 1 if at < self._line_start else self._line_start
        newline = self.text.rfind("\n", self._line_seen, at)
        if newline >= 0:
            self._line_start = newline + 1
        self._line_seen = at
        return self._line_start

    def line_end(self, at: int) -> int:
        """Where the line of ``at`` ends, before its newline."""
        if self._line_end < at:
            found = self.text.find("\n", at)
            self._line_end = len(self.text) if found < 0 else found
        return self._line_end

    def content_start(self, at: int) -> int:
        """Where the text of the line of ``at`` begins, behind quote and list marks."""
        start = self.line_start(at)
        if self._content[0] != start:
            match = CONTAINER.match(self.text, start)
            self._content = (start, match.end() if match else start)
        return self._content[1]

    def paragraph_end(self, at: int) -> int:
        """The next blank line, or the end of the text."""
        if self._blank_end < at:
            match = _BLANK.search(self.text, at)
            self._blank_end = match.start() if match else len(self.text)
        return self._blank_end

    def block_end(self, at: int) -> int:
        """Where inline text that begins at ``at`` must end: a blank line or the next block's mark."""
        if self._block_end < at and self._is_heading(at):
            self._block_end = self.line_end(at)
        elif self._block_end < at:
            match = _BLOCK.search(self.text, at)
            self._block_end = end = match.start() if match else len(self.text)
            if self.text.find(">", at, end) >= 0:
                deeper = _deeper_quote(self._paragraph_depth(at)).search(self.text, at, end)
                self._block_end = deeper.start() if deeper else end
        return self._block_end

    def _is_heading(self, at: int) -> bool:
        start = self.content_start(at)
        return self.text[start : start + 1] == "#" and _HEADING.match(self.text, start) is not None

    def _paragraph_depth(self, at: int) -> int:
        """How many quote marks the paragraph of ``at`` stands behind; its line may lack some of them."""
        start = self.line_start(at)
        above = self.text.rfind("\n", max(0, start - _LONGEST_LAZY), max(0, start - 1)) + 1
        before = _QUOTE_MARKS.match(self.text, above, max(above, start - 1))
        lazy = before[0].count(">") if before and self.text[before.end() : start].strip() else 0
        return min(max(self.quote_depth(at), lazy), _DEEPEST_QUOTE)

    def find(self, what: str, at: int) -> int:
        """``text.find(what, at)``, remembering the answer while ``at`` stays before it."""
        known = self._next.get(what, -2)
        if known == -1 or known >= at:
            return known
        self._next[what] = found = self.text.find(what, at)
        return found

    def quote_depth(self, at: int) -> int:
        """How many quote marks stand before the text of the line of ``at``."""
        start = self.line_start(at)
        return self.text.count(">", start, min(self.content_start(at), at))

    def in_comment(self, at: int) -> bool:
        return at < self.comment_end

    def is_indented_code(self, at: int) -> bool:
        """Whether the line of ``at`` is a code block by indentation (four columns, no list above)."""
        if not self.has_indents:
            return False
        start = self.line_start(at)
        if self.text[start : start + 1] not in (" ", "\t"):
            return False
        if self._code_line[0] != start:
            self._code_line = (start, self._indent(start) >= 4 and self._is_code_line(start))
        return self._code_line[1]

    def _indent(self, start: int) -> int:
        column = 0
        for char in self.text[start : start + 80]:
            if char not in " \t":
                break
            column += 4 - column % 4 if char == "\t" else 1
        return column

    def _is_code_line(self, start: int) -> bool:
        if _MARKED_ITEM.match(self.text, start):
            return False
        blank_above = start == 0
        for _ in range(_LOOK_BACK):
            if start == 0:
                return blank_above
            above = self.text.rfind("\n", max(0, start - 1001), start - 1) + 1
            if above == 0 and start > 1001:
                return False
            if above == self._code_line[0] and self._indent(above) >= 4:
                return self._code_line[1]
            line = self.text[above : start - 1]
            if not line.strip():
                blank_above = True
            elif _MARKED_ITEM.match(line):
                return False
            elif self._indent(above) < 4:
                return blank_above and not line.startswith((" ", ">"))
            start = above
        return False

    def is_opaque(self, at: int) -> bool:
        """Whether ``at`` lies in code, mathematics or an HTML comment (once the pass is over)."""
        index = bisect_right(self.opaque, at, key=lambda span: span.start) - 1
        return index >= 0 and at < self.opaque[index].end


@cache
def _deeper_quote(depth: int) -> re.Pattern[str]:
    """A line behind more than ``depth`` quote marks: a block of its own."""
    return re.compile(rf"\n(?:[ \t]*+>){{{depth + 1}}}")


def plain_newlines(text: str) -> str:
    """The same text at the same length with every line end a ``\\n``."""
    if "\r" not in text:
        return text
    return text.replace("\r\n", " \n").replace("\r", "\n")
