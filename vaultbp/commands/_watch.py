"""What ``check --watch`` prints: the whole vault once, then what was judged again after each change.

Nothing is ever cleared: what was printed before stays above.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from vaultbp.config import load_config
from vaultbp.live import LiveVault
from vaultbp.reports import Report, find_format
from vaultbp.vault import find_root
from vaultbp.watch import watch


def follow(path: Path, form: str, *, color: bool, width: int, rounds: int | None = None) -> None:
    """Check the vault at ``path``, and again whenever a note changes, until interrupted.

    ``rounds`` bounds how often is looked, for tests.
    """
    root = find_root(path)
    render = find_format(form)
    try:
        watch(root, load_config(root), _printer(render, color, width), rounds=rounds)
    except KeyboardInterrupt:
        click.echo()


def _printer(
    render: Callable[[Report], str], color: bool, width: int
) -> Callable[[LiveVault, list[str], float], None]:
    def show(live: LiveVault, judged: list[str], took: float) -> None:
        present = [path for path in judged if path in live.vault.by_path]
        facts = replace(live.facts, only=frozenset(present))
        found = [item for path in present for item in live.diagnostics[path]]
        click.echo(render(Report(facts, found, color=color, width=width)), nl=False, color=True)
        rest = sum(len(items) for items in live.diagnostics.values()) - len(found)
        elsewhere = f"; {rest} more in other notes" if rest else ""
        clock = time.strftime("%H:%M:%S")
        click.echo(f"{clock} judged in {took:.2f} s{elsewhere}. Watching; Ctrl+C ends.", err=True)

    return show
