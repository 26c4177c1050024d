"""Chains of derivatives of which nothing is known but names: a number before one is a mistake."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

PAIR = r"\frac{\partial %s}{\partial %s} "


def chain(*pairs: str) -> str:
    return "".join(PAIR % tuple(pair.split("/")) for pair in pairs)


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (f"{chain('Q/w')} = {chain('Q/u', 'u/v', 'v/w')}", "verified"),
        (f"{chain('Q/w')} = -{chain('Q/u', 'u/v', 'v/w')}", "wrong"),
        (f"{chain('Q/w')} = 2 {chain('Q/u', 'u/w')}", "wrong"),
        (rf"{chain('Q/w')} = \frac{{1}}{{2}} {chain('Q/u', 'u/w')}", "wrong"),
        # Of three quantities bound by one equation this is right.
        (f"{chain('x/y')} = -{chain('x/z', 'z/y')}", "unchecked"),
        (rf"{chain('Q/w')} = k {chain('Q/u', 'u/w')}", "unchecked"),
    ],
)
def test_a_number_before_a_chain(formula: str, status: str) -> None:
    assert claim(f"The chain rule says $${formula}$$", r"\frac").status == status


@pytest.mark.parametrize("words", ["Both paths count alike:", "Up to a constant factor"])
def test_words_may_say_where_the_number_comes_from(words: str) -> None:
    formula = f"{chain('Q/w')} = 2 {chain('Q/u', 'u/w')}"
    assert claim(f"{words} $${formula}$$", r"\frac").status == "unchecked"
