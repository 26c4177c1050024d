"""Markdown as Obsidian shows it, and harmless.

What the reader of notes has found (formulas, links, cells …) is cut out of the text and kept aside;
markdown-it renders the rest; nh3 then lets only harmless HTML through, whatever the note holds; and
last what was kept aside, all of it written by us and escaped, is put back where text stands, never
inside a tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from vaultbp.pages import footnotes
from vaultbp.source import Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

Kept = tuple[Markup, str]
"""A piece cut out: what is shown in its place, and what was written there."""
Cut = tuple[Span, Markup]
"""A piece of the text on disk and what stands in its place."""
ResolveLink = Callable[[str], "tuple[str, str] | None"]
"""From a destination to a link's href and class; ``None`` leaves the destination as it is."""
ShowImage = Callable[[str, str], Markup]
"""From an image's source and text to what is shown."""

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKER = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_ALONE = re.compile(f"<p>{_OPEN}(\\d+){_CLOSE}</p>")
_TAG = re.compile(r"(<[^\"'<>]*(?:\"[^\"]*\"[^\"'<>]*|'[^']*'[^\"'<>]*)*>)")
_CALLOUT = re.compile(
    r"\[!(?P<kind>[\w -]+)(?:\|[^\]]*)?\](?P<fold>[+-]?)[ \t]*(?P<title>[^\n]*)\n?"
)
_TASK = re.compile(r"\[(?P<mark>.)\] ")
_HIGHLIGHT = re.compile(r"==(?=\S)([^\n`]+?)(?<=\S)==")
_KINDS = """
note abstract summary tldr info todo tip hint important success check done question help faq
warning caution attention failure fail missing danger error bug example quote cite
"""
CALLOUTS = frozenset(_KINDS.split())
_CLASSES = {
    "a": {"internal", "missing", "external"},
    "details": {"callout", *(f"callout-{kind}" for kind in CALLOUTS)},
    "td": {"left", "right", "centre"},
    "th": {"left", "right", "centre"},
}
_HARMLESS = """
a abbr b blockquote br cite code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li
mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var
"""
_TAGS = set(_HARMLESS.split())
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "details": {"open"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_SCHEMES = {"http", "https", "mailto", "obsidian"}


def render(
    text: str,
    cuts: Iterable[Cut],
    region: Span,
    link: ResolveLink,
    image: ShowImage,
    place: footnotes.Place,
) -> Markup:
    """The HTML of a region of a note's text, with ``cuts`` replaced and everything else cleaned."""
    import nh3

    kept: list[Kept] = []
    marked = _mark(text, cuts, region, kept)
    context = {"link": link, "image": image, "place": place, "kept": kept}
    dirty = _parser().render(marked, context)
    clean = nh3.clean(
        dirty,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return _put_back(clean, kept)


def _mark(text: str, cuts: Iterable[Cut], region: Span, kept: list[Kept]) -> str:
    parts = []
    at = region.start
    for span, markup in sorted(cuts, key=_first):
        if span.start < at or span.end > region.end:
            continue
        parts += [_plain(text[at : span.start]), _keep(kept, markup, text[span.start : span.end])]
        at = span.end
    parts.append(_plain(text[at : region.end]))
    return "".join(parts)


def _first(cut: Cut) -> tuple[int, bool, int]:
    """Anchors, which take no room, before the piece that begins in the same place; longer ones first."""
    start, end = cut[0]
    return start, end > start, -end


def _plain(text: str) -> str:
    """The note's own text, without the two characters that mark what was cut out."""
    return text.replace(_OPEN, "\ufffd").replace(_CLOSE, "\ufffd")


def _keep(kept: list[Kept], markup: Markup, written: str) -> str:
    if not markup:
        return ""
    kept.append((Markup(_plain(markup)), written))
    return f"{_OPEN}{len(kept) - 1}{_CLOSE}"


def _keep_in(markup: Markup, written: str, env: dict[str, Any]) -> str:
    return _keep(env["kept"], markup, written)


def _put_back(clean: str, kept: Sequence[Kept]) -> Markup:
    # A paragraph of nothing but one piece makes room for it: it may be a block.
    alone = _ALONE.sub(f"{_OPEN}\\1{_CLOSE}", clean)
    parts = _TAG.split(alone)
    for at, part in enumerate(parts):
        if at % 2:
            parts[at] = _MARKER.sub("", part)
        else:
            parts[at] = _MARKER.sub(lambda found: str(kept[int(found[1])][0]), part)
    # Cleaned by nh3, then only our own escaped pieces between its tags.
    return Markup("".join(parts))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True, "breaks": True})
    parser.enable(["table", "strikethrough"])
    footnotes.enable(parser, _keep_in)
    parser.core.ruler.after("block", "obsidian", _obsidian)
    parser.core.ruler.push("links", _links)
    parser.add_render_rule("image", _image)
    return parser


def _obsidian(state: StateCore) -> None:
    """Callouts, tasks and highlights, before the inline text is read."""
    tokens = state.tokens
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type in ("th_open", "td_open"):
            side = str(token.attrs.pop("style", "")).removeprefix("text-align:")
            if side:
                token.attrs["class"] = "centre" if side == "center" else side
        elif token.type == "inline":
            before = tokens[at - 2].type if at >= 2 else ""
            if before == "list_item_open":
                token.content = _TASK.sub(_box, token.content, count=1)
            token.content = _HIGHLIGHT.sub(r"<mark>\1</mark>", token.content)
            if before == "blockquote_open":
                at += _callout(tokens, at)
        at += 1


def _box(found: re.Match[str]) -> str:
    return "☐ " if found["mark"] == " " else "☑ "


def _callout(tokens: list[Token], at: int) -> int:
    """Make a callout of the quote whose first text is at ``at``; how many tokens were added."""
    from markdown_it.token import Token

    inline = tokens[at]
    found = _CALLOUT.match(inline.content)
    if found is None:
        return 0
    kind = found["kind"].strip().casefold()
    known = kind if kind in CALLOUTS else "note"
    opening = tokens[at - 2]
    closing = _closing(tokens, at - 2)
    opening.tag = closing.tag = "details"
    opening.attrs["class"] = f"callout callout-{known}"
    if found["fold"] != "-":
        opening.attrs["open"] = ""
    title = Token("inline", "", 0, level=inline.level)
    title.content = found["title"].strip() or found["kind"].strip().capitalize()
    title.children = []
    title.map = inline.map
    summary = [Token("summary_open", "summary", 1), title, Token("summary_close", "summary", -1)]
    inline.content = inline.content[found.end() :]
    tokens[at - 1 : at - 1] = summary
    return len(summary)


def _closing(tokens: Sequence[Token], opening: int) -> Token:
    level = tokens[opening].level
    return next(
        token
        for token in tokens[opening + 1 :]
        if token.type == "blockquote_close" and token.level == level
    )


def _links(state: StateCore) -> None:
    """Lead Markdown links between notes to where the notes stand in the report."""
    resolve: ResolveLink = state.env["link"]
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "link_open":
                found = resolve(str(child.attrs.get("href", "")))
                if found is not None:
                    child.attrs["href"], child.attrs["class"] = found


def _image(
    self: object, tokens: Sequence[Token], at: int, options: object, env: dict[str, Any]
) -> str:
    token = tokens[at]
    show: ShowImage = env["image"]
    kept: list[Kept] = env["kept"]
    written = "".join(child.content for child in token.children or ())
    alt = _MARKER.sub(lambda found: kept[int(found[1])][1], written)
    return _keep(kept, show(str(token.attrs.get("src", "")), alt), alt)
