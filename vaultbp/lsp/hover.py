"""What is shown beside the pointer: the verdict on a formula, or what a link leads to."""

from __future__ import annotations

from vaultbp.derivations.verdicts import Claim, Counterexample
from vaultbp.findings import Facts
from vaultbp.notes import Link, Note
from vaultbp.source import Span

Found = tuple[str, Span]
"""Markdown, and what it speaks of."""
_MARKS = {"verified": "✓", "wrong": "✗", "unchecked": "–", "definition": "≔"}
_LINES = 12


def hover(facts: Facts, note: Note, offset: int) -> Found | None:
    """What there is to say of the place at ``offset``; ``None`` if nothing is."""
    for link in note.links:
        if link.span.start <= offset <= link.span.end and not link.external:
            return _link(facts, note, link), link.span
    for claim in facts.claims.get(note.path, ()):
        if claim.span.start <= offset <= claim.span.end:
            return verdict(claim), claim.span
    return None


def verdict(claim: Claim) -> str:
    """A claim's verdict and steps as Markdown."""
    purpose = " (on purpose)" if claim.on_purpose else ""
    rows = [f"**{_MARKS[claim.status]} {claim.status}**{purpose}"]
    if claim.reason and claim.reason not in [step.reason for step in claim.steps]:
        rows.append(claim.reason)
    for step in claim.steps:
        row = f"- {_MARKS[step.status]} `{step.left}` = `{step.right}`"
        if step.status != "verified" and step.reason:
            row += f" – {step.reason}"
        rows.append(row)
        if step.counterexample:
            rows.append(f"  - {counterexample(step.counterexample)}")
        if step.repair:
            rows.append(f"  - right would be `{step.repair.shown}`")
    rows += [f"- assumed: {text}" for text in claim.assumptions]
    if claim.hint:
        rows.append(f"To make it checkable: {claim.hint}")
    return "\n".join(rows)


def counterexample(found: Counterexample) -> str:
    at = ", ".join(f"{name} = {value:.6g}" for name, value in found.at.items())
    return f"at {at} left is {found.left:.6g}, right is {found.right:.6g}"


def _link(facts: Facts, note: Note, link: Link) -> str:
    found = facts.vault.resolve(note, link)
    if found.path is None:
        near = facts.vault.nearest(link.target)
        hint = f" Near: {', '.join(near[:3])}" if near else ""
        return f"**No note is called {link.target!r}.**{hint}"
    other = facts.vault.by_path.get(found.path)
    if other is None:
        return f"**{found.path}**"
    relation = f"`{link.key}` → " if link.key else ""
    return f"{relation}**{other.title}** ({other.path})\n\n---\n{_beginning(other)}"


def _beginning(note: Note) -> str:
    """A note's first lines, without its properties."""
    start = note.frontmatter.span.end if note.frontmatter else 0
    lines = note.source.text[start : start + 4000].strip().splitlines()
    more = "\n…" if len(lines) > _LINES else ""
    return "\n".join(lines[:_LINES]) + more
