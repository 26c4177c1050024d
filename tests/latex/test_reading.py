"""What people write, and how it reads. Formulas are our own."""

from __future__ import annotations

import pytest

from vaultbp.latex import parse
from vaultbp.latex.text import to_text
from vaultbp.latex.tree import (
    Abs,
    Ambiguous,
    Apply,
    BigOp,
    Cases,
    Component,
    Derivative,
    Differential,
    Evaluated,
    Expectation,
    Gradient,
    Indicator,
    Label,
    MaybeCall,
    Missing,
    Name,
    Neg,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Root,
    Sum,
    Superscript,
    Transpose,
    Tuple,
    Unreadable,
    Wrt,
)


def only(text: str) -> Node:
    """The one side of a formula that is one expression."""
    reading = parse(text)
    assert not reading.problems, reading.problems
    (chain,) = reading.claims
    (side,) = chain.sides
    return side


def d(of: Node | None, wrt: Node, kind: str = "∂", order: int = 1) -> Derivative:
    each = Wrt(wrt, order)
    return Derivative(kind, of, (each,), order)  # type: ignore[arg-type]


L, a, z, w, x, y, t = (Name(letter) for letter in "Lazwxyt")
i, j, ell, n = (Name(letter) for letter in "ijln")
one, two = Number("1"), Number("2")


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{\partial L}{\partial w}",
        r"\dfrac{\partial{L}}{\partial{w}}",
        r"\frac{{\partial L}}{{\partial w}}",
        r"\frac{\partial}{\partial w} L",
        r"\frac{\partial}{\partial w}(L)",
        r"{\partial L \over \partial w}",
        r"\partial L / \partial w",
        r"\partial L/\partial w",
        "∂L/∂w",
        r"\partial_w L",
        r"\pdv{L}{w}",
        r"\frac{\partial \, L}{\partial \, w}",
        r"\frac{\partial (L)}{\partial (w)}",
    ],
)
def test_one_partial_derivative(text: str) -> None:
    assert only(text) == d(L, w)


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{dy}{dx}",
        r"\frac{d y}{d x}",
        r"\frac{\mathrm{d}y}{\mathrm{d}x}",
        r"\frac{\mathrm dy}{\mathrm dx}",
        r"\frac{d}{dx}y",
        r"\dv{y}{x}",
        "dy/dx",
        r"\mathrm{d}y/\mathrm{d}x",
        r"\frac{\operatorname{d}y}{\operatorname{d}x}",
    ],
)
def test_one_ordinary_derivative(text: str) -> None:
    assert only(text) == d(y, x, "d")


def test_functional_deltas_are_derivatives() -> None:
    assert only(r"\frac{\delta L}{\delta w}") == d(L, w, "δ")
    assert only(r"\delta L/\delta w") == d(L, w, "δ")


def test_layer_errors_are_no_derivatives() -> None:
    delta = Name("δ", sub=(i,)), Name("δ", sub=(j,))
    assert only(r"\frac{\delta_i}{\delta_j}") == Quotient(*delta)
    assert only(r"\frac{d_1}{d_2}") == Quotient(Name("d", sub=(one,)), Name("d", sub=(two,)))
    assert only(r"\frac{d}{2}") == Quotient(Name("d"), two)


@pytest.mark.parametrize(
    "text", ["∂L/∂a × ∂a/∂z", r"\partial L/\partial a \times \partial a/\partial z"]
)
def test_slashes_of_derivatives_bind_first(text: str) -> None:
    assert only(text) == Product((d(L, a), d(a, z)), ("×",))


def test_derivatives_side_by_side() -> None:
    assert only("∂L/∂a ∂a/∂z") == Product((d(L, a), d(a, z)), ("",))


@pytest.mark.parametrize(
    ("text", "variables", "order"),
    [
        (r"\frac{\partial^2 L}{\partial w^2}", ((w, 2),), 2),
        (r"\frac{\partial^2 L}{\partial w \partial x}", ((w, 1), (x, 1)), 2),
        (r"\frac{\partial^2 L}{\partial w\,\partial x}", ((w, 1), (x, 1)), 2),
        ("∂²L/∂w²", ((w, 2),), 2),
        ("∂²L/∂w∂x", ((w, 1), (x, 1)), 2),
        (r"\frac{\partial^3 L}{\partial w^2 \partial x}", ((w, 2), (x, 1)), 3),
    ],
)
def test_higher_derivatives(text: str, variables: tuple[tuple[Name, int], ...], order: int) -> None:
    wrt = tuple(Wrt(name, times) for name, times in variables)
    assert only(text) == Derivative("∂", L, wrt, order)


