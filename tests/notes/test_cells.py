"""Cells: every fence that Obsidian shows as code, with its lines' own numbers."""

from __future__ import annotations

import pytest

from vaultbp.notes import Cell, read
from vaultbp.source import Source


def cells(text: str) -> list[Cell]:
    return list(read(Source("a.md", text)).cells)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("```python\nx = 1\n```\n", "x = 1\n", 2),
        ("~~~python\nx = 1\n~~~\n", "x = 1\n", 2),
        ("> [!example] t\n> ```python\n> x = 1\n>  y\n> ```\nafter", "x = 1\n y\n", 3),
        ("- item\n  ```python\n  x = 1\n    y\n  ```\n", "x = 1\n  y\n", 3),
        ("1. item\n\n   ```python\n   x = 1\n   ```\n", "x = 1\n", 4),
        ("- a\n\t- b\n\t\t```python\n\t\tx = 1\n\t\t```\n", "x = 1\n", 4),
        ("- ```python\n  x = 1\n  ```\n", "x = 1\n", 2),
        ("  ```python\n  x = 1\n   y\n  ```\n", "x = 1\n y\n", 2),
        ("---\na: 1\n---\n```python\nx = 1\n```\n", "x = 1\n", 5),
        ("a\r\n```python\r\nx = 1\r\ny\r\n```\r\n", "x = 1\ny\n", 3),
        ("```python\nx = 1\n", "x = 1\n", 2),
        ("````python\n```\n````\n", "```\n", 2),
        ("```python\n```\n", "", 2),
        ("> ```python\n> x = 1\nno quote\n", "x = 1\n", 2),
    ],
)
def test_containers(text: str, code: str, line: int) -> None:
    (cell,) = cells(text)
    assert (cell.code, cell.line, cell.language) == (code, line, "python")


@pytest.mark.parametrize(
    "text",
    [
        "%%\n```python\nx\n```\n%%\n",
        "<!--\n```python\nx\n```\n-->\n",
        "x\n\n    ```python\n    x\n    ```\n",
        "```inline```\n",
        "text ```python\n",
        "~~struck~~",
    ],
)
def test_what_is_no_cell(text: str) -> None:
    assert cells(text) == []


def test_a_fence_in_a_longer_fence_is_text() -> None:
    (cell,) = cells("````md\n```python\nx\n```\n````\n")
    assert (cell.language, cell.code) == ("md", "```python\nx\n```\n")


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("py", "python"),
        ("Python", "python"),
        ("{python}", "python"),
        ("python3", "python"),
        ('python title="x" {1,3}', "python"),
        ("{.python .numberLines}", "python"),
        ("{code-cell} ipython3", "python"),
        ("python:main.py", "python"),
        ("", ""),
        ("output", "output"),
        ("Mermaid", "mermaid"),
        ("c++", "c++"),
    ],
)
def test_languages(info: str, language: str) -> None:
    (cell,) = cells(f"```{info}\nx\n```\n")
    assert (cell.language, cell.info) == (language, info)


def test_an_unclosed_fence_is_named() -> None:
    note = read(Source("a.md", "```python\nx = 1\n"))
    assert [name for name, _, _ in note.oddities] == ["unclosed-fence"]
    assert not note.cells[0].closed


def test_a_stray_percent_pair_does_not_hide_a_cell() -> None:
    text = "about 100%% sure\n\n```python\n%%time\nx = 1\n```\n"
    assert [cell.code for cell in cells(text)] == ["%%time\nx = 1\n"]
