"""The bundled vault, judged and run once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaultbp.config import load_config
from vaultbp.findings import Facts, RunOptions, gather
from vaultbp.notes import Note
from vaultbp.vault import Vault, load

ROOT = Path(__file__).parents[2] / "vault"


@pytest.fixture(scope="session")
def vault() -> Vault:
    return load(ROOT)


@pytest.fixture(scope="session")
def notes(vault: Vault) -> dict[str, Note]:
    """The notes by title."""
    return {note.title: note for note in vault.notes}


@pytest.fixture(scope="session")
def facts(vault: Vault) -> Facts:
    return gather(vault, load_config(ROOT), run=RunOptions(timeout=120))
