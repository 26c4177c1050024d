"""The documentation holds together: its links lead somewhere, its programs run, its lists are current."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest
import yaml

from tests.docs.pages import ROOT, agrees, fences, pages
from vaultbp import cells
from vaultbp.config import parse_config
from vaultbp.notes import read
from vaultbp.source import Source


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        other = page.parent / unquote(path) if path else page
        assert other.exists(), f"{page.name}: {target}"
        if fragment:
            assert fragment in anchors(other), f"{page.name}: {target}"


def anchors(page: Path) -> set[str]:
    """The fragments that GitHub gives to the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_programs_run_and_print_what_the_page_says(page: Path) -> None:
    note = read(Source(page.name, page.read_text(encoding="utf-8")))
    for result in cells.run([note]).cells:
        assert result.status in ("passed", "skipped"), (
            f"{result.path}:{result.line}: {result.error}"
        )


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_configuration_is_understood(page: Path) -> None:
    for fence in fences(page):
        if fence.language == "toml":
            parse_config(tomllib.loads(fence.body))
        elif fence.language == "yaml":
            assert yaml.safe_load(fence.body)


def test_generated_pages_are_current() -> None:
    written = script("write_docs").written()
    assert written
    for name, text in written.items():
        page = ROOT / "docs" / name
        assert page.read_text(encoding="utf-8") == text, f"{name}: run scripts/write_docs.py"


def test_every_rule_and_command_is_documented() -> None:
    from vaultbp.commands import main
    from vaultbp.rules import all_rules

    rules = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert all(f"## {rule.name}" in rules for rule in all_rules())
    texts = "\n".join(page.read_text(encoding="utf-8") for page in pages())
    assert main is not None
    for file in (ROOT / "vaultbp" / "commands").glob("[a-z]*.py"):
        assert f"vaultbp {file.stem}" in texts, file.stem


@pytest.mark.parametrize(
    ("said", "printed", "agree"),
    [
        ("a ... c", "a b c", True),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n", "a", True),
        ("a b", "a c", False),
        ("a", "a\nb", False),
    ],
)
def test_the_comparison_can_fail(said: str, printed: str, agree: bool) -> None:
    assert agrees(said, printed) is agree
