from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Label, Severity
from vaultbp.relations import vocabulary
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.vault import Edge


@rule("VB706", group="relations", severity=Severity.WARNING)
def several_values(facts: Facts) -> Iterator[Found]:
    """A note states a relation more than once that it may state only once.

    ```md bad
    ---
    parent: ["[[One]]", "[[Two]]"]
    ---
    ```

    ```md with One.md
    # One
    ```

    ```md with Two.md
    # Two
    ```

    ```md with vaultbp.toml
    [relations.parent]
    single = true
    ```

    ```md good
    ---
    parent: "[[One]]"
    ---
    ```

    ```md with One.md
    # One
    ```

    ```md with vaultbp.toml
    [relations.parent]
    single = true
    ```
    """
    known = vocabulary(facts.config.relations).relations
    single = {name for name, relation in known.items() if relation.single}
    if not single:
        return
    first: dict[tuple[str, str], Edge] = {}
    for edge in facts.vault.statements(inline_fields=facts.config.inline_fields):
        if edge.relation not in single:
            continue
        other = first.setdefault((edge.source, edge.relation), edge)
        if other.target != edge.target and (facts.only is None or edge.source in facts.only):
            note = facts.vault.by_path[edge.source]
            yield Found(
                note,
                edge.link.span,
                f"`{edge.relation}` may have one value only",
                labels=(Label(note.path, other.link.span, "the first one"),),
            )
