"""``sarif``: positions, paths, rules and fixes, and its shape by an independent model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from vaultbp.commands import cli

NOTES = {
    "A note.md": "\ufeffFirst.\r\n😀 [[Nowhere]] and [[Nowhere]]\r\n",
    "Формула.md": "---\nup: [[A note]]\n---\n$$y = 3x^2$$\n$$\\frac{dy}{dx} = 3x$$\n",
}


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    vault = tmp_path / "my vault"
    vault.mkdir()
    for path, text in NOTES.items():
        (vault / path).write_bytes(text.encode())
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["check", "my vault", "--format", "sarif"])
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert isinstance(data, dict)
    return data


def _results(log: dict[str, Any], rule: str) -> list[dict[str, Any]]:
    return [item for item in log["runs"][0]["results"] if item["ruleId"] == rule]


def _region(result: dict[str, Any]) -> tuple[int, ...]:
    region = result["locations"][0]["physicalLocation"]["region"]
    return tuple(region[key] for key in ("startLine", "startColumn", "endLine", "endColumn"))


def test_columns_count_code_points_of_the_text_on_disk(log: dict[str, Any]) -> None:
    assert log["runs"][0]["columnKind"] == "unicodeCodePoints"
    first, second = _results(log, "unresolved-link")
    assert _region(first)[:2] == (2, 5)
    assert _region(second)[:2] == (2, 21)


def test_paths_are_where_a_service_looks_for_them(log: dict[str, Any]) -> None:
    result = _results(log, "unresolved-link")[0]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "my%20vault/A%20note.md"


def test_each_rule_brings_its_page(log: dict[str, Any]) -> None:
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    for result in log["runs"][0]["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    wrong = next(rule for rule in rules if rule["id"] == "wrong-derivation")
    assert "md bad" in wrong["help"]["markdown"]
    assert wrong["defaultConfiguration"] == {"level": "error"}


def test_a_fix_says_what_to_write_where(log: dict[str, Any]) -> None:
    result = _results(log, "unquoted-link")[0]
    change = result["fixes"][0]["artifactChanges"][0]
    assert any('"' in item["insertedContent"]["text"] for item in change["replacements"])


def test_equal_findings_have_fingerprints_of_their_own(log: dict[str, Any]) -> None:
    prints = [item["partialFingerprints"]["vaultbp/v1"] for item in log["runs"][0]["results"]]
    assert len(set(prints)) == len(prints)


def test_an_independent_model_of_the_standard_reads_it(log: dict[str, Any]) -> None:
    model = pytest.importorskip("sarif_pydantic", reason="sarif-pydantic is not installed")
    read = model.Sarif.model_validate(log)
    assert len(read.runs[0].results) == len(log["runs"][0]["results"])


def test_a_vault_without_findings_is_a_log_too(tmp_path: Path) -> None:
    (tmp_path / "Fine.md").write_text("Fine.\n")
    result = CliRunner().invoke(cli, ["check", str(tmp_path), "--format", "sarif"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["runs"][0]["results"] == []
