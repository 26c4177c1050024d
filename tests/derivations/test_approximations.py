"""Approximations to first order: verified where the error is of second order, else left alone."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claims


@pytest.mark.parametrize(
    ("formula", "held"),
    [
        (r"g(u + \epsilon) \approx g(u) + \epsilon g'(u)", True),
        (r"g(u + \Delta u) \approx g(u) + g'(u) \Delta u", True),
        (r"e^{h} \approx 1 + h", True),
        (r"\sqrt{1 + \epsilon} \approx 1 + \frac{\epsilon}{2}", True),
        (r"g(u + \epsilon) \approx g(u) - \epsilon g'(u)", False),
        (r"g(u + \epsilon) \approx g(u) + 2 \epsilon g'(u)", False),
        (r"g(u + \epsilon) \approx g(u)", False),
        (r"\sqrt{1 + \epsilon} \approx 1 + \epsilon", False),
        (r"g(u) \approx u", False),
    ],
)
def test_to_first_order(formula: str, held: bool) -> None:
    found = [c for c in claims(f"$${formula}$$") if c.status == "verified"]
    assert bool(found) is held
    assert all("first order" in c.assumptions[-1] for c in found)
    assert not any(c.status == "wrong" for c in claims(f"$${formula}$$"))