def test_a_square_below_a_first_derivative_is_the_variable() -> None:
    assert only(r"\frac{\partial L}{\partial w^2}") == d(L, Power(w, two))


def test_derivative_by_an_expression() -> None:
    call = MaybeCall(Name("y", sub=(Name("g"),)), (x,))
    assert only(r"\frac{\partial C}{\partial (y_g(x))}") == d(Name("C"), call)


def test_factors_before_the_mark_scale_the_derivative() -> None:
    assert only(r"\frac{-2\,dy}{dx}") == Neg(Product((two, d(y, x, "d")), ("",)))


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        (r"\frac{d}{dx} x \sin(t)", ["d/dx (x sin(t))", "(d/dx x) sin(t)"]),
        (r"\frac{d}{dx}(x+1)(x+2)", ["(d/dx (x + 1))(x + 2)", "d/dx ((x + 1)(x + 2))"]),
        (r"\log x y", ["log(x y)", "log(x) y"]),
        (r"\log a(1-b)", ["log(a(1 − b))", "log(a)(1 − b)"]),
        (r"1/n(x + y)", ["1/n(x + y)", "1/n (x + y)"]),
        (r"\ln(x)^2", ["ln(x)²", "ln(x²)"]),
        (r"\sum y + z", ["Σ y + z", "Σ (y + z)"]),
        (r"\sum_i y_i + z_i", ["Σ_i (yᵢ + zᵢ)", "Σ_i yᵢ + zᵢ"]),
        (r"1/2m", ["1/2 m", "1/(2m)"]),
        (r"\nabla f g", ["∇f g", "∇(f g)"]),
        (r"\log{a \cdot b}", ["log(a · b)", "log(a) · b"]),
    ],
)
def test_what_can_be_read_in_two_ways_keeps_both(text: str, readings: list[str]) -> None:
    side = only(text)
    assert isinstance(side, Ambiguous)
    assert [to_text(reading) for reading in side.readings] == readings


