"""Where statements begin and end, and what connects and conditions them."""

from __future__ import annotations

import pytest

from vaultbp.latex import parse
from vaultbp.latex.text import to_text
from vaultbp.latex.tree import Chain, Missing, Name, Number, Relation, Tuple


def said(chain: Chain) -> str:
    out = to_text(chain.sides[0])
    for mark, side in zip(chain.relations, chain.sides[1:], strict=True):
        out += f" {mark.op} {to_text(side)}"
    return out


def chains(text: str) -> list[str]:
    reading = parse(text)
    assert not reading.problems, reading.problems
    return [said(chain) for chain in reading.claims]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = b = c", ["a = b = c"]),
        (r"\begin{align} a &= b \\ &= c \end{align}", ["a = b = c"]),
        (r"\begin{align*} a &= b \\ c &= d \end{align*}", ["a = b", "c = d"]),
        (r"\begin{equation}\begin{split} a &= b \\ &= c \end{split}\end{equation}", ["a = b = c"]),
        (r"\begin{eqnarray} a &=& b \\ &=& c \end{eqnarray}", ["a = b = c"]),
        (r"\begin{aligned} a &= b \\ &\quad + c \\ &= x \end{aligned}", ["a = b + c = x"]),
        (r"\begin{aligned} a = {}& b \\ & - c \end{aligned}", ["a = b − c"]),
        (r"\begin{aligned} a &= b \cdot \\ & c \end{aligned}", ["a = b · c"]),
        (
            r"\begin{aligned} a &= b & c &= x \\ y &= z & p &= q \end{aligned}",
            ["a = b", "c = x", "y = z", "p = q"],
        ),
        (r"\begin{gather} a = b \\ c = x \end{gather}", ["a = b", "c = x"]),
        (r"\left\{\begin{aligned} a &= b \\ c &= x \end{aligned}\right.", ["a = b", "c = x"]),
        (r"\begin{cases} a = b \\ c = x \end{cases}", ["a = b", "c = x"]),
        (r"\boxed{a = b}", ["a = b"]),
        (r"\boxed{a = b} \tag{3}", ["a = b"]),
        (r"{\color{red} a = b}", ["a = b"]),
        (r"a = b \quad (3)", ["a = b"]),
        (r"a = b, \quad c = x", ["a = b", "c = x"]),
        (r"a = b \hspace{0.5in} c = x", ["a = b", "c = x"]),
        (r"a = b \hspace{2pt} c", ["a = b c"]),
        ("a = b, c = x", ["a = b", "c = x"]),
        ("a = b; c = x.", ["a = b", "c = x"]),
        (r"a = b \Rightarrow c = x", ["a = b", "c = x"]),
        (r"a = b \implies c = x", ["a = b", "c = x"]),
        (r"a = b \to c = x", ["a = b", "c = x"]),
        (r"\therefore a = b", ["a = b"]),
        (r"a = b \text{ and } c = x", ["a = b", "c = x"]),
        (r"a = b \text{ и } c = x", ["a = b", "c = x"]),
        (r"a = b \text{ 且 } c = x", ["a = b", "c = x"]),
        (r"f(x)=x^3:\ f'(x)=3x^2", ["f(x) = x³", "f′(x) = 3x²"]),
        (r"f: X \to Y", ["f : X → Y"]),
        (r"x, y \in R", ["x, y ∈ R"]),
        (r"x_1, x_2, \dots, x_n", ["x₁, x₂, …, xₙ"]),
        (r"w \leftarrow w - \eta g", ["w ← w − η g"]),
        ("w := w - ηg", ["w := w − η g"]),
        (r"a \stackrel{\text{def}}{=} b", ["a := b"]),
        (r"a \overset{?}{=} b", ["a ?= b"]),
        (r"a \not= b", ["a ≠ b"]),
        (r"a \xrightarrow{f} b", ["a → b"]),
        ("a = ?", ["a = ?"]),
        ("a ≈ 0.5", ["a ≈ 0.5"]),
        (r"a = b \\ c = x", ["a = b", "c = x"]),
        (
            r"\frac{\partial J}{\partial z}. \frac{\partial z}{\partial w} = y",
            ["∂J/∂z · ∂z/∂w = y"],
        ),
        ("|a - b| = |b - a|", ["|a − b| = |b − a|"]),
        (
            r"\text{rate} = \text{output change} / \text{input change}",
            ["rate = “output change”/“input change”"],
        ),
    ],
)
def test_chains(text: str, expected: list[str]) -> None:
    assert chains(text) == expected


