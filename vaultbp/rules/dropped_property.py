from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Edit, Fix, Severity
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


_NAMES = {"alias": "aliases", "tag": "tags", "cssclass": "cssclasses"}


@rule("VB204", group="frontmatter", severity=Severity.WARNING, own=True)
def dropped_property(facts: Facts) -> Iterator[Found]:
    """A property's name is one that Obsidian no longer reads (`alias`, `tag`, `cssclass`).

    Since version 1.9 only `aliases`, `tags` and `cssclasses` have a meaning.

    ```md bad
    ---
    alias: Backprop
    ---
    ```

    ```md good
    ---
    aliases: Backprop
    ---
    ```
    """
    for note in facts.notes:
        if note.frontmatter is None:
            continue
        keys = {item.key.split(".")[0] for item in note.frontmatter.properties}
        if keys.isdisjoint(_NAMES):
            continue
        seen = set()
        for item in note.frontmatter.properties:
            name = item.key.split(".")[0]
            if name not in _NAMES or name in seen:
                continue
            seen.add(name)
            new = _NAMES[name]
            fix = Fix(f"call it `{new}`", (Edit(item.key_span, new),), safe=False)
            message = f"Obsidian no longer reads `{name}`: the property is called `{new}`"
            yield Found(note, item.key_span, message, fix=None if new in keys else fix)
