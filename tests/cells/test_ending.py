"""A cell has passed only when it is proven to have run to its end."""

from __future__ import annotations

import os
import time

import pytest

from tests.cells.processes import descendants
from tests.cells.running import make_note, run_code, run_codes, run_notes, run_text
from vaultbp.notes import Link, Note


def test_a_cell_that_ends_passes_with_what_it_printed() -> None:
    result = run_code("x = 20 + 1\nprint(x * 2)")
    assert (result.status, result.stdout, result.error) == ("passed", "42\n", None)


@pytest.mark.parametrize("code", ["import os; os._exit(0)", "import os; os._exit(3)"])
def test_leaving_through_the_back_door_is_not_passing(code: str) -> None:
    result = run_code(code)
    assert result.status == "failed"
    assert result.error is not None
    assert result.error.type == "DidNotFinish"
    assert f"exit code {code[-2]}" in result.error.message


def test_sys_exit_fails_at_its_line() -> None:
    result = run_code("import sys\n\nsys.exit(0)")
    assert result.status == "failed"
    assert result.error is not None
    assert (result.error.type, result.error.line) == ("SystemExit", 6)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL", "SIGABRT"])
def test_a_signal_is_named(name: str) -> None:
    result = run_code(f"import os, signal\nos.kill(os.getpid(), signal.{name})")
    assert result.status == "killed"
    assert result.error is not None
    assert name in result.error.message


def test_a_real_crash_of_c_code_is_named() -> None:
    result = run_code("import ctypes\nctypes.string_at(0)")
    assert result.status == "killed"
    assert result.error is not None
    assert "SIGSEGV" in result.error.message


def test_reports_written_by_a_cell_prove_nothing() -> None:
    lie = (
        "import os, json\n"
        "report = json.dumps({'end': 0, 'seconds': 0.0, 'error': None}).encode()\n"
        "for token in (b'', b'0' * 32, b'f' * 32):\n"
        "    for channel in range(1, 64):\n"
        "        try:\n"
        "            os.write(channel, b'\\0' + token + report + b'\\n')\n"
        "        except OSError:\n"
        "            pass\n"
        "os._exit(0)"
    )
    assert run_code(lie).status == "failed"


def test_output_without_a_flush_and_from_c_is_kept_in_order() -> None:
    code = "import os\nprint('a', end='', flush=True)\nos.write(1, b'b')\nprint('c', end='')"
    assert run_code(code).stdout == "abc"


def test_each_cell_has_its_own_output() -> None:
    first, second = run_codes("import sys\nprint(1); print('w', file=sys.stderr)", "print(2)")
    assert (first.stdout, first.stderr) == ("1\n", "w\n")
    assert (second.stdout, second.stderr) == ("2\n", "")


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)",
    ],
)
def test_endless_cells_are_ended_and_the_others_run(code: str) -> None:
    started = time.monotonic()
    run = run_notes(make_note(code, path="a.md"), make_note("print(1)", path="b.md"), timeout=0.5)
    slow, quick = run.cells
    assert slow.status == "timeout"
    assert slow.error is not None
    assert "0.5 s" in slow.error.message
    assert quick.status == "passed"
    assert time.monotonic() - started < 10


def test_what_was_printed_before_the_time_was_up_is_kept() -> None:
    assert run_code("print('so far')\nwhile True: pass", timeout=0.5).stdout == "so far\n"


def test_endless_printing_is_cut() -> None:
    result = run_code("while True: print('a' * 1000)")
    assert result.status == "killed"
    assert result.error is not None
    assert "1 MB" in result.error.message
    assert result.stdout.startswith("aaa")
    assert len(result.stdout) <= 1 << 20


def test_a_failing_note_does_not_stop_the_next() -> None:
    run = run_notes(
        make_note("print(1)", path="a.md"),
        make_note("assert False", path="b.md"),
        make_note("assert 1 == 2", path="c.md"),
    )
    assert [result.status for result in run.cells] == ["passed", "failed", "failed"]


def test_cells_after_a_failure_are_skipped_with_the_reason() -> None:
    _, failed, after = run_codes("x = 1", "raise ValueError(x)", "print(x)")
    assert failed.error is not None
    assert failed.error.message == "1"
    assert after.status == "skipped"
    assert after.error is not None
    assert f"line {failed.line}" in after.error.message


def test_a_huge_array_is_a_memory_error_of_its_note_only() -> None:
    run = run_notes(
        make_note("import numpy as np\nnp.ones(10**10 // 8)", path="a.md"),
        make_note("import numpy as np\nprint(np.ones(3).sum())", path="b.md"),
    )
    big, small = run.cells
    assert big.status == "failed"
    assert big.error is not None
    assert "MemoryError" in big.error.type
    assert small.stdout == "3.0\n"


def test_ending_one_note_spares_those_that_run_beside_it() -> None:
    """The process of a slot is ended with its note, and another serves the slot."""
    endless = [make_note("while True: pass", path=f"{number}.md") for number in (0, 3)]
    steady = [
        make_note("import time\ntime.sleep(0.2)\nprint(1)", path=f"{number}.md")
        for number in (1, 2, 4, 5, 6, 7, 8, 9)
    ]
    run = run_notes(*endless, *steady, timeout=0.5, jobs=2)
    assert [cell.status for cell in run.cells] == ["timeout"] * 2 + ["passed"] * 8


def test_output_that_fills_the_pipe_before_it_is_watched_is_whole() -> None:
    result = run_code("print('a' * 500_000)")
    assert (result.status, len(result.stdout)) == ("passed", 500_001)


def test_a_run_that_cannot_go_on_leaves_no_server() -> None:
    def interrupted(note: Note, link: Link) -> Note | None:
        raise KeyboardInterrupt

    text = '---\nimports: "[[other]]"\n---\n```python\n1\n```\n'
    before = set(descendants(os.getpid()))
    with pytest.raises(KeyboardInterrupt):
        run_text(text, lookup=interrupted)
    assert set(descendants(os.getpid())) <= before


def test_the_streams_of_a_cell_are_those_of_a_script() -> None:
    """`sys.__stdout__` and `reconfigure`, which many scripts begin with, work as in any other."""
    result = run_code(
        "import sys\n"
        "print('é')\n"
        "sys.stdout.reconfigure(encoding='utf-8')\n"
        "print('ü', sys.stdout.seekable())\n"
        "print('under', file=sys.__stdout__)\n"
        "print('beside', file=sys.__stderr__)\n"
    )
    assert result.error is None
    assert result.stdout == "é\nü False\nunder\n"
    assert result.stderr == "beside\n"
