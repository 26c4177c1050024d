from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Edit, Fix, Severity
from vaultbp.rules import Found, flawed_links, rule
from vaultbp.vault.names import key_of

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.notes import Link, Note

_TABLE_ROW = re.compile(r"\s*\|")


@rule("VB106", group="links", severity=Severity.WARNING)
def alias_as_target(facts: Facts) -> Iterator[Found]:
    """A link names an alias, which leads nowhere: Obsidian never resolves aliases.

    The fix writes the note's name and shows the alias.

    ```md bad
    See [[Backprop]].
    ```

    ```md with Backpropagation.md
    ---
    aliases: [Backprop]
    ---
    ```

    ```md good
    See [[Backpropagation|Backprop]].
    ```

    ```md with Backpropagation.md
    ---
    aliases: [Backprop]
    ---
    ```
    """
    vault = facts.vault
    for note, found in flawed_links(facts):
        if found.problem != "missing":
            continue
        paths = vault.aliases.get(key_of(found.link.target), ())
        if paths:
            owners = " and ".join(f"`{path}`" for path in paths)
            yield Found(
                note,
                found.link.target_span,
                f"`{found.link.target}` is an alias of {owners}: Obsidian does not resolve aliases",
                help="link to the note and show the alias: `[[Note|alias]]`",
                fix=_fix(facts, note, found.link, paths[0]) if len(paths) == 1 else None,
            )


def _fix(facts: Facts, note: Note, link: Link, path: str) -> Fix | None:
    if link.kind == "markdown" or note.source.slice(link.span) != link.written:
        return None
    name = facts.vault.name_for(path, note)
    fragment = f"#{link.fragment}" if link.fragment else ""
    line = note.source.line_span(note.source.position(link.span.start).line).start
    bar = "\\|" if _TABLE_ROW.match(note.source.text, line) else "|"
    shown = link.display if link.display is not None else link.target
    mark = "!" if link.embed else ""
    text = f"{mark}[[{name}{fragment}{bar}{shown}]]"
    return Fix(f"write `{text}`", (Edit(link.span, text),))
