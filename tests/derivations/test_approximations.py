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


@pytest.mark.parametrize(
    ("formula", "held"),
    [
        (r"g(u + \Delta u) \approx g(u) + g'(u) \Delta u + \frac12 g''(u) \Delta u^2", "second"),
        (r"g(u + \Delta u) \approx g(u) + g'(u) \Delta u + g''(u) \Delta u^2", ""),
        (r"\sin h \approx h - h^3/6", "third"),
        (r"\sin h \approx h - h^3/3", ""),
        (r"1 - h^2/2 \approx \cos h", "second"),
        (r"(1 + \epsilon)^3 \approx 1 + 3 \epsilon", "first"),
        (r"\epsilon (1 + \epsilon) \approx \epsilon", "first"),
    ],
)
def test_to_the_order_of_the_last_term(formula: str, held: str) -> None:
    found = [c for c in claims(f"$${formula}$$") if c.status == "verified"]
    assert [f"to {held} order" in a for c in found for a in c.assumptions] == [True] * bool(held)
