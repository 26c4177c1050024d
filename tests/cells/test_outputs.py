"""Output fences: compared by meaning, updated byte by byte."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cells.running import run_text, run_texts
from vaultbp import fixes
from vaultbp.cells.outputs import differs, edits
from vaultbp.notes import read
from vaultbp.source import Source


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("1\n", "1\n"),
        ("0.3333333\n", "0.33333333333\n"),
        ("1e-3", "0.001"),
        ("[1. 2. 3.]", "[ 1.  2.  3.]\n"),
        ("[[1 2]\n [3 4]]", "[[1  2] [3  4]]"),
        ("loss ... end", "loss 0.25 after 10 steps end"),
        ("first\n...\nlast", "first\nsecond\nthird\nlast"),
        ("start …", "start and more"),
        ("...", ""),
        ("nan inf -inf", "nan inf -inf"),
        ("a\n\n\nb", "a\nb\n"),
        ("x = -1.0000000001", "x = -1"),
        ("", ""),
        ("x-1", "x - 1"),
    ],
)
def test_the_same_by_meaning(expected: str, printed: str) -> None:
    assert differs(expected, printed) is None


@pytest.mark.parametrize(
    ("expected", "printed", "line"),
    [
        ("1", "2", 1),
        ("1000001", "1000002", 1),
        ("0.33", "0.333333", 1),
        ("a\nb", "a\nc", 2),
        ("a", "a\nb", 1),
        ("a\nb", "a", 2),
        ("a b", "ab", 1),
        ("a b", "a\nb", 1),
        ("", "1", 1),
        ("1", "", 1),
        ("1.0", "-1.0", 1),
        ("x = 1", "x = -1", 1),
        ("a ... c\nd", "a b c\ne", 2),
        ("nan", "1.0", 1),
    ],
)
def test_a_difference_is_seen_at_its_line(expected: str, printed: str, line: int) -> None:
    assert differs(expected, printed) == line


@given(st.text(alphabet="ab1.-e[]( \n", max_size=40))
@settings(deadline=None, max_examples=300)
def test_text_never_differs_from_itself(text: str) -> None:
    assert differs(text, text) is None


@given(st.lists(st.floats(allow_nan=False), max_size=5), st.integers(0, 4))
@settings(deadline=None, max_examples=200)
def test_numbers_far_apart_always_differ(values: list[float], place: int) -> None:
    if place >= len(values) or abs(values[place]) > 1e300:
        return
    changed = list(values)
    changed[place] += math.copysign(abs(changed[place]) * 0.001 + 0.001, changed[place])
    if values[place] == changed[place]:
        return
    text, other = (" ".join(map(repr, part)) for part in (values, changed))
    assert differs(text, other) == 1


def updated(*texts: str) -> list[str]:
    """The notes as ``run --update`` leaves them."""
    found = []
    for text, results in zip(texts, run_texts(texts), strict=True):
        source = Source.from_bytes("note.md", text.encode())
        changes = list(edits(read(source), results))
        found.append(("\ufeff" if source.bom else "") + fixes.apply(source.text, changes))
    return found


def test_an_output_that_differs_fails_at_its_line() -> None:
    text = "```python\nprint('a'); print('b')\n```\n\n```output\na\nc\n```\n\n```python\nprint(1)\n```\n"
    first, second = run_text(text)
    assert first.status == "failed"
    assert first.error is not None
    assert (first.error.type, first.error.line) == ("OutputDiffers", 7)
    assert "'c'" in first.error.message
    assert "'b'" in first.error.message
    assert second.status == "passed"


def test_only_the_fence_next_to_the_cell_counts() -> None:
    text = "```python\nprint(1)\n```\n\nProse between.\n\n```output\n2\n```\n"
    assert run_text(text)[0].status == "passed"


HOLDERS = [
    "```python\nprint(1)\n```\n\n```output\n2\n```\n\nafter  \t\n",
    "# T\r\n\r\n```python\r\nprint(1)\r\n```\r\n\r\n```output\r\n2\r\n```\r\nafter\r\n",
    "\ufeff```python\nprint(1)\n```\n```output\n2\n```",
    "> [!example] T\n> ```python\n> print(1)\n> ```\n>\n> ```output\n> 2\n> ```\n\nafter\n",
    "- a\n\n  ```python\n  print(1)\n  ```\n\n  ```output\n  2\n  ```\n- b\n",
]


def test_only_the_bytes_of_the_output_change_and_what_was_updated_stays() -> None:
    once = updated(*HOLDERS)
    for text, new in zip(HOLDERS, once, strict=True):
        before, _, after = text.rpartition("2")
        assert new == f"{before}1{after}"
    assert [[result.status for result in note] for note in run_texts(once)] == [["passed"]] * len(
        once
    )
    assert updated(*once) == once


PRINTED = [
    "```", "a\n```python\nx\n```", "~~~", "``````", "a\r\nb\rc", "", " \n ", "x\x00y", "\ufeff", "%%", "> a"
]  # fmt: skip


def test_output_that_looks_like_markdown_stays_inside_its_fence() -> None:
    texts = [
        f"before\n\n```python\nprint({printed!r})\n```\n\n{fence}output\nold\n{fence}\n\n"
        "```python\nprint('next')\n```\n\n```output\nnext\n```\n"
        for printed in PRINTED
        for fence in ("```", "~~~", "````")
    ]
    once = updated(*texts)
    for text, new, results in zip(texts, once, run_texts(once), strict=True):
        assert [result.status for result in results] == ["passed", "passed"], new
        languages = [cell.language for cell in read(Source("note.md", new)).cells]
        assert languages == ["python", "output"] * 2
        assert new.startswith(text[: text.index("output\nold") - 4])
        assert new.endswith("\n\n```python\nprint('next')\n```\n\n```output\nnext\n```\n")


def test_a_cell_that_prints_gets_a_fence_and_a_silent_one_does_not() -> None:
    text = "> ```python\n> print(1)\n> ```\n\n```python\nx = 1\n```\n"
    assert updated(text) == [
        "> ```python\n> print(1)\n> ```\n>\n> ```output\n> 1\n> ```\n\n```python\nx = 1\n```\n"
    ]


def test_cells_that_did_not_run_to_their_end_are_left_alone() -> None:
    text = "```python\nprint(1)\n1/0\n```\n\n```output\n2\n```\n"
    assert updated(text) == [text]


@settings(max_examples=200, deadline=None)
@given(
    st.floats(1e-300, 1e300),
    st.sampled_from(["{}", "{:e}", "[{} 1.5]", "x={}", "({}+2j)", "{}j", "(1-{}j)", "-{}"]),
)
def test_numbers_agree_to_six_digits_however_small(number: float, frame: str) -> None:
    """Also the constants of physics, which lie below any fixed bound."""
    near, far = number * (1 + 1e-9), number * 1.001
    assert differs(frame.format(number), frame.format(near)) is None
    alone = not any(digit in frame for digit in "12")
    if alone or number > 1e-6:
        assert differs(frame.format(number), frame.format(far)) == 1


@pytest.mark.parametrize(
    ("said", "printed", "same"),
    [
        ("1.602e-19", "6.626e-34", False),
        ("1.0 2.2e-16", "1.0 1.1e-16", True),
        ("0.0", "1.2e-16", True),
        ("1-1e-17j", "1+0j", True),
        ("1+2j", "1+2.1j", False),
        ("2j", "2", False),
        ("nan nanj", "nan nanj", True),
        ("nan", "0.0", False),
        ("inf", "-inf", False),
        ("9" * 5000, "9" * 4999 + "8", False),
        ("0" + "9" * 5000, "9" * 5000, True),
        ("-007", "-7", True),
        ("-0", "0", True),
        ("7", "-7", False),
    ],
)
def test_numbers(said: str, printed: str, same: bool) -> None:
    assert (differs(said, printed) is None) == same
