from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultbp.diagnostics import Severity
from vaultbp.rules import Found, rule

if TYPE_CHECKING:
    from vaultbp.findings import Facts


@rule("VB303", group="math", severity=Severity.ERROR)
def right_on_purpose(facts: Facts) -> Iterator[Found]:
    r"""A claim marked as wrong on purpose was not found to be wrong.

    A note that teaches by counterexample marks the counterexample; this rule keeps the mark honest.

    ```md bad
    $$y = x^3$$
    %% wrong on purpose %%
    $$\frac{dy}{dx} = 3x^2$$
    ```

    ```md good
    $$y = x^3$$
    %% wrong on purpose %%
    $$\frac{dy}{dx} = 3x^3$$
    ```
    """
    for note, claim in facts.claimed:
        if claim.on_purpose and claim.status != "wrong":
            why = f": {claim.reason}" if claim.reason else ""
            yield Found(
                note,
                claim.span,
                f"this claim is marked as wrong on purpose, but it is {claim.status}{why}",
                help="remove the mark, or make the claim wrong again",
            )
