"""Of several files that a link may name, the one that lies below its note."""

from __future__ import annotations

import pytest

from tests.facts import facts_of
from vaultbp.rules import diagnose

FILES = {"x/one/notes/C.md": "# H", "x/two/notes/C.md": "# H", "y/zzzzzzzzzz/notes/C.md": ""}


@pytest.mark.parametrize("folder", ["x/one", "x/two"])
def test_a_markdown_link_that_every_program_reads_alike_is_not_ambiguous(folder: str) -> None:
    facts = facts_of({f"{folder}/README.md": "[a](notes/C.md) [b](notes/C.md#h)", **FILES})
    found = facts.vault.links[f"{folder}/README.md"]
    assert [item.path for item in found] == [f"{folder}/notes/C.md"] * 2
    assert not [item for item in diagnose(facts) if item.path.endswith("README.md")]


def test_a_wikilink_is_still_ambiguous() -> None:
    facts = facts_of({"x/two/README.md": "[[notes/C]]", **FILES})
    (found,) = facts.vault.links["x/two/README.md"]
    assert (found.path, found.rivals) == ("x/two/notes/C.md", ("x/one/notes/C.md",))


def test_the_shorter_path_still_wins() -> None:
    facts = facts_of({"y/zzzzzzzzzz/README.md": "[a](notes/C.md)", **FILES})
    (found,) = facts.vault.links["y/zzzzzzzzzz/README.md"]
    assert found.path == "x/one/notes/C.md"
