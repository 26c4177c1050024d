"""Baseline: findings that a vault had when it began to be checked, so that only new ones count.

``vaultbp-baseline.json`` in the vault's root holds a number for each note and rule. It has no line
numbers, so that writing above a finding does not make it new. It only ever shrinks: written again, it
keeps the smaller of the old and the new number; to begin afresh, delete it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from vaultbp.diagnostics import Diagnostic

NAME = "vaultbp-baseline.json"

Counts = Mapping[str, Mapping[str, int]]
"""For each path and rule, how many findings are known."""


class BaselineError(Exception):
    """The file cannot be used; the message says why."""


def load(root: Path) -> Counts:
    """The baseline of a vault; empty if it has none. Raises BaselineError if it is damaged."""
    path = root / NAME
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror}") from None
    import json  # only for a vault that has one

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise BaselineError(f"{path}: is not JSON; delete it and write it again") from None
    findings = data.get("findings") if isinstance(data, dict) else None
    if not isinstance(findings, dict) or not all(
        isinstance(rules, dict) and all(isinstance(number, int) for number in rules.values())
        for rules in findings.values()
    ):
        raise BaselineError(f"{path}: is no baseline; delete it and write it again")
    return findings


def counted(findings: Sequence[Diagnostic]) -> Counts:
    """The baseline that these findings make."""
    counts: dict[str, Counter[str]] = {}
    for item in findings:
        counts.setdefault(item.path, Counter())[item.rule] += 1
    return counts


def shrunk(old: Counts, new: Counts) -> Counts:
    """For each entry the smaller number; without an old baseline the new one."""
    if not old:
        return new
    return {
        path: {rule: min(number, new.get(path, {}).get(rule, 0)) for rule, number in rules.items()}
        for path, rules in old.items()
    }


def save(root: Path, counts: Counts) -> None:
    """Write the baseline, sorted. Raises BaselineError if it cannot be written."""
    findings = {
        path: {rule: number for rule, number in sorted(rules.items()) if number}
        for path, rules in sorted(counts.items())
        if any(rules.values())
    }
    import json

    text = json.dumps({"version": 1, "findings": findings}, ensure_ascii=False, indent=1) + "\n"
    path = root / NAME
    part = path.with_name(f".{NAME}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror}") from None


def new_findings(
    findings: Sequence[Diagnostic], known: Counts, checked: Collection[str]
) -> tuple[list[Diagnostic], list[str]]:
    """The findings beyond the known numbers, and in words the entries that are stale.

    Of several findings of one rule in one note the last in the text count as new. Only entries of
    ``checked`` paths, and of notes that are gone, can be stale.
    """
    if not known:
        return list(findings), []
    left = {path: dict(rules) for path, rules in known.items()}
    fresh = []
    for item in findings:
        rules = left.get(item.path, {})
        if rules.get(item.rule, 0) > 0:
            rules[item.rule] -= 1
        else:
            fresh.append(item)
    stale = sum(
        number for path, rules in left.items() if path in checked for number in rules.values()
    )
    if not stale:
        return fresh, []
    return fresh, [
        f"the baseline holds {stale} finding(s) that are gone: --write-baseline drops them"
    ]
