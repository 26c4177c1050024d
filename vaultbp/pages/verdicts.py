"""A formula with its verdict: a mark and a word, and on click the steps that led to it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from vaultbp.derivations.verdicts import Claim, Counterexample, Step
from vaultbp.notes import Formula
from vaultbp.pages.formulas import shown, typeset, unicode

MARKS = {"verified": "✓", "wrong": "✗", "unchecked": "–", "definition": "≔"}
_ORDER = ("wrong", "unchecked", "verified", "definition")


def formula(found: Formula, claims: Sequence[Claim], anchor: str) -> Markup:
    """The formula and, if it claims something, the button that opens its verdict."""
    display = found.form in ("display", "environment", "fence")
    body = _body(found, display)
    outer = "display" if display else "inline"
    mark = verdict(claims, anchor) if claims else Markup("")
    return Markup('<span class="formula {}" title="{}" data-tex="{}">{}{}</span>').format(
        outer, found.text.strip(), found.text.strip(), body, mark
    )


def _body(found: Formula, display: bool) -> Markup:
    if found.form == "unicode":
        return unicode(found.text)
    return typeset(found.text, display=display) or Markup('<code class="unread">{}</code>').format(
        found.text.strip()
    )


def verdict(claims: Sequence[Claim], anchor: str) -> Markup:
    """The mark and word of the worst of these claims, and the popover that tells of all."""
    judged = [claim for claim in claims if claim.status != "definition"]
    if not judged:
        return Markup("")
    worst = min((claim.status for claim in judged), key=_ORDER.index)
    purpose = all(claim.on_purpose for claim in judged if claim.status == "wrong")
    word = "wrong on purpose" if worst == "wrong" and purpose else worst
    kind = "purpose" if word == "wrong on purpose" else worst
    return Markup(
        '<button type="button" class="verdict {}" popovertarget="{}"><b aria-hidden="true">{}</b> {}'
        '</button><span popover class="steps" id="{}" role="dialog" aria-label="Verdict">{}</span>'
    ).format(kind, anchor, MARKS[worst], word, anchor, Markup("").join(map(_claim, judged)))


def _claim(claim: Claim) -> Markup:
    parts = [
        Markup('<span class="line head {}"><b>{}</b> {}</span>').format(
            claim.status, MARKS[claim.status], claim.status
        )
    ]
    if claim.on_purpose:
        parts.append(_line("note", "The note says that this is wrong on purpose."))
    if claim.reason and claim.reason not in [step.reason for step in claim.steps]:
        parts.append(_line("note", claim.reason))
    if claim.hint:
        parts.append(_line("note", f"To make it checkable: {claim.hint}"))
    parts += [_step(number, step) for number, step in enumerate(claim.steps, 1)]
    if claim.assumptions:
        parts.append(_line("heading", "Assumed"))
        parts += [_line("note", text) for text in claim.assumptions]
    if claim.trace:
        parts.append(_line("heading", "Computation graph: values forward, adjoints back"))
        parts.append(Markup('<span class="line trace">{}</span>').format("\n".join(claim.trace)))
    return Markup('<span class="claim">{}</span>').format(Markup("").join(parts))


def _line(kind: str, text: str) -> Markup:
    return Markup('<span class="line {}">{}</span>').format(kind, text)


def _step(number: int, step: Step) -> Markup:
    rows = [
        Markup('<span class="line step {}"><b>{}</b> step {}: {} = {}</span>').format(
            step.status, MARKS[step.status], number, shown(step.left), shown(step.right)
        )
    ]
    if step.reason:
        rows.append(_line("note", step.reason))
    if step.counterexample:
        rows.append(_line("note", _counterexample(step.counterexample)))
    if step.repair:
        rows.append(
            Markup('<span class="line note repair">Right would be {}</span>').format(
                shown(step.repair.shown)
            )
        )
    return Markup("").join(rows)


def _counterexample(found: Counterexample) -> str:
    at = ", ".join(f"{name} = {value:.6g}" for name, value in found.at.items())
    where = f"At {at} " if at else ""
    return f"{where}the left side is {found.left:.6g}, the right side {found.right:.6g}"
