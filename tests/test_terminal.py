"""Excerpts: carets stand under what they mean, whatever the script."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultbp.source import Source, Span
from vaultbp.terminal import Palette, clip, excerpt, pad, width


def rows(text: str, start: int, end: int, columns: int = 80) -> list[str]:
    return excerpt(Source("n.md", text), Span(start, end), columns, Palette(), "error")


@pytest.mark.parametrize(
    ("text", "word"),
    [("a plain word here", "word"), ("привет мир", "мир"), ("界界 x 界", "x"), ("\ta\tbad", "bad")],
)
def test_carets_stand_under_the_word(text: str, word: str) -> None:
    start = text.index(word)
    _, shown, marks = rows(text, start, start + len(word))
    before = shown[: shown.index(word)]
    assert width(before) == marks.index("^")
    assert marks.count("^") == width(word)


def test_a_long_line_is_cut_around_the_span() -> None:
    text = "x" * 500 + "HERE" + "y" * 500
    _, shown, marks = rows(text, 500, 504)
    assert "HERE" in shown
    assert width(shown) <= 80
    assert shown.index("HERE") == marks.index("^")


def test_an_excerpt_costs_nothing_more_in_a_very_long_line() -> None:
    """Ten thousand excerpts of a line of five million characters: seconds only if each reads it all."""
    source = Source("n.md", "word [[x]] " * 450_000)
    start = time.process_time()
    for at in range(0, 4_500_000, 450):
        excerpt(source, Span(at, at + 5), 80, Palette(), "error")
    assert time.process_time() - start < 5


def test_many_lines_show_their_ends() -> None:
    text = "\n".join(f"line {number}" for number in range(1, 12))
    shown = "\n".join(rows(text, 0, len(text)))
    assert "line 1" in shown
    assert "line 11" in shown
    assert "line 6" not in shown


@given(
    st.text(max_size=200) | st.text("a界😀\u0301\t \n", max_size=400),
    st.integers(0, 420),
    st.integers(0, 220),
    st.sampled_from([20, 40, 80]),
)
def test_no_text_breaks_it(text: str, start: int, length: int, columns: int) -> None:
    for row in rows(text, start, start + length, columns):
        assert "\n" not in row
        assert "\x1b" not in row
        assert width(row) <= columns


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), st.integers(1, 30))
def test_clip_keeps_to_the_width(text: str, columns: int) -> None:
    assert width(clip(text, columns)) <= max(columns, 1)
    assert width(pad("界", 5)) == 5


def test_widths_told_without_the_tables_are_those_of_the_tables() -> None:
    from wcwidth import wcwidth

    told = [c for c in map(chr, range(128, 0x3000)) if width(c) != max(wcwidth(c), 0)]
    assert not told