def test_connectives() -> None:
    reading = parse(r"a = b \Rightarrow c = x, \quad y = z \text{ where } z = w \\ p = q")
    assert [chain.connective for chain in reading.claims] == ["", "⇒", ",", "word", "row"]


@pytest.mark.parametrize(
    "text",
    [
        r"y = x, \quad x > 0",
        r"y = x \quad (x > 0)",
        r"y = x\ (x > 0)",
        r"y = x \text{ if } x > 0",
        r"y = x \text{ при } x > 0",
        r"y = x \quad \text{当 } x > 0",
        r"y = x, \forall x > 0",
        r"y = x \quad \text{for $x > 0$}",
    ],
)
def test_conditions(text: str) -> None:
    (chain,) = parse(text).claims
    assert said(chain) == "y = x"
    assert chain.conditions == (Relation(">", Name("x"), Number("0")),)


def test_each_case_on_one_line_has_its_own_condition() -> None:
    first, second = parse(r"h'=1\ (x>0),\ h'=0\ (x<0)").claims
    assert (said(first), said(second)) == ("h′ = 1", "h′ = 0")
    assert first.conditions == (Relation(">", Name("x"), Number("0")),)
    assert second.conditions == (Relation("<", Name("x"), Number("0")),)


def test_index_statements_are_conditions() -> None:
    (chain,) = parse(r"p_i = q_i, \quad i = 1, \dots, n").claims
    assert len(chain.conditions) == 1
    (chain,) = parse(r"p_i = q_i, \; i \neq j").claims
    assert chain.conditions == (Relation("≠", Name("i"), Name("j")),)


def test_words_beside_a_row_are_remarks() -> None:
    reading = parse(r"\begin{align} a &= b & \text{(chain rule)} \\ &= c \end{align}")
    (chain,) = reading.claims
    assert said(chain) == "a = b = c"
    assert chain.remarks == ("(chain rule)",)


def test_a_formula_that_begins_with_a_relation_carries_on_the_one_before() -> None:
    (chain,) = parse("= 2x + 1").claims
    assert chain.continued
    assert chain.sides[0] == Missing()


def test_rows_go_on_with_the_derivation_not_with_its_explanation() -> None:
    main, aside = parse(r"\begin{align} a &= b, \text{ where } x = g \\ &= c \end{align}").claims
    assert (said(main), said(aside)) == ("a = b = c", "x = g")


@pytest.mark.parametrize(
    "text",
    [r"\underbrace{yz}_{=\delta} x", r"\underbrace{yz}_{=:\delta} x", r"\underbrace{yz}_\delta x"],
)
def test_underbraces_say_what_their_content_is_called(text: str) -> None:
    whole, aside = parse(text).claims
    assert said(whole) == "(y z) x"
    assert (said(aside), aside.connective) == ("y z = δ", "underbrace")


def test_underbraced_words_are_dropped() -> None:
    assert chains(r"\underbrace{y}_{\text{error}} x") == ["y x"]


@pytest.mark.parametrize(
    "text", ["", "  ", r"\text{so we get}", r"\quad", "，那么", r"\\", r"\cdot"]
)
def test_nothing_to_claim(text: str) -> None:
    assert parse(text).claims == ()


def test_spans_and_sources_of_chains() -> None:
    text = r"a = b, \quad c = x + 1"
    for chain in parse(text).claims:
        assert text[chain.span.start : chain.span.end] == chain.source
        for side in chain.sides:
            assert chain.span.start <= side.span.start <= side.span.end <= chain.span.end
    second = parse(text).claims[1]
    assert second.source == "c = x + 1"
    assert text[second.sides[1].span.start : second.sides[1].span.end] == "x + 1"


def test_lists_are_one_side() -> None:
    (chain,) = parse(r"k = 1, 2, \dots, K").claims
    assert isinstance(chain.sides[1], Tuple)
    assert len(chain.sides[1].items) == 4
