"""What ``check --fix`` writes and ``--diff`` shows: fixes made again and again until none is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from vaultbp import fixes
from vaultbp.findings import gather, imports
from vaultbp.notes import read
from vaultbp.rules import diagnose
from vaultbp.vault import Vault, index

if TYPE_CHECKING:
    from vaultbp.derivations.verdicts import Claim
    from vaultbp.diagnostics import Diagnostic
    from vaultbp.findings import Facts

_ROUNDS = 10
"""One fix may make another possible, as a link that was quoted can then be renamed. Two or three rounds
are enough; the bound is there for fixes that would undo each other."""

Diagnose = Callable[["Facts"], "list[Diagnostic]"]


def mended(
    facts: Facts, found: list[Diagnostic], unsafe: bool, again: Diagnose = diagnose
) -> list[fixes.Rewrite]:
    """The notes that the fixes change, as they are once no fix is left; nothing is written.

    ``again`` finds what there is to be said of the vault after each round.
    """
    done: dict[str, fixes.Rewrite] = {}
    for _ in range(_ROUNDS):
        planned = _planned(facts, found, unsafe)
        if not planned:
            break
        for rewrite in planned:
            path = rewrite.source.path
            before = done.get(path)
            done[path] = before.then(rewrite) if before else rewrite
        facts = _with(facts, planned)
        found = again(facts)
    return [done[path] for path in sorted(done) if done[path].changes]


def _planned(facts: Facts, found: Iterable[Diagnostic], unsafe: bool) -> list[fixes.Rewrite]:
    by_path: dict[str, list[Diagnostic]] = {}
    for item in found:
        by_path.setdefault(item.path, []).append(item)
    plans = (
        fixes.plan(facts.vault.by_path[path].source, by_path[path], unsafe)
        for path in facts.paths
        if path in by_path
    )
    return [rewrite for rewrite in plans if rewrite.applied]


def _with(facts: Facts, planned: Iterable[fixes.Rewrite]) -> Facts:
    """The facts of the vault as it would be with these notes written."""
    new = {each.source.path: read(replace(each.source, text=each.text)) for each in planned}
    old = facts.vault
    notes = [new.get(path) or old.by_path[path] for path in old.paths]
    vault = index(notes, old.files, root=old.root, ignored=old.ignored)
    return gather(vault, facts.config, facts.only, known=_unchanged(facts, vault, new))


def _unchanged(
    facts: Facts, vault: Vault, new: Mapping[str, object]
) -> Mapping[str, tuple[Claim, ...]]:
    """The verdicts on notes that were not changed, nor any that they import."""
    return {
        path: claims
        for path, claims in facts.claims.items()
        if path not in new
        and not any(other.path in new for other in imports(vault, vault.by_path[path]))
    }