@pytest.mark.parametrize(
    "text",
    [
        r"\sum_i y_i + z",
        r"\sum_i (y_i + z_i)",
        r"\left(\sum_i y_i\right) + z_i",
        r"\frac{d}{dx}(x+1)",
        r"\sin 2x",
        r"\nabla_\theta \frac{1}{2} f",
        r"\sum_i\sum_j w_{ij}",
        r"\frac{\partial}{\partial x} f(x)",
    ],
)
def test_what_people_read_in_one_way_is_not_ambiguous(text: str) -> None:
    assert not any(isinstance(node, Ambiguous) for node in only(text).walk())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("w_{ij}", Name("w", sub=(i, j))),
        ("w_{i,j}", Name("w", sub=(i, j))),
        ("w_{i j}", Name("w", sub=(i, j))),
        ("w{ij}", Name("w", sub=(i, j))),
        ("wᵢⱼ", Name("w", sub=(i, j))),
        ("w_ij", Name("w", sub=(i, j))),
        ("w_{i1}", Name("w", sub=(i, one))),
        ("w_{1j}", Name("w", sub=(one, j))),
        ("w1", Name("w", sub=(one,))),
        ("h_out", Name("h", sub=(Label("out"),))),
        ("y_{M_i}", Name("y", sub=(Name("M", sub=(i,)),))),
        ("h_{t-1}", Name("h", sub=(Sum((t, Neg(one))),))),
        ("E_{total}", Name("E", sub=(Label("total"),))),
        (r"E_{\text{total}}", Name("E", sub=(Label("total"),))),
        ("h_{out}", Name("h", sub=(Label("out"),))),
        ("x^{(i)}", Name("x", sup=(Superscript(i, "("),))),
        ("x⁽ⁱ⁾", Name("x", sup=(Superscript(i, "("),))),
        ("z^{[2]}", Name("z", sup=(Superscript(two, "["),))),
        ("z^l", Name("z", sup=(Superscript(ell),))),
        (r"z^{l-1}", Name("z", sup=(Superscript(Sum((ell, Neg(one)))),))),
        (r"z^\ell_j", Name("z", sub=(j,), sup=(Superscript(Name("ℓ")),))),
        ("e^{(l)}", Name("e", sup=(Superscript(ell, "("),))),
        ("w^*", Name("w", sup=(Superscript(Label("*")),))),
        ("w^{new}", Name("w", sup=(Superscript(Label("new")),))),
        (r"\hat{y}_i", Name("y", ("hat",), sub=(i,))),
        (r"\hat y_i", Name("y", ("hat",), sub=(i,))),
        (r"\hat{y_i}", Name("y", ("hat",), sub=(i,))),
        ("ŷᵢ", Name("y", ("hat",), sub=(i,))),
        (r"\mathbf{w}", Name("w", style="bold")),
        (r"\boldsymbol\theta", Name("θ", style="bold")),
        (r"{\bf w}", Name("w", style="bold")),
        ("𝐰", Name("w", style="bold")),
        (r"\mathcal{L}", Name("L", style="cal")),
        (r"\mathbb{R}", Name("R", style="bb")),
        ("ℝ", Name("R", style="bb")),
        ("f''", Name("f", primes=2)),
        (r"f^{\prime}", Name("f", primes=1)),
        ("f′", Name("f", primes=1)),
        (r"\Delta y_i", Name("Δy", sub=(i,))),
        (r"\Delta\hat{y}", Name("Δy", ("hat",))),
        ("loss", Name("loss")),
        (r"\text{loss}", Name("loss")),
        (r"\mathrm{loss}_i", Name("loss", sub=(i,))),
        ("net_j", Name("net", sub=(j,))),
        (r"learning\_rate", Name("learning", sub=(Label("rate"),))),
        ("损失", Name("损失")),
        (r"\varphi", Name("φ")),
        ("ϕ", Name("φ")),
    ],
)
def test_names_are_atoms(text: str, name: Name) -> None:
    assert only(text) == name


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("x^2", Power(x, two)),
        ("x²", Power(x, two)),
        ("x_i^2", Power(Name("x", sub=(i,)), two)),
        ("x^2_i", Power(Name("x", sub=(i,)), two)),
        ("p^{(1-y)}", Power(Name("p"), Sum((one, Neg(y))))),
        ("e^{-x}", Power(Name("e"), Neg(x))),
        ("W^T", Transpose(Name("W"))),
        (r"W^\top", Transpose(Name("W"))),
        ("Wᵀ", Transpose(Name("W"))),
        ("W^{-1}", Power(Name("W"), Neg(one))),
        ("W^{-T}", Power(Transpose(Name("W")), Neg(one))),
        (r"{a^{(l)}}^T", Transpose(Name("a", sup=(Superscript(ell, "("),)))),
        ("a^{(l)T}", Transpose(Name("a", sup=(Superscript(ell, "("),)))),
        ("(Wx)_i", Component(Product((Name("W"), x), ("",)), (i,))),
        (r"\sqrt[3]{x}", Root(x, Number("3"))),
        ("√x", Root(x)),
        ("√(x)", Root(x)),
        ("½x", Product((Quotient(one, two), x), ("",))),
        (r"\frac12", Quotient(one, two)),
        (r"\frac12x", Product((Quotient(one, two), x), ("",))),
        (r"\frac1n", Quotient(one, n)),
        ("x/y", Quotient(x, y)),
        ("x - -y", Sum((x, Neg(Neg(y))))),
        ("2*-x", Product((two, Neg(x)), ("*",))),
        ("x - y", Sum((x, Neg(y)))),
        ("x − y", Sum((x, Neg(y)))),
        ("0{,}5", Number("0.5")),
        (r"a .* b", Product((a, Name("b")), ("⊙",))),
        ("wx", Product((w, x), ("",))),
        ("ylog(x)", Product((y, Apply(Name("log"), (x,))), ("",))),
        ("ylna", Product((y, Apply(Name("ln"), (a,))), ("",))),
        ("lnx", Apply(Name("ln"), (x,))),
        ("W.T", Transpose(Name("W"))),
        ("W @ x", Product((Name("W"), x), ("",))),
        ("e^-x", Power(Name("e"), Neg(x))),
        ("x^(i)", Name("x", sup=(Superscript(i, "("),))),
        ("|a||x|", Product((Abs(a), Abs(x)), ("",))),
        (r"\|x\|_2^2", Power(Norm(x, two), two)),
        (r"\sin^2 x", Power(Apply(Name("sin"), (x,)), two)),
        (r"\tan^{-1}(x)", Apply(Name("arctan"), (x,))),
        (r"\log_2 x", Apply(Name("log", sub=(two,)), (x,))),
        (r"\sigma'(z)", Apply(Name("σ", primes=1), (z,))),
        (r"f(x)", MaybeCall(Name("f"), (x,))),
        (r"f^{-1}(y)", MaybeCall(Power(Name("f"), Neg(one)), (y,))),
        (r"\max(0, x)", Apply(Name("max"), (Number("0"), x))),
        (r"\mathbb{1}\{i = j\}", Indicator(Relation("=", i, j))),
        (r"\mathbf{1}_{i=j}", Indicator(Relation("=", i, j))),
        ("[i=j]", Indicator(Relation("=", i, j))),
        ("1_{i=j}", Name("1", sub=(Relation("=", i, j),))),
        (r"\nabla_\theta L", Gradient(L, (Name("θ"),))),
        (r"\nabla^2 L", Gradient(L, (), "∇", 2)),
        (r"\nabla\cdot F", Gradient(Name("F"), (), "∇·")),
        (r"\mathbb{E}_{x \sim p}[x]", Expectation(x, (Relation("∼", x, Name("p")),))),
        (r"\phi(\cdot)", MaybeCall(Name("φ"), (Missing(),))),
        (r"y|_{x=0}", Evaluated(y, (Relation("=", x, Number("0")),))),
        (r"\left. y \right|_{x=0}", Evaluated(y, (Relation("=", x, Number("0")),))),
        (r"y\Big|_{x=0}", Evaluated(y, (Relation("=", x, Number("0")),))),
        ("u\\,dv", Product((Name("u"), Differential(Name("v"))), ("",))),
        ("(x, y)", Tuple((x, y))),
        (r"\sum_{i=1}^n x_i", BigOp("Σ", (Relation("=", i, one),), n, Name("x", sub=(i,)))),
        ("∑ᵢ xᵢ", BigOp("Σ", (i,), None, Name("x", sub=(i,)))),
        (r"\int_0^1 x\,dx", BigOp("∫", (Number("0"),), one, x, (x,))),
        (r"\int x + y \, dx", BigOp("∫", (), None, Sum((x, y)), (x,))),
        (r"\arg\min_w L", BigOp("argmin", (w,), None, L)),
        (r"\underset{w}{\arg\min} L", BigOp("argmin", (w,), None, L)),
        (r"\operatorname*{argmin}_w L", BigOp("argmin", (w,), None, L)),
    ],
)
def test_expressions(text: str, node: Node) -> None:
    assert only(text) == node


