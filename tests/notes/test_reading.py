"""Reading never raises, takes linear time, and every span slices back to its own text."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vaultbp.notes import Note, read
from vaultbp.source import Position, Source

PIECES = st.sampled_from(
    re.findall(
        r"\S+",
        r"` `` ``` ```` ~~~ %% <!-- --> $ $$ \( \) \[ \] \ \begin{align} \end{align} [[ ]] [ ] ]( ) ( "
        r"| # ## ^ ^ab > - 1. === --- a b é 日本 😀 = ∂L/∂w=∂a x.md %20 equation?tex=%5C ![ :: key:: "
        "python \ufeff \" ' { } a: &a *a #tag",
    )
)
SPACES = st.sampled_from([" ", "\n", "\n\n", "\r\n", "\r", "    ", "\t", "\0", "\x0c", "\u2028"])
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(st.one_of(PIECES, SPACES), max_size=40).map("".join),
    st.lists(st.one_of(PIECES, SPACES), max_size=40).map(lambda parts: "---\n" + "".join(parts)),
    st.lists(st.one_of(PIECES, SPACES), max_size=20).map(
        lambda parts: "---\nk: " + "".join(parts) + "\n---\n[[x]]"
    ),
)


def same(disk: str, read_text: str) -> bool:
    """Equal but for line ends and blanked marks."""
    return len(disk) == len(read_text) and all(
        a == b or b in " \n" for a, b in zip(disk, read_text, strict=True)
    )


def check_spans(note: Note) -> None:
    source, size = note.source, len(note.source.text)
    for link in note.links:
        assert same(source.slice(link.span), link.written)
        assert link.span.start <= link.target_span.start <= link.target_span.end <= link.span.end
        if link.kind != "markdown" and link.kind != "frontmatter":
            assert source.slice(link.target_span) == link.target
    for formula in note.formulas:
        assert formula.span.start <= formula.body.start <= formula.body.end <= formula.span.end
        if formula.form != "image":
            assert same(source.slice(formula.body), formula.text)
        else:
            assert formula.offsets is not None
            assert len(formula.offsets) == len(formula.text)
            assert list(formula.offsets) == sorted(formula.offsets)
    for cell in note.cells:
        lines = cell.code.split("\n")[:-1]
        assert len(lines) == len(cell.indents)
        for number, (line, indent) in enumerate(zip(lines, cell.indents, strict=True)):
            assert source.line(cell.line + number)[indent:].rstrip("\r") == line
        assert source.slice(cell.info_span) == cell.info
    for tag in note.tags:
        assert source.slice(tag.span) == "#" + tag.name
    for block in note.blocks:
        assert source.slice(block.span) == "^" + block.id
    for heading in note.headings:
        assert heading.text in source.slice(heading.span)
    for _, span, message in note.oddities:
        assert 0 <= span.start <= span.end <= size
        assert message
    if note.frontmatter:
        for item in note.frontmatter.properties:
            assert 0 <= item.span.start <= item.span.end <= note.frontmatter.span.end
            assert item.key_span.end <= note.frontmatter.span.end
        place = note.frontmatter.error_span
        assert (place is None) == (note.frontmatter.error is None)
        assert place is None or 0 <= place.start <= place.end <= size


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_text_is_read_and_spans_slice_back(text: str) -> None:
    check_spans(read(Source("a.md", text)))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read(data: bytes) -> None:
    check_spans(read(Source.from_bytes("a.md", data)))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
@example("#\n=")
@example("1.\n=")
@example("`a\n$$\nb`")
@example("=∂\\\n")
def test_line_ends_do_not_matter(text: str) -> None:
    plain = text.replace("\r", "")
    windows = plain.replace("\n", "\r\n")
    one, two = read(Source("a.md", plain)), read(Source("a.md", windows))
    assert [link.target for link in one.links] == [link.target for link in two.links]
    assert [heading.text for heading in one.headings] == [heading.text for heading in two.headings]
    assert [cell.code for cell in one.cells] == [cell.code for cell in two.cells]
    assert [item.form for item in one.formulas] == [item.form for item in two.formulas]
    for kind in ("links", "headings", "cells", "formulas", "tags", "blocks", "comments"):
        assert starts(one, kind) == starts(two, kind), kind


def starts(note: Note, kind: str) -> list[Position]:
    """Where the parts of a note begin, by line and column."""
    return [note.source.position(part.span.start) for part in getattr(note, kind)]


@pytest.mark.parametrize("mark", ["#", "##", "+", "1.", "1)"])
def test_an_empty_heading_or_item_is_not_underlined(mark: str) -> None:
    """CommonMark 0.31, sections 4.2 and 5.2: it is a block of its own, and ``=`` a paragraph."""
    headings = read(Source("a.md", f"{mark}\n===\n")).headings
    assert [heading.text for heading in headings] == ([""] if "#" in mark else [])


HOSTILE = {
    "brackets": "[[",
    "backticks": "` a ",
    "dollars": "$ ",
    "odd dollars": "$a ",
    "displays": "$$ ",
    "escaped displays": "$$\\",
    "links": "[a](b ",
    "parens": "](((",
    "round": "\\(",
    "square": "\\[\\\\]",
    "quotes": "> ",
    "comments": "%% ",
    "html": "<!-- ",
    "headings": "#a # ",
    "blocks": "^a ",
    "fences": "```a\n",
    "tildes": "~~~\n",
    "fences in lists": "- ```\n",
    "indented fences": "    ```\n",
    "indented links": "x\n\n    [[a]]\n",
    "environments": "\\begin{align}",
    "partials": "∂a = ",
    "images": "![](equation?tex=%41",
    "underlines": "a\n--\n",
    "fields": "k:: [[a]] ",
    "runs": "` `` ``` ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_the_length(piece: str) -> None:
    """Eight times the text takes far less than sixty-four times as long."""

    def seconds(size: int) -> float:
        source = Source("a.md", piece * (size // len(piece)))
        start = time.process_time()
        read(source)
        return time.process_time() - start

    small = min(seconds(12_500) for _ in range(3))
    assert seconds(100_000) < 30 * small + 0.05


def test_a_long_line_and_deep_nesting_are_read() -> None:
    read(Source("a.md", "a" * 5_000_000))
    read(Source("a.md", "$" + "{" * 100_000 + "}" * 100_000 + "$"))
    read(Source("a.md", "> " * 100_000 + "```"))


@pytest.mark.parametrize(
    "yaml",
    [
        "a: " + "[" * 100_000,
        "- " * 100_000,
        "{a: " * 100_000,
        "".join(" " * level + "a:\n" for level in range(2000)),
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(50)),
        "a: &a [*a]",
        "a: !!python/object/apply:os.system ['echo no']",
    ],
)
def test_hostile_yaml_costs_nothing_and_keeps_the_body(yaml: str) -> None:
    start = time.process_time()
    note = read(Source("a.md", f"---\n{yaml}\n---\n[[Body]]"))
    assert time.process_time() - start < 5
    assert [link.target for link in note.links if link.key is None] == ["Body"]


def test_an_alias_bomb_is_not_blown_up() -> None:
    rows = ["a0: &a0 [x, x]"]
    rows += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    note = read(Source("a.md", "---\n" + "\n".join(rows) + "\n---\n"))
    assert note.frontmatter is not None
    assert len(note.frontmatter.properties) == 2
