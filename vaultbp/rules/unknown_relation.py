from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.relations import key_span, vocabulary
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB701", group="relations", severity=Severity.WARNING)
def unknown_relation(facts: Facts) -> Iterator[Found]:
    """A property holds a link, but its name is not a known relation.

    Without configuration only a name that is nearly that of a relation used elsewhere in the vault is
    reported. With `strict-relations = true` in `vaultbp.toml` every relation must be declared.

    ```md bad
    ---
    trainBy: "[[Loss]]"
    ---
    ```

    ```md with Loss.md
    ---
    trainsBy: "[[Note]]"
    ---
    ```

    ```md good
    ---
    trainsBy: "[[Loss]]"
    author: "[[Loss]]"
    ---
    ```

    ```md with Loss.md
    ---
    trainsBy: "[[Note]]"
    ---
    ```
    """
    config = facts.config
    known = vocabulary(config.relations)
    edges = facts.vault.statements(inline_fields=config.inline_fields)
    counts = Counter(edge.relation for edge in edges)
    trusted = {name for name in known.relations if name in known.declared or name in counts}
    nearest = {name: known.nearest(name, trusted) for name in counts if name not in known.relations}
    for edge in edges:
        if edge.relation not in nearest:
            continue
        if facts.only is not None and edge.source not in facts.only:
            continue
        near = nearest[edge.relation]
        if near is None and not config.strict_relations:
            continue
        if near and counts[edge.relation] > counts[near] and not config.strict_relations:
            continue
        note = facts.vault.by_path[edge.source]
        yield Found(
            note,
            key_span(note, edge.link),
            f"`{edge.relation}` is not a known relation",
            help=f"did you mean `{near}`?" if near else "declare it in vaultbp.toml: [relations]",
        )
