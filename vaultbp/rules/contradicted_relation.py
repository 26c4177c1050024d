from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Label, Severity
from vaultbp.relations import Relation, vocabulary
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.vault import Edge


@rule("VB703", group="relations", severity=Severity.WARNING)
def contradicted_relation(facts: Facts) -> Iterator[Found]:
    """A note states both a relation and its inverse about the same note.

    `a usedIn b` and `a uses b` cannot both hold if `uses` is the inverse of `usedIn`. Of a transitive
    relation neither can `a requires b`, `b requires c` and `a leadsTo c`.

    ```md bad
    ---
    usedIn: "[[Other]]"
    uses: "[[Other]]"
    ---
    ```

    ```md with Other.md
    # Other
    ```

    ```md good
    ---
    usedIn: "[[Other]]"
    ---
    ```

    ```md with Other.md
    ---
    uses: "[[Note]]"
    ---
    ```
    """
    known = vocabulary(facts.config.relations)
    edges = facts.vault.statements(inline_fields=facts.config.inline_fields)
    named = {edge.relation for edge in edges}
    inverses = {
        name: relation.inverse
        for name, relation in known.relations.items()
        if name in named and relation.inverse in named and relation.inverse != name
    }
    stated: dict[tuple[str, str, str], Edge] = {}
    for edge in edges if inverses else ():
        inverse = inverses.get(edge.relation)
        if inverse is None or not edge.resolved:
            continue
        other = stated.get((edge.source, edge.target, inverse))
        stated.setdefault((edge.source, edge.target, edge.relation), edge)
        if other is not None:
            note = facts.vault.by_path[edge.source]
            if facts.only is None or note.path in facts.only:
                yield Found(
                    note,
                    edge.link.span,
                    f"`{edge.relation}` contradicts `{other.relation}`, its inverse, to the same note",
                    labels=(Label(note.path, other.link.span, "stated here"),),
                )
    for relation in known.relations.values():
        if relation.transitive and relation.name in inverses:
            yield from _along_the_way(facts, relation, edges)


def _along_the_way(facts: Facts, relation: Relation, edges: Sequence[Edge]) -> Iterator[Found]:
    """Statements of the inverse of what follows from several statements of a transitive relation."""
    import networkx as nx

    graph = nx.DiGraph()
    stated: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        if edge.relation == relation.name and edge.resolved:
            graph.add_edge(edge.source, edge.target)
            stated.setdefault((edge.source, edge.target), edge)
    for edge in edges:
        ends = edge.source, edge.target
        asked = facts.only is None or edge.source in facts.only
        if edge.relation != relation.inverse or not asked or ends in stated:
            continue
        if not (edge.resolved and all(end in graph for end in ends) and nx.has_path(graph, *ends)):
            continue
        steps = [stated[pair] for pair in pairwise(nx.shortest_path(graph, *ends))]
        yield Found(
            facts.vault.by_path[edge.source],
            edge.link.span,
            f"`{edge.relation}` contradicts `{relation.name}`, its inverse, which leads to the same note "
            f"in {len(steps)} steps",
            labels=tuple(Label(step.source, step.link.span, "by way of this") for step in steps),
        )
