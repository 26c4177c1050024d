"""An index of one side that the other has not: exchanged ones are slips, left out ones may be usual."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

LAYER = r"Let $z_j = \sum_i w_{ij} x_i$ and $C = \sum_k (z_k - q_k)^2$." + "\n\n"
SHARES = r"Let $s_i = \frac{e^{v_i}}{\sum_k e^{v_k}}$." + "\n\n"


@pytest.mark.parametrize(
    ("note", "formula", "status"),
    [
        (LAYER, r"\frac{\partial C}{\partial w_{ij}} = 2 (z_j - q_j) x_i", "verified"),
        (LAYER, r"\frac{\partial C}{\partial w_{ij}} = 2 (z_j - q_j) x_k", "wrong"),
        (LAYER, r"\frac{\partial C}{\partial w_{ij}} = 2 (z_j - q_j)", "wrong"),
        (LAYER, r"\frac{\partial C}{\partial w_{ij}} = 2 (z_i - q_i) x_i", "wrong"),
        (LAYER, r"\frac{\partial z_j}{\partial w_{ij}} = x_j", "wrong"),
        (SHARES, r"\frac{\partial s_i}{\partial v_j} = s_i (1 - s_i)", "unchecked"),
        (LAYER, r"\frac{\partial C}{\partial x_i} = x_j \sum_j 2 (z_j - q_j) w_{ij}", "wrong"),
        (LAYER, r"\frac{\partial C}{\partial w_{ij}} = x_k \sum_k 2 (z_j - q_j)", "wrong"),
    ],
)
def test_exchanged_indices_are_wrong(note: str, formula: str, status: str) -> None:
    assert claim(note + f"$${formula}$$", r"\frac{\partial").status == status


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{\partial C}{\partial w} = 2 (z_j - q_j) x_i",
        r"\frac{\partial C}{\partial w_{ij}} = 2 (z - q) x_i",
        r"\frac{\partial C}{\partial x} = \sum_j 2 (z_j - q_j) w_{ij}",
        r"\frac{\partial C}{\partial x_i} = w_{ij} \sum_j 2 (z_j - q_j)",
    ],
)
def test_shorthands_are_never_wrong(formula: str) -> None:
    assert claim(LAYER + f"$${formula}$$", r"\frac{\partial").status != "wrong"


def test_an_index_of_another_class_in_a_case_of_its_own() -> None:
    slip = r"If $i \ne j$, $$\frac{\partial s_i}{\partial v_i} = \frac{\partial}{\partial v_i}"
    slip += r"\frac{e^{v_j}}{\sum_k e^{v_k}}$$"
    assert claim(SHARES + slip, "partial s_i").status == "wrong"
    either = slip.replace(r"If $i \ne j$, ", "")
    assert claim(SHARES + either, "partial s_i").status != "wrong"


@pytest.mark.parametrize(("letter", "holds"), [("i", True), ("j", True), ("k", False)])
def test_the_case_of_equal_indices_is_not_that_of_a_summed_one(letter: str, holds: bool) -> None:
    formula = r"\frac{\partial s_i}{\partial v_j} = \frac{\partial}{\partial v_j}"
    formula += rf"\frac{{e^{{v_{letter}}}}}{{\sum_k e^{{v_k}}}}"
    found = claim(f"{SHARES}If $i = j$, $${formula}$$", "partial s_i")
    assert (found.status == "verified") is holds


def test_a_sum_without_bounds_has_as_many_terms_as_are_written() -> None:
    text = r"From $u_1, u_2, u_3$ and $v_i = u_i^2$: $$Q = \sum (v_i - d_i)^2 = "
    text += r"(v_1 - d_1)^2 + (v_2 - d_2)^2$$"
    assert claim(text, r"\sum").status != "wrong"


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (r"s_i (\delta_{ij} - s_j)", "verified"),
        (r"s_i (-\delta_{ij} - s_j)", "wrong"),
        (r"-s_i s_j", "unchecked"),
    ],
)
def test_kronecker_deltas_speak_of_equal_indices_too(right: str, status: str) -> None:
    formula = rf"\frac{{\partial s_i}}{{\partial v_j}} = {right}"
    assert (
        claim(f"{SHARES}With Kronecker's $\\delta_{{ij}}$, $${formula}$$", "partial s").status
        == status
    )


def test_an_index_lost_from_a_row_of_places_is_wrong() -> None:
    note = "Let $u_j = w_1 x_j + w_2 x_{j+1}$.\n\n"
    slope = r"\frac{\partial u_j}{\partial x_j}"
    assert claim(f"{note}$${slope} = w_1$$", "partial").status == "verified"
    assert claim(f"{note}$${slope} = 2 w_1$$", "partial").status == "wrong"
