"""A child's output, taken apart: what each cell printed, and the harness's reports in between."""

from __future__ import annotations

import json
from typing import Any

from vaultbp.cells.frames import MARK

PRINTED_LIMIT = 1 << 20
"""Bytes one note may print before it is ended."""
TOTAL_LIMIT = 16 << 20
"""Bytes one note may send in all, figures included."""


class Stream:
    """One output pipe. Bytes between two reports are kept as one segment."""

    def __init__(self, token: str) -> None:
        self.segments: list[bytes] = []
        self.printed = 0
        self.total = 0
        self._mark = MARK + token.encode()
        self._rest = bytearray()
        self._searched = 0

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """Take what the pipe gave; the reports that are complete now, in order.

        A line that bears the token and holds no JSON object is no report and is dropped.
        """
        self._rest += data
        self.total += len(data)
        reports = []
        while (at := self._rest.find(self._mark, self._searched)) >= 0:
            end = self._rest.find(b"\n", at)
            if end < 0:
                self._searched = at
                break
            self._close(at)
            report = _parsed(bytes(self._rest[at + len(self._mark) : end]))
            if report is not None:
                reports.append(report)
            del self._rest[: end + 1]
            self._searched = 0
        else:
            self._searched = max(0, len(self._rest) - len(self._mark))
        return reports

    def close(self) -> None:
        """The pipe is at its end: the rest is the last segment, a cut report excepted."""
        at = self._rest.find(self._mark)
        self._close(len(self._rest) if at < 0 else at)
        self._rest.clear()

    def too_long(self) -> bool:
        """Whether the note has printed more than it may."""
        return self.printed + self._searched > PRINTED_LIMIT or self.total > TOTAL_LIMIT

    def text(self, segment: int) -> str:
        """What was printed in a segment; the first ``PRINTED_LIMIT`` bytes of it."""
        if segment >= len(self.segments):
            return ""
        return self.segments[segment][:PRINTED_LIMIT].decode("utf-8", "replace")

    def _close(self, end: int) -> None:
        self.segments.append(bytes(self._rest[:end]))
        self.printed += end


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        report = json.loads(line) if line else {}
    except ValueError:
        return None
    return report if isinstance(report, dict) else None
