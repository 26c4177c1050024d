from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.relations import belongs, key_span, vocabulary
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB705", group="relations", severity=Severity.WARNING)
def wrong_domain(facts: Facts) -> Iterator[Found]:
    """A note states a relation that notes of its kind may not state, or about a wrong kind of note.

    `domain` and `range` of a relation in `vaultbp.toml` name the tags and folders of the notes that it
    may begin and end at.

    ```md bad
    ---
    requires: "[[Other]]"
    tags: [person]
    ---
    ```

    ```md with concepts/Other.md
    # Other
    ```

    ```md with vaultbp.toml
    [relations.requires]
    domain = ["#method"]
    range = ["concepts/"]
    ```

    ```md good
    ---
    requires: "[[Other]]"
    tags: [method]
    ---
    ```

    ```md with concepts/Other.md
    # Other
    ```

    ```md with vaultbp.toml
    [relations.requires]
    domain = ["#method"]
    range = ["concepts/"]
    ```
    """
    known = vocabulary(facts.config.relations).relations
    bounded = {name: each for name, each in known.items() if each.domain or each.range}
    if not bounded:
        return
    for edge in facts.vault.statements(inline_fields=facts.config.inline_fields):
        relation = bounded.get(edge.relation)
        if relation is None:
            continue
        if facts.only is not None and edge.source not in facts.only:
            continue
        note = facts.vault.by_path[edge.source]
        if not belongs(note, relation.domain):
            yield Found(
                note,
                key_span(note, edge.link),
                f"only notes of {_listed(relation.domain)} may state `{relation.name}`",
            )
        target = facts.vault.by_path.get(edge.target)
        if target is not None and not belongs(target, relation.range):
            yield Found(
                note,
                edge.link.span,
                f"`{relation.name}` may only lead to notes of {_listed(relation.range)}",
            )


def _listed(classes: tuple[str, ...]) -> str:
    return " or ".join(f"`{item}`" for item in classes)
