from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Edit, Fix, Severity
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.derivations.verdicts import Claim, Step
    from vaultbp.findings import Facts
    from vaultbp.notes import Note


@rule("VB301", group="math", severity=Severity.ERROR)
def wrong_derivation(facts: Facts) -> Iterator[Found]:
    r"""A step of a derivation does not hold.

    Both sides of the step were evaluated at several random points, every derivative by reverse mode
    and again by finite differences or the complex step. The sides differ at every point, under every
    way of reading the step that the note leaves open. The first wrong step of a chain is named; if the
    step before it could not be checked, that is said, for the mistake may be there.

    ```md bad
    $$y = 3x^2$$
    $$\frac{dy}{dx} = 3x$$
    ```

    ```md good
    $$y = 3x^2$$
    $$\frac{dy}{dx} = 6x$$
    ```

    A note that shows a mistake in order to teach says so with `%% wrong on purpose %%` before it.
    """
    for note, claim in facts.claimed:
        if claim.status == "wrong" and not claim.on_purpose:
            yield from _wrong_steps(note, claim)


def _wrong_steps(note: Note, claim: Claim) -> Iterator[Found]:
    for step in claim.steps:
        if step.status == "wrong":
            yield Found(note, step.span, _message(step), help=_help(step, claim), fix=_fix(step))


def _message(step: Step) -> str:
    text = f"`{step.left}` is not `{step.right}`"
    point = step.counterexample
    if point is None:
        return f"{text}: {step.reason}" if step.reason else text
    at = ", ".join(f"{name} = {value:.4g}" for name, value in point.at.items())
    where = f" at {at}" if at else ""
    return f"{text}:{where} the left side is {point.left:.6g}, the right side {point.right:.6g}"


def _help(step: Step, claim: Claim) -> str | None:
    parts = []
    if step.repair is not None:
        parts.append(f"did you mean `{step.repair.shown}`?")
    if claim.assumptions:
        parts.append("assuming " + "; ".join(claim.assumptions))
    return "\n".join(parts) or None


def _fix(step: Step) -> Fix | None:
    if step.repair is None:
        return None
    edit = Edit(step.repair.span, step.repair.text)
    return Fix(f"write `{step.repair.shown}`", (edit,), safe=False)
