"""``vaultbp graph [VAULT]``: the concept graph as a page, a picture or data."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from vaultbp.commands import Refusal
from vaultbp.commands._options import read_vault

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from vaultbp.vault import Vault

_BINARY = {"png"}
_WITH_STATES = {"html", "svg", "png"}


def _formats() -> list[str]:
    from vaultbp.render import formats

    return formats()


@click.command()
@click.argument("vault", type=click.Path(path_type=Path), default=".")
@click.option("--format", "form", type=click.Choice(_formats()), default="json", show_default=True)
@click.option("-o", "--output-file", type=click.Path(path_type=Path), help="Write there instead.")
@click.option("--around", metavar="NOTE", help="Only what lies around this note.")
@click.option(
    "--depth", type=click.IntRange(0, 99), default=None, help="How many links around (default 1)."
)
@click.option("--relation", "wanted", multiple=True, metavar="R", help="Only this relation.")
@click.option("--since", metavar="REV", help="Mark what came and went since this git revision.")
def command(
    vault: Path,
    form: str,
    output_file: Path | None,
    around: str | None,
    depth: int | None,
    wanted: tuple[str, ...],
    since: str | None,
) -> None:
    """Draw the concept graph of a vault, or export it. Nothing in the notes is executed.

    For a note instead of a vault: the graph around it. For a folder in a vault: its notes and what
    they are linked with.
    """
    from vaultbp import graph as concepts
    from vaultbp.relations import vocabulary
    from vaultbp.render import find_format

    if form in _BINARY and output_file is None and sys.stdout.isatty():
        raise Refusal(f"{form} is not for a terminal: say where to write it, with -o FILE")
    found, config, only = read_vault(vault, kept=True)
    graph = concepts.build(found, inline_fields=config.inline_fields)
    if since is not None:
        graph = _compare(found, graph, since, inline_fields=config.inline_fields)
    graph.graph["relations"] = vocabulary(config.relations).relations
    centre = (
        _note(found, graph, around)
        if around
        else next(iter(only))
        if only and vault.is_file()
        else None
    )
    if depth is not None and centre is None:
        raise Refusal("--depth counts links around a note: name one with --around NOTE")
    if only is not None and vault.is_dir() and centre is None:
        from vaultbp.selection import beside

        graph = beside(graph, only)
    graph = _select(graph, centre, 1 if depth is None else depth, wanted)
    if form in _WITH_STATES:
        from vaultbp.findings import gather
        from vaultbp.selection import tally

        tally(graph, gather(found, config, only=frozenset(graph.nodes)))
    graph.graph["base"] = _base(found.root, output_file)
    _write(output_file, find_format(form)(graph))


def _compare(
    vault: Vault, graph: MultiDiGraph, revision: str, *, inline_fields: bool
) -> MultiDiGraph:
    """The graph with ``change`` on what came and went since the revision."""
    from vaultbp.graph import build
    from vaultbp.history import HistoryError, vault_at
    from vaultbp.questions import changes

    try:
        before = vault_at(vault.root, revision)
    except HistoryError as error:
        raise Refusal(f"--since: {error}") from None
    return changes(build(before, inline_fields=inline_fields), graph)


def _note(vault: Vault, graph: MultiDiGraph, written: str) -> str:
    """The node that ``--around`` names: a path, a name as in a link, or a missing target."""
    path = vault.names.find(written, "").path
    for name in (written, path):
        if name is not None and name in graph:
            return name
    import difflib

    titles = [str(data.get("title", name)) for name, data in graph.nodes(data=True)]
    near = difflib.get_close_matches(written, titles, 1, 0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise Refusal(f"--around: there is no note {written!r}{hint}")


def _select(
    graph: MultiDiGraph, centre: str | None, depth: int, wanted: tuple[str, ...]
) -> MultiDiGraph:
    from vaultbp.selection import around, of_relations, relations

    if wanted:
        known = relations(graph)
        for relation in wanted:
            if relation not in known:
                listed = ", ".join(known) or "none"
                raise Refusal(f"--relation: no link here is {relation!r}; there are {listed}")
        graph = of_relations(graph, wanted)
    if centre is None:
        return graph
    if centre not in graph:
        raise Refusal(f"{centre} has no link of the relation asked for")
    return around(graph, centre, depth)


def _base(root: Path, output_file: Path | None) -> str:
    """The vault's folder as seen from the page, as a URL, for links that open a note's file."""
    page = (output_file.parent if output_file else Path()).resolve()
    try:
        relative = Path(os.path.relpath(root.resolve(), page)).as_posix()
    except ValueError:  # another drive
        return root.resolve().as_uri() + "/"
    return "" if relative == "." else quote(relative) + "/"


def _write(path: Path | None, picture: str | bytes) -> None:
    data = picture.encode("utf-8") if isinstance(picture, str) else picture
    if path is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None
