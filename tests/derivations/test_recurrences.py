"""Updates that count their steps are equalities too, in proofs of convergence."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims

DESCENT = "Each step is $w_{k+1} = w_k - \\alpha d_k$ with $d_k = \\nabla F(w_k)$.\n\n"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"d_k = \frac{w_k - w_{k+1}}{\alpha}", "verified"),
        (r"\|w_{k+1} - w^*\|^2 = \|w_k - w^*\|^2 - 2\alpha d_k^\top (w_k - w^*) + \alpha^2 \|d_k\|^2",
         "verified"),
        (r"\|w_{k+1} - w^*\|^2 = \|w_k - w^*\|^2 + 2\alpha d_k^\top (w_k - w^*) + \alpha^2 \|d_k\|^2",
         "unchecked"),
        (r"d_k^\top (w_k - w_{k+1}) = \alpha d_k^\top d_k = \alpha \|d_k\|^2", "verified"),
    ],
)  # fmt: skip
def test_one_update_says_what_a_member_is(formula: str, status: str) -> None:
    assert claim(f"{DESCENT}$${formula}$$", formula).status == status


def test_a_rate_that_varies_there_alone_is_constant() -> None:
    note = (
        "Each step is $w_{k+1} = w_k - \\alpha_k \\nabla F(w_k)$, and $d_k = \\nabla F(w_k)$.\n\n"
    )
    formula = r"\alpha d_k = w_k - w_{k+1}"
    found = claim(f"{note}$${formula}$$", formula)
    assert found.status == "verified"
    assert any("α_k is α" in each for each in found.assumptions)


OTHER = "With a step back, $w_{k+1} = w_k + \\alpha d_k$.\n\n"


@pytest.mark.parametrize(
    "more", [OTHER, "And $w_{k+1} = w_k - \\alpha\\frac{\\partial F}{\\partial w_k}$.\n\n"]
)
def test_of_several_updates_any_may_be_meant(more: str) -> None:
    step = r"\|w_k - w_{k+1}\|^2 = (w_k - w_{k+1})^\top (w_k - w_{k+1}) = 3\alpha^2 \|d_k\|^2"
    assert {c.status for c in claims(f"{DESCENT}{more}$${step}$$")} != {"wrong"}
    assert claim(f"{DESCENT}{more}$${step}$$", "3").status != "wrong"


def test_a_reason_between_two_lines_leaves_them_one_chain() -> None:
    note = (
        DESCENT
        + r"""- $d_k^\top (w_k - w^*) = \frac{1}{\alpha}(w_k - w_{k+1})^\top (w_k - w^*)$
	- Because of the rule for $d_k$ above, by which every step goes
- $= \frac{%s}{\alpha}(w_{k+1} - w_k)^\top (w^* - w_k)$
"""
    )
    assert claim(note % "1", r"(w^* - w_k)").status == "verified"
    assert claim(note % "2", r"(w^* - w_k)").status == "wrong"
    told = note.replace("Because of the rule for", "Now something else is looked at, which is not")
    assert claim(told % "2", r"(w^* - w_k)").status == "unchecked"
