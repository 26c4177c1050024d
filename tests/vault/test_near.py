"""Near names are those that a comparison of every pair finds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from vaultbp.vault.near import Near, letters


def shortened(name: str) -> set[str]:
    if not 4 <= len(name) <= 60:
        return {name}
    return {name} | {name[:at] + name[at + 1 :] for at in range(len(name))}


def brute(files: list[str], target: str) -> list[str]:
    """Every file whose name can be made the same as the target's."""
    wanted = shortened(letters(target))
    return [path for path in files if shortened(letters(path)) & wanted]


words = st.text("ab", min_size=1, max_size=9) | st.text("abcdé -", min_size=1, max_size=70)


@settings(max_examples=300, deadline=None)
@given(st.sets(words.map(lambda word: f"{word}.md"), max_size=30), words)
def test_as_every_pair(files: set[str], target: str) -> None:
    ordered = sorted(files)
    expected = brute(ordered, target) if letters(target) else []
    found = Near(ordered).find(target)
    assert set(found) <= set(expected)
    assert len(found) == min(len(expected), 3)
    same = [path for path in expected if letters(path) == letters(target)]
    assert found[: len(same)] == sorted(same, key=lambda path: (len(path), path))[:3]


def test_slips() -> None:
    near = Near(["Gradient.md", "a/Chain rule.md", "Loss.md", "abc.md"])
    assert near.find("Gradeint") == ["Gradient.md"]
    assert near.find("chain-rules") == ["a/Chain rule.md"]
    assert near.find("radientG") == ["Gradient.md"]
    assert near.find("abd") == []
    assert near.find("abcd") == ["abc.md"]
    assert near.find("") == []
