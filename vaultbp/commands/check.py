"""``vaultbp check [VAULT]``: everything that is wrong with a vault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vaultbp.commands import ConfinementRefusal, Refusal
from vaultbp.commands._options import color_option, columns, palette, read_vault
from vaultbp.diagnostics import Severity

if TYPE_CHECKING:
    from vaultbp.cells.results import Mode
    from vaultbp.config import Config
    from vaultbp.diagnostics import Diagnostic
    from vaultbp.findings import Facts, RunOptions
    from vaultbp.fixes import Rewrite
    from vaultbp.vault import Vault


def _formats() -> list[str]:
    from vaultbp.reports import formats

    return formats()


@click.command()
@click.argument("paths", metavar="[VAULT]...", type=click.Path(path_type=Path), nargs=-1)
@click.option("--run", is_flag=True, help="Run the notes' code cells too, confined.")
@click.option("--sandbox", type=click.Choice(["require", "best", "off"]), help="With --run.")
@click.option("--trust", is_flag=True, help="Trust this vault's cells from now on, here.")
@click.option("--no-cache", is_flag=True, help="Read and judge every note and run every cell anew.")
@click.option("--format", "form", type=click.Choice(_formats()), default="full")
@click.option("-o", "--output-file", type=click.Path(path_type=Path), help="Write there instead.")
@click.option("--select", multiple=True, metavar="RULE", help="Run this rule or group too.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave this rule or group out.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--fix", is_flag=True, help="Write the safe fixes, then report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: the others too.")
@click.option("--write-baseline", is_flag=True, help="Count only findings that come after today's.")
@click.option("--no-baseline", is_flag=True, help="Report what the baseline keeps back, too.")
@click.option("--watch", is_flag=True, help="Check again whenever a note changes, until Ctrl+C.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--error-on-warning", is_flag=True, help="Exit with 1 for warnings too.")
@color_option
def command(
    paths: tuple[Path, ...],
    run: bool,
    sandbox: Mode | None,
    trust: bool,
    no_cache: bool,
    form: str,
    output_file: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    diff: bool,
    fix: bool,
    unsafe_fixes: bool,
    write_baseline: bool,
    no_baseline: bool,
    watch: bool,
    exit_zero: bool,
    error_on_warning: bool,
    color: str,
) -> None:
    """Check a vault, or notes and folders of one: links, relations, derivations and, with --run, cells.

    Without --run nothing in the notes is executed; without --fix no note is changed. Exit code 1 if an
    error was found.
    """
    from vaultbp.findings import gather
    from vaultbp.reports import Report, find_format
    from vaultbp.rules import diagnose

    _refuse_unknown([*select, *ignore])
    paths = paths or (Path(),)
    if (trust or sandbox) and not run:
        raise Refusal("--trust and --sandbox say how cells run: they go with --run")
    if unsafe_fixes and not (fix or diff):
        raise Refusal("--unsafe-fixes says which fixes: it goes with --fix or --diff")
    if write_baseline and no_baseline:
        raise Refusal("--write-baseline and --no-baseline contradict each other")
    if watch:
        if len(paths) > 1:
            raise Refusal("--watch follows one vault or note")
        vault = paths[0]
        if run or fix or diff or write_baseline or output_file or select or ignore:
            raise Refusal("--watch takes only --format and --color; vaultbp.toml has the rest")
        if not vault.exists():
            raise Refusal(f"{vault}: no such folder or note")
        from vaultbp.commands._watch import follow

        follow(vault, form, color=palette(color).on, width=columns())
        return

    def found_in(facts: Facts) -> list[Diagnostic]:
        return diagnose(facts, _split(select), _split(ignore))

    def look(running: bool) -> tuple[Facts, list[Diagnostic]]:
        found, config, only = read_vault(*paths, kept=not no_cache)
        if running:
            how = _how(found.root, config, sandbox, trust=trust, cached=not no_cache)
            facts = _gather_running(found, config, only, how)
        else:
            facts = gather(found, config, only, cached=not no_cache)
        return facts, found_in(facts)

    notices: list[str] = []
    if fix or diff:
        from vaultbp.commands._mending import mended

        before, diagnostics = look(running=False)
        rewrites = mended(before, diagnostics, unsafe_fixes, found_in)
        notices = _mend(rewrites, before.vault.root, write=fix and not diff)
        if diff:
            click.echo("".join(f"{notice}\n" for notice in notices), nl=False)
            return
    facts, diagnostics = look(running=run)
    if not no_baseline:
        diagnostics, said = _beyond_baseline(facts, diagnostics, write=write_baseline)
        notices += said
    report = Report(
        facts,
        diagnostics,
        color=output_file is None and palette(color).on,
        width=columns(),
        notices=(*notices, *facts.notices),
    )
    if form not in ("full", "concise"):
        for notice in report.notices:
            click.echo(f"vaultbp: {notice}", err=True)
    text = find_format(form)(report)
    if output_file is None:
        click.echo(text, nl=False, color=True)
    else:
        _write(output_file, text)
    levels = {item.severity for item in diagnostics}
    strict = error_on_warning or facts.config.error_on_warning
    bad = Severity.ERROR in levels or (strict and Severity.WARNING in levels)
    raise click.exceptions.Exit(1 if bad and not exit_zero else 0)


def _beyond_baseline(
    facts: Facts, found: list[Diagnostic], *, write: bool
) -> tuple[list[Diagnostic], list[str]]:
    """The findings that the baseline does not know, and what is to be said of it."""
    from vaultbp import baseline

    root = facts.vault.root
    try:
        known = baseline.load(root)
        if write:
            if facts.only is not None:
                raise Refusal("--write-baseline: takes a whole vault")
            known = baseline.shrunk(known, baseline.counted(found))
            baseline.save(root, known)
    except baseline.BaselineError as error:
        raise Refusal(str(error)) from None
    checked = set(facts.paths)
    if facts.only is None:
        checked |= set(known)
    return baseline.new_findings(found, known, checked)


def _how(
    root: Path, config: Config, sandbox: Mode | None, *, trust: bool, cached: bool
) -> RunOptions:
    """How cells may run here. Raises ConfinementRefusal for a vault that is not trusted so far."""
    from vaultbp.cells import trust as trusting
    from vaultbp.cells.errors import SandboxRefusedError
    from vaultbp.findings import RunOptions

    try:
        if trust:
            trusting.trust(root)
        mode = trusting.mode_for(root, sandbox or config.cells.sandbox)
    except SandboxRefusedError as error:
        raise ConfinementRefusal(str(error)) from None
    except OSError as error:
        raise Refusal(f"--trust: {trusting.trust_file()}: {error.strerror}") from None
    return RunOptions(mode, config.cells.timeout, cached)


def _gather_running(
    vault: Vault, config: Config, only: frozenset[str] | None, how: RunOptions
) -> Facts:
    from vaultbp.cells.errors import SandboxRefusedError, ServerLostError
    from vaultbp.findings import gather

    try:
        return gather(vault, config, only, run=how, cached=how.cached)
    except SandboxRefusedError as error:
        raise ConfinementRefusal(str(error)) from None
    except ServerLostError as error:
        raise Refusal(str(error)) from None


def _mend(rewrites: list[Rewrite], root: Path, *, write: bool) -> list[str]:
    """Write the fixes, or show them; either way say what was done, one text for each note."""
    from vaultbp import fixes

    said = []
    for rewrite in rewrites:
        if not write:
            said.append(rewrite.diff().rstrip("\n"))
            continue
        try:
            fixes.write(root, rewrite)
        except fixes.FixError as error:
            said.append(f"not fixed: {error}")
        else:
            done = "; ".join(item.fix.message for item in rewrite.applied if item.fix)
            said.append(f"fixed {rewrite.source.path}: {done}")
    return said


def _split(names: tuple[str, ...]) -> list[str]:
    return [name.strip() for item in names for name in item.split(",") if name.strip()]


def _refuse_unknown(names: list[str]) -> None:
    from vaultbp.rules import known_names

    for name in _split(tuple(names)):
        known = known_names()
        if name not in known:
            import difflib

            near = difflib.get_close_matches(name, known, 1, 0.4)
            hint = f"did you mean {near[0]}?" if near else "`vaultbp rules` lists them"
            raise Refusal(f"there is no rule or group {name!r}; {hint}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None
