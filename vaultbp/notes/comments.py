"""Comments: ``%% … %%``, whose links count, and ``<!-- … -->``, in which nothing is read."""

from __future__ import annotations

from vaultbp.notes.note import Comment
from vaultbp.notes.reader import Reader
from vaultbp.source import Span


def read_percent(reader: Reader, start: int, end: int) -> int:
    """A ``%%``: at the start of a line the comment may be long, elsewhere it ends in its block."""
    if reader.in_comment(start) or reader.is_indented_code(start):
        return end
    close = reader.find("%%", end)
    block = reader.content_start(start) == start
    if close < 0 or not (block or close < reader.block_end(start)):
        if block:
            reader.oddities.append(
                ("unclosed-comment", Span(start, end), "this %% is never closed")
            )
        return end
    reader.comments.append(Comment(Span(start, close + 2), reader.source.text[end:close]))
    reader.comment_end = close + 2
    return end


def read_html_comment(reader: Reader, start: int, end: int) -> int:
    """``<!--``: behind text it ends in its block; unclosed at the start of a line it hides the rest of
    the note, as in CommonMark."""
    close = reader.find("-->", start + 2)
    if reader.is_indented_code(start):
        return end
    if reader.content_start(start) != start and not start < close < reader.block_end(start):
        return end
    if close < 0:
        message = "this <!-- is never closed: it hides the rest of the note"
        reader.oddities.append(("unclosed-comment", Span(start, end), message))
        close = len(reader.text)
        stop = close
    else:
        stop = close + 3
    span = Span(start, stop)
    reader.comments.append(Comment(span, reader.source.text[end : max(end, close)], html=True))
    reader.opaque.append(span)
    return stop
