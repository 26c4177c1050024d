"""Numbers that differ and are no mistake: other bases, remainders, thousands, units, roundings."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims

CHECKSUM = "The checksum is taken modulo 7, so "
PARITY = "The parity bit of the word is "


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (r"$11-(\sqrt{11})^2=0$", "verified"),
        (r"$11-(\sqrt{11})^2=1$", "wrong"),
        (r"$\frac{143}{6} = 24$", "unchecked"),
        (r"$\frac{143}{6} = 23$", "unchecked"),
        (r"$\frac{143}{6} = 22$", "wrong"),
        (r"$\sqrt{8^2 + 1,5^2 + 9^2} = 12,2$", "unchecked"),
        (r"$2.2 \times 10^{-16} + 0 = 0$", "unchecked"),
        ("$1 + 1 = 1$", "unchecked"),
        ("$1 + 1 = 3$", "wrong"),
        (r"$2^{31} = 2.1 \cdot 10^9$", "verified"),
        (r"$1{,}5 \cdot 64 \cdot 10^6 \cdot 10 = 10^{9}$", "unchecked"),
        (r"$64 \cdot 10^6 \cdot 10 = 10^{9}$", "wrong"),
        (r"$2^{70} \approx 10^{21}$", "verified"),
        (r"$2^{400} \approx 3 \cdot 10^{120}$", "verified"),
        (r"$2^{400} = 3 \cdot 10^{120}$", "unchecked"),
        (r"$2^{400} \approx 5 \cdot 10^{120}$", "wrong"),
        (r"$31 \cdot 400 = 12.400$", "unchecked"),
        (r"$31 \cdot 400 = 12.500$", "wrong"),
        (r"$31 \cdot 400 = 12\,400$", "verified"),
        (r"$31 \cdot 400 = 22\,400$", "wrong"),
        (r"$1101 - 0110 = 0111$", "unchecked"),
        (r"$1101 + 11 = 10000$", "unchecked"),
        (r"$100 + 10 = 111$", "unchecked"),
        (r"$100 + 10 = 112$", "wrong"),
        (r"$0110 \; 1001 = 105$", "unchecked"),
        (r"$\frac{300 \cdot 8}{0.4} = 6 \, \text{kbit/s}$", "unchecked"),
        (r"$\frac{300 \cdot 8}{0.4} = 7 \, \text{kbit/s}$", "wrong"),
        (CHECKSUM + "$5 + 6 = 4$", "unchecked"),
        (CHECKSUM + "$5 + 6 = 5$", "wrong"),
        (PARITY + "$1 + 1 + 0 + 1 = 1$", "unchecked"),
        (PARITY + "$1 + 1 + 0 + 1 = 2$", "wrong"),
        ("$5 + 6 = 4$", "wrong"),
        ("$31 \\cdot 400 = 12,400$", "verified"),
        ("$31 \\cdot 400 = 12{,}400$", "verified"),
        ("$31 \\cdot 400 = 12,500$", "unchecked"),
        ("$31 \\cdot 400 = 12{,}500$", "unchecked"),
        (r"$\frac{3,000,000}{8} = 375,000$", "verified"),
        (r"$\frac{3,000,000}{8} = 325,000$", "unchecked"),
        ("$2 \\cdot 1{,}5 = 3$", "verified"),
        ("$3 \\cdot 2^{10} \\approx 3.07$ thousand", "verified"),
        ("$3 \\cdot 2^{10} \\approx 3.17$ thousand", "unchecked"),
        ("$15 \\cdot 10^8 = 1.5$ млрд", "verified"),
        ("$15 \\cdot 10^8 = 1.5$ million", "unchecked"),
        ("$7/20 = 35$ percent", "verified"),
        (r"$\lfloor 27/4 \rfloor + 1 = \lfloor 6.75 \rfloor + 1 = 7$", "verified"),
        (r"$\lfloor 27/4 \rfloor = 7$", "unchecked"),
        (r"$\lceil 27/4 \rceil = 7$", "verified"),
        (r"$\lfloor 2.7 \rceil = 2$", "unchecked"),
        (r"$\lfloor x + 0.01 \rfloor = \lfloor x \rfloor$", "unchecked"),
    ],
)
def test_numbers(text: str, status: str) -> None:
    assert claims(text)[0].status == status


def test_constants_as_large_as_rounding_errors_accuse_nobody() -> None:
    note = (
        "With $k = 10^{18}$:\n\n$$\\frac{1}{3}(3k - \\frac{3k(k - 2)}{k - 1}) = \\frac{k}{k - 1}$$"
    )
    assert claim(note, r"\frac{1}{3}").status == "verified"
    wrong = note.replace(r"= \frac{k}{k - 1}", r"= \frac{k}{1 - k}")
    assert claim(wrong, r"\frac{1}{3}").status != "verified"


def test_rows_that_begin_with_a_word_are_about_different_things() -> None:
    note = r"$$\begin{align*} \text{Width} &= 5a \\ \text{Height} &= 6a \end{align*}$$"
    assert all(c.status == "definition" for c in claims(note))


def test_remarks_before_a_row_do_not_end_the_chain() -> None:
    note = r"$$\begin{align} 2(a + b) &= 2a + 2b \\ \text{so that} &= 2b + 2a \end{align}$$"
    assert [s.status for c in claims(note) for s in c.steps] == ["verified", "verified"]
    wrong = note.replace("2b + 2a", "2b + a")
    assert [s.status for c in claims(wrong) for s in c.steps] == ["verified", "wrong"]


def test_a_backslash_at_the_end_of_a_line_ends_a_row() -> None:
    note = "$$\n  a + a &= 2a\\\n  a + 2a &= 3a\\\n  2 a + 2a &= 5a\n$$"
    assert [c.status for c in claims(note)] == ["verified", "verified", "unchecked"]
