from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB302", group="math", severity=Severity.INFO, default=False)
def unchecked_derivation(facts: Facts) -> Iterator[Found]:
    r"""A claim could not be decided, with the reason and the cheapest way to decide it.

    This rule is off by default: a claim that cannot be checked is not a mistake. Select it in a vault
    whose derivations should all be verified.

    ```md bad
    $$\frac{\partial q}{\partial x} = 2x + s$$
    ```

    ```md good
    $$q = x^2 + s x$$
    $$\frac{\partial q}{\partial x} = 2x + s$$
    ```
    """
    for note, claim in facts.claimed:
        judged = claim.kind == "claim" and not claim.on_purpose
        if judged and claim.status == "unchecked":
            reason = claim.reason or "no reason was given"
            yield Found(note, claim.span, f"unchecked: {reason}", help=claim.hint)
