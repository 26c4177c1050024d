"""Equations that hold as they are read and prove nothing."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claims


@pytest.mark.parametrize(
    ("note", "formula", "status"),
    [
        ("$gh = hg$", "gh", "unchecked"),
        ("$uv = vu$ for all of them", "uv", "unchecked"),
        ("Solve $cs = b$.\n\nNow $cs = b$ and so on.", "cs = b", "unchecked"),
        ("$M = 3u$ and $u = 2v$.\n\n$$M = 6v$$", "M = 6v", "verified"),
        ("$$\\frac{d}{du} (u^2 v) = 2uv = 2vu$$", "2uv", "verified"),
        ("$$\\frac{d}{du} (u^2 v) = 2uv$$\n\n$$2uv = v \\cdot 2u$$", "2uv = v", "verified"),
    ],
)
def test_equations(note: str, formula: str, status: str) -> None:
    found = {c.status for c in claims(note) if formula in c.source}
    assert found - {"definition"} == {status}
