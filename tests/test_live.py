"""A vault while it is written: what is judged again is what it must be, and gives the same findings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultbp.config import Config
from vaultbp.derivations.batch import Task, judge_all
from vaultbp.derivations.verdicts import Claim
from vaultbp.findings import gather
from vaultbp.live import LiveVault
from vaultbp.rules import diagnose
from vaultbp.source import Source
from vaultbp.vault import load
from vaultbp.watch import changes, stamps, watch

NOTES = {
    "A.md": "# Top\n[[B#Steps]] [[C]]\n",
    "sub/B.md": "# Steps\n$$y = x^2$$\n$$\\frac{dy}{dx} = 2x$$\n",
    "Lone.md": "Nothing.\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in NOTES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def rules(live: LiveVault, path: str) -> list[str]:
    return [item.rule for item in live.diagnostics[path]]


def test_a_heading_renamed_is_felt_by_the_notes_that_link_to_it(root: Path) -> None:
    live = LiveVault.open(root, Config())
    assert rules(live, "A.md") == ["unresolved-link"]
    judged = live.update({"sub/B.md": Source("sub/B.md", "# Other\n")})
    assert judged == ["A.md", "sub/B.md"]
    assert sorted(rules(live, "A.md")) == ["missing-heading", "unresolved-link"]


def test_a_note_that_comes_or_goes_is_felt_too(root: Path) -> None:
    live = LiveVault.open(root, Config())
    assert live.update({"deep/c.md": Source("deep/c.md", "Here.\n")}) == ["A.md", "deep/c.md"]
    assert "unresolved-link" not in rules(live, "A.md")
    assert live.update({"deep/c.md": None}) == ["A.md"]
    assert "unresolved-link" in rules(live, "A.md")
    assert "deep/c.md" not in live.diagnostics


def test_a_wrong_step_appears_and_goes(root: Path) -> None:
    live = LiveVault.open(root, Config())
    wrong = NOTES["sub/B.md"].replace("= 2x", "= 3x")
    live.update({"sub/B.md": Source("sub/B.md", wrong)})
    assert rules(live, "sub/B.md") == ["wrong-derivation"]
    live.update({"sub/B.md": Source("sub/B.md", NOTES["sub/B.md"])})
    assert rules(live, "sub/B.md") == []


def test_only_what_a_verdict_stands_on_is_judged_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, head in (("Uses.md", "---\nimports: '[[B]]'\n---\n"), ("Links.md", "[[B]]\n")):
        (root / name).write_text(head + "$$\\frac{dy}{dx} = 2x$$\n", encoding="utf-8")
    live = LiveVault.open(root, Config())
    assert live.facts.claims["Uses.md"][0].status == "verified"
    judged: list[str] = []

    def note_and_judge(tasks: list[Task]) -> dict[str, tuple[Claim, ...]]:
        judged.extend(note.path for note, _ in tasks)
        return judge_all(tasks)

    monkeypatch.setattr("vaultbp.derivations.batch.judge_all", note_and_judge)
    touched = live.update({"sub/B.md": Source("sub/B.md", "$$y = x^3$$\n")})
    assert touched == ["A.md", "Links.md", "Uses.md", "sub/B.md"]
    assert sorted(judged) == ["Uses.md", "sub/B.md"]
    assert live.facts.claims["Uses.md"][0].status != "verified"
    assert live.facts.claims["Links.md"][0].status == "unchecked"


_TEXTS = st.sampled_from(
    [
        None,
        "[[A]] [[B#x]]",
        "# x\n[[c]]",
        "---\nup: [[A]]\n---\n[[Q]]",
        "---\nrequires: ['[[B]]', '[[c]]']\n---\n",
        "---\nrequires: '[[A]]'\n---\n[[Stray]]",
        "$$y=x^2$$ $$\\frac{dy}{dx}=3x$$",
        "---\nimports: '[[B]]'\n---\n$$\\frac{dy}{dx}=2x$$",
        "---\naliases: [Q]\n---\n![[B]]",
    ]
)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(["A.md", "sub/B.md", "c.md"]), _TEXTS), min_size=1, max_size=5
    )
)
def test_after_any_changes_the_findings_are_those_of_a_fresh_look(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str | None]]
) -> None:
    root = tmp_path_factory.mktemp("vault")
    (root / "sub").mkdir()
    live = LiveVault.open(root, Config())
    for path, text in steps:
        if text is None:
            (root / path).unlink(missing_ok=True)
        else:
            (root / path).write_text(text, encoding="utf-8")
        known = text is not None or path in {note.path for note in live.vault.notes}
        if known:
            live.update({path: None if text is None else Source(path, text)})
    assert live.all_diagnostics() == diagnose(gather(load(root), Config()))


def test_changes_on_disk_are_seen(root: Path) -> None:
    before = stamps(root)
    (root / "A.md").write_text("changed\n", encoding="utf-8")
    (root / "Lone.md").unlink()
    (root / "new.md").write_text("new\n", encoding="utf-8")
    (root / "image.png").write_bytes(b"")
    found = changes(root, before, stamps(root))
    assert {path: source and source.text for path, source in found.items()} == {
        "A.md": "changed\n",
        "Lone.md": None,
        "new.md": "new\n",
    }


def test_watching_shows_once_for_each_change_and_not_without_one(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[list[str]] = []
    todo: list[Callable[[], object]] = [
        lambda: None,
        lambda: (root / "Lone.md").write_text("[[Nowhere]]\n", encoding="utf-8"),
        lambda: None,
        lambda: (root / "C.png").write_bytes(b""),
        lambda: None,
    ]
    monkeypatch.setattr("time.sleep", lambda seconds: todo.pop(0)() if todo else None)
    watch(root, Config(), lambda live, judged, took: shown.append(judged), rounds=5)
    assert shown == [["A.md", "Lone.md", "sub/B.md"], ["Lone.md"], ["A.md", "Lone.md", "sub/B.md"]]


def test_a_circle_of_relations_elsewhere_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text('---\nrequires: "[[b]]"\n---\n')
    (tmp_path / "b.md").write_text('---\nrequires: "[[a]]"\n---\n')
    (tmp_path / "c.md").write_text("one\n")
    live = LiveVault.open(tmp_path, Config(relations={"requires": {"acyclic": True}}))
    before = live.all_diagnostics()
    assert [item.rule for item in before] == ["relation-cycle"]
    live.update({"c.md": Source("c.md", "two\n")})
    assert live.all_diagnostics() == before
