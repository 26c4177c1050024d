"""``vaultbp report [VAULT]``: every note with its verdicts, as a page or a folder of pages."""

from __future__ import annotations

from pathlib import Path

import click

from vaultbp.commands import Refusal
from vaultbp.commands._options import read_vault

_LARGE = 2000
"""Notes from which one page is slow to open: a folder is better."""


@click.command()
@click.argument("vault", type=click.Path(path_type=Path), default=".")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="FILE.html for one page, a folder for one page a note.",
)
@click.option("--run", is_flag=True, help="Run the notes' code cells too, confined.")
def command(vault: Path, output: Path, run: bool) -> None:
    """Write the report of a vault: its notes with every verdict, what is wrong, the graph.

    Without --run nothing in the notes is executed.
    """
    from vaultbp.findings import RunOptions, gather
    from vaultbp.pages.report import one_page, pages
    from vaultbp.rules import diagnose

    found, config, only = read_vault(vault)
    how = RunOptions(config.cells.sandbox, config.cells.timeout) if run else None
    facts = gather(found, config, only, run=how, trace=True)
    diagnostics = diagnose(facts)
    if output.suffix.lower() in (".html", ".htm"):
        if len(found.notes) > _LARGE and only is None:
            click.echo(
                f"vaultbp: {len(found.notes)} notes make a slow page; a folder is better: -o report/",
                err=True,
            )
        _write(output, one_page(facts, diagnostics))
    else:
        for path, text in pages(facts, diagnostics).items():
            _write(output / path, text)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None
