"""Vectors and matrices: shapes inferred, layouts kept, slips of transposes and order refused."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims

LAYER = r"""
A layer computes $z = Wx + b$ and $a = \sigma(z)$, at the cost $C = \frac12\|a - t\|^2$.
Write $\delta = \frac{\partial C}{\partial z}$.

$$\frac{\partial C}{\partial {BY}} = {STEP}$$
"""


@pytest.mark.parametrize(
    ("by", "step", "status"),
    [
        ("W", r"\delta x^T", "verified"),
        ("x", r"W^T \delta", "verified"),
        ("b", r"\delta", "verified"),
        ("a", "a - t", "verified"),
        ("W", r"\left((a - t) \odot \sigma'(z)\right) x^T", "verified"),
        ("W", r"x \delta^T", "unchecked"),
        ("W", r"\delta x", "unchecked"),
        ("x", r"W \delta", "unchecked"),
        ("x", r"\delta^T W", "unchecked"),
        ("W", r"2 \delta x^T", "wrong"),
        ("x", r"-W^T \delta", "wrong"),
    ],
)
def test_a_dense_layer(by: str, step: str, status: str) -> None:
    found = claims(LAYER.replace("{BY}", by).replace("{STEP}", step))[-1]
    assert found.status == status, found


ROWS = r"""
Samples are rows: $u = xV + c$ and the cost is $K = \frac12\|u - t\|^2$, with $e = u - t$,
$x \in \mathbb{R}^{1 \times p}$ and $V \in \mathbb{R}^{p \times q}$.

$$\frac{\partial K}{\partial V} = {STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"), [("x^T e", "verified"), ("x e^T", "unchecked"), ("2 x^T e", "wrong")]
)
def test_row_vectors(step: str, status: str) -> None:
    assert claims(ROWS.replace("{STEP}", step))[-1].status == status


MANY_LAYERS = r"""
Every layer computes $z^l = w^l a^{l-1} + b^l$ and $a^l = \sigma(z^l)$; the cost is
$C = \frac12\lVert a^L - y\rVert^2$. Let $\delta^l = \frac{\partial C}{\partial z^l}$.

$$\delta^L = (a^L - y) \odot \sigma'(z^L)$$

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\delta^l = (w^{l+1})^\top \delta^{l+1} \odot \sigma'(z^l)", "verified"),
        (r"\delta^l = w^{l+1} \delta^{l+1} \odot \sigma'(z^l)", "unchecked"),
        (r"\delta^l = (w^{l})^\top \delta^{l+1} \odot \sigma'(z^l)", "wrong"),
        (r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^\top", "verified"),
        (r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l})^\top", "wrong"),
        (r"\frac{\partial C}{\partial w^l} = a^{l-1} (\delta^l)^\top", "unchecked"),
    ],
)
def test_layers_have_sizes_of_their_own(step: str, status: str) -> None:
    found = claims(MANY_LAYERS.replace("{STEP}", step))
    assert found[-2].status == "verified"
    assert found[-1].status == status, found[-1]


def test_an_open_loss_depends_on_the_last_layer() -> None:
    text = r"""
$z^{(l)} = w^{(l)} a^{(l-1)} + b^{(l)}$ and $a^{(l)} = \sigma(z^{(l)})$ in every layer.
$$\delta^{(l)} := \frac{\partial Q}{\partial z^{(l)}}$$
$$\frac{\partial Q}{\partial w^{(l)}} = \frac{\partial Q}{\partial a^{(l)}}
 \frac{\partial a^{(l)}}{\partial z^{(l)}} \frac{\partial z^{(l)}}{\partial w^{(l)}}
 = \delta^{(l)} (a^{(l-1)})^\top$$
"""
    found = claim(text, r"\partial w^{(l)}} =")
    assert found.status == "verified"
    assert any("Q depends on the rest only through" in a for a in found.assumptions)


def test_components_and_the_whole_are_one_quantity() -> None:
    text = r"""
