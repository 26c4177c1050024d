"""``vaultbp rules``: the rules as a table."""

from __future__ import annotations

import json

import click

from vaultbp.rules import Rule, all_rules
from vaultbp.terminal import pad


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
def command(form: str) -> None:
    """List the rules."""
    rows = all_rules()
    if form == "json":
        click.echo(json.dumps([_data(found) for found in rows], ensure_ascii=False, indent=1))
    elif form == "markdown":
        click.echo(
            "| rule | code | group | severity | what it finds |\n| --- | --- | --- | --- | --- |"
        )
        for found in rows:
            summary = found.summary.replace("|", "\\|")
            click.echo(
                f"| `{found.name}` | {found.code} | {found.group} | {_level(found)} | {summary} |"
            )
    else:
        longest = max(len(found.name) for found in rows)
        for found in rows:
            name = pad(found.name, longest)
            click.echo(f"{found.code}  {name}  {pad(_level(found), 9)}  {found.summary}")


def _level(found: Rule) -> str:
    return str(found.severity) if found.default else "off"


def _data(found: Rule) -> dict[str, object]:
    return {
        "name": found.name,
        "code": found.code,
        "group": found.group,
        "severity": str(found.severity),
        "default": found.default,
        "summary": found.summary,
    }
