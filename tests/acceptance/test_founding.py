"""What the founding notes ask for, on notes of the same kind in our own words.

Set VAULTBP_FOUNDING_NOTES to a folder with the founding notes themselves to try those too.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.conftest import NOTES, Folder

LINE = "Прямая.md"


def statuses(claims: list[dict[str, Any]]) -> list[str]:
    return [claim["status"] for claim in claims]


def test_the_line_fit_is_verified_step_by_step(folder: Folder) -> None:
    claims = folder.claims(LINE)
    chains = [claim for claim in claims if "\\partial E_k" in claim["source"]]
    assert statuses(chains) == ["verified"] * 5
    assert [len(chain["steps"]) for chain in chains] == [1, 1, 3, 4, 5]
    assert all(step["status"] == "verified" for chain in chains for step in chain["steps"])
    assumed = [text for chain in chains for text in chain["assumptions"]]
    assert set(assumed) == {"Δs_k := s_{P_k} − s_h(t_{P_k})"}
    (total,) = [claim for claim in claims if claim["source"].lstrip().startswith("E =")]
    assert total["status"] == "verified"


@pytest.mark.parametrize(
    ("old", "new", "steps"),
    [
        ("= -2\\Delta s_kt_{P_k}$$", "= 2\\Delta s_kt_{P_k}$$", 4),
        ("-2\\Delta s_k*1 = -2\\Delta s_k$$", "-2\\Delta s_k*1 = -\\Delta s_k$$", 5),
    ],
)
def test_a_slip_in_the_line_fit_is_found(folder: Folder, old: str, new: str, steps: int) -> None:
    text = (NOTES / LINE).read_text("utf-8")
    assert text.count(old) == 1
    folder.write(LINE, text.replace(old, new))
    (wrong,) = [claim for claim in folder.claims(LINE) if claim["status"] == "wrong"]
    assert [step["status"] for step in wrong["steps"]] == ["verified"] * (steps - 1) + ["wrong"]
    point = wrong["steps"][-1]["counterexample"]
    assert point["left"] != pytest.approx(point["right"], rel=1e-3)
    assert point["at"]
    (finding,) = [item for item in folder.findings() if item["severity"] == "error"]
    assert finding["rule"] == "wrong-derivation"
    assert finding["line"] == text[: text.index(old)].count("\n") + 1
    assert folder.ask("check", LINE).returncode == 1


@pytest.mark.parametrize("name", ["Режимы.md", "Terms.md"])
def test_plain_notes_have_no_findings(folder: Folder, name: str) -> None:
    assert [item for item in folder.findings() if item["path"] == name] == []


def test_a_bare_chain_is_an_identity(folder: Folder) -> None:
    (claim,) = folder.claims("Unicode.md")
    assert claim["status"] == "verified"
    assert claim["line"] == 14
    assert claim["assumptions"]


def test_a_bare_chain_with_a_missing_link_is_not_verified(folder: Folder) -> None:
    text = (NOTES / "Unicode.md").read_text("utf-8")
    folder.write("Unicode.md", text.replace(" × ∂b/∂s", ""))
    (claim,) = folder.claims("Unicode.md")
    assert claim["status"] == "unchecked"
    assert "b" in claim["reason"]
    assert "s" in claim["reason"]
    assert "link" in claim["reason"]


RELATIONS = ["usedIn", "enables", "computesWith", "trainsBy", "implements", "updates"]


def test_typed_relations_are_edges_with_places(folder: Folder) -> None:
    import json

    data = json.loads(folder.ask("graph", ".", "--format", "json").stdout)
    edges = [edge for edge in data["edges"] if edge["source"] == "Unicode.md"]
    typed = [edge for edge in edges if edge["kind"] == "relation"]
    assert [edge["relation"] for edge in typed] == RELATIONS
    assert [edge["line"] for edge in typed] == [2, 3, 4, 5, 6, 7]
    assert typed[0]["column"] in (9, 10)
    assert not typed[0]["resolved"]
    nodes = {node["id"]: node for node in data["nodes"]}
    assert not nodes[typed[0]["target"]]["exists"]


def composition(claims: list[dict[str, Any]]) -> dict[str, str]:
    found = {}
    for claim in claims:
        source = "".join(claim["source"].split())
        for key, start in (
            ("abstract", "\\frac{dv}{dt}="),
            ("three steps", "\\frac{\\partialE}{\\partialu}=\\frac"),
            ("primes", "\\frac{dE}{du}="),
            ("words", "\\frac{\\partialE}{\\partialu}=\\text"),
        ):
            if start in source:
                found[key] = claim["status"]
    return found


GOOD = {
    "abstract": "verified",
    "three steps": "verified",
    "primes": "verified",
    "words": "unchecked",
}


@pytest.mark.parametrize("damaged", [False, True])
def test_composition_is_verified_before_and_after_the_damage(folder: Folder, damaged: bool) -> None:
    text = (NOTES / "Composition.md").read_text("utf-8")
    folder.write("Composition.md", text.encode().decode("mac_roman") if damaged else text)
    claims = folder.claims("Composition.md")
    assert composition(claims) == GOOD
    assert all(claim["reason"] for claim in claims if claim["status"] == "unchecked")


def test_a_prime_at_the_wrong_place_is_wrong(folder: Folder) -> None:
    text = (NOTES / "Composition.md").read_text("utf-8")
    folder.write("Composition.md", text.replace("q'(h(u)) \\cdot", "q'(u) \\cdot"))
    assert composition(folder.claims("Composition.md")) == {**GOOD, "primes": "wrong"}


def test_damaged_text_is_found_and_repaired(folder: Folder) -> None:
    text = (NOTES / "Composition.md").read_text("utf-8")
    folder.write("Composition.md", text.encode().decode("mac_roman"))
    found = [item for item in folder.findings() if item["rule"] == "mojibake"]
    assert found
    assert all("Mac Roman" in item["message"] for item in found)
    assert any("Насколько" in item["message"] + str(item["help"]) for item in found)
    assert folder.ask("check", ".", "--fix").returncode == 0
    assert (folder.path / "Composition.md").read_bytes() == text.encode()


def test_missing_embeds_are_reported(folder: Folder) -> None:
    found = [item for item in folder.findings() if item["path"] == "Composition.md"]
    assert [(item["line"], item["severity"]) for item in found if "Scan" in item["message"]] == [
        (5, "warning"),
        (7, "warning"),
    ]


def test_nothing_in_these_notes_is_called_wrong(folder: Folder) -> None:
    done = folder.ask("check", ".")
    assert done.returncode == 0, done.stdout
