from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Edit, Fix, Severity
from vaultbp.notes.frontmatter import written_in
from vaultbp.rules import Found, flawed_links, rule
from vaultbp.vault.names import key_of

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.notes import Link, Note
    from vaultbp.source import Source

_CELL = r"[ \t]*:?-+:?[ \t]*"
_RULER = re.compile(rf"[ \t>]*\|?{_CELL}(?:\|{_CELL})*\|?[ \t]*")
_LONGEST_TABLE = 500
"""Lines of a table that are looked at for its second one."""


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
    if name is None:
        return None
    fragment = f"#{link.fragment}" if link.fragment else ""
    bar = "\\|" if _in_table(note.source, link.span.start) else "|"
    shown = link.display if link.display is not None else link.target
    mark = "!" if link.embed else ""
    text = f"{mark}[[{name}{fragment}{bar}{shown}]]"
    return Fix(f"write `{text}`", (Edit(link.span, written_in(note, link.span, text)),))


def _in_table(source: Source, at: int) -> bool:
    """Whether ``at`` stands in a table, where a bare ``|`` would end the cell."""
    number = source.position(at).line
    if _is_ruler(source.line(number + 1)):
        return True
    for row in range(number - 1, max(number - _LONGEST_TABLE, 0), -1):
        line = source.line(row)
        if "|" not in line or _is_ruler(line):
            return "|" in line
    return source.line(number).lstrip(" \t>").startswith("|")


def _is_ruler(line: str) -> bool:
    """Whether this is the second line of a table (``|---|:-:|``)."""
    return "|" in line and _RULER.fullmatch(line) is not None
