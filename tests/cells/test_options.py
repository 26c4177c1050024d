"""The info string: what it asks for is done, and no word of it is swallowed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cells.running import make_note, run_code, run_codes, run_text
from vaultbp.cells.options import Options, read_options
from vaultbp.notes import Cell
from vaultbp.source import Span


def options(info: str) -> Options:
    cell = Cell(Span(0, 0), info, Span(100, 100 + len(info)), "python", "", 1)
    return read_options(cell)


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ("python", {}),
        ("py name=fit", {"name": "fit"}),
        ('Python title="the fit"', {"name": "the fit"}),
        ("python name='a b' skip", {"name": "a b", "skip": "marked skip"}),
        ('python skip="needs a GPU"', {"skip": "needs a GPU"}),
        ("python raises=ValueError timeout=2.5", {"raises": "ValueError", "timeout": 2.5}),
        ("python raises=numpy.linalg.LinAlgError", {"raises": "numpy.linalg.LinAlgError"}),
        ("{python isolated show=plot}", {"isolated": True, "plot": True}),
        ("{python, name=fit, skip}", {"name": "fit", "skip": "marked skip"}),
        ("{.python name=fit}", {"name": "fit"}),
        ("{python} timeout=3", {"timeout": 3.0}),
        ("{code-cell} ipython3 name=fit", {"name": "fit"}),
        ("{.python .input #fit .numberLines skip}", {"skip": "marked skip"}),
    ],
)
def test_options_are_read(info: str, expected: dict[str, object]) -> None:
    found = options(info)
    assert found.notices == ()
    given = {name: getattr(found, name) for name in expected}
    assert given == expected


@pytest.mark.parametrize(
    ("info", "word", "message"),
    [
        ("python tiemout=3", "tiemout=3", "did you mean `timeout`?"),
        ("python {1,3}", "{1,3}", "not an option"),
        ("python hl_lines=2", "hl_lines=2", "known: name"),
        ("python timeout=soon", "timeout=soon", "number of seconds"),
        ("python timeout=nan", "timeout=nan", "number of seconds"),
        ("python timeout=-1", "timeout=-1", "number of seconds"),
        ("python raises", "raises", "needs a value"),
        ("python show=table", "show=table", "only show=plot"),
        ("{.python .skip}", ".skip", "did you mean `skip`?"),
        ("python name=a  wat", "wat", "not an option"),
    ],
)
def test_what_is_not_understood_is_noticed_at_its_place(info: str, word: str, message: str) -> None:
    (notice,) = options(info).notices
    assert info[notice.span.start - 100 : notice.span.end - 100] == word
    assert message in notice.message


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=200)
def test_reading_never_raises_and_every_notice_has_its_place(tail: str) -> None:
    info = f"python {tail}"
    for notice in options(info).notices:
        assert 100 <= notice.span.start < notice.span.end <= 100 + len(info)


def test_skipped_cells_say_why() -> None:
    result = run_code("1/0", info='python skip="needs a GPU"')
    assert result.status == "skipped"
    assert result.error is not None
    assert result.error.message == "needs a GPU"


@pytest.mark.parametrize("name", ["ValueError", "Exception", "UnicodeError", "builtins.ValueError"])
def test_an_expected_exception_passes(name: str) -> None:
    assert run_code("'ä'.encode('ascii')", info=f"python raises={name}").status == "passed"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("x = 1", "DidNotRaise"),
        ("1/0", "ZeroDivisionError"),
        ("import os; os._exit(0)", "DidNotFinish"),
    ],
)
def test_an_expected_exception_must_come(code: str, kind: str) -> None:
    error = run_code(code, info="python raises=ValueError").error
    assert error is not None
    assert error.type == kind


def test_an_expected_syntax_error_passes() -> None:
    assert run_code("x = = 1", info="python raises=SyntaxError").status == "passed"


def test_a_cell_goes_on_after_an_expected_exception() -> None:
    text = "```python raises=ZeroDivisionError\nx = 1\n1/0\n```\n\n```python\nprint(x)\n```\n"
    assert [result.status for result in run_text(text)] == ["passed", "passed"]


def test_an_isolated_cell_shares_nothing_and_stops_nothing() -> None:
    text = (
        "```python\nx = 1\n```\n\n```python isolated\nprint('x' in globals())\n1/0\n```\n\n"
        "```python\nprint(x)\n```\n"
    )
    first, alone, last = run_text(text)
    assert (alone.status, alone.stdout) == ("failed", "False\n")
    assert (first.status, last.status, last.stdout) == ("passed", "passed", "1\n")


def test_a_cells_own_timeout_is_kept() -> None:
    result = run_code("while True: pass", info="python timeout=0.4")
    assert result.status == "timeout"
    assert result.seconds == 0.4


def test_names_default_to_numbers() -> None:
    assert [result.name for result in run_codes("x = 1", "x = 2")] == ["cell 1", "cell 2"]


def test_a_plot_that_was_promised_and_not_drawn_is_noticed() -> None:
    assert "drew no figure" in run_code("x = 1", info="python show=plot").notices[0]


def test_figures_are_captured() -> None:
    pytest.importorskip("matplotlib")
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])"
    first, second = run_codes(code, "x = 1", info="python show=plot", timeout=60.0)
    assert first.status == "passed", first
    assert first.figures[0].startswith("iVBOR"), "PNG in base64"
    assert second.figures == ()


def test_a_note_made_of_other_languages_has_no_results() -> None:
    assert run_text("```js\nlet x\n```\n\n```python-repl\n>>> 1\n```\n") == ()


def test_notices_of_options_come_with_the_result() -> None:
    assert "did you mean `skip`" in run_code("x = 1", info="python skp").notices[0]
    assert make_note("x = 1").cells[0].language == "python"