def test_cases_have_values_and_conditions() -> None:
    side = only(r"\begin{cases} x & \text{if } x > 0 \\ 0, & \text{otherwise} \end{cases}")
    assert isinstance(side, Cases)
    first, second = side.rows
    assert (first.value, first.condition) == (x, Relation(">", x, Number("0")))
    assert second.value == Number("0")
    assert to_text(second.condition or Missing()) == "“otherwise”"


def test_left_brace_makes_cases() -> None:
    side = only(r"\left\{\begin{array}{ll} x & x > 0 \\ 0 & x \le 0 \end{array}\right.")
    assert isinstance(side, Cases)
    assert [row.condition for row in side.rows] == [
        Relation(">", x, Number("0")),
        Relation("≤", x, Number("0")),
    ]


def test_unreadable_is_confined_to_its_side() -> None:
    reading = parse(r"x = (y + = z^2")
    chain = reading.claims[0]
    assert chain.sides[0] == x
    assert isinstance(chain.sides[1], Unreadable)
    assert chain.sides[2] == Power(z, two)
    (problem,) = reading.problems
    assert "never closed" in problem.message
    assert reading.text[problem.span.start : problem.span.end] == "("


def test_unreadable_is_confined_to_its_cell() -> None:
    side = only_with_problem(r"\begin{bmatrix} x & ) \\ y & z \end{bmatrix}")
    cells = [cell for row in side.rows for cell in row]  # type: ignore[attr-defined]
    assert [isinstance(cell, Unreadable) for cell in cells] == [False, True, False, False]


def only_with_problem(text: str) -> Node:
    reading = parse(text)
    assert len(reading.problems) == 1
    return reading.claims[0].sides[0]


def test_every_node_slices_back_to_its_text() -> None:
    text = r"\frac{\partial L}{\partial w_{ij}} = -2\hat{y}_i \cdot (x + \sin z)^2"
    spans = {
        text[node.span.start : node.span.end]
        for chain in parse(text).claims
        for side in chain.sides
        for node in side.walk()
    }
    for expected in [
        r"\frac{\partial L}{\partial w_{ij}}",
        "w_{ij}",
        r"\hat{y}_i",
        r"x + \sin z",
        r"(x + \sin z)^2",
        r"-2\hat{y}_i \cdot (x + \sin z)^2",
    ]:
        assert expected in spans


@pytest.mark.parametrize(
    "text",
    [
        r"( a \left(b + c)^T \right) d",
        r"\left( a (b + c\right)^T ) d",
        r"\frac{( a \left(b + c)^T \right) d}{2}",
    ],
)
def test_brackets_pair_as_they_look(text: str) -> None:
    plain = text.replace(r"\left", "").replace(r"\right", "")
    assert parse(text).claims[0].sides == parse(plain).claims[0].sides
