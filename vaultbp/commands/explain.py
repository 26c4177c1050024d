"""``vaultbp explain RULE``: a rule's page."""

from __future__ import annotations

import difflib

import click

from vaultbp.commands import Refusal
from vaultbp.rules import all_rules, find_rule


@click.command()
@click.argument("name", metavar="RULE")
def command(name: str) -> None:
    """Explain a rule, by its name or code."""
    found = find_rule(name)
    if found is None:
        names = [known.name for known in all_rules()]
        near = difflib.get_close_matches(name, names, 1, 0.4)
        hint = f"did you mean {near[0]}?" if near else "`vaultbp rules` lists them"
        raise Refusal(f"there is no rule {name!r}; {hint}")
    state = f"severity {found.severity}" if found.default else "off by default"
    click.echo(f"{found.name} ({found.code}, group {found.group}, {state})\n\n{found.doc}")
