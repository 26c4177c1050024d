"""Offsets and the protocol's positions, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("lsprotocol", reason="lsprotocol is not installed (vaultbp[lsp])")

from vaultbp.lsp.positions import offset, position
from vaultbp.source import Source


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="aя漢😀\t\n\r", max_size=30), st.integers(0, 30))
def test_there_and_back(text: str, at: int) -> None:
    source = Source("a.md", text)
    at = min(at, len(text))
    inside_ending = text[at - 1 : at + 1] == "\r\n"
    if not inside_ending:
        assert offset(source, position(source, at)) == at


def test_columns_count_utf_16_units() -> None:
    source = Source("a.md", "x\n😀я[[")
    place = position(source, 4)
    assert (place.line, place.character) == (1, 3)
