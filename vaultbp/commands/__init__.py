"""The command line. One file here is one command: a module with a click ``command``.

Exit codes: 0 clean, 1 findings of severity error, 2 usage, configuration or an internal fault.
"""

from __future__ import annotations

import gc
import os
import sys

from vaultbp.errors import ConfigError

TYPE_CHECKING = False  # as in typing: see __getattr__
if TYPE_CHECKING:
    from vaultbp.commands._group import ConfinementRefusal, Refusal, cli

__all__ = ["ConfinementRefusal", "Refusal", "cli", "main"]


def __getattr__(name: str) -> object:
    """Load click when it is first wanted: what was answered before is said again without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from vaultbp.commands import _group

    return getattr(_group, name)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit; every refusal is one line on standard error."""
    # A command makes many small objects that live to its end: looking for garbage among them at every
    # 700 costs a twentieth of a short run.
    gc.set_threshold(100_000)
    _settle_streams()
    try:
        code = _answer(sys.argv[1:] if arguments is None else arguments)
    except ConfigError as error:
        code = refuse(str(error), 2)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # The reader went away (`| head`): not our fault, and nothing more can be printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        code = _fault(error, _in_words(error))
    except Exception as error:
        code = _fault(error)
    gc.freeze()  # nor for any at the very end
    sys.exit(code if isinstance(code, int) else 0)


def _answer(arguments: list[str]) -> object:
    """Say what was said before if nothing has changed since, or else run the command; the exit code."""
    asked = None
    if arguments[:1] == ["run"]:
        from vaultbp.commands import _answers

        asked = _answers.ask(arguments)
        if asked is not None and (code := asked.repeat()) is not None:
            return code
    from vaultbp.commands import _group

    return _group.obey(arguments, asked)


def _settle_streams() -> None:
    """Let everything be printed anywhere: what is read by programs is UTF-8 unless the user says
    otherwise, a terminal shows what it can, and a stream that is closed takes all and shows nothing."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # closed: nothing else that is opened may take its place
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif hasattr(stream, "reconfigure"):
            if stream.isatty() or os.environ.get("PYTHONIOENCODING"):
                stream.reconfigure(errors="backslashreplace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _in_words(error: OSError) -> str:
    """What the system refused."""
    reason = error.strerror or str(error)
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {reason}"
    if isinstance(error, FileNotFoundError):
        return "the current folder is gone"
    return f"what was found could not be printed: {reason}"


def _fault(error: Exception, message: str = "") -> int:
    """A mistake of ours, or what the system refused: one line, the traceback for whoever asks for it."""
    if os.environ.get("VAULTBP_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    message = (
        message
        or f"internal fault: {type(error).__name__}: {error} (VAULTBP_TRACEBACK=1 shows where)"
    )
    return refuse(message, 2)


def refuse(message: str, code: int) -> int:
    """Say in one line why nothing was done; the exit code."""
    from vaultbp.terminal import harmless

    print(f"vaultbp: {harmless(' '.join(message.split()))}", file=sys.stderr)
    return code
