"""The command line. One file here is one command: a module with a click ``command``.

Exit codes: 0 clean, 1 findings of severity error, 2 usage, configuration or an internal fault.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import cast

import click

from vaultbp import __version__
from vaultbp.errors import ConfigError


class Refusal(click.ClickException):
    """The command cannot do what was asked; one line says why."""

    exit_code = 2


class ConfinementRefusal(Refusal):
    """Cells were not run, because they could not be confined as was asked."""

    exit_code = 3


class _Commands(click.Group):
    """Finds the commands by their files, and imports only the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        found = (name.partition(".") for name in os.listdir(__path__[0]))  # noqa: PTH208
        return sorted(name for name, _, kind in found if kind == "py" and name[0] != "_")

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{__name__}.{name}")
        return cast(click.Command, module.command)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vaultbp")
def cli() -> None:
    """Check a vault of notes: links, typed relations, code cells and worked derivations."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit; every refusal is one line on standard error."""
    # A command makes many small objects that live to its end: looking for garbage among them at every
    # 700 costs a twentieth of a short run.
    gc.set_threshold(100_000)
    try:
        code = cli.main(arguments, prog_name="vaultbp", standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.Abort:
        code = 130
    except click.ClickException as error:
        code = _refuse(error.format_message(), error.exit_code)
    except ConfigError as error:
        code = _refuse(str(error), 2)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # The reader went away (`| head`): not our fault, and nothing more can be printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        code = _fault(error)
    gc.freeze()  # nor for any at the very end
    sys.exit(code if isinstance(code, int) else 0)


def _fault(error: Exception) -> int:
    """A mistake of ours: one line for the user, the traceback for whoever asks for it."""
    if os.environ.get("VAULTBP_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    message = f"internal fault: {type(error).__name__}: {error} (VAULTBP_TRACEBACK=1 shows where)"
    return _refuse(message, 2)


def _refuse(message: str, code: int) -> int:
    print(f"vaultbp: {' '.join(message.split())}", file=sys.stderr)
    return code
