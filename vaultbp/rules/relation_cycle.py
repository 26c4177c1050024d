from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Label, Severity
from vaultbp.relations import pairs, shortest_cycles, vocabulary
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.vault import Edge


@rule("VB702", group="relations", severity=Severity.WARNING)
def relation_cycle(facts: Facts) -> Iterator[Found]:
    """A relation that is declared acyclic leads back to where it began.

    The shortest such path is shown. Declare it in `vaultbp.toml`: `[relations.requires]` with
    `acyclic = true`.

    ```md bad
    ---
    requires: "[[Other]]"
    ---
    ```

    ```md with Other.md
    ---
    requires: "[[Note]]"
    ---
    ```

    ```md with vaultbp.toml
    [relations.requires]
    acyclic = true
    ```

    ```md good
    ---
    requires: "[[Other]]"
    ---
    ```

    ```md with Other.md
    # Other
    ```

    ```md with vaultbp.toml
    [relations.requires]
    acyclic = true
    ```
    """
    vault, config = facts.vault, facts.config
    edges = vault.statements(inline_fields=config.inline_fields)
    done = set()
    for relation in vocabulary(config.relations).relations.values():
        if not relation.acyclic or relation.name in done:
            continue
        done |= {relation.name, relation.inverse}
        arrows: dict[str, list[str]] = {}
        stated: dict[tuple[str, str], Edge] = {}
        for source, target, edge in pairs(edges, relation):
            arrows.setdefault(source, []).append(target)
            stated.setdefault((source, target), edge)
        for cycle in shortest_cycles(arrows):
            closed = [*cycle, cycle[0]]
            steps = [stated[pair] for pair in pairwise(closed)]
            if facts.only is not None and not any(step.source in facts.only for step in steps):
                continue
            while facts.only is not None and steps[0].source not in facts.only:
                steps, closed = [*steps[1:], steps[0]], [*closed[1:], closed[1]]
            first = steps[0]
            note = vault.by_path[first.source]
            yield Found(
                note,
                first.link.span,
                f"`{relation.name}` leads round in a circle: {' → '.join(map(_title, closed))}",
                labels=tuple(
                    Label(step.source, step.link.span, f"then `{step.relation}` leads on")
                    for step in steps[1:]
                ),
            )


def _title(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".md")
