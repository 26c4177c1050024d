"""The founding notes themselves, where VAULTBP_FOUNDING_NOTES names their folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.acceptance.conftest import Folder

FOLDER = os.environ.get("VAULTBP_FOUNDING_NOTES")
pytestmark = pytest.mark.skipif(not FOLDER, reason="VAULTBP_FOUNDING_NOTES names no folder")


@pytest.fixture
def seeds(tmp_path: Path) -> Folder:
    assert FOLDER
    shutil.copytree(FOLDER, tmp_path / "seeds", ignore=shutil.ignore_patterns("README.md"))
    for path in (tmp_path / "seeds").iterdir():
        path.chmod(0o644)
    return Folder(tmp_path / "seeds")


def one(folder: Folder, prefix: str) -> str:
    (name,) = [path.name for path in folder.path.iterdir() if path.name.startswith(prefix)]
    return name


def test_nothing_is_wrong(seeds: Folder) -> None:
    done = seeds.ask("check", ".")
    assert done.returncode == 0, done.stdout


def test_the_first_note(seeds: Folder) -> None:
    name = one(seeds, "000")
    claims = [claim for claim in seeds.claims(name) if "C" in claim["source"]]
    assert [claim["status"] for claim in claims] == ["verified"] * 6
    assumed = " ".join(text for claim in claims for text in claim["assumptions"])
    assert "Δy" in assumed


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        ("= -2\\Delta y_ix_{M_i}$$", "= 2\\Delta y_ix_{M_i}$$", 3),
        ("*1 = -2\\Delta y_i$$", "*1 = -\\Delta y_i$$", 4),
    ],
)
def test_slips_in_the_first_note(seeds: Folder, old: str, new: str, step: int) -> None:
    name = one(seeds, "000")
    text = (seeds.path / name).read_text("utf-8")
    assert text.count(old) == 1
    seeds.write(name, text.replace(old, new))
    (wrong,) = [claim for claim in seeds.claims(name) if claim["status"] == "wrong"]
    assert [s["status"] for s in wrong["steps"]].index("wrong") == step
    assert wrong["steps"][step]["counterexample"]


def test_the_notes_in_prose(seeds: Folder) -> None:
    found = {item["path"][:3] for item in seeds.findings()}
    assert not found & {"001", "002"}


def test_the_note_with_relations(seeds: Folder) -> None:
    name = one(seeds, "003")
    (claim,) = seeds.claims(name)
    assert claim["status"] == "verified"
    text = (seeds.path / name).read_text("utf-8")
    seeds.write(name, text.replace(" × ∂a/∂z", ""))
    (claim,) = seeds.claims(name)
    assert claim["status"] == "unchecked"
    assert "a" in claim["reason"]
    assert "z" in claim["reason"]


def test_the_damaged_note(seeds: Folder) -> None:
    name = one(seeds, "004")
    before = [claim["status"] for claim in seeds.claims(name)]
    assert before.count("verified") >= 3
    assert "wrong" not in before
    rules = [item["rule"] for item in seeds.findings() if item["path"] == name]
    assert "mojibake" in rules
    assert rules.count("unresolved-link") == 2
    text = (seeds.path / name).read_text("utf-8")
    seeds.ask("check", name, "--fix")
    mended = (seeds.path / name).read_text("utf-8")
    assert mended != text
    assert "Производная" in mended
    assert [claim["status"] for claim in seeds.claims(name)] == before
    seeds.write(name, mended.replace("g'(h(w))", "g'(w)"))
    assert [claim["status"] for claim in seeds.claims(name)].count("wrong") == 1
