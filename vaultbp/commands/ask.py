"""``vaultbp ask QUESTION``: what the concept graph knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vaultbp.commands import Refusal
from vaultbp.commands._options import read_vault

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from vaultbp.vault import Vault

_QUESTIONS = {
    "orphans": (0, "notes without any link"),
    "dead-ends": (0, "notes that lead on to no other"),
    "hubs": (0, "the notes with the most neighbours"),
    "components": (0, "groups of notes that no link connects"),
    "cycles": (1, "RELATION: where it leads round in a circle"),
    "before": (1, "NOTE: what to read first, in reading order"),
    "path": (2, "NOTE NOTE: a shortest path between two notes"),
}


@click.command()
@click.argument("question", type=click.Choice(list(_QUESTIONS)))
@click.argument("about", nargs=-1)
@click.option("--vault", type=click.Path(path_type=Path), default=".", help="The vault's folder.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(question: str, about: tuple[str, ...], vault: Path, form: str) -> None:
    """Ask the concept graph. Questions:

    \b
    orphans, dead-ends, hubs, components
    cycles RELATION     where a relation leads round in a circle
    before NOTE         what to read first, in reading order
    path NOTE NOTE      a shortest path and the relations on it
    """
    count, wants = _QUESTIONS[question]
    if len(about) != count:
        raise Refusal(f"ask {question}: takes {count or 'no'} argument(s), {wants}")
    from vaultbp.graph import build
    from vaultbp.relations import vocabulary
    from vaultbp.terminal import harmless

    found, config, _ = read_vault(vault, kept=True)
    words = vocabulary(config.relations)
    graph = build(found, inline_fields=config.inline_fields)
    answer = _answer(question, about, found, graph, words)
    if form == "json":
        click.echo(
            json.dumps({"version": 1, "question": question, "answer": answer}, ensure_ascii=False)
        )
        return
    for line in _lines(question, answer):
        click.echo(harmless(line))


def _answer(
    question: str, about: tuple[str, ...], vault: Vault, graph: MultiDiGraph, words: Any
) -> Any:
    from dataclasses import asdict

    from vaultbp import questions

    match question:
        case "cycles":
            return questions.cycles(graph, _relation(graph, about[0], words), words)
        case "before":
            return questions.prerequisites(graph, _node(vault, graph, about[0]), words)
        case "path":
            ends = [_node(vault, graph, name) for name in about]
            hops = questions.path(graph, *ends)
            return None if hops is None else [asdict(hop) for hop in hops]
        case "hubs":
            return questions.hubs(graph)
    ask = {
        "orphans": questions.orphans,
        "dead-ends": questions.dead_ends,
        "components": questions.components,
    }
    return ask[question](graph)


def _relation(graph: MultiDiGraph, written: str, words: Any) -> str:
    """A relation that is known or stated. Raises Refusal."""
    from vaultbp.selection import relations

    stated = relations(graph)
    if written not in stated and words.get(written) is None:
        near = words.nearest(written, {*stated, *words.relations})
        hint = f"did you mean {near!r}?" if near else f"there are {', '.join(stated) or 'none'}"
        raise Refusal(f"no relation is called {written!r}; {hint}")
    return written


def _node(vault: Vault, graph: MultiDiGraph, written: str) -> str:
    path = vault.names.find(written, "").path
    for name in (path, written):
        if name and name in graph:
            return name
    near = vault.nearest(written)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise Refusal(f"there is no note {written!r}{hint}")


def _lines(question: str, answer: Any) -> list[str]:
    if not answer:
        return ["the same note" if answer == [] and question == "path" else "none"]
    match question:
        case "hubs":
            return [f"{count:6d}  {name}" for name, count in answer]
        case "components":
            return [
                f"{len(group)}: {', '.join(group[:8])}{' …' * (len(group) > 8)}" for group in answer
            ]
        case "cycles":
            return [" → ".join([*cycle, cycle[0]]) for cycle in answer]
        case "path":
            return [_hop(hop) for hop in answer]
    return [str(name) for name in answer]


def _hop(hop: dict[str, Any]) -> str:
    if hop["against"]:
        return f"{hop['source']} ←{hop['relation']}— {hop['target']} (line {hop['line']} there)"
    return f"{hop['source']}:{hop['line']} —{hop['relation']}→ {hop['target']}"
