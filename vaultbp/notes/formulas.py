"""Formulas between marks: ``$ $``, ``$$ $$``, ``\\( \\)``, ``\\[ \\]`` and bare environments."""

from __future__ import annotations

import re

from vaultbp.notes.note import Formula, FormulaForm
from vaultbp.notes.reader import Reader
from vaultbp.source import Span

_DISPLAY = re.compile(r"[^$\\]*+(?:(?:\\[\s\S]|\$(?!\$))[^$\\]*+)*+(?=\$\$)")
_INLINE = re.compile(r"[^$\\\n]*+(?:(?:\\[\s\S]|\n(?![ \t>]*+(?:\n|\Z)))[^$\\\n]*+)*+(?=\$)")
_ROUND = re.compile(r"[^\\]*+(?:\\[^)][^\\]*+)*+(?=\\\))")
_SQUARE = re.compile(r"[^\\]*+(?:\\[^\]][^\\]*+)*+(?=\\\])")
_INTERRUPT = re.compile(
    r"\n[ \t>]*+(?:#{1,6}[ \t]|```|~~~~*+[ \t]*+(?:[A-Za-z{][\w{}.+-]*+)?[ \t]*+(?:\n|\Z))"
)
"""No display formula runs over a heading or a fence: there its closing mark was forgotten."""
_BLANK_LINE = re.compile(r"\n[ \t>]*+\n")
_ENVIRONMENT = re.compile(
    r"begin\{((?:align|aligned|alignat|equation|gather|gathered|multline|eqnarray|split"
    r"|displaymath|math|flalign|dmath)\*?)\}"
)
_WHOLE_ENVIRONMENT = re.compile(r"\s*\\begin\{(\w+\*?)\}")
_DOLLARS = re.compile(r"\$*")
_EVIDENCE = re.compile(r"\\[A-Za-z]|[=^_{}<>+∂∇∑]|[α-ωΑ-Ω]|^\s*\S{1,3}\s*$")
"""What tells ``\\(x\\)`` from an escaped bracket in prose."""
_COMMAND = re.compile(r"\\[A-Za-z]|[\^_=]")
_PROSE = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{3,}[,.]? +[A-Za-z]{3,}(?![^{}]*\})")
_QUOTE = re.compile(r"\n([ \t]*+>[ \t]?)")


def read_dollar(reader: Reader, start: int, end: int) -> int:
    if reader.in_comment(start) or reader.is_indented_code(start):
        return end
    return _display(reader, start, end) if end - start == 2 else _inline(reader, start, end)


def _display(reader: Reader, start: int, end: int) -> int:
    if reader.text.startswith("$", end):  # three and more are money, or emphasis
        return end + len(_DOLLARS.match(reader.text, end)[0])  # type: ignore[index]
    close = _close(reader, "$$", _DISPLAY, end, len(reader.text))
    if close >= 0:
        broken = bool(_INTERRUPT.search(reader.text, end, close))
        if reader.content_start(start) != start:
            apart = _stands_apart(reader.text, end, close)
            broken = bool(_BLANK_LINE.search(reader.text, end, close)) and (broken or not apart)
        if not broken:
            return _add(reader, Span(start, close + 2), Span(end, close), "display")
    reader.oddities.append(("unclosed-math", Span(start, end), "this $$ is never closed"))
    return end


def _stands_apart(text: str, start: int, close: int) -> bool:
    """Whether the display formula between two marks has lines of its own though its first mark has not:
    people end a sentence with the mark, and blank lines in what follows end no formula."""
    first, last = text.find("\n", start, close), text.rfind("\n", start, close)
    if first < 0:
        return False
    if not text[start:first].strip() and not text[last:close].strip(" \t\n>"):
        return True
    whole = _WHOLE_ENVIRONMENT.match(text, start, close)
    return whole is not None and text[start:close].rstrip().endswith(f"\\end{{{whole[1]}}}")


