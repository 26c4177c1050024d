"""Mojibake: damage is found and mended exactly; good text is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultbp.mojibake import NAMES, find_damage
from vaultbp.source import Span


def damage(text: str, encoding: str) -> str:
    """What one gets by reading UTF-8 as something else; undefined bytes stay as they are."""
    return "".join(
        bytes([byte]).decode(encoding, errors="ignore") or chr(byte) for byte in text.encode()
    )


def mend(text: str) -> str:
    for found in reversed(find_damage(text)):
        text = text[: found.span.start] + found.repaired + text[found.span.end :]
    return text


TEXTS = [
    "Нейронные сети",
    "«градиент» — вектор, ёлка",
    "ελληνικά γράμματα",
    "逆伝播の計算",
    "오차 역전파법",
]


@pytest.mark.parametrize("encoding", NAMES)
@pytest.mark.parametrize("text", TEXTS)
def test_damage_is_undone(text: str, encoding: str) -> None:
    damaged = damage(text, encoding)
    assert damaged != text
    assert mend(f"before {damaged} after $\\sigma$") == f"before {text} after $\\sigma$"


@pytest.mark.parametrize("encoding", ["mac_roman", "cp1251", "latin-1"])
def test_damage_done_twice_is_undone(encoding: str) -> None:
    text = "обратный проход"
    assert mend(damage(damage(text, encoding), encoding)) == text


def test_only_the_damaged_run_is_named() -> None:
    text = "хорошее слово, " + damage("плохое", "mac_roman") + ", √π"
    (found,) = find_damage(text)
    assert text[found.span.start : found.span.end] == damage("плохое", "mac_roman")
    assert find_damage(text, [Span(0, len(text))]) == []


def test_short_words_beside_certain_damage_are_mended() -> None:
    text = "то есть так\nто:\nОн — да\n— и всё 📌"
    assert mend(damage(text, "mac_roman")) == text


@pytest.mark.parametrize(
    "text",
    [
        "√π ≈ 1.77, ∂L/∂w = Δy·x, Σᵢ xᵢ²",
        "naïve café, Ångström, Œuvre, Ärger über Öl",
        "Рёбра графа, Сёстры, РЁВ и СЁМГА",
        "25\u00a0°C, 10\u00a0µm, «цитата», „Zitat“",
        "Обратное распространение ошибки — метод",
        "∑∏∫≈≠≤≥ †‡•¶§ ©®™ ÷×±",
        "уже чем чай",
        "мельчайший универсал",
        "ДТП, ЭВМ и ЖКХ; Ђорђе, Љубљана, Ўзбекистон",
        "誤差逆伝播法、勾配降下法。",
        "Ã la carte, São Paulo, À bientôt",
    ],
)
def test_good_text_is_left_alone(text: str) -> None:
    assert find_damage(text) == []


@given(st.text(), st.sampled_from(list(NAMES)))
def test_a_repair_damaged_again_is_what_stood_there(text: str, encoding: str) -> None:
    for candidate in (text, damage(text, encoding)):
        for found in find_damage(candidate):
            layers = found.repaired
            for _ in range(3):
                layers = damage(layers, found.encoding)
                if layers == candidate[found.span.start : found.span.end]:
                    break
            else:
                pytest.fail(f"{found} cannot be got back")


def test_latin_1_with_control_characters_is_told_from_its_windows_cousin() -> None:
    """The bytes 0x80 to 0x9F are controls in Latin-1 alone; Windows-1252 has quotes and dashes there."""
    damaged = "ÀÀÀ".encode().decode("latin-1")
    assert [damage.encoding for damage in find_damage(damaged)] == ["latin-1"]
    assert damaged.encode("latin-1").decode() == find_damage(damaged)[0].repaired


@given(st.lists(st.from_regex("([у-щ][а-п]{2}){1,3}|[А-Я]?[а-я]{2,9}", fullmatch=True), min_size=3))
def test_cyrillic_prose_is_never_damaged(words: list[str]) -> None:
    # In code page 866, three small letters of the first form are the bytes of a Chinese one.
    assert find_damage(" ".join(words)) == []
