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
    for edge in edges:
        note = facts.vault.by_path[edge.source]
        if edge.relation in known.relations or (facts.only and note.path not in facts.only):
            continue
        near = known.nearest(edge.relation, trusted)
        if near is None and not config.strict_relations:
            continue
        if near and counts[edge.relation] > counts[near] and not config.strict_relations:
            continue
        yield Found(
            note,
            key_span(note, edge.link),
            f"`{edge.relation}` is not a known relation",
            help=f"did you mean `{near}`?" if near else "declare it in vaultbp.toml: [relations]",
        )
