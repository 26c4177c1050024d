"""The bars that the bundled vault holds: nothing found, enough verified, every cell passed."""

from __future__ import annotations

import pytest

from vaultbp.findings import Facts
from vaultbp.rules import diagnose


def test_check_finds_nothing(facts: Facts) -> None:
    found = [f"{item.path}: {item.rule}: {item.message}" for item in diagnose(facts)]
    assert not found, "\n".join(found)


def test_at_least_250_claims_are_verified(facts: Facts) -> None:
    claims = [claim for claims in facts.claims.values() for claim in claims]
    assert sum(claim.status == "verified" for claim in claims) >= 250


def test_every_claim_that_is_marked_wrong_is_found_to_be_wrong(facts: Facts) -> None:
    marked = [claim for claims in facts.claims.values() for claim in claims if claim.on_purpose]
    assert len(marked) >= 40
    assert {claim.status for claim in marked} == {"wrong"}


def test_no_verified_claim_leans_on_nothing(facts: Facts) -> None:
    """A verified claim has a verified step: none is verified because there was nothing to do."""
    for claims in facts.claims.values():
        for claim in claims:
            if claim.status == "verified":
                assert any(step.status == "verified" for step in claim.steps), claim.source


def test_every_cell_passes_and_says_something(facts: Facts) -> None:
    results = [result for results in (facts.cells or {}).values() for result in results]
    assert len(results) >= 50
    assert {result.status for result in results} == {"passed"}
    for path, cells in (facts.cells or {}).items():
        assert any(result.stdout.strip() for result in cells), f"{path} prints nothing"


@pytest.mark.parametrize(("kind", "least"), [("claim", 6), ("definition", 1)])
def test_derivation_notes_hold_definitions_and_claims(facts: Facts, kind: str, least: int) -> None:
    for note in facts.notes:
        if note.path.startswith("Derivations/"):
            kinds = [claim.kind for claim in facts.claims[note.path]]
            assert kinds.count(kind) >= least, note.path