$$u_j = \sum_k m_{jk} x_k$$
$$F = \frac12 \sum_j (u_j - t_j)^2$$
$$\frac{\partial F}{\partial u_j} = u_j - t_j$$
$$\frac{\partial F}{\partial x} = m^\top (u - t)$$
$$\frac{\partial F}{\partial m} = (u - t)\, x^\top$$
$$\frac{\partial F}{\partial m} = x\, (u - t)^\top$$
"""
    assert [c.status for c in claims(text)[-4:]] == ["verified"] * 3 + ["unchecked"]


def test_one_layout_for_a_note() -> None:
    right, transposed = r"\frac{\partial z}{\partial x} = W", r"\frac{\partial z}{\partial x} = W^T"
    start = "Let $z = Wx + b$ with $W \\in \\mathbb{R}^{m \\times n}$.\n\n"
    for single in (right, transposed):
        assert claims(f"{start}$${single}$$")[-1].status == "verified"
    both = claims(f"{start}$${right}$$\n\n$${transposed}$$")
    assert [c.status for c in both[-2:]] == ["verified", "unchecked"]


QUADRATIC = r"""
Let $A \in \mathbb{R}^{m \times n}$ and $f(x) = \frac{1}{2}\|Ax - b\|^2$, and
let $g(x) = x^T M x$ with $M \in \mathbb{R}^{n \times n}$.

$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\nabla f(x) = A^T (A x - b)", "verified"),
        (r"\nabla f(x) = A (A x - b)", "unchecked"),
        (r"\nabla f(x) = A^T A x - b", "unchecked"),
        (r"\nabla_x g(x) = (M + M^T) x", "verified"),
        (r"\nabla_x g(x) = (M - M^T) x", "wrong"),
        (r"\nabla f(x) = A^T (b - A x)", "wrong"),
        (r"\nabla_x g(x) = 2 M x", "unchecked"),
        (r"\frac{\partial g}{\partial M} = x x^T", "verified"),
    ],
)
def test_quadratic_forms(step: str, status: str) -> None:
    assert claims(QUADRATIC.replace("{STEP}", step))[-1].status == status


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"d(P Q) = (dP) Q + P\, dQ", "verified"),
        (r"d(P^T Q) = (dP)^T Q + P^T dQ", "verified"),
        (r"d(P^T Q) = dP\, Q + P^T dQ", "unchecked"),
        (r"\operatorname{tr}(P Q) = \operatorname{tr}(Q P)", "verified"),
        (r"\operatorname{tr}(P Q) = \operatorname{tr}(P^T Q)", "unchecked"),
        (r"2 r^T s = \|r\|^2 + \|s\|^2 - \|r - s\|^2", "verified"),
        (r"2 r^T s = \|r\|^2 - \|s\|^2 - \|r - s\|^2", "unchecked"),
        (r"d(P^{-1}) = -P^{-1} (dP) P^{-1}", "verified"),
        (r"d \det(P) = \det(P) \operatorname{tr}(P^{-1} dP)", "verified"),
        (r"d\,\mathrm{tr}(P Q) = \mathrm{tr}(dP\, Q) + \mathrm{tr}(P\, dQ)", "verified"),
        (r"d\langle A, X\rangle = \langle A, dX\rangle", "verified"),
        (r"d(x y) = x\, dy", "unchecked"),
        (r"\frac{\partial \ln\det P}{\partial P} = P^{-T}", "verified"),
        (r"\frac{\partial \ln\det P}{\partial P} = 2 P^{-T}", "wrong"),
        (r"\frac{\partial |P|}{\partial P} = |P| P^{-T}", "verified"),
        (r"\nabla_r \|r\| = \frac{r}{\|r\|}", "verified"),
        (r"\nabla_P \operatorname{tr}(P) = I", "verified"),
        (r"(P Q)^T = Q^T P^T", "verified"),
        (r"(P Q)^T = P^T Q^T", "unchecked"),
    ],
)
def test_identities_of_matrices(step: str, status: str) -> None:
    found = [c for c in claims(f"$${step}$$") if c.kind == "claim"]
    assert [c.status for c in found] == [status], found


