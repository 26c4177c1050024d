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


def test_a_function_said_again_is_a_definition() -> None:
    note = "The derivative of $p(u) = u^2 \\cos u$ is wanted.\n\n$$p(u) = u^2 \\cos u$$\n\n$$p'(u) = {}$$\n"
    found = claims(note.format(r"2 u \cos u - u^2 \sin u"))
    assert [c.status for c in found] == ["definition", "definition", "verified"]
    assert claims(note.format(r"2 u \cos u + u^2 \sin u"))[-1].status == "wrong"
