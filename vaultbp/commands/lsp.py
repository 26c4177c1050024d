"""``vaultbp lsp``: the language server, over standard input and output."""

from __future__ import annotations

import importlib.util

import click

from vaultbp.commands import Refusal


@click.command()
def command() -> None:
    """Speak to an editor (Language Server Protocol, over stdio). Executes nothing in the notes."""
    if importlib.util.find_spec("pygls") is None:
        raise Refusal("the language server needs pygls: `pip install 'vaultbp[lsp]'`")
    from vaultbp.lsp.server import server

    server.start_io()
