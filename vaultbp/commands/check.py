"""``vaultbp check [VAULT]``: everything that is wrong with a vault."""

from __future__ import annotations

from pathlib import Path

import click

from vaultbp.commands import Refusal
from vaultbp.commands._options import color_option, columns, palette, read_vault
from vaultbp.diagnostics import Severity


def _formats() -> list[str]:
    from vaultbp.reports import formats

    return formats()


@click.command()
@click.argument("vault", type=click.Path(path_type=Path), default=".")
@click.option("--run", is_flag=True, help="Run the notes' code cells too, confined.")
@click.option("--format", "form", type=click.Choice(_formats()), default="full")
@click.option("-o", "--output-file", type=click.Path(path_type=Path), help="Write there instead.")
@click.option("--select", multiple=True, metavar="RULE", help="Run this rule or group too.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave this rule or group out.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--error-on-warning", is_flag=True, help="Exit with 1 for warnings too.")
@color_option
def command(
    vault: Path,
    run: bool,
    form: str,
    output_file: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    exit_zero: bool,
    error_on_warning: bool,
    color: str,
) -> None:
    """Check a vault or a note: links, relations, derivations and, with --run, cells.

    Without --run nothing in the notes is executed. Exit code 1 if an error was found.
    """
    from vaultbp.findings import gather
    from vaultbp.reports import Report, find_format
    from vaultbp.rules import diagnose

    _refuse_unknown([*select, *ignore])
    found, config, only = read_vault(vault)
    facts = gather(found, config, only, run=run)
    report = Report(
        facts,
        diagnose(facts, _split(select), _split(ignore)),
        color=output_file is None and palette(color).on,
        width=columns(),
        notices=facts.notices,
    )
    text = find_format(form)(report)
    if output_file is None:
        click.echo(text, nl=False, color=True)
    else:
        _write(output_file, text)
    levels = {item.severity for item in report.diagnostics}
    strict = error_on_warning or config.error_on_warning
    bad = Severity.ERROR in levels or (strict and Severity.WARNING in levels)
    raise click.exceptions.Exit(1 if bad and not exit_zero else 0)


def _split(names: tuple[str, ...]) -> list[str]:
    return [name.strip() for item in names for name in item.split(",") if name.strip()]


def _refuse_unknown(names: list[str]) -> None:
    import difflib

    from vaultbp.rules import known_names

    known = known_names()
    for name in _split(tuple(names)):
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.4)
            hint = f"did you mean {near[0]}?" if near else "`vaultbp rules` lists them"
            raise Refusal(f"there is no rule or group {name!r}; {hint}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None
