"""A check that takes what did not change from earlier runs says what a check of everything says."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from vaultbp.config import load_config
from vaultbp.findings import gather
from vaultbp.reports import Report, find_format
from vaultbp.rules import diagnose
from vaultbp.vault import disk, kept, load, whole

NAMES = ["Loss", "loss", "Losses", "Chain rule", "Née", "Ne\u0301e", "x.ext", "a#b", "Gradient"]
PATHS = [f"{folder}{name}.md" for folder in ("", "a/", "a/b/", "Loss/") for name in NAMES]
PIECES = [
    "# Here: now",
    "## Part ^id1",
    "text ^block\n",
    "<!-- # Hidden -->",
    "[[#Part]] [[#^block]] [[#None]]",
    "#method and #other",
    "[[]] [[..]] [[../Loss]] [[../../../out]] [[a]] [[https://e.com]] [x](#here-now) [y](Loss.md#pa)",
    "$$y = x^2$$\n\n$$\\frac{dy}{dx} = 3x$$",
    "%% wrong on purpose %%\n$$y' = 1$$",
    "```python timout=1\n1\n```",
    "%% vaultbp: ignore[unresolved-link] why %%",
    "%% vaultbp: ignore[no-such-rule, links] why %%\n[[Gone]]",
    "unclosed $$ math",
    "ÐÐ±ÑÐ°Ñ",
    "",
]
KEYS = ["usedIn", "uses", "parent", "requires", "usedln", "translationOf", "imports", "alias"]
LINES = [
    "aliases: [Losss, Kette]",
    "aliases: Gradient",
    "tags: [method]",
    "vaultbp-ignore: case-mismatch",
    "bad: [[Loss]]",
    "worse: a: b",
    'mixed: "see [[Loss]]"',
]
CONFIGS = [
    "",
    'select = ["all"]',
    'ignore = ["links"]\nselect = ["VB101"]',
    'severity = {links = "error", unclosed = "info"}',
    '[per-path-ignores]\n"a/*" = ["all"]',
    "strict-relations = true\ninline-fields = true",
    "[relations.requires]\nacyclic = true\ntransitive = true\n[relations.parent]\nsingle = true\n"
    'required = true\ndomain = ["#method"]\nrange = ["a/"]',
    '[relations.parent]\ninverse = "requires"',
]
targets = st.sampled_from([*NAMES, "lOss", "Los", "a/Loss", "Kette", "Losss", "i.png", "Gradiemt"])
links = st.builds(
    lambda name, part: f"[[{name}{part}]]",
    targets,
    st.sampled_from(["", "", "", "#Here now", "#Part", "#Nope", "#^block", "#^gone", "|shown"]),
)
properties = st.one_of(
    st.sampled_from(LINES),
    st.builds(lambda key, link: f'{key}: "{link}"', st.sampled_from(KEYS), links),
    st.builds(lambda key, a, b: f'{key}: ["{a}", "{b}"]', st.sampled_from(KEYS), links, links),
)
notes = st.builds(
    lambda head, body: (f"---\n{chr(10).join(head)}\n---\n" if head else "") + "\n\n".join(body),
    st.lists(properties, max_size=3),
    st.lists(st.one_of(links, links, st.sampled_from(PIECES)), max_size=4),
)
paths = st.sampled_from(PATHS)
edits = st.one_of(
    st.tuples(st.just("write"), paths, notes),
    st.tuples(st.just("write"), paths, notes),
    st.tuples(st.just("remove"), paths, st.just("")),
    st.tuples(st.just("rename"), paths, paths),
    st.tuples(
        st.just("add"), st.sampled_from(["i.png", "b/i.png", "x.ext", "Gradient"]), st.just("")
    ),
    st.tuples(st.just("configure"), st.just(""), st.sampled_from(CONFIGS)),
)


def edit(root: Path, kind: str, path: str, other: str) -> None:
    file = root / (path or "vaultbp.toml")
    if kind in ("write", "add", "configure"):
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.is_dir():
            file.write_text(other, encoding="utf-8")
    elif kind == "remove":
        file.unlink(missing_ok=True)
    elif file.exists():
        (root / other).parent.mkdir(parents=True, exist_ok=True)
        file.rename(root / other)


def said(root: Path, *, warm: bool, only: frozenset[str] | None = None) -> list[str]:
    config = load_config(root)
    facts = gather(load(root, kept=warm), config, only)
    report = Report(facts, diagnose(facts))
    return [find_format(name)(report) for name in ("full", "json", "junit", "sarif")]


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the smallest vault, and files that were written a moment ago."""
    monkeypatch.setattr(whole, "ENOUGH", 0)
    monkeypatch.setattr(disk, "AT_REST", -3_600_000_000_000)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.fixture(params=[1, 2], ids=["one-process", "two-processes"], autouse=True)
def jobs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param > 1 and not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    monkeypatch.setattr(kept, "MANY", 2)
    monkeypatch.setattr(kept, "cores", lambda: request.param)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes long to shrink
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=st.dictionaries(paths, notes, min_size=3, max_size=8),
    changes=st.lists(st.lists(edits, min_size=1, max_size=2), min_size=1, max_size=4),
)
def test_warm_says_what_cold_says(
    before: dict[str, str], changes: list[list[tuple[str, str, str]]]
) -> None:
    folder = tempfile.mkdtemp()
    try:
        root = Path(folder) / "vault"
        root.mkdir()
        for path, text in before.items():
            edit(root, "write", path, text)
        for turn in [[], *changes]:
            for change in turn:
                edit(root, *change)
            cold = said(root, warm=False)
            assert said(root, warm=True) == cold
            assert said(root, warm=True) == cold
        some = frozenset(sorted(before)[:2])
        assert said(root, warm=True, only=some) == said(root, warm=False, only=some)
    finally:
        shutil.rmtree(folder)
