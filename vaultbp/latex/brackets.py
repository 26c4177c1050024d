"""Which bracket closes which, before anything is parsed: one pass, linear, never raises.

Braces, environments and ``\\left … \\right`` are strong: an open ``(`` inside them never matches a
``)`` outside. ``( [ { ⟨`` are weak and may close one another (``[0, 1)``). Bars are only listed by
level: whether one opens, closes or evaluates is decided where it stands.
"""

from __future__ import annotations

from itertools import islice, pairwise

from vaultbp.latex.tokens import Token

MOST_LEFT_OVER = 16
"""How many brackets that nothing closes are looked at again."""


class Brackets:
    """``match[i]`` is the index of the token that closes token i (or opens it), else -1;
    ``next_bar[i]`` the next bar of the same kind at the same level, else -1."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.match = [-1] * len(tokens)
        self.next_bar = [-1] * len(tokens)
        self._last_bar: dict[tuple[int, str], int] = {}
        self._stack: list[int] = []
        self._pair()
        self._runs()

    def _pair(self) -> None:
        for index, token in enumerate(self.tokens):
            kind = token.kind
            if kind in ("{", "begin", "open"):
                self._stack.append(index)
            elif kind in ("}", "end", "close"):
                self._close(index, token)
            elif kind == "bar":
                self._bar(index, token)
        for index, token in enumerate(self.tokens):
            if self.match[index] < 0 and token.kind in ("open", "close") and token.value in "|‖":
                token.kind = "bar"

        self._pair_as_seen()

    def _pair_as_seen(self) -> None:
        """``( a \\left( b ) c \\right)``: a weak bracket that is left over inside a strong pair, and
        one outside it, pair as they look, whatever was typed before them."""
        alone = [
            index
            for index, token in enumerate(self.tokens)
            if self.match[index] < 0 and token.value in "()" and token.kind in ("open", "close")
        ]
        for one, two in islice(pairwise(alone), MOST_LEFT_OVER):
            if self.tokens[one].kind != "open" or self.tokens[two].kind != "close":
                continue
            around = self._strong_pair_around(one, two)
            if around is not None:
                start, end = around
                self._link(min(one, start), max(two, end))
                self._link(max(one, start), min(two, end))

    def _strong_pair_around(self, one: int, two: int) -> tuple[int, int] | None:
        """The one ``\\left( … \\right)`` that holds just one of two brackets, with no braces between."""
        found = None
        for start in range(two):
            end = self.match[start]
            if end < 0 or (start < one < end) == (start < two < end):
                continue
            strong = self.tokens[start].kind == "open" and self.tokens[start].strong
            if found is not None or not strong or self.tokens[start].value != "(":
                return None
            found = start, end
        return found if found and self.tokens[found[1]].value == ")" else None

    def _bar(self, index: int, token: Token) -> None:
        level = self._stack[-1] if self._stack else -1
        key = (level, token.value)
        before = self._last_bar.get(key)
        if before is not None:
            self.next_bar[before] = index
        self._last_bar[key] = index

    def _close(self, index: int, token: Token) -> None:
        stack = self._stack
        if token.kind == "close" and not token.strong:
            if (
                stack
                and self.tokens[stack[-1]].kind == "open"
                and not self.tokens[stack[-1]].strong
            ):
                self._link(stack.pop(), index)
            return
        wanted = {"}": "{", "end": "begin", "close": "open"}[token.kind]
        for place in range(len(stack) - 1, -1, -1):
            other = self.tokens[stack[place]]
            if other.kind == wanted and (wanted != "open" or other.strong):
                self._link(stack[place], index)
                del stack[place:]
                return
            if other.kind in ("{", "begin") or other.strong:
                return

    def _link(self, start: int, end: int) -> None:
        self.match[start] = end
        self.match[end] = start

    def _runs(self) -> None:
        """For every letter, where its run of adjacent plain letters ends."""
        tokens = self.tokens
        end = len(tokens)
        for index in range(len(tokens) - 1, -1, -1):
            token = tokens[index]
            if token.kind != "let":
                continue
            plain = not token.style and not token.accents
            follows = index + 1 < len(tokens) and tokens[index + 1]
            if (
                plain
                and follows
                and follows.kind == "let"
                and follows.start == token.end
                and not follows.style
                and not follows.accents
            ):
                token.run = end
            else:
                token.run = end = index + 1

    def skip(self, index: int) -> int:
        """The index after a token, or after the whole bracket it opens."""
        closing = self.match[index]
        return closing + 1 if closing > index else index + 1