def test_a_mean_is_not_over_the_other_size() -> None:
    start = (
        r"Let $X \in \mathbb{R}^{m \times n}$, $r = Xw - t$ and $E = \frac{1}{m}\|r\|^2$." + "\n\n"
    )
    right = claims(start + r"$$\frac{\partial E}{\partial w} = \frac{2}{m} X^T r$$")[-1]
    wrong = claims(start + r"$$\frac{\partial E}{\partial w} = \frac{2}{n} X^T r$$")[-1]
    assert right.status == "verified"
    assert wrong.status != "verified"


RECURRENT = r"""
$h_t = \tanh(W h_{t-1} + U x_t)$, $o_t = V h_t$ and $L = \sum_{t=1}^{T} \frac12 \|o_t - y_t\|^2$.

$$\frac{\partial L}{\partial V} = {STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\sum_{t=1}^{T} (o_t - y_t) h_t^T", "verified"),
        (r"\sum_{t=1}^{T} (o_t - y_t) h_{t-1}^T", "wrong"),
    ],
)
def test_times_have_one_size_where_layers_have_their_own(step: str, status: str) -> None:
    assert claims(RECURRENT.replace("{STEP}", step))[-1].status == status


MIXED = r"""
# One neuron
With $z = wx + b$, $a = \sigma(z)$ and $L = \frac12 (a - y)^2$:

$$\frac{\partial z}{\partial b} = 1$$

$$\frac{\partial L}{\partial w} = (a - y)\, \sigma'(z)\, x$$

# A layer
Now $\mathbf{z} = W \mathbf{x} + \mathbf{b}$, $\mathbf{a} = \sigma(\mathbf{z})$ and
$K = \frac12 \|\mathbf{a} - \mathbf{y}\|^2$.

