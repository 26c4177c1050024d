"""The one exception of the parser. It never leaves the package: a side or a cell catches it."""

from __future__ import annotations

from vaultbp.source import Span


class Unread(Exception):  # noqa: N818
    """Something cannot be read: where, and why, in words for people."""

    def __init__(self, span: Span, why: str) -> None:
        super().__init__(why)
        self.span = span
        self.why = why
