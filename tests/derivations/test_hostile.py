# ruff: noqa: E501 (a case is one line)
"""Statements made to deceive the judge: right ones are never wrong, wrong ones never verified.

Each case is a note's words and one formula. A case that fails today because of a known defect is
marked, strictly: whoever mends it takes the mark away.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.derivations.notes import claim, claims
from vaultbp.derivations import judge
from vaultbp.notes import read
from vaultbp.source import Source


def mended(*case: str, why: str) -> object:
    """A case that failed once, and why."""
    del why
    return pytest.param(*case)


def status(words: str, formula: str) -> str:
    """The verdict on one display formula after some words; ``unread`` if it is no claim."""
    mark = "7919"
    text = f"# Hostile\n\n{words}\n\n$$q_{{{mark}}} = q_{{{mark}}}$$\n\n$$\n{formula}\n$$\n"
    found = [c for c in claims(text) if c.span.start > text.rindex(mark)]
    if any(c.status == "wrong" for c in found):
        return "wrong"
    return found[-1].status if found else "unread"


POWER = "Let $y = x^3$."
FIT = r"Let $E = \sum_{k=1}^n (y_k - a)^2$, where $y_k$ are measured heights."
QUADRATIC = r"Let $S = \sum_{i=1}^n \sum_{j=1}^n a_{ij} x_i x_j$"
SHARES = r"Let $p_i = \frac{e^{z_i}}{\sum_{k=1}^n e^{z_k}}$."
PATHS = r"Let $r = u v^2$ with $u = x^2$ and $v = \sin x$."

RIGHT = [
    # Roots and absolute values
    (r"Let $y = \sqrt{x^2}$.", r"\frac{dy}{dx} = \frac{x}{|x|}"),
    (r"Let $y = \ln x^2$.", r"\frac{dy}{dx} = \frac{2}{x}"),
    (
        r"Let $y = \log(ab)$.",
        r"\frac{\partial y}{\partial a} = \frac{\partial}{\partial a}(\log a + \log b)",
    ),
    (r"", r"\frac{d}{dx} \ln |x| = \frac{1}{x}"),
    (r"Let $y = x^a$.", r"\frac{dy}{da} = y \ln x"),
    # Heavy cancellation and removable singularities
    (r"Let $y = (x + 10^6)^2 - 10^{12} - 2 \cdot 10^6 x$.", r"\frac{dy}{dx} = 2x"),
    (r"Let $y = \frac{x^2 - 1}{x - 1}$.", r"\frac{dy}{dx} = 1"),
    (r"Let $y = \frac{1 - \cos x}{x^2}$.", r"\frac{dy}{dx} = \frac{x \sin x - 2(1 - \cos x)}{x^3}"),
    # Kinks
    (r"Let $y = \max(0, x)$.", r"\frac{dy}{dx} = \mathbb{1}[x > 0]"),
    (r"Let $y = |x|$.", r"\frac{dy}{dx} = \frac{|x|}{x}"),
    # Sums, symmetric functions, several paths
    (QUADRATIC + ".", r"\frac{\partial S}{\partial x_k} = \sum_{j=1}^n (a_{kj} + a_{jk}) x_j"),
    (r"Let $f(x, y) = xy$.", r"\frac{\partial f}{\partial x} = y"),
    (
        PATHS,
        r"\frac{dr}{dx} = \frac{\partial r}{\partial u} \frac{du}{dx} + \frac{\partial r}{\partial v} \frac{dv}{dx}",
    ),
    (SHARES, r"\frac{\partial p_i}{\partial z_i} = p_i (1 - p_i)"),
    # Letters with two meanings
    (
        r"The error is $e = a - t$ and $a = \frac{1}{1 + e^{-z}}$.",
        r"\frac{\partial a}{\partial z} = a (1 - a)",
    ),
    (
        r"The error is $e = a - t$ and the cost $C = \frac12 e^2$.",
        r"\frac{\partial C}{\partial a} = e",
    ),
    (r"Let $A = \pi r^2$.", r"\frac{dA}{dr} = 2 \pi r"),
    (
        r"The policy is $\pi_i = \frac{e^{h_i}}{\sum_j e^{h_j}}$.",
        r"\frac{\partial \pi_i}{\partial h_i} = \pi_i (1 - \pi_i)",
    ),
    (r"Let $cost = (guess - goal)^2$.", r"\frac{\partial cost}{\partial guess} = 2 (guess - goal)"),
    # Redefinition and rebound numbers
    (
        r"Let $L = (a - b)^2$. Now let $L = \frac12 (a - b)^2$.",
        r"\frac{\partial L}{\partial a} = a - b",
    ),
    (
        r"Let $y = w x + b$. With $w = 2$, $x = 3$, $b = 1$ we get $y = 7$. Now $x = 5$.",
        r"\frac{\partial y}{\partial w} = x = 5",
    ),
    # Orders
    (r"Let $y = x^4$.", r"\frac{d^4 y}{dx^4} = 24"),
]


@pytest.mark.parametrize(("words", "formula"), RIGHT)
def test_right_and_verified(words: str, formula: str) -> None:
    assert status(words, formula) == "verified"


DEGREES = "angles in degrees are read as radians only"
BASE = "numbers are judged with the natural logarithm only"
WORDS = "a unit or word beside a number is dropped before the numbers are compared"

NOT_WRONG = [
    # Along one parameter; with u held fixed it is 1
    (r"Let $u = x^2$, $w = u^2$ and $k = u + w$.", r"\frac{dk}{dw} = 1 + \frac{1}{2u}"),
    # True under what the words say
    (r"For $x > 0$ let $y = \sqrt{x^2}$.", r"\frac{dy}{dx} = 1"),
    (r"For $x < 0$ let $y = |x|$.", r"\frac{dy}{dx} = -1"),
    (r"Let $y = x \cos(2 \pi n)$ with an integer $n$.", r"\frac{dy}{dx} = 1"),
    (r"With $a > 0$ let $y = \sqrt{a^2 x}$.", r"\frac{dy}{da} = \sqrt{x}"),
    mended(
        QUADRATIC + ", where $A$ is a symmetric matrix.",
        r"\frac{\partial S}{\partial x_k} = 2 \sum_{j=1}^n a_{kj} x_j",
        why="A6: symmetry said in words is not seen",
    ),
    # Letters with two meanings
    mended(
        "Let $z = x + iy$ and $w = z^2$, with the imaginary unit $i$.",
        r"\frac{\partial w}{\partial y} = -2y + 2ix",
        why="A7: the imaginary unit is drawn as a real number",
    ),
    mended(
        "",
        r"\frac{d}{dx} f^{-1}(x) = \frac{1}{f'(f^{-1}(x))}",
        why="A8: an inverse function is read as a reciprocal",
    ),
    ("Let $y = x^T$ with a number $T$.", r"\frac{dy}{dx} = T x^{T-1}"),
    ("Capital grows as $A = P(1 + r)^t$.", r"\frac{dA}{dr} = t P (1 + r)^{t-1}"),
    ("Let $W = V(I - J)$.", r"\frac{\partial W}{\partial J} = -V"),
    mended(
        r"Let $S = \sum_i \sum_j \sum_k \sum_l a_{ijkl}^2$.",
        r"\frac{\partial S}{\partial a_{ijkl}} = 2 a_{ijkl}",
        why="A9: four letters without commas are read as one label, though sums bind them",
    ),
    # Numbers
    mended("", r"\sin 30 = 0.5", why=f"A2: {DEGREES}"),
    mended("", r"\tan 45 = 1", why=f"A2: {DEGREES}"),
    mended("", r"\log 100 = 2", why=f"A2: {BASE}"),
    mended("", r"\log 2 = 0.301", why=f"A2: {BASE}"),
    mended("", r"1 \text{ km} = 1000 \text{ m}", why=f"A1: {WORDS}"),
    mended("", r"60\ \text{min} = 1\ \text{h}", why=f"A1: {WORDS}"),
    mended("", r"6 : 3 = 2", why="A3: a colon between numbers is not read as a division"),
    mended("", r"2 : 4 = 1 : 2", why="A3: a colon between numbers is not read as a ratio"),
    mended("", r"7 \bmod 3 = 1", why="A4: a remainder is read as something else"),
    mended("", r"1 \oplus 1 = 0", why="A5: ⊕ is read as a product of numbers"),
    mended("", r"1 \text{ XOR } 1 = 0", why="A5: words between numbers split the side"),
    ("", r"\neg 1 = 0"),
    ("", r"101_2 = 5"),
    ("", r"-3 \equiv 4 \pmod 7"),
    ("", r"0.\overline{3} = \frac13"),
    ("", r"1\frac12 = 1.5"),
    ("", r"\lfloor 2.7 \rfloor = 2"),
    ("", r"|\{1, 2\}| = 2"),
    ("", r"i^2 = -1"),
    ("", r"\sqrt{-1} = i"),
    ("", r"1 + \frac12 + \frac14 + \cdots = 2"),
    ("", r"36\ \mathrm{km/h} = 10\ \mathrm{m/s}"),
]


@pytest.mark.parametrize(("words", "formula"), NOT_WRONG)
def test_right_and_never_wrong(words: str, formula: str) -> None:
    assert status(words, formula) != "wrong"


NARROW = "B7: nothing is drawn outside ±1.5"
UNLINKED = "B10: a derivative with no path is taken as zero and forgotten"

WRONG = [
    # True only at some values
    (r"Let $y = \sqrt{x^2}$.", r"\frac{dy}{dx} = 1"),
    (r"Let $y = |x|$.", r"\frac{dy}{dx} = 1"),
    (r"Let $y = \max(0, x)$.", r"\frac{dy}{dx} = 1"),
    (r"Let $y = (x^2)^{1/2}$.", r"\frac{dy}{dx} = \frac{x}{x}"),
    mended(r"Let $y = |x - 5|$.", r"\frac{dy}{dx} = -1", why=NARROW),
    mended(r"Let $y = \sqrt{(x - 3)^2}$.", r"\frac{dy}{dx} = -1", why=NARROW),
    mended(r"Let $y = \min(\max(0, x), 6)$.", r"\frac{dy}{dx} = \mathbb{1}[x > 0]", why=NARROW),
    mended(r"Let $y = \arcsin(\sin x)$.", r"\frac{dy}{dx} = 1", why=NARROW),
    (r"Let $S = \sum_{i=1}^n x_i^2$.", r"\frac{\partial S}{\partial x_j} = 2 x_j (-1)^n"),
    # Nearly right
    (POWER, r"\frac{dy}{dx} = 3x^2 + 10^{-5}"),
    (POWER, r"\frac{dy}{dx} = \frac{300001}{100000} x^2"),
    (r"Let $y = (x + 10^6)^2 - 10^{12} - 2 \cdot 10^6 x$.", r"\frac{dy}{dx} = 2x + 1"),
    # Nothing to compare
    (POWER, r"\frac{\partial y}{\partial v} = \frac{\partial y}{\partial w}"),
    (r"Let $y = x - x$ and $z = 0 \cdot x$.", r"\frac{dy}{dx} = \frac{dz}{dx}"),
    (r"Let $y = \sqrt{-1 - x^2}$.", r"\frac{dy}{dx} = \frac{x}{\sqrt{-1 - x^2}}"),
    (r"Let $y = \sqrt{x}$.", r"\frac{dy}{dx} = \frac{\sqrt{-x}}{\sqrt{-x}}"),
    (r"Let $y = x$.", r"\frac{dy}{dx} = \frac{1}{0}"),
    mended(POWER, r"\frac{dy}{dx} = 3x^2 + \frac{dw}{dx}", why=UNLINKED),
    mended(POWER, r"\frac{dy}{dx} = 3x^2 \left(1 + \frac{dx}{dy}\right)", why=UNLINKED),
    mended(
        r"Let $L = (wx - y)^2$.",
        r"\frac{\partial L}{\partial w} = 2(wx - y) x + \frac{\partial x}{\partial w}",
        why=UNLINKED,
    ),
    # Paths
    (PATHS, r"\frac{dr}{dx} = \frac{\partial r}{\partial u} \frac{du}{dx}"),
    (PATHS, r"\frac{dr}{dx} = 2 x v^2"),
    mended(
        r"Let $y = u x$ with $u = x^2$.",
        r"\frac{dy}{dx} = u",
        why="B6: a total d is read as an immediate partial",
    ),
    mended(
        SHARES,
        r"\frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial p_i} \frac{\partial p_i}{\partial z_i}",
        why="B1: cancelling does not look at the paths that the note defines",
    ),
    mended(
        "",
        r"\frac{dL}{dw} = \frac{dz}{dw} \frac{da}{dz} \frac{dL}{da} + \frac{dL}{da} \frac{da}{dw}",
        why="B9: whether a path is counted twice depends on the order of factors",
    ),
    ("", r"\frac{dL}{dw} = \frac{dL}{da} \frac{dw}{da}"),
    ("", r"\frac{dL}{dw} = 2 \frac{dL}{da} \frac{da}{dw}"),
    ("", r"\frac{dL}{dw} = -\frac{dL}{da} \frac{da}{dw}"),
    ("", r"\frac{d^2 L}{dw^2} = \frac{d^2 L}{da^2} \frac{d^2 a}{dw^2}"),
    ("Let $y = x^2$.", r"\frac{dx}{dy} = 2x"),
    # Sums
    (QUADRATIC + ".", r"\frac{\partial S}{\partial x_k} = 2 \sum_{j=1}^n a_{kj} x_j"),
    (QUADRATIC + ".", r"\frac{\partial S}{\partial x_i} = \sum_{j=1}^n a_{ij} x_j"),
    (r"Let $S = \sum_{i=1}^n x_i w_i$.", r"\frac{\partial S}{\partial w_j} = \sum_{j=1}^n x_j"),
    (r"Let $S = \sum_{i=1}^n x_i w_i$.", r"\frac{\partial S}{\partial w_j} = x_i"),
    (SHARES, r"\frac{\partial p_i}{\partial z_j} = p_i (1 - p_i)"),
    (SHARES, r"\frac{\partial p_i}{\partial z_j} = -p_i p_j"),
    (
        SHARES,
        r"\frac{\partial L}{\partial z_i} = \sum_{i=1}^n \frac{\partial L}{\partial p_i} \frac{\partial p_i}{\partial z_i}",
    ),
    mended(
        FIT,
        r"\frac{\partial E}{\partial a} = 2na - 2",
        why="B2: heights are taken to sum to one because of their letter",
    ),
    mended(
        r"Let $S = \sum_{k=0}^N (c - u_k)$.",
        r"\frac{\partial S}{\partial c} = N",
        why="B3: against the stated sum, whose terms are N + 1",
    ),
    # Symmetric functions and letters
    (r"Let $f(x, y) = xy$.", r"\frac{\partial f}{\partial x} = x"),
    (
        r"The error is $e = a - t$ and the cost $C = \frac12 e^2$.",
        r"\frac{\partial C}{\partial a} = -e",
    ),
    (r"Let $cost = (guess - goal)^2$.", r"\frac{\partial cost}{\partial goal} = 2 (guess - goal)"),
    ("", r"\frac{d}{dx} f(x) g(x) = f'(x) g'(x)"),
    ("", r"\frac{d}{dx} f(ax) = f'(ax)"),
    ("", r"\frac{d}{dx} f^{-1}(x) = \frac{1}{f'(x)}"),
    # Redefinition
    (
        r"Let $L = (a - b)^2$. Now let $L = \frac12 (a - b)^2$.",
        r"\frac{\partial L}{\partial a} = 2 (a - b)",
    ),
]


@pytest.mark.parametrize(("words", "formula"), WRONG)
def test_wrong_and_never_verified(words: str, formula: str) -> None:
    assert status(words, formula) != "verified"


@pytest.mark.parametrize(
    ("words", "one", "other"),
    [
        mended(
            "Let $y = \\log x$.",
            r"\frac{dy}{dx} = \frac{1}{x}",
            r"\frac{dy}{dx} = \frac{1}{x \ln 10}",
            why="B4: the base of the logarithm is chosen per formula",
        ),
        mended(
            "",
            r"\sigma'(z) = \sigma(z) (1 - \sigma(z))",
            r"\sigma'(z) = 1 - \sigma(z)^2",
            why="B5: the activation is chosen per formula",
        ),
    ],
)
def test_a_convention_is_chosen_once_for_a_note(words: str, one: str, other: str) -> None:
    both = [c.status for c in claims(f"{words}\n\n$${one}$$\n\n$${other}$$\n") if c.kind == "claim"]
    assert both != ["verified", "verified"]


def test_no_draw_is_without_negative_values() -> None:
    from vaultbp.derivations.numerics import sample

    assert all(sample.leaf(seed, "x").min() < 0 for seed in range(200))


def tower(height: int) -> str:
    return "x^{" * height + "x" + "}" * height


def fraction(depth: int) -> str:
    return r"\frac{1}{1 + " * depth + "x" + "}" * depth


DOUBLING = "".join(
    f"\\newcommand{{\\m{chr(97 + k)}}}{{\\m{chr(98 + k)}\\m{chr(98 + k)}}}" for k in range(20)
)


TERMS = "+".join(f"a_{{{k}}} x_{{{k}}}" for k in range(5000))
PAIRS = "\n\n".join(f"$$u_{{{k}}} = v_{{{k}}} w_{{{k}}}$$" for k in range(60))
LARGE = [
    tower(60),
    "9^{" * 8 + "9" + "}" * 8 + " = 1",
    r"10^{400} = 10^{401}",
    r"(10^9)! = 2",
    r"\binom{10^9}{5} = 3",
    r"\sum_{i=1}^{1000000000} i = 500000000500000000",
    r"\sum_{i=1}^{10^9} \sum_{j=1}^{10^9} i j = 3",
    r"\frac{\partial}{\partial x_7} (" + TERMS + ") = a_7 + 1",
    rf"\frac{{d}}{{dx}} {fraction(40)} = {fraction(400)}",
    r"\newcommand{\a}{\a\a} \a = 1",
    r"\def\b{\c\c}\def\c{\b\b} \b = 2",
    DOUBLING + r"\newcommand{\mu}{x} \ma = 1",
    "(" * 3000 + "x" + ")" * 3000 + " = x",
    "-" * 3000 + "x = x",
    r"\frac{d}{dx}" * 100 + "x^2 = 2",
    r"\frac{d^{100}}{dx^{100}} x^9 = 1",
    "a_{" * 200 + "1" + "}" * 200 + " = b",
    " = ".join(["x"] * 200),
]


@pytest.mark.parametrize("formula", LARGE, ids=range(len(LARGE)))
def test_large_formulas_are_bounded_and_prove_nothing(formula: str) -> None:
    begin = time.process_time()
    found = claims(f"{PAIRS}\n\n$$\n{formula}\n$$\n")
    assert time.process_time() - begin < 5.0
    if formula.count("=") < 10:
        assert found[-1].status != "verified"


def test_functions_that_double_at_every_step_are_bounded() -> None:
    steps = "".join(f" $f_{{{k}}}(x) = f_{{{k + 1}}}(f_{{{k + 1}}}(x))$." for k in range(1, 30))
    text = f"Let $f(x) = f_1(f_1(x))$.{steps} $f_{{30}}(x) = x^2$.\n\n$$\\frac{{df(x)}}{{dx}} = 1$$"
    program = "import sys; from tests.derivations.notes import claims; claims(sys.argv[1])"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program, text],
        cwd=root,
        timeout=100,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
        preexec_fn=_five_seconds,
    )
    assert done.returncode == 0


def _five_seconds() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (6, 7))


@pytest.mark.filterwarnings("error")
def test_an_overflowing_power_warns_nobody() -> None:
    found = claim("Let $y = x^{1000000}$.\n\n$$\\frac{dy}{dx} = 1000000 x^{999999}$$", "dy")
    assert found.status != "wrong"
    assert "judge failed" not in (found.reason or "")


def test_a_note_of_very_many_formulas_is_cut_and_says_so() -> None:
    note = read(Source("n.md", "word $a$ " * 6_000))
    (only,) = judge(note)
    assert only.status == "unchecked"
    assert "too large" in (only.reason or "")


QUOTIENT = "Let $a = f(x)$, $b = g(x)$ and $q = \\frac{a}{b}$.\n\n"


@pytest.mark.parametrize("words", ["", "They are activation functions. "])
@pytest.mark.parametrize(("square", "status"), [("b", "verified"), ("x", "wrong")])
def test_no_usual_function_is_chosen_to_fit(words: str, square: str, status: str) -> None:
    """With g the ramp, b is x where it has a value at all."""
    step = rf"\frac{{dq}}{{dx}} = \frac{{1}}{{b}} \frac{{da}}{{dx}} - \frac{{a}}{{{square}^2}} \frac{{db}}{{dx}}"
    found = claim(f"{words}{QUOTIENT}$${step}$$", "dq")
    assert found.status == status


def test_a_broken_installation_is_no_unchecked_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vaultbp.engine", None)
    with pytest.raises(ImportError):
        claims("$y = x^2$\n\n$$\\frac{dy}{dx} = 2x$$")
