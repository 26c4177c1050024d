"""`[math]` of the configuration: definitions that hold in every note."""

from __future__ import annotations

import pytest

from tests.facts import facts_of
from vaultbp.config import parse_config

NOTE = "$$\\frac{\\partial H}{\\partial q} = 3 q^2 r$$\n"


@pytest.mark.parametrize(
    "math",
    [{"define": ["H = q^3 r"]}, {"conventions": {"H": "q^3 r"}}],
    ids=["define", "conventions"],
)
def test_a_definition_of_the_configuration_decides_a_claim(math: dict[str, object]) -> None:
    facts = facts_of({"n.md": NOTE}, config=parse_config({"math": math}))
    (claim,) = facts.claims["n.md"]
    assert claim.status == "verified"
    assert any("vaultbp.toml" in text for text in claim.assumptions)


def test_without_it_the_claim_is_unchecked() -> None:
    (claim,) = facts_of({"n.md": NOTE}).claims["n.md"]
    assert claim.status == "unchecked"
