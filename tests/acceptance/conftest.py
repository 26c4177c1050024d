"""Helpers that put notes into a folder and ask the command line about them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NOTES = Path(__file__).parent / "notes"


@dataclass(frozen=True)
class Folder:
    """A vault on disk, asked through the command line as users do."""

    path: Path

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_bytes(text.encode())

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "vaultbp", *arguments],
            cwd=self.path,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
            timeout=120,
        )

    def findings(self, *options: str) -> list[dict[str, Any]]:
        done = self.ask("check", ".", "--format", "json", *options)
        assert done.returncode in (0, 1), done.stderr
        return list(json.loads(done.stdout)["diagnostics"])

    def claims(self, name: str) -> list[dict[str, Any]]:
        done = self.ask("math", name, "--format", "json")
        assert done.returncode in (0, 1), done.stderr
        (note,) = json.loads(done.stdout)["notes"]
        return [claim for claim in note["claims"] if claim["kind"] == "claim"]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The acceptance notes, copied to a folder of their own."""
    shutil.copytree(NOTES, tmp_path / "vault")
    return Folder(tmp_path / "vault")
