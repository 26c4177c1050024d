"""The fast path against a full parse: fences and headings are those that markdown-it-py finds.

Left out is what Obsidian reads otherwise than CommonMark: comments, mathematics, HTML.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from vaultbp.notes import read
from vaultbp.source import Source

ROOT = Path(__file__).resolve().parents[2]
PARSER = MarkdownIt("commonmark").disable("inline")

LINES = st.sampled_from(
    [
        "",
        "",
        "text",
        "more text",
        "# Heading",
        "## Another ##",
        "```python",
        "```",
        "````",
        "~~~",
        "~~~ py",
        "x = 1",
        "- item",
        "  more",
        "  ```",
        "  ```python",
        "1. first",
        "   ```",
        "   text",
        "> quote",
        "> ```python",
        "> x",
        "> ```",
        "- ```",
        "\t- inner",
        "\tx",
        "* ```py",
        "> - item",
        ">   ```",
        "`code` and ```three``` ticks",
        "```a`b",
        "    indented",
        "- - nested",
        "    ```",
    ]
)


def fences(text: str) -> list[tuple[int, str, str]]:
    found = []
    for token in PARSER.parse(text):
        if token.type == "fence" and token.map:
            code = token.content
            code += "\n" if code and not code.endswith("\n") else ""
            found.append((token.map[0], token.info.strip(), code))
    return found


def headings(text: str) -> list[tuple[int, int]]:
    return [
        (token.map[0], int(token.tag[1]))
        for token in PARSER.parse(text)
        if token.type == "heading_open" and token.map
    ]


def ours(text: str) -> list[tuple[int, str, str]]:
    source = Source("a.md", text)
    cells = read(source).cells
    return [(source.position(cell.span.start).line - 1, cell.info, cell.code) for cell in cells]


@settings(max_examples=400, deadline=None)
@given(st.lists(LINES, max_size=12).map("\n".join))
def test_fences_of_random_notes(text: str) -> None:
    if text.startswith("---"):
        return
    if "\t" in text:
        assert plain(ours(text)) == plain(fences(text))
    else:
        assert ours(text) == fences(text)


def plain(found: list[tuple[int, str, str]]) -> list[tuple[int, str, list[str]]]:
    """Without indentation: a cell's lines are parts of the file, so no tab is ever taken in part."""
    return [(line, info, [row.lstrip() for row in code.split("\n")]) for line, info, code in found]


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name
)
def test_fences_and_headings_of_our_own_pages(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if re.search(r"<!--|%%|\A---", text):
        pytest.skip("holds what CommonMark reads otherwise")
    assert ours(text) == fences(text)
    source = Source("a.md", text)
    found = [(source.position(h.span.start).line - 1, h.level) for h in read(source).headings]
    assert found == headings(text)


def wikilink(state: StateInline, silent: bool) -> bool:
    """Reads `[[…]]` as the reader does, so that a full parse says which of them are code or comments."""
    close = state.src.find("]]", state.pos + 2, end_of_line(state.src, state.pos))
    inner = state.src[state.pos + 2 : close]
    if not state.src.startswith("[[", state.pos) or close < 0 or not inner or "[" in inner:
        return False
    if not silent:
        state.push("wikilink", "", 0).content = inner
    state.pos = close + 2
    return True


def end_of_line(text: str, at: int) -> int:
    newline = text.find("\n", at)
    return len(text) if newline < 0 else newline


INLINE = MarkdownIt("commonmark")
INLINE.inline.ruler.before("link", "wikilink", wikilink)
INLINES = [
    "[[A]]",
    "![[B]]",
    "`[[C]]`",
    "``[[D]]``",
    "`",
    "``",
    "x",
    "é",
    "\\`",
    "\\[",
    "[t](u.md)",
    "x<b>",
]
BLOCKS = [
    "",
    "",
    "> ",
    "> > ",
    "- ",
    "1. ",
    "# ",
    "```\n",
    "~~~\n",
    "***\n",
    "---\n",
    "===\n",
    "\n",
]
COMMENTS = ["x<!-- [[E]] -->", "\n<!-- [[F]]\n\n-->\n"]
PIECES = st.sampled_from([*INLINES, " ", *(f"\n{mark}" for mark in BLOCKS), *COMMENTS])


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
@example("`\n> [[A]]`")
@example("> `\n> [[A]]`")
@example("# `\n[[A]]`")
@example("x <!--\n\n[[A]] -->")
@example("x\n\n    <!--\n\n[[A]]")
def test_links_of_random_notes(text: str) -> None:
    found = [
        child.content
        for token in INLINE.parse(text)
        for child in token.children or ()
        if child.type == "wikilink"
    ]
    assert [
        link.target for link in read(Source("a.md", text)).links if link.kind == "wikilink"
    ] == found
