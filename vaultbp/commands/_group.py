"""The command line as click reads it, and what a command refuses."""

from __future__ import annotations

import importlib
import os
from typing import cast

import click

from vaultbp import __version__, commands


class Refusal(click.ClickException):
    """The command cannot do what was asked; one line says why."""

    exit_code = 2


class ConfinementRefusal(Refusal):
    """Cells were not run, because they could not be confined as was asked."""

    exit_code = 3


class _ReaderGoneError(Exception):
    """Who reads the output went away. Not an OSError, of which click would make exit code 1: findings."""


class _Commands(click.Group):
    """Finds the commands by their files, and imports only the one that is asked for."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderGoneError from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        found = (name.partition(".") for name in os.listdir(commands.__path__[0]))  # noqa: PTH208
        return sorted(name for name, _, kind in found if kind == "py" and name[0] != "_")

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{commands.__name__}.{name}")
        return cast(click.Command, module.command)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vaultbp")
def cli() -> None:
    """Check a vault of notes: links, typed relations, code cells and worked derivations."""


def obey(arguments: list[str], asked: object) -> object:
    """Run the command that the arguments name; the exit code.

    ``asked`` is what the command gets as click's ``obj``. Raises what the command raises, but for click's
    own exceptions.
    """
    try:
        return cli.main(arguments, prog_name="vaultbp", standalone_mode=False, obj=asked)
    except _ReaderGoneError:
        raise BrokenPipeError from None
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return 130
    except click.ClickException as error:
        return commands.refuse(error.format_message(), error.exit_code)