def _inline(reader: Reader, start: int, end: int) -> int:
    text = reader.text
    close = _close(reader, "$", _INLINE, end, reader.paragraph_end(end))
    if close < 0 or not is_inline_math(text[end:close], text[close + 1 : close + 2]):
        return end
    return _add(reader, Span(start, close + 1), Span(end, close), "inline")


def is_inline_math(body: str, after: str) -> bool:
    """Whether ``$body$`` is mathematics: Obsidian's rule, and ``$ \\frac… $`` where it is plain.

    Obsidian wants no space inside the marks and no digit behind them. Other programs that people
    write for allow the space, so a body with a command, an index or an equals sign is read, too.
    """
    if not body.strip() or after.isdigit():
        return False
    if body[0].isspace() or body[-1].isspace():
        return _COMMAND.search(body) is not None and not _PROSE.search(body)
    if body[0].isdigit() and not _COMMAND.search(body):
        return "[[" not in body and not _PROSE.search(body)
    return True


def read_backslash(reader: Reader, start: int, end: int) -> int:
    """``\\(``, ``\\[`` and ``\\begin{…}`` open formulas; before other punctuation it is an escape."""
    text = reader.text
    after = text[end : end + 1]
    if after in "([" and after and not reader.in_comment(start):
        return _bracketed(reader, start, end + 1, round_=after == "(")
    if after == "b" and not reader.in_comment(start):
        match = _ENVIRONMENT.match(text, end)
        if match and not reader.is_indented_code(start):
            return _environment(reader, start, match)
    return end if not after or after.isalnum() or after == "\n" else end + 1


def _bracketed(reader: Reader, start: int, end: int, *, round_: bool) -> int:
    text = reader.text
    if round_:
        close = _close(reader, "\\)", _ROUND, end, reader.paragraph_end(end) + 1)
    else:
        close = _close(reader, "\\]", _SQUARE, end, len(text))
    if close < 0 or reader.is_indented_code(start):
        return end
    body = text[end:close]
    if not _EVIDENCE.search(body) or "](" in body or "[[" in body:
        return end
    if _INTERRUPT.search(body) or (not round_ and _BLANK_LINE.search(body) and _PROSE.search(body)):
        return end
    form: FormulaForm = "inline" if round_ else "display"
    return _add(reader, Span(start, close + 2), Span(end, close), form)


def _environment(reader: Reader, start: int, match: re.Match[str]) -> int:
    closing = f"\\end{{{match[1]}}}"
    close = reader.find(closing, match.end())
    if close < 0 or _INTERRUPT.search(reader.text, start, close):
        message = f"this \\begin{{{match[1]}}} is never closed"
        reader.oddities.append(("unclosed-math", Span(start, match.end()), message))
        return match.end()
    span = Span(start, close + len(closing))
    return _add(reader, span, span, "environment")


def _close(reader: Reader, kind: str, pattern: re.Pattern[str], at: int, limit: int) -> int:
    """Where the closing mark stands before ``limit``, or -1; a failure is not tried again there."""
    if at < reader.unclosed.get(kind, 0):
        return -1
    match = pattern.match(reader.text, at, min(limit + len(kind) - 1, len(reader.text)))
    if match:
        return match.end()
    reader.unclosed[kind] = limit
    return -1


def _add(reader: Reader, span: Span, body: Span, form: FormulaForm) -> int:
    reader.opaque.append(span)
    text = reader.text[body.start : body.end]
    if text.strip():
        if "\n" in text and ">" in text:
            text = without_quotes(text, reader.quote_depth(span.start))
        reader.formulas.append(Formula(span, body, text, form))
    return span.end


def without_quotes(text: str, depth: int) -> str:
    """``text`` with up to ``depth`` quote marks at the start of each further line made spaces."""
    for _ in range(min(depth, 20)):
        text = _QUOTE.sub(lambda match: "\n" + " " * len(match[1]), text)
    return text
