"""Footnotes, ``[^1]`` and ``^[inline]``: a number in the text, the words below it, links both ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Place = Callable[[str], tuple[Markup, str]]
"""From a name within the note: the mark that can be linked to, and the link to it. Both are empty
where the note is embedded, which has no places of its own."""
Keep = Callable[[Markup, str, dict[str, Any]], str]
"""Keeps markup of ours aside and gives what stands for it: what is shown, what was written."""

_REFERENCE = Markup('{}<sup class="footnote"><a href="{}">{}</a></sup>')
_BACK = Markup(' <a class="footnote-back" href="{}" title="back to the text">↩\ufe0e</a>')


def enable(parser: MarkdownIt, keep: Keep) -> None:
    """Let a parser read footnotes; ``env["place"]`` says where their ends are."""
    from mdit_py_plugins.footnote import footnote_plugin

    def reference(
        self: object, tokens: Sequence[Token], at: int, options: object, env: dict[str, Any]
    ) -> str:
        number, name = _names(tokens[at])
        mark, _ = env["place"](f"from-{name}")
        _, href = env["place"](f"footnote-{number}")
        shown = (
            _REFERENCE.format(mark, href, number)
            if href
            else Markup("<sup>{}</sup>").format(number)
        )
        return keep(shown, f"[{number}]", env)

    def opening(
        self: object, tokens: Sequence[Token], at: int, options: object, env: dict[str, Any]
    ) -> str:
        mark, _ = env["place"](f"footnote-{_names(tokens[at])[0]}")
        return "<li>" + keep(mark, "", env)

    def back(
        self: object, tokens: Sequence[Token], at: int, options: object, env: dict[str, Any]
    ) -> str:
        _, href = env["place"](f"from-{_names(tokens[at])[1]}")
        return keep(_BACK.format(href) if href else Markup(""), "", env)

    parser.use(footnote_plugin)
    parser.add_render_rule("footnote_ref", reference)
    parser.add_render_rule("footnote_open", opening)
    parser.add_render_rule("footnote_anchor", back)


def _names(token: Token) -> tuple[int, str]:
    """The number of a footnote, and the name of this one of the places that refer to it."""
    number = int(token.meta["id"]) + 1
    again = int(token.meta.get("subId", 0))
    return number, f"{number}-{again}" if again > 0 else str(number)
