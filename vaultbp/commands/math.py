"""``vaultbp math [PATH]...``: how each formula was read and judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vaultbp.commands._options import color_option, palette, read_vault
from vaultbp.findings import gather
from vaultbp.terminal import Palette, clip, harmless

if TYPE_CHECKING:
    from vaultbp.derivations.verdicts import Claim, Step
    from vaultbp.findings import Facts
    from vaultbp.source import Source

_MARKS = {"verified": "✓", "wrong": "✗", "unchecked": "–", "definition": "≔"}
_STYLES = {"verified": "good", "wrong": "bad", "unchecked": "dim", "definition": "dim"}


@click.command()
@click.argument("paths", metavar="[PATH]...", type=click.Path(path_type=Path), nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--all", "everything", is_flag=True, help="Show prose and lone expressions too.")
@click.option("--trace", is_flag=True, help="Show the computation graph with values and adjoints.")
@color_option
def command(paths: tuple[Path, ...], form: str, everything: bool, trace: bool, color: str) -> None:
    """Show how each formula of notes, folders or the vault was read and judged.

    Notes of one vault, each once, in the order of their paths. Nothing in the notes is executed. Exit
    code 1 if a claim is wrong.
    """
    vault, config, only = read_vault(*(paths or (Path(),)), kept=True)
    facts = gather(vault, config, only, trace=trace)
    if form == "json":
        notes = [_note_data(facts, note.source) for note in facts.notes]
        click.echo(json.dumps({"version": 1, "notes": notes}, ensure_ascii=False, indent=1))
    else:
        paint = palette(color)
        click.echo(harmless(_text(facts, paint, everything), painted=paint.on), color=True)
    wrong = any(claim.status == "wrong" and not claim.on_purpose for _, claim in facts.claimed)
    raise click.exceptions.Exit(1 if wrong else 0)


def _note_data(facts: Facts, source: Source) -> dict[str, Any]:
    claims = facts.claims.get(source.path, ())
    return {"path": source.path, "claims": [_claim_data(source, claim) for claim in claims]}


def _claim_data(source: Source, claim: Claim) -> dict[str, Any]:
    start, end = source.position(claim.span.start), source.position(claim.span.end)
    return {
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "source": _written(source, claim),
        "kind": claim.kind,
        "status": claim.status,
        "on_purpose": claim.on_purpose,
        "reason": claim.reason,
        "hint": claim.hint,
        "assumptions": list(claim.assumptions),
        "steps": [_step_data(source, step) for step in claim.steps],
    }


def _written(source: Source, claim: Claim) -> str:
    """The claim as it stands on disk, where it runs over lines with the marks of a quote before them;
    on one line as it was read, which decodes the address of an image."""
    text = source.text[claim.span.start : claim.span.end]
    return text if "\n" in text else claim.source


def _step_data(source: Source, step: Step) -> dict[str, Any]:
    line, column = source.position(step.span.start)
    point, repair = step.counterexample, step.repair
    return {
        "left": step.left,
        "right": step.right,
        "status": step.status,
        "reason": step.reason,
        "line": line,
        "column": column,
        "counterexample": point and {"at": point.at, "left": point.left, "right": point.right},
        "repair": repair and repair.shown,
    }


def _text(facts: Facts, paint: Palette, everything: bool) -> str:
    blocks = []
    for path in facts.paths:
        found = facts.claims.get(path, ())
        claims = [claim for claim in found if everything or claim.kind != "prose"]
        if claims:
            note = facts.vault.by_path[path]
            rows = [paint.paint("bold", path)]
            for claim in claims:
                rows += _claim_text(note.source, claim, paint)
            blocks.append("\n".join(rows))
    return "\n\n".join([*blocks, _total(facts, paint)])


def _claim_text(source: Source, claim: Claim, paint: Palette) -> list[str]:
    place = str(source.position(claim.span.start).line).rjust(5)
    status = "wrong, on purpose" if claim.on_purpose and claim.status == "wrong" else claim.status
    verdict = paint.paint(_STYLES[claim.status], f"{_MARKS[claim.status]} {status}")
    indent = " " * 7
    if not claim.steps:
        reason = f": {claim.reason}" if claim.reason else ""
        rows = [f"{place}  {verdict}  {clip(readable(claim.source), 90)}"]
        if claim.status == "unchecked":
            rows[0] += paint.paint("dim", reason)
    else:
        rows = [f"{place}  {verdict}", f"{indent}  {readable(claim.steps[0].left)}"]
        for step in claim.steps:
            rows += _step_text(step, indent, paint)
        if claim.status == "unchecked" and claim.reason:
            rows.append(f"{indent}{paint.paint('dim', 'why: ' + claim.reason)}")
    if claim.hint and claim.status == "unchecked":
        rows.append(f"{indent}{paint.paint('dim', 'to check it: ' + claim.hint)}")
    rows += [f"{indent}{paint.paint('dim', 'assuming ' + text)}" for text in claim.assumptions]
    rows += [f"{indent}{line}" for line in claim.trace]
    return rows


def _step_text(step: Step, indent: str, paint: Palette) -> list[str]:
    mark = paint.paint(_STYLES[step.status], _MARKS[step.status])
    row = f"{indent}{mark} = {readable(step.right)}"
    if step.status == "unchecked" and step.reason:
        row += paint.paint("dim", f"   ({step.reason})")
    rows = [row]
    if step.status == "wrong":
        point = step.counterexample
        if point is not None:
            at = ", ".join(f"{name} = {value:.4g}" for name, value in point.at.items())
            rows.append(f"{indent}    at {at}: left {point.left:.6g}, right {point.right:.6g}")
        elif step.reason:
            rows.append(f"{indent}    {step.reason}")
        if step.repair is not None:
            rows.append(f"{indent}    did you mean `{step.repair.shown}`?")
    return rows


def readable(text: str) -> str:
    """A formula on one line as it was read; as written where something in it could not be read."""
    from vaultbp.latex import parse
    from vaultbp.latex.text import to_text

    reading = parse(text)
    if reading.problems or len(reading.claims) != 1:
        return " ".join(text.split())
    (chain,) = reading.claims
    shown = [to_text(chain.sides[0])]
    for mark, side in zip(chain.relations, chain.sides[1:], strict=True):
        shown += [mark.op, to_text(side)]
    return " ".join(shown)


def _total(facts: Facts, paint: Palette) -> str:
    claims = [claim for _, claim in facts.claimed]
    judged = [claim for claim in claims if claim.kind == "claim"]
    statuses = [claim.status for claim in judged if not claim.on_purpose]
    parts = [
        paint.paint(_STYLES[status], f"{_MARKS[status]} {statuses.count(status)} {status}")
        for status in ("verified", "wrong", "unchecked")
    ]
    on_purpose = sum(claim.on_purpose for claim in judged)
    if on_purpose:
        parts.append(f"{on_purpose} wrong on purpose")
    definitions = sum(claim.kind == "definition" for claim in claims)
    return f"{' · '.join(parts)} · {definitions} definitions"
