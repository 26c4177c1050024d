"""A step that differs in a note that was not followed is not called wrong."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claims
from vaultbp.derivations.followed import NOT_FOLLOWED

SLIP = "With $r = u - v$ and $Q = r^2$:\n\n$$\\frac{\\partial Q}{\\partial v} = 2 r$$\n"
"""One sign mends it."""
MISREAD = "With $r = u - v$ and $Q = r^2$:\n\n$$\\frac{\\partial Q}{\\partial v} = u^5 v^7$$\n"
"""No small change mends it."""
HELD = "\n$$\\frac{{d}}{{dx}} x^{k} = {k} x^{j}$$\n"
STRANGE = "\n$$\\oint_{{K}} G_{k} = \\oint_{{M}} H_{k}$$\n"


def note(last: str, held: int, strange: int) -> str:
    """A note with a last step, after some that hold and some that cannot be checked."""
    good = [HELD.format(k=k, j=k - 1) for k in range(2, 2 + held)]
    return "".join([*good, *(STRANGE.format(k=k) for k in range(strange)), last])


EXERCISE = "Let $q(x) = \\frac{x + 1}{x^2 + 3}$.\n\n$$q'(x) = %s$$\n"
FAR_FROM_IT = "Let $q(x) = \\frac{x + 1}{x^2 + 3}$.\n\n$u = 4$\n\n$$q'(x) = %s$$\n"
"""The same with a formula between."""
RESULT = "\\frac{5 - 2x - 9x^2}{(x^2 + 3)^2}"


@pytest.mark.parametrize(
    ("last", "held", "strange", "status"),
    [
        (MISREAD, 0, 0, "wrong"),
        (MISREAD, 0, 2, "wrong"),
        (MISREAD, 0, 3, "unchecked"),
        (MISREAD, 2, 3, "unchecked"),
        (MISREAD, 3, 3, "wrong"),
        (EXERCISE % RESULT, 0, 9, "wrong"),
        (FAR_FROM_IT % RESULT, 0, 9, "unchecked"),
        (SLIP, 0, 2, "wrong"),
        (SLIP, 0, 5, "unchecked"),
        (SLIP, 2, 4, "wrong"),
        ("$$\\frac{7 - 3}{2} = 3$$\n", 0, 9, "wrong"),
        (MISREAD.replace("$$\\frac", "%% wrong on purpose %%\n$$\\frac"), 0, 9, "wrong"),
    ],
)
def test_what_the_other_steps_of_a_note_say(
    last: str, held: int, strange: int, status: str
) -> None:
    found = claims(note(last, held, strange))
    assert [c.status for c in found].count("verified") == held
    assert found[-1].status == status
    if status == "unchecked":
        (step,) = found[-1].steps
        assert found[-1].reason == step.reason == NOT_FOLLOWED
        assert step.repair is None
        assert step.counterexample is None
