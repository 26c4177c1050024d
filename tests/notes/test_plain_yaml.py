"""Properties read without a parser are those that the YAML parser reads, or none are."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vaultbp.notes import frontmatter
from vaultbp.notes.frontmatter import read_frontmatter
from vaultbp.notes.plain_yaml import read_plain

PIECES = st.sampled_from(
    [
        *("a", "b c", "x  y", "http://x.y/z", "12:30", "true", "é", "日本", "😀", "(x)", "a: b"),
        *("a:b", "- ", " - ", "? ", " # c", "= ", *"-?'\"[],{}!&*@%|>\\`~$:"),
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=4).map("".join)
VALUES = st.one_of(
    TEXTS,
    TEXTS.map(lambda text: f'"{text}"'),
    TEXTS.map(lambda text: f"'{text}'"),
    st.lists(TEXTS, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    st.sampled_from(['"[[A]]"', "'[[A|b]]'", "[[A]]", "see [[A]] now", "[a](b.md)", "[]", ""]),
)
KEYS = st.sampled_from(["a: ", "date created: ", "x-y:  ", "a.b: ", "é: ", "1: ", "a:", "a : "])
ITEMS = st.sampled_from(["- ", "- ", "  - ", "   -  ", "-"])
LINES = st.tuples(st.one_of(KEYS, ITEMS, st.just("")), VALUES, st.sampled_from(["", "", " "]))
BLOCKS = st.lists(LINES.map("".join), max_size=5).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(BLOCKS)
@example("a:\n- b\n- 'c'\n\nd: [x , y]\ne:")
@example("a:\n- \n-\nb: \n  - \n  - c")
@example("a:\n- \n  - b")
@example("a: b\n  - c")
@example("a:\n  - b\n    - c")
def test_the_parser_reads_the_same(block: str) -> None:
    text = f"---\n{block}\n---\n"
    one = read_frontmatter(text, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frontmatter, "read_plain", lambda _: None)
        two = read_frontmatter(text, text)
    assert one == two


@pytest.mark.parametrize(
    "block",
    [
        *('title: Loss, a "definition"', "up: '[[A]]'", "tags: [a, b c]"),
        *("aliases:\n  - One\n  - Two", "date: 2024-01-01T12:30:00", "a:\nb:\n"),
    ],
)
def test_what_is_plain_needs_no_parser(block: str) -> None:
    assert read_plain(block) is not None


@pytest.mark.parametrize(
    "block", ["a: [[b]]", "a: |\n  b", "a: &b c", "a: b # c", "a:\n  b: c", 'a: "\\n"', "a: {b: c}"]
)
def test_the_rest_is_left_to_the_parser(block: str) -> None:
    assert read_plain(block) is None
