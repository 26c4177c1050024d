"""Source: positions on disk."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultbp.source import Source

TEXTS = st.text(st.sampled_from("ab \t\n\r\f\v\u2028é界😀\0") | st.characters(codec="utf-8"))


@given(TEXTS)
def test_every_offset_is_at_the_place_it_says(text: str) -> None:
    source = Source("n.md", text)
    for offset in range(len(text) + 1):
        line, column = source.position(offset)
        assert source.line_starts[line - 1] + column - 1 == offset
        assert source.offset(line, column) == offset


@given(TEXTS)
def test_lines_put_together_are_the_text(text: str) -> None:
    source = Source("n.md", text)
    starts = [*source.line_starts, len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(starts)]
    assert "".join(pieces) == text
    for number, piece in enumerate(pieces, 1):
        assert source.line(number) == piece.rstrip("\r\n")


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("ab\ncd", 3, (2, 1)),
        ("ab\r\ncd", 4, (2, 1)),
        ("ab\rcd", 3, (2, 1)),
        ("a\u2028b\fc\x85d\ne", 8, (2, 1)),
        ("Ωж界\nx", 2, (1, 3)),
        ("", 0, (1, 1)),
        ("a\n", 2, (2, 1)),
    ],
)
def test_places(text: str, offset: int, place: tuple[int, int]) -> None:
    assert Source("n.md", text).position(offset) == place


@given(st.binary())
def test_decoding_never_raises(data: bytes) -> None:
    source = Source.from_bytes("n.md", data)
    if source.damage is None:
        assert source.text.encode(source.encoding) == data[3 if source.bom else 0 :]


@pytest.mark.parametrize(
    ("data", "text", "damage"),
    [
        (b"\xef\xbb\xbfabc", "abc", None),
        ("жa".encode("utf-16"), "жa", "is UTF-16-LE, not UTF-8"),
        (b"ok\nab\xe9c", "ok\nab\ufffdc", "is not UTF-8: byte 0xe9 on line 2"),
        (b"a\nb\0c", "a\nb\0c", "holds a NUL byte (line 2)"),
    ],
)
def test_damage_is_named(data: bytes, text: str, damage: str | None) -> None:
    source = Source.from_bytes("n.md", data)
    assert (source.text, source.damage) == (text, damage)
