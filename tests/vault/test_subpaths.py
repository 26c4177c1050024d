"""Fragments of Markdown links that other programs follow are not called missing."""

from __future__ import annotations

import pytest

from tests.facts import facts_of


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("[x](#two-words)\n\n# Two words!", None),
        ("[x](#21-layers)\n\n## 2.1 Layers", None),
        ('[x](#intro)\n\n<a name="intro"></a>', None),
        ("[x](#intro)\n\n<a id='intro'>", None),
        ("[x](#intro)\n\n# Einleitung {#intro}", None),
        ("[x](#%D1%82%D0%B5-1)\n\n## <a name='%D1%82%D0%B5-1'></a> Те 1", None),
        ("[x](#two-words)\n\n# <a id='two'></a> **Two** words", None),
        ("[x](#other)\n\n# Two words", "heading"),
        ("[[#two-words]]\n\n# Two words", "heading"),
    ],
)
def test_anchors(text: str, missing: str | None) -> None:
    vault = facts_of({"a.md": text}).vault
    assert vault.links["a.md"][0].missing == missing
