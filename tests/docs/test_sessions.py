"""Every command and every file that the documentation shows is tried, in the order of the page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, agrees, commands, fences, pages

PAGES = [page for page in pages() if any(f.language == "console" for f in fences(page))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a reader would work: a folder of their own, with the bundled vault in it."""
    shutil.copytree(ROOT / "vault", tmp_path / "vault")
    return tmp_path


def perform(command: str, folder: Path) -> str:
    """What a command prints, run by the shell with the tools of this environment."""
    home = folder / ".home"
    home.mkdir(exist_ok=True)
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_sessions_print_what_the_page_says(page: Path, folder: Path) -> None:
    for fence in fences(page):
        if fence.file is not None:
            path = folder / fence.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fence.body, encoding="utf-8")
        elif fence.language == "console":
            for command in commands(fence):
                printed = perform(command.text, folder)
                assert agrees(command.printed, printed), (
                    f"{page.name}:{command.line}: $ {command.text}\n{printed}"
                )
