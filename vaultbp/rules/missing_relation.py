from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.relations import belongs, vocabulary
from vaultbp.rules import Found, rule
from vaultbp.source import Span

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB707", group="relations", severity=Severity.WARNING)
def missing_relation(facts: Facts) -> Iterator[Found]:
    """A note lacks a relation that every note of its kind must state.

    ```md bad
    A #method without a parent.
    ```

    ```md with vaultbp.toml
    [relations.parent]
    required = true
    domain = ["#method"]
    ```

    ```md good
    ---
    parent: "[[One]]"
    ---
    A #method.
    ```

    ```md with One.md
    # One
    ```

    ```md with vaultbp.toml
    [relations.parent]
    required = true
    domain = ["#method"]
    ```
    """
    wanted = [
        relation
        for relation in vocabulary(facts.config.relations).relations.values()
        if relation.required
    ]
    if not wanted:
        return
    edges = facts.vault.statements(inline_fields=facts.config.inline_fields)
    stated = {(edge.source, edge.relation) for edge in edges}
    for note in facts.notes:
        for relation in wanted:
            if (note.path, relation.name) not in stated and belongs(note, relation.domain):
                yield Found(note, Span(0, 0), f"this note must state `{relation.name}`")
