"""Backpropagation through time: whole and immediate partial derivatives side by side in one step."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

CELL = r"""
The state is $s_t = \tanh(p s_{t-1} + q x_t)$, the answer $o_t = r s_t$, the error of one step
$D_t = (o_t - y_t)^2$ and that of all $D = \sum_{t=1}^T D_t$.

$$\eta_t = \frac{\partial D}{\partial s_t}$$

$${STEP}$$
"""
PATHS = (
    r"\sum_{t=1}^T \sum_{k=1}^t \frac{\partial D_t}{\partial o_t} \frac{\partial o_t}{\partial s_t}"
    r" \left(\prod_{j=k+1}^t \frac{\partial s_j}{\partial s_{j-1}}\right)"
    r" \frac{\partial s_k}{\partial p}"
)
RECURSION = (
    r"\frac{\partial s_t}{\partial p} + \frac{\partial s_t}{\partial s_{t-1}}"
    r" \frac{\partial s_{t-1}}{\partial p}"
)


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (
            r"\frac{\partial D}{\partial p} = \sum_{t=1}^T \frac{\partial D_t}{\partial p}",
            "verified",
        ),
        (r"\frac{\partial D}{\partial p} = " + PATHS, "verified"),
        (r"\frac{\partial s_t}{\partial p} = " + RECURSION, "verified"),
        (
            r"\frac{\partial D_t}{\partial p} = \sum_{k=1}^t \frac{\partial D_t}{\partial s_k}"
            r" \frac{\partial s_k}{\partial p}",
            "verified",
        ),
        (r"\frac{\partial D}{\partial p} = \sum_{t=1}^T \eta_t (1 - s_t^2) s_{t-1}", "verified"),
        (
            r"\frac{\partial D}{\partial p} = \sum_{t=1}^T \eta_t \frac{\partial s_t}{\partial p}",
            "verified",
        ),
        # The sum over time is lost, the state is that of another step, a path counts twice.
        (r"\frac{\partial D}{\partial p} = \sum_{t=1}^T \eta_t (1 - s_t^2) s_t", "wrong"),
        (r"\frac{\partial D}{\partial p} = 2" + PATHS, "wrong"),
        (r"\frac{\partial D}{\partial p} = " + PATHS.replace("k=1", "k=2"), "wrong"),
        (r"\frac{\partial s_t}{\partial p} = " + RECURSION.replace("+", "-"), "wrong"),
        # Truncated: right while the state before is held fixed, and only then.
        (
            r"\frac{\partial D_t}{\partial p} = \frac{\partial D_t}{\partial o_t} r (1 - s_t^2)"
            r" s_{t-1}",
            "unchecked",
        ),
    ],
)
def test_derivatives_through_time(step: str, status: str) -> None:
    found = claim(CELL.replace("{STEP}", step), step[:30])
    assert found.status == status, found


def test_an_open_loss_through_time() -> None:
    text = r"""
The state is $s_t = \tanh(p s_{t-1} + q x_t)$ and the answer $o_t = r s_t$.

$$\frac{\partial D}{\partial p} = \sum_t \frac{\partial D}{\partial s_t}\frac{\partial s_t}{\partial p}$$
"""
    assert claim(text, r"\sum_t").status == "verified"
