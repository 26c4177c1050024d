"""Runs the cells of one note inside its child process and reports on each.

Reports travel inside the child's own standard output, set apart by a token no cell can guess, so that
output and reports stay in order through one pipe. A cell counts as finished only when the report that
follows its last statement has arrived: a process that ends before (``os._exit(0)``, a signal, ``exec``)
has proven nothing.
"""

from __future__ import annotations

import ast
import builtins
import io
import json
import os
import sys
import time
import types
from typing import Any, TextIO

from vaultbp.cells.asserts import EXPLAIN, explain, rewrite_asserts
from vaultbp.cells.frames import MARK

_LONGEST_MESSAGE = 10_000


def prepare() -> None:
    """Once, in the process whose children will run cells: their output streams and what they call."""
    sys.stdout = sys.__stdout__ = _stream(1)  # type: ignore[assignment, misc]
    sys.stderr = sys.__stderr__ = _stream(2)  # type: ignore[assignment, misc]
    setattr(builtins, EXPLAIN, explain)


def run_cells(task: dict[str, Any]) -> None:
    """Run every cell of ``task`` in order and report on each; stop after the first that fails.

    ``task`` holds ``token`` and ``cells``: dicts with ``code``, ``path``, ``line`` (1-based, on disk),
    ``indents``, ``raises``, ``isolated`` and ``plot``; and ``explained``, whether failing asserts are to
    show their operands. Needs ``prepare`` to have been called here or before the fork.
    """
    token = task["token"]
    shared = types.ModuleType("__main__")
    for number, cell in enumerate(task["cells"]):
        module = types.ModuleType("__main__") if cell["isolated"] else shared
        sys.modules["__main__"] = module
        if number == 0:
            _report(token, {"start": 0})
        began = time.perf_counter()
        error = _run_cell(cell, module.__dict__, explained=task["explained"])
        record: dict[str, Any] = {
            "end": number,
            "seconds": time.perf_counter() - began,
            "error": error,
        }
        if error is None and "matplotlib.pyplot" in sys.modules:
            _figures(cell, record)
        stop = record["error"] is not None and not cell["isolated"]
        if stop or number + 1 == len(task["cells"]):
            _report(token, record)
            break
        _report(token, record, {"start": number + 1})


def _stream(descriptor: int) -> TextIO:
    """Buffered by the line: what a cell printed before it hung is kept.

    It is made while a pipe stands at ``descriptor``, as one does in the child: a stream finds out only
    once whether it can seek, and one that holds it can cannot be given another encoding.
    """
    kept, pipe = os.dup(descriptor), os.pipe()
    os.dup2(pipe[1], descriptor)
    try:
        return open(descriptor, "w", 1, "utf-8", "backslashreplace", "\n", closefd=False)
    finally:
        os.dup2(kept, descriptor)
        for number in (kept, *pipe):
            os.close(number)


def _report(token: str, *records: dict[str, Any]) -> None:
    """Flush what the cell printed, close its share of both streams, then report."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            continue  # the cell closed or replaced the stream: nothing is left to flush
    mark = MARK + token.encode()
    _write(2, (mark + b"\n") * len(records))
    _write(1, b"".join(mark + _encoded(record) + b"\n" for record in records))


def _encoded(record: dict[str, Any]) -> bytes:
    """JSON. The two records that a cell that passes needs are written without the encoder."""
    if "start" in record:
        return b'{"start":%d}' % record["start"]
    if record["error"] is None and "figures" not in record:
        return b'{"end":%d,"seconds":%.9f,"error":null}' % (record["end"], record["seconds"])
    return json.dumps(record).encode()


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _run_cell(
    cell: dict[str, Any], namespace: dict[str, Any], *, explained: bool
) -> dict[str, Any] | None:
    """Compile and execute one cell; what went wrong, or ``None``."""
    expected = cell["raises"]
    try:
        program = compile_cell(cell["code"], cell["path"], cell["line"], explained=explained)
        exec(program, namespace)  # confined: this is the child process
    except BaseException as error:
        if expected and any(expected in _names(kind) for kind in type(error).__mro__):
            return None
        return _described(error, cell)
    finally:
        if explained:
            for name in [name for name in namespace if name.startswith("@")]:
                del namespace[name]
    if expected:
        message = f"the cell was to raise {expected} and ran to its end"
        return {"type": "DidNotRaise", "message": message, "line": cell["line"], "frames": []}
    return None


def compile_cell(code: str, path: str, line: int, *, explained: bool) -> types.CodeType:
    """Compile a cell so that its first line is ``line`` of the file ``path``.

    With ``explained``, asserts say what they compared; without it compiling is several times faster.
    Raises SyntaxError (its ``lineno`` counts in the file), ValueError, RecursionError, MemoryError.
    """
    placed = "\n" * (line - 1) + code
    if not explained or "assert" not in code:
        return compile(placed, path, "exec", dont_inherit=True)
    tree = rewrite_asserts(ast.parse(placed, path))
    return compile(tree, path, "exec", dont_inherit=True)


def _names(kind: type) -> tuple[str, str]:
    return kind.__name__, f"{kind.__module__}.{kind.__qualname__}"


def _described(error: BaseException, cell: dict[str, Any]) -> dict[str, Any]:
    """The error as seen from the note: its line is the innermost frame within the cell's note."""
    frames: list[list[Any]] = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename != __file__ or frames:
            frames.append([code.co_filename, step.tb_lineno, code.co_name])
        step = step.tb_next
    own = [line for path, line, _ in frames if path == cell["path"]]
    described: dict[str, Any] = {
        "type": type(error).__name__,
        "message": _message(error)[:_LONGEST_MESSAGE],
        "line": own[-1] if own else cell["line"],
        "frames": frames if len(frames) <= 40 else [*frames[:20], *frames[-20:]],
    }
    if isinstance(error, SyntaxError) and not own and error.filename == cell["path"]:
        _place_syntax_error(described, error, cell)
    return described


def _message(error: BaseException) -> str:
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception as failure:  # an exception class of the note's own may do anything
        text = f"<its message raised {type(failure).__name__}>"
    return "\n".join([str(text), *map(str, getattr(error, "__notes__", ()))])


def _place_syntax_error(
    described: dict[str, Any], error: SyntaxError, cell: dict[str, Any]
) -> None:
    """A syntax error knows its line and, not counting the stripped indent, its column."""
    last = cell["line"] + cell["code"].count("\n")
    described["line"] = min(max(error.lineno or 1, cell["line"]), last)
    described["frames"] = []
    row, indents = described["line"] - cell["line"], cell["indents"]
    described["column"] = (error.offset or 1) + (indents[row] if row < len(indents) else 0)


def _figures(cell: dict[str, Any], record: dict[str, Any]) -> None:
    """Put every open figure into the record as PNG in base64, and close the figures."""
    import base64

    pyplot: Any = sys.modules["matplotlib.pyplot"]
    images = []
    try:
        for number in pyplot.get_fignums():
            buffer = io.BytesIO()
            pyplot.figure(number).savefig(buffer, format="png", dpi=100)
            images.append(base64.b64encode(buffer.getvalue()).decode("ascii"))
    except Exception as error:  # drawing runs the note's own formatters
        record["error"] = _described(error, cell)
    finally:
        pyplot.close("all")
    record["figures"] = images
