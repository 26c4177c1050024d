"""``\\newcommand``, ``\\def`` and ``\\DeclareMathOperator``: taken out of the text, expanded in tokens.

Expansion has a budget, so a macro that calls itself ends. Tokens of a macro's body stand where it was
called; tokens of its arguments keep their own place.
"""

from __future__ import annotations

import re

from vaultbp.latex.tokens import MAX_TOKENS, Token, tokenize
from vaultbp.latex.unread import Unread
from vaultbp.source import Span

MAX_EXPANSIONS = 500

Macro = tuple[str, str, int]
"""Name without the backslash, body, number of arguments."""

_DEFINITION = re.compile(
    r"""\\(?P<command>(?:re|provide)?newcommand\*?|def|DeclareMathOperator\*?|let)\s*
        (?:\{\s*)?\\(?P<name>[A-Za-z]+)\s*\}?\s*
        (?:\[(?P<count>[0-9])\]|(?P<parameters>(?:\#[1-9])*))\s*(?=\{)""",
    re.VERBOSE,
)
_PARAMETER = re.compile(r"#([1-9])")


def take_definitions(text: str) -> tuple[str, tuple[Macro, ...]]:
    """The text with its definitions blanked out (offsets stay), and the definitions."""
    if "\\newcommand" not in text and not re.search(
        r"\\(re|provide)newcommand|\\def|\\Declare", text
    ):
        return text, ()
    found: list[Macro] = []
    pieces: list[str] = []
    at = 0
    for match in _DEFINITION.finditer(text):
        if match.start() < at:
            continue
        close = _closing_brace(text, match.end())
        if close < 0:
            continue
        body = text[match.end() + 1 : close]
        if match.group("command").startswith("Declare"):
            body = f"\\operatorname{{{body}}}"
        count = int(match.group("count") or len(match.group("parameters") or "") // 2)
        found.append((match.group("name"), body, count))
        pieces += [text[at : match.start()], _blank(text[match.start() : close + 1])]
        at = close + 1
    return "".join([*pieces, text[at:]]), tuple(found)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _closing_brace(text: str, at: int) -> int:
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, at):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if depth == 0 and match.group() == "}":
            return match.start()
    return -1


def expand(text: str, tokens: list[Token], macros: tuple[Macro, ...]) -> list[Token]:
    """Replace the macros among the tokens of a text.

    Raises ``Unread`` when that takes more than ``MAX_EXPANSIONS`` replacements.
    """
    known = {name: (body, count) for name, body, count in macros}
    if not any(_name_of(text, token) in known for token in tokens):
        return tokens
    bodies: dict[str, list[list[Token] | int]] = {}
    waiting = list(reversed(tokens))
    out: list[Token] = []
    budget = MAX_EXPANSIONS
    while waiting:
        token = waiting.pop()
        name = _name_of(text, token)
        if name not in known:
            out.append(token)
            continue
        budget -= 1
        if budget < 0 or len(out) + len(waiting) > MAX_TOKENS:
            raise Unread(Span(token.start, token.end), f"the macro \\{name} expands without end")
        body, count = known[name]
        arguments = [_argument(waiting) for _ in range(count)]
        if name not in bodies:
            bodies[name] = _pieces(body)
        waiting.extend(reversed(_filled(bodies[name], arguments, token)))
    return out


def _name_of(text: str, token: Token) -> str:
    if token.name:
        return token.name
    written = text[token.start : token.end]
    return written[1:] if written.startswith("\\") and written[1:].isalpha() else ""


def _pieces(body: str) -> list[list[Token] | int]:
    """A macro's body as runs of tokens and parameter numbers."""
    pieces: list[list[Token] | int] = []
    for number, part in enumerate(_PARAMETER.split(body)):
        if number % 2:
            pieces.append(int(part))
        elif part:
            tokens, _ = tokenize(part)
            for token in tokens:
                token.name = _name_of(part, token)
            pieces.append(tokens)
    return pieces


def _argument(waiting: list[Token]) -> list[Token]:
    """Take the next argument off the (reversed) tokens: a group with its braces, or one token."""
    if not waiting:
        return []
    taken = [waiting.pop()]
    depth = 1 if taken[0].kind == "{" else 0
    while depth and waiting:
        token = waiting.pop()
        depth += {"{": 1, "}": -1}.get(token.kind, 0)
        taken.append(token)
    return taken


def _filled(
    pieces: list[list[Token] | int], arguments: list[list[Token]], call: Token
) -> list[Token]:
    """The body's tokens at the place of the call, with the arguments in place of parameters."""
    filled: list[Token] = []
    for piece in pieces:
        if isinstance(piece, int):
            if piece <= len(arguments):
                filled += arguments[piece - 1]
            continue
        for token in piece:
            copy = Token(token.kind, token.value, call.start, call.end, token.gap)
            copy.style, copy.accents, copy.strong = token.style, token.accents, token.strong
            copy.name = token.name or "-"
            filled.append(copy)
    return filled