$$\frac{\partial K}{\partial \mathbf{x}} = W^T ((\mathbf{a} - \mathbf{y}) \odot \sigma'(\mathbf{z}))$$

$$\frac{\partial K}{\partial \mathbf{x}} = (\mathbf{a} - \mathbf{y}) \sigma'(\mathbf{z}) W$$
"""


def test_one_neuron_first_and_then_a_layer() -> None:
    found = [c.status for c in claims(MIXED) if c.kind == "claim"]
    assert found == ["verified", "verified", "verified", "unchecked"]


LOGISTIC = r"""
Let $p = \sigma(w^T x + b)$, $s = w^T x + b$ and $L = -y \log p - (1 - y)\log(1 - p)$.

$${STEP}$$
"""


@pytest.mark.parametrize(
    "step",
    [
        r"\frac{\partial L}{\partial s} = p - y",
        r"\frac{\partial L}{\partial w} = (p - y) x",
        r"\frac{\partial L}{\partial b} = p - y",
        r"\sigma'(s) = \sigma(s)(1 - \sigma(s))",
    ],
)
def test_a_convention_holds_for_vectors_too(step: str) -> None:
    found = claims(LOGISTIC.replace("{STEP}", step))[-1]
    assert found.status == "verified"
    assert any("logistic" in text for text in found.assumptions)


def test_targets_of_a_softmax_sum_to_one() -> None:
    start = "Let $p = \\mathrm{softmax}(z)$ and $L = -\\sum_k y_k \\log p_k$ for targets $y$.\n\n"
    right = claims(start + r"$$\frac{\partial L}{\partial z} = p - y$$")[-1]
    wrong = claims(start + r"$$\frac{\partial L}{\partial z} = y - p$$")[-1]
    assert right.status == "verified"
    assert wrong.status != "verified"


def test_layers_declared_one_by_one() -> None:
    text = r"""
$x \in \mathbb{R}^2$, $W^1 \in \mathbb{R}^{3 \times 2}$ and $W^2 \in \mathbb{R}^{1 \times 3}$.
$$z^1 = W^1 x + b^1, \quad a^1 = \sigma(z^1), \quad z^2 = W^2 a^1 + b^2$$
$$L = \frac12 \|z^2 - y\|^2$$
$$\delta^l = \frac{\partial L}{\partial z^l}$$
$$\delta^1 = (W^2)^T \delta^2 \odot \sigma'(z^1)$$
$$\frac{\partial L}{\partial W^1} = \delta^1 x^T$$
$$\frac{\partial L}{\partial W^2} = \delta^2 (a^1)^T$$
"""
    assert [c.status for c in claims(text)[-3:]] == ["verified"] * 3


RESTATED = r"""
$J(w) = \frac12 \|Xw - y\|^2$ with $X \in \mathbb{R}^{n \times d}$, that is

$$J(w) = {AGAIN}$$

$$\nabla_w J = {STEP}$$
"""


@pytest.mark.parametrize(
    ("again", "step", "status"),
    [
        (r"\frac12 (Xw - y)^T (Xw - y)", r"X^T (Xw - y)", "verified"),
        (r"\frac12 (Xw - y)^T (Xw - y)", r"X^T (y - Xw)", "wrong"),
    ],
)
def test_another_formula_of_the_same_is_no_rival(again: str, step: str, status: str) -> None:
    found = claims(RESTATED.replace("{AGAIN}", again).replace("{STEP}", step))[-1]
    assert found.status == status, found


GENERIC = r"""
$z^l = W^l a^{l-1} + b^l$ and $a^l = g(z^l)$ with the cost $C = \frac12 \|a^L - y\|^2$.
$$\delta^l = \frac{\partial C}{\partial z^l}$$
$$\delta^l = (W^{l+1})^T \delta^{l+1} \odot g'(z^l)$$
$${STEP}$$
"""


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"\frac{\partial C}{\partial b^l} = \delta^l", "verified"),
        (r"\frac{\partial C}{\partial b^l} = 2 \delta^l", "wrong"),
        (r"\frac{\partial C}{\partial W^l} = -\delta^l (a^{l-1})^T", "wrong"),
        (r"\delta^l = (W^{l})^T \delta^{l+1} \odot g'(z^l)", "wrong"),
        (r"\delta^l = (W^{l+1})^T \delta^{l+1} \odot g'(z^{l+1})", "wrong"),
        (r"\delta^L = a^L - y", "unchecked"),
        (r"\delta^l = W^{l+1} \delta^{l+1} \odot g'(z^l)", "unchecked"),
    ],
)
def test_an_unknown_activation_excuses_only_what_some_activation_makes_true(
    step: str, status: str
) -> None:
    assert claims(GENERIC.replace("{STEP}", step))[-1].status == status


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (r"d(u v) = u\, dv - v\, du", "wrong"),
        (r"d(P^{-1}) = P^{-1} (dP) P^{-1}", "wrong"),
        (r"d(x^T A x) = (dx)^T A x + x^T d(dx)", "wrong"),
        (r"d(u v) = du\, dv", "unchecked"),
        (r"d(u v) = u\, dv + v\, du + du\, dv", "unchecked"),
        (r"d(\sin x) = \sin(x + dx) - \sin x", "unchecked"),
        (r"dA = r\, dr\, d\theta", "unchecked"),
    ],
)
def test_wrong_total_differentials(step: str, status: str) -> None:
    assert claims(f"$${step}$$")[-1].status == status


def test_words_that_make_a_vector_special() -> None:
    text = r"Let $x$ be a unit vector. $$\frac{\partial (x^T A x)}{\partial A} = 2 x x^T$$"
    assert claims(text)[-1].status == "unchecked"
    assert claims(text.replace("a unit vector", "any vector"))[-1].status == "wrong"


@pytest.mark.parametrize(
    ("formula", "status"),
    [
        (r"\nabla_A \mathrm{tr}(A) = I_n", "verified"),
        (r"(A + I_n)^2 = A^2 + 2A + I_n", "verified"),
        (r"\nabla_A \mathrm{tr}(A) = 2 I_n", "wrong"),
    ],
)
def test_an_identity_matrix_with_its_size(formula: str, status: str) -> None:
    note = r"Take $A \in \mathbb{R}^{n \times n}$ with the columns $a_1, \ldots, a_n$." + "\n\n"
    assert claim(f"{note}$${formula}$$", formula).status == status


def test_the_nth_current_is_no_identity_matrix() -> None:
    note = r"The currents are $I_n = V_n / R$. Then $$\frac{\partial I_n}{\partial V_n} = \frac{1}{R}$$"
    assert claim(note, r"\frac{\partial I_n}").status == "verified"
