"""Broken in one place, the vault no longer passes: a sample of what scripts/break_vault.py tries."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.vault_bundled.conftest import ROOT
from vaultbp.findings import Facts


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT.parent / "scripts" / "break_vault.py"
    spec = importlib.util.spec_from_file_location("break_vault", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["break_vault"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", ["sign", "link", "relation", "assert"])
@pytest.mark.parametrize("path", ["Parts/Tanh.md", "Learning/Momentum.md"])
def test_a_break_is_noticed_at_its_line(
    script: ModuleType, facts: Facts, tmp_path: Path, path: str, kind: str
) -> None:
    (note,) = (note for note in facts.notes if note.path == path)
    damages = [item for item in script.breaks(note, facts.claims[path]) if item.kind == kind]
    shutil.copytree(ROOT, tmp_path / "vault")
    assert script.noticed(tmp_path / "vault", damages[0], known=set())


def test_every_kind_of_break_is_tried_in_the_line_fit(script: ModuleType, facts: Facts) -> None:
    (note,) = (note for note in facts.notes if note.title == "Line fit")
    damages = list(script.breaks(note, facts.claims[note.path]))
    assert {item.kind for item in damages} == set(script.KINDS)
    for item in damages:
        assert item.apply(note.source.text) != note.source.text
