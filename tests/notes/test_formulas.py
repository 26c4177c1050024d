"""Formulas: what is one, where it stands, and what is none."""

from __future__ import annotations

import pytest

from vaultbp.notes import Formula, read
from vaultbp.source import Source


def formulas(text: str) -> list[Formula]:
    return list(read(Source("a.md", text)).formulas)


def found(text: str) -> list[tuple[str, str]]:
    return [(formula.form, formula.text.strip()) for formula in formulas(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a $x^2$ b", [("inline", "x^2")]),
        ("$a$$b$", [("inline", "a"), ("inline", "b")]),
        ("$a +\nb = c$", [("inline", "a +\nb = c")]),
        ("$$x = 1$$", [("display", "x = 1")]),
        ("$$a$$ and $$b$$", [("display", "a"), ("display", "b")]),
        ("$$\na\n\nb\n$$", [("display", "a\n\nb")]),
        ("\\(x\\) and \\[y = 1\\]", [("inline", "x"), ("display", "y = 1")]),
        ("\\[\ny\n=\n1\n\\]", [("display", "y\n=\n1")]),
        (
            "\\begin{align}a &= b\\\\ c &= d\\end{align}",
            [("environment", "\\begin{align}a &= b\\\\ c &= d\\end{align}")],
        ),
        ("```math\na = b\n```\n", [("fence", "a = b")]),
        ("- list\n  ```math\n  a = b\n  ```\n", [("fence", "a = b")]),
        ("> $$\n> a\n> = b\n> $$", [("display", "a\n  = b")]),
        ("$ \\frac{1}{2} $", [("inline", "\\frac{1}{2}")]),
        ("$a \\text{ if } b$", [("inline", "a \\text{ if } b")]),
        ("$\\$5$", [("inline", "\\$5")]),
    ],
)
def test_forms(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "it costs $5 and that $10 more",
        "$5 [[Link]] and 10$",
        "\\$x\\$",
        "`$x$`",
        "```\n$x$\n```\n",
        "```python\ny = '$x$'\n```\n",
        "<!-- $x$ -->",
        "%% $x$ %%",
        "%%\n$$x = 1$$\n%%\n",
        "$x\n\ny$",
        "\\[citation needed\\]",
        "\\[[[Note]]\\]",
        "\\(see below\\)",
        "x\n\n    $y$\n",
        "US$ and CA$ are currencies",
        "$x$2",
    ],
)
def test_what_is_no_formula(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    ["$$a = b\n\n# Heading\n\n$x$", "$$a = b\n```\ncode\n```\n\n$x$", "so $$a = b\n\nmore. $x$"],
)
def test_an_unclosed_display_formula_swallows_nothing(text: str) -> None:
    note = read(Source("a.md", text))
    assert [(formula.form, formula.text) for formula in note.formulas] == [("inline", "x")]
    assert [name for name, _, _ in note.oddities] == ["unclosed-math"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("∂L/∂w = ∂L/∂a × ∂a/∂w", "∂L/∂w = ∂L/∂a × ∂a/∂w"),
        ("- **∂L/∂w = 2x**", "∂L/∂w = 2x"),
        ("1. dy/dx = dy/du · du/dx", "dy/dx = dy/du · du/dx"),
        ("**Gradient:** ∇f = 2x", "∇f = 2x"),
        ("- `∂L/∂w = 2x`: the gradient", "∂L/∂w = 2x"),
        ("```\n∂L/∂w = 2x    # a remark\n```", "∂L/∂w = 2x"),
        ("∂L/∂w = ∂L/∂a × ∂a/∂w\n      = 2x", "∂L/∂w = ∂L/∂a × ∂a/∂w\n      = 2x"),
    ],
)
def test_unicode_lines(line: str, expected: str) -> None:
    text = f"Before.\n\n{line}\n\nAfter."
    note = formulas(text)
    assert [(formula.form, formula.text) for formula in note] == [("unicode", expected)]


@pytest.mark.parametrize(
    "line",
    [
        "The slope ∂L/∂w = 2x tells how far to go",
        "Where ∂L means a change of the loss = error",
        "| ∂L/∂w = 2x | y |",
        "```python\n∂ = 1 # dy/dx = 2\n```",
        "%% ∂L/∂w = 2x %%",
        "$∂L/∂w$ = ∂x",
        "path/data = d1/d2 of the whole",
    ],
)
def test_prose_with_unicode_marks_is_no_formula(line: str) -> None:
    assert [item for item in formulas(line) if item.form == "unicode"] == []


def test_equations_beside_a_marked_one_in_a_plain_fence_count() -> None:
    text = "```\nz = w x + b\n∂z/∂w = x\nnot an equation\n```\n"
    assert found(text) == [("unicode", "z = w x + b"), ("unicode", "∂z/∂w = x")]


def test_image_addresses_are_decoded_and_keep_their_places() -> None:
    text = "![x](https://e.com/equation?tex=%5Cfrac%7Ba%7D%7Bb%7D+%3D+%CE%B4) after"
    (formula,) = formulas(text)
    assert (formula.form, formula.text) == ("image", "\\frac{a}{b} = δ")
    assert formula.offsets is not None
    assert text[formula.offsets[1]] == "f"
    assert text[formula.offsets[-1] :].startswith("%CE%B4")
    assert text[formula.span.start : formula.span.end] == text[: text.index(" after")]


def test_prose_around() -> None:
    text = "# H\n\nIf $i = j$:\n\n$$a = b$$\nwhere $c$ holds.\n\nNext."
    first, second, third = formulas(text)
    assert (first.before, first.after) == ("If", ":")
    assert second.before == "If $i = j$:"
    assert second.after == "where"
    assert third.after == "holds."


def test_columns_in_a_quote_of_crlf_lines() -> None:
    text = "> one\r\n> $$\r\n> a = b\r\n> $$\r\n"
    source = Source("a.md", text)
    (formula,) = read(source).formulas
    at = formula.text.index("a")
    assert source.position(formula.body.start + at) == (3, 3)
    assert ">" not in formula.text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("so that then$$\n\tx = 1\n\n\ty = 2\n$$\nb", ["x = 1\n\n\ty = 2"]),
        (
            "a $$ \\begin{align} x &= 1\n\n y\n\\end{align} $$ b",
            ["\\begin{align} x &= 1\n\n y\n\\end{align}"],
        ),
        (
            "$$ \\begin{matrix}\n~~~7 ~ 9\n\\end{matrix} $$",
            ["\\begin{matrix}\n~~~7 ~ 9\n\\end{matrix}"],
        ),
        ("that is $$ a = b\n~~~~~~~\nc = d $$", ["a = b\n~~~~~~~\nc = d"]),
        ("it costs $$$ or $$$$ a day", []),
        ("$$a$$$b$", ["a", "b"]),
    ],
)
def test_double_dollars_where_people_put_them(text: str, found: list[str]) -> None:
    note = read(Source("a.md", text))
    assert [formula.text.strip() for formula in note.formulas] == found
    assert not note.oddities


def test_a_mark_in_a_sentence_does_not_reach_over_a_blank_line() -> None:
    note = read(Source("a.md", "it costs $$ a\n\nb and $$ c"))
    assert not note.formulas
    assert len(note.oddities) == 2
