from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.relations import vocabulary
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB704", group="relations", severity=Severity.INFO, default=False)
def missing_inverse(facts: Facts) -> Iterator[Found]:
    """A relation has an inverse, and the note it leads to does not state it.

    vaultbp derives inverses by itself, so the rule only runs if selected: for vaults that want both
    sides written down.

    ```md bad
    ---
    usedIn: "[[Other]]"
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
    stated = {(edge.source, edge.relation, edge.target) for edge in edges}
    for edge in edges:
        relation = known.get(edge.relation)
        if relation is None or edge.target not in facts.vault.by_path:
            continue
        back = relation.name if relation.symmetric else relation.inverse
        if back is None or (edge.target, back, edge.source) in stated:
            continue
        if facts.only is None or edge.source in facts.only:
            note = facts.vault.by_path[edge.source]
            yield Found(
                note,
                edge.link.span,
                f"`{edge.target}` does not state `{back}` in return",
                help=f'add `{back}: "[[{note.title}]]"` to `{edge.target}`',
            )
