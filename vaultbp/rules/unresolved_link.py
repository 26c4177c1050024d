from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Edit, Fix, Severity
from vaultbp.notes.frontmatter import written_in
from vaultbp.rules import Found, flawed_links, rule
from vaultbp.vault.names import key_of
from vaultbp.vault.near import letters

if TYPE_CHECKING:
    from vaultbp.findings import Facts
    from vaultbp.notes import Link, Note
    from vaultbp.vault import Resolved


@rule("VB101", group="links", severity=Severity.WARNING)
def unresolved_link(facts: Facts) -> Iterator[Found]:
    """A link names a note or file that is not in the vault.

    Obsidian shows such a link dimmed and offers to create the note. Names are looked up as Obsidian
    does: anywhere in the vault, without regard to case. Where a name is nearly that of a note, it is
    named; if only marks differ (`Chain-rule` for `Chain rule`), the fix writes the note's name.

    ```md bad
    See [[Chian rule]].
    ```

    ```md with Chain rule.md
    # Chain rule
    ```

    ```md good
    See [[Chain rule]].
    ```

    ```md with Chain rule.md
    # Chain rule
    ```
    """
    vault = facts.vault
    for note, found in flawed_links(facts):
        link = found.link
        if found.problem != "missing":
            continue
        if vault.aliases and key_of(link.target) in vault.aliases:
            continue
        near = vault.nearest(link.target)
        yield Found(
            note,
            link.target_span if link.target_span.end > link.target_span.start else link.span,
            f"there is no note or file `{link.target}`{_stated(link)}",
            help=f"did you mean {_listed(near)}?" if near else None,
            fix=_rename(facts, note, found, near[0]) if len(near) == 1 else None,
        )


def _stated(link: Link) -> str:
    """A missing target weighs more where a relation depends on it, so say so."""
    return "" if link.key is None else f" for `{link.key}` to lead to"


def _listed(paths: list[str]) -> str:
    return " or ".join(f"`{path}`" for path in paths)


def _rename(facts: Facts, note: Note, found: Resolved, path: str) -> Fix | None:
    link = found.link
    if link.kind == "markdown" or note.source.slice(link.target_span) != link.target:
        return None
    name = facts.vault.name_for(path, note)
    if name is None:
        return None
    same = letters(name) == letters(link.target)
    written = written_in(note, link.target_span, name)
    return Fix(f"link to `{name}`", (Edit(link.target_span, written),), safe=same)
