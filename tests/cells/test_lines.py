"""Every error stands at the note's own line, and says what an assert compared."""

from __future__ import annotations

import pytest

from tests.cells.running import run_code, run_codes, run_text, run_texts
from vaultbp.cells import execution

PLACES = [
    ("```python\n1/0\n```\n", 2),
    ("---\ntags: [a]\n---\n\n```python\nx = 1\n1/0\n```\n", 7),
    ("# A\r\n\r\n```python\r\nx = 1\r\n1/0\r\n```\r\n", 5),
    ("\ufeff# A\n\n```python\n1/0\n```\n", 4),
    ("> [!example] Sum\n> ```python\n> x = 1\n> 1/0\n> ```\n", 4),
    ("- item\n\n  ```python\n  x = 1\n  1/0\n  ```\n", 5),
    ("  ```python\n  if True:\n    1/0\n  ```\n", 3),
    ("~~~python\n1/0\n~~~\n", 2),
    ("```python\nx = 1\n```\n\nText\n\n```py\nassert x == 1\nassert x == 2\n```\n", 9),
    ("Text\n\n```python\nx = 1\n1/0\n", 5),
    ("Text\x0c and a form feed\n\n```python\n1/0\n```\n", 4),
]
"""Notes and the line on disk at which their last cell fails."""


def test_the_line_is_the_one_on_disk() -> None:
    results = run_texts([text for text, _ in PLACES])
    found = [note[-1].error.line if note[-1].error else None for note in results]
    assert found == [line for _, line in PLACES]


def test_syntax_errors_point_at_their_line_and_column() -> None:
    (result,) = run_text("> [!example]\n> ```python\n> x = 1\n> y = = 2\n> ```\n")
    assert result.error is not None
    assert (result.error.type, result.error.line, result.error.column) == ("SyntaxError", 4, 7)


def test_syntax_errors_found_after_parsing_too() -> None:
    error = run_code("x = 1\nreturn x").error
    assert error is not None
    assert (error.type, error.line) == ("SyntaxError", 5)


def test_tracebacks_show_the_notes_own_lines() -> None:
    _, result = run_codes("def half(x):\n    return x / 0", "half(3)")
    assert result.error is not None
    assert result.error.line == 5
    assert result.error.traceback == (
        "note.md:11 in <module>: half(3)",
        "note.md:5 in half: return x / 0",
    )


def test_an_error_inside_numpy_stands_at_the_call() -> None:
    error = run_code("import numpy as np\nnp.linalg.inv(np.zeros((2, 2)))").error
    assert error is not None
    assert (error.type, error.line) == ("LinAlgError", 5)


ASSERTS = [
    ("loss = 0.25\nassert loss < 0.1", "loss = 0.25"),
    ("x = 3\nassert x + 1 == 5, 'too small'", "too small"),
    ("x = 3\nassert x + 1 == 5, 'too small'", "x + 1 = 4"),
    ("def f(a): return a * 2\nassert f(4) == 9", "f(4) = 8"),
    ("import math\ny = 1.5\nassert math.isclose(y, 2)", "y = 1.5"),
    ("v = {'a': 1}\nassert v['a'] == 2 and v", "v['a'] = 1"),
    ("empty = []\nassert empty", "empty = []"),
    ("class A:\n  b = 7\nassert not A.b", "A.b = 7"),
    ("class Bad:\n  def __repr__(self): 1/0\nbad = Bad()\nassert bad is None", "repr raised"),
]
"""Cells with a failing assert, and what the message must hold."""


@pytest.mark.parametrize("explained_at_once", [True, False])
def test_a_failed_assert_shows_its_operands(
    explained_at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "FEW", 100 if explained_at_once else 0)
    results = run_texts([f"```python\n{code}\n```\n" for code, _ in ASSERTS])
    for (code, shown), (result,) in zip(ASSERTS, results, strict=True):
        assert result.error is not None
        assert result.error.type == "AssertionError"
        assert result.error.line == 1 + len(code.split("\n"))
        assert shown in result.error.message, code


def test_an_assert_that_fails_only_once_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "FEW", 0)
    code = "import os\nbit = os.urandom(4)[0] % 2\nassert bit == 9\n"
    result = run_code(code)
    assert result.error is not None
    assert (result.error.type, result.error.line) == ("AssertionError", 6)


def test_operands_of_an_assert_are_evaluated_once_and_in_order() -> None:
    code = (
        "seen = []\n"
        "def say(x):\n    seen.append(x)\n    return x\n"
        "assert say(1) < say(2) < say(3) and say(4) and (say(0) or say(5))\n"
        "assert say(6) == 6 or say(7)\n"
        "assert seen == [1, 2, 3, 4, 0, 5, 6], seen\n"
        "class Body:\n    assert say(8)\n"
        "assert not [name for name in vars(Body) if '@' in name]\n"
        "def inner():\n    assert say(9) == 9\n    return 1\n"
        "assert inner() == 1\n"
    )
    first, second = run_codes(code, "print([name for name in globals() if '@' in name])")
    assert first.status == "passed", first.error
    assert second.stdout == "[]\n"
