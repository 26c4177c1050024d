"""Cases of indices: coinciding or different ones, and an index held against a label."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims

CHAIN = r"""Take $q = e^{s_{true}}$ and $r = \sum_{i=1}^n e^{s_i}$, and $H = \log r - s_{true}$.

%s

We write:

$u = r$

%s
"""


@pytest.mark.parametrize(
    ("case", "right", "status"),
    [
        (r"For $i \neq true$:", r"\frac{e^{s_i}}{r}", "verified"),
        (r"For $i = true$:", r"\frac{e^{s_i}}{r} - 1", "verified"),
        (r"For $i \neq true$:", r"\frac{e^{s_i}}{r} - 1", "unchecked"),
        (r"For $i = true$:", r"\frac{e^{s_i}}{r}", "unchecked"),
    ],
)
def test_the_case_named_above_is_meant(case: str, right: str, status: str) -> None:
    formula = rf"\frac{{\partial H}}{{\partial s_i}} = {right}"
    found = claim(CHAIN % (case, f"$${formula}$$"), formula)
    assert found.status == status
    if status == "verified":
        assert any("true" in each for each in found.assumptions)


def test_a_heading_ends_a_case() -> None:
    formula = r"\frac{\partial H}{\partial s_i} = \frac{e^{s_i}}{r}"
    note = CHAIN % (r"For $i \neq true$:", f"## All of them\n\n$${formula}$$")
    assert claim(note, formula).status == "unchecked"


def test_a_case_in_words_states_nothing() -> None:
    note = "Let $p_i = e^{z_i} / \\sum_j e^{z_j}$. If $i = j$, then\n\n"
    note += r"$$\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i)$$"
    found = {c.source: c for c in claims(note)}
    assert found["i = j"].kind != "claim"
    assert [c.status for s, c in found.items() if "partial" in s] == ["verified"]


def test_letters_of_indices_may_be_numbers_too() -> None:
    note = r"With $s = \sum_{i=1}^n x_k$ and $k > 3$: $1 + \frac{3}{k - 3} = \frac{k}{k - 3}$"
    assert claim(note, r"1 + \frac").status == "verified"
    assert claim(note.replace(r"\frac{k}{k", r"\frac{2k}{k"), r"1 + \frac").status != "verified"
