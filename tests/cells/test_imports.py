"""Imports between notes: ``imports: "[[Line fit]]"`` runs that note's cells first."""

from __future__ import annotations

from pathlib import Path

from vaultbp import cells
from vaultbp.cells import Run
from vaultbp.cells.cache import Cache
from vaultbp.notes import read
from vaultbp.source import Source
from vaultbp.vault import index


def note(links: str, *codes: str) -> str:
    """A note that imports ``links`` (YAML) and has these cells."""
    fences = "".join(f"```python\n{code}\n```\n\n" for code in codes)
    return f"---\nimports: {links}\n---\n\n{fences}" if links else fences


def run_vault(texts: dict[str, str], *, cache: Cache | None = None) -> Run:
    vault = index([read(Source(path, text)) for path, text in texts.items()])
    return cells.run(vault.notes, lookup=vault.note_at, cache=cache)


def one(run: Run, path: str) -> cells.CellResult:
    return run.results[path][0]


def test_names_of_an_imported_note_are_there_and_its_output_is_not() -> None:
    run = run_vault(
        {
            "Lib.md": note("", "def twice(x):\n    return 2 * x", "print('lib')"),
            "Use.md": note('"[[Lib]]"', "print(twice(21))"),
        }
    )
    assert one(run, "Use.md").stdout == "42\n"
    assert [result.path for result in run.cells] == ["Lib.md", "Lib.md", "Use.md"]


def test_imports_go_on_through_other_notes_once_each() -> None:
    run = run_vault(
        {
            "A.md": note("", "order = ['A']"),
            "folder/B.md": note('"[[A]]"', "order.append('B')"),
            "C.md": note('["[[A]]", "[[B]]"]', "order.append('C')\nprint(order)"),
        }
    )
    assert one(run, "C.md").stdout == "['A', 'B', 'C']\n"


def test_a_missing_import_stands_at_its_link() -> None:
    run = run_vault({"Use.md": note('"[[Nowhere]]"', "x = 1", "y = 1")})
    first, second = run.cells
    assert first.status == "failed"
    assert first.error is not None
    assert (first.error.type, first.error.line) == ("ImportError", 2)
    assert "Nowhere" in first.error.message
    assert second.status == "skipped"


def test_a_circle_is_named_and_nothing_of_it_runs() -> None:
    run = run_vault({"A.md": note('"[[B]]"', "x = 1"), "B.md": note('"[[A]]"', "x = 2")})
    error = one(run, "A.md").error
    assert error is not None
    assert "A.md → B.md → A.md" in error.message


def test_a_failing_import_names_the_place_that_failed() -> None:
    run = run_vault({"Lib.md": note("", "x = 1\n1/0"), "Use.md": note('"[[Lib]]"', "print(x)")})
    error = one(run, "Use.md").error
    assert error is not None
    assert (error.type, error.line) == ("ImportError", 2)
    assert "Lib.md:3: ZeroDivisionError" in error.message


def test_an_error_below_an_imported_function_points_at_the_importing_cell() -> None:
    run = run_vault(
        {
            "Lib.md": note("", "def bad():\n    return 1/0"),
            "Use.md": note('"[[Lib]]"', "x = 1\nbad()"),
        }
    )
    error = one(run, "Use.md").error
    assert error is not None
    assert error.line == 7
    assert error.traceback[-1].startswith("Lib.md:3 in bad")


def test_without_a_vault_an_import_is_not_passed_over() -> None:
    text = note('"[[Lib]]"', "x = 1")
    (result,) = cells.run([read(Source("Use.md", text))]).cells
    assert result.status == "failed"


def test_a_change_in_an_imported_note_runs_its_importers_again(tmp_path: Path) -> None:
    texts = {"Lib.md": note("", "x = 1"), "Use.md": note('"[[Lib]]"', "print(x)")}
    states = []
    for lib in ("x = 1", "x = 1", "x = 2"):
        with Cache(tmp_path / "cells.sqlite") as kept:
            texts["Lib.md"] = "Prose that changes nothing.\n\n" + note("", lib)
            result = one(run_vault(texts, cache=kept), "Use.md")
            states.append((result.cached, result.stdout))
    assert states == [(False, "1\n"), (True, "1\n"), (False, "2\n")]
