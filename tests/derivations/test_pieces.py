"""Functions made of pieces: the conditions are part of the claim."""

from __future__ import annotations

import itertools

import pytest

from tests.derivations.notes import claim
from vaultbp.derivations.numerics import sample

LETTERS = "abcdgkmpqrtuvwxyz"


@pytest.mark.parametrize(("moving", "other"), list(itertools.permutations(LETTERS, 2))[::11])
def test_a_condition_on_another_letter_verifies_nothing(moving: str, other: str) -> None:
    def cases(one: str, two: str, letter: str) -> str:
        return rf"\begin{{cases}} {one} & {letter} > 0 \\ {two} & {letter} \le 0 \end{{cases}}"

    given = rf"$$f({moving}) = {cases(f'{moving}^2', f'5{moving}', moving)}$$" + "\n\n"
    right, wrong = (
        f"f'({moving}) = {cases(f'2{moving}', '5', letter)}" for letter in (moving, other)
    )
    assert claim(f"{given}$${right}$$", right).status == "verified"
    assert claim(f"{given}$${wrong}$$", wrong).status != "verified"


def test_far_out_any_two_letters_have_every_pair_of_signs_somewhere() -> None:
    drawn = {letter: sample.leaf(7, letter)[sample.FAR] for letter in LETTERS}
    for one, two in itertools.combinations(LETTERS, 2):
        assert (drawn[one] * drawn[two] > 0).any()
    apart = [(drawn[one] * drawn[two] < 0).any() for one, two in itertools.combinations(LETTERS, 2)]
    assert sum(apart) >= 0.95 * len(apart)


@pytest.mark.parametrize(
    ("inside", "status"), [("2x", "verified"), ("x", "wrong"), ("2x + 1", "wrong")]
)
def test_a_condition_may_be_a_chain(inside: str, status: str) -> None:
    def bump(value: str) -> str:
        row = rf"{value} & 0 \le x \le 1"
        return rf"\begin{{cases}} {row} \\ 0 & \text{{otherwise}} \end{{cases}}"

    formula = f"c'(x) = {bump(inside)}"
    assert claim(f"$$c(x) = {bump('x^2')}$$\n\n$${formula}$$", formula).status == status


@pytest.mark.parametrize(
    ("ends", "status"), [("0 < x < 3", "unchecked"), ("0 < x < 1", "verified")]
)
def test_both_ends_of_a_chain_count(ends: str, status: str) -> None:
    given = r"$$c(x) = \begin{cases} x^2 & 0 < x < 1 \\ 0 & \text{otherwise} \end{cases}$$" + "\n\n"
    formula = rf"c'(x) = \begin{{cases}} 2x & {ends} \\ 0 & \text{{otherwise}} \end{{cases}}"
    assert claim(f"{given}$${formula}$$", formula).status == status
