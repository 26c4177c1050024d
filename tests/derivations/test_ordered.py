"""Products of matrices in an order without meaning: only where the section says how they are applied."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim

LAYER = r"""Each layer has $z^l = W^l a^{l-1} + b^l$ and $a^l = \sigma(z^l)$. The cost is $C$.

%s

$$\frac{\partial C}{\partial W^l} = \delta^l (a^{l-1})^\top$$
"""
ERROR = r"\delta^l = \frac{\partial C}{\partial a^l} \cdot \frac{\partial a^l}{\partial z^l} = "


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (r"(W^{l+1})^\top \delta^{l+1} \odot \sigma'(z^l)", "verified"),
        (r"(W^{l+1})^\top \delta^{l+1} \cdot \frac{\partial a^l}{\partial z^l}", "verified"),
        (r"\delta^{l+1} (W^{l+1})^\top \odot \sigma'(z^l)", "wrong"),
        (r"\delta^{l+1} W^{l+1} \odot \sigma'(z^l)", "unchecked"),
    ],
)
def test_a_transposed_matrix_stands_before_what_it_is_applied_to(right: str, status: str) -> None:
    assert claim(LAYER % f"$${ERROR}{right}$$", r"\delta^l =").status == status


def test_rows_may_be_meant_in_another_section() -> None:
    right = r"\delta^{l+1} (W^{l+1})^\top \odot \sigma'(z^l)"
    note = LAYER % f"## In code\n\n$${ERROR}{right}$$"
    assert claim(note, r"\delta^l =").status != "wrong"


CHAIN = r"\frac{\partial C}{\partial z^{l+1}} \cdot \frac{\partial z^{l+1}}{\partial a^l}"


@pytest.mark.parametrize(
    ("right", "status"),
    [
        (r"(W^{l+1})^\top \delta^{l+1} \odot \sigma'(z^l)", "verified"),
        (r"(W^{l+1})^\top \delta^{l+1} \cdot \frac{\partial a^l}{\partial z^l}", "verified"),
        (r"2 (W^{l+1})^\top \delta^{l+1} \cdot \frac{\partial a^l}{\partial z^l}", ""),
        (r"(W^{l})^\top \delta^{l+1} \cdot \frac{\partial a^l}{\partial z^l}", ""),
    ],
)
def test_a_chain_in_brackets_is_a_chain(right: str, status: str) -> None:
    step = rf"\left({CHAIN}\right) \cdot \frac{{\partial a^l}}{{\partial z^l}} = {right}"
    found = claim(LAYER % f"$${ERROR}{step}$$", r"\delta^l =").status
    assert (found == "verified") == bool(status)


@pytest.mark.parametrize(
    ("right", "good"),
    [
        (r"\delta^l (a^{l-1})^\top", True),
        (r"-\delta^l (a^{l-1})^\top", False),
        (r"\delta^l (a^l)^\top", False),
        (r"\delta^l a^{l-1}", False),
    ],
)
def test_a_name_for_a_chain_is_a_link(right: str, good: bool) -> None:
    step = r"\frac{\partial C}{\partial W^l} = \delta^l \cdot \frac{\partial z^l}{\partial W^l} = "
    note = (LAYER % f"$${ERROR}(W^{{l+1}})^\\top \\delta^{{l+1}} \\odot \\sigma'(z^l)$$").split(
        "$$\\frac"
    )[0]
    found = claim(f"{note}\n\n$${step}{right}$$", r"\cdot \frac{\partial z^l}").status
    assert (found == "verified") == good


def test_a_member_without_all_its_indices_gives_way() -> None:
    note = r"""$a^l = \tanh(z^l)$ and $z^l = w^l a^{l-1}$, up to $a^L = \tanh(z^l)$.

$$\frac{\partial a^l}{\partial z^l} = 1 - (a^l)^2$$

$$\frac{\partial a^L}{\partial z^L} = 1 - (a^L)^2$$
"""
    assert claim(note, r"\frac{\partial a^L}").status == "verified"
