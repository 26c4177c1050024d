"""Equations that hold as they are read and prove nothing."""

from __future__ import annotations

import pytest

from tests.derivations.notes import claim, claims


@pytest.mark.parametrize(
    ("note", "formula", "status"),
    [
        ("$gh = hg$", "gh", "unchecked"),
        ("$uv = vu$ for all of them", "uv", "unchecked"),
        ("Solve $cs = b$.\n\nNow $cs = b$ and so on.", "cs = b", "unchecked"),
        ("$M = 3u$ and $u = 2v$.\n\n$$M = 6v$$", "M = 6v", "verified"),
        ("$$\\frac{d}{du} (u^2 v) = 2uv = 2vu$$", "2uv", "verified"),
        ("$$\\frac{d}{du} (u^2 v) = 2uv$$\n\n$$2uv = v \\cdot 2u$$", "2uv = v", "verified"),
    ],
)
def test_equations(note: str, formula: str, status: str) -> None:
    found = {c.status for c in claims(note) if formula in c.source}
    assert found - {"definition"} == {status}


def test_a_function_said_again_is_a_definition() -> None:
    note = "The derivative of $p(u) = u^2 \\cos u$ is wanted.\n\n$$p(u) = u^2 \\cos u$$\n\n$$p'(u) = {}$$\n"
    found = claims(note.format(r"2 u \cos u - u^2 \sin u"))
    assert [c.status for c in found] == ["definition", "definition", "verified"]
    assert claims(note.format(r"2 u \cos u + u^2 \sin u"))[-1].status == "wrong"


LEVEL = "A curve on which $f(x) = c$ holds.\n\n# Extrema\n\nAt such a point {}.\n"


@pytest.mark.parametrize(
    ("note", "formula", "status"),
    [
        # Where a function has a value is no formula for it.
        (LEVEL.format("$\\nabla f(x_0) = 0$"), "nabla f", "unchecked"),
        ("Here $f(x_0) = y_0$, so $$\\frac{d}{dx} f(x) = 0$$", "frac", "unchecked"),
        ("If $f_1(x) > f_2(x)$, $g = f_1'(x)$.\n\n# b\n\nIf $f_1(x) < f_2(x)$, $$g = f_2'(x)$$\n\n"
         "If $f_1(x) = f_2(x)$, either.", "g = f_2", "unchecked"),
        # What is said of one thing is not said of another.
        ("Let $V(W) = 1/n$ and $z = W x$.\n\n$$V(z) = n V(W) V(x)$$", "V(z)", "unchecked"),
        ("Let $V(W) = W^2/n$ and $z = W x$.\n\n$$V(z) = n V(W) V(x)$$", "V(z)", "verified"),
        # A sum of noughts is no equation of motion that holds.
        ("Let $u = 3$.\n\n$$\\frac{d^2 x}{dt^2} + u \\frac{dx^2}{dt} = 0$$", "dt^2", "unchecked"),
        ("With $x = e^{-3t}$:\n\n$$\\frac{d x}{dt} + 3 x = 0$$", "dt", "verified"),
        # What a reading assumes is not proved by it.
        ("The targets $y_j$ are one-hot: $$\\sum_{j=1}^C y_j = 1$$", "sum", "unchecked"),
        ("The probabilities are $p_j = e^{u_j}/\\sum_k e^{u_k}$: $$\\sum_{j=1}^C p_j = 1$$", "= 1",
         "verified"),
        # Vectors that meet are not one vector, and the function of one goes by no entries.
        ("Let $v = s p + (1 - s) q$, so $$v_i = s q_i + (1 - s) q_i$$ Hence $p = q$.", "v_i",
         "unchecked"),
        ("A map $y = f(x)$ with $$f(x_0) = y_0$$", "x_0", "unchecked"),
        ("The activation $f$ gives $y = f(x)$, so that $$y_i = f(x_i)$$", "y_i", "verified"),
        # The identity is not defined by what equals it on a condition.
        ("For such $W$: $$\\|Wx\\|^2 = x^T W^T W x = x^T I x = \\|x\\|^2$$ since $W^T W = I$.", "Wx",
         "unchecked"),
    ],
)  # fmt: skip
def test_conditions_and_values(note: str, formula: str, status: str) -> None:
    found = {c.status for c in claims(note) if formula in c.source and c.kind != "definition"}
    assert found - {"definition"} in ({status}, set() if status == "unchecked" else {status})


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        (r"\delta(pq) = p \delta q", "it says that its factors commute"),
        (r"D_r (pq) = p D_r q", "it says that its factors commute"),
        (r"p \ast q = pq", "it says what a sign between two names means"),
        (r"p \circ q = pq", "it says what a sign between two names means"),
        (r"P \otimes Q = PQ", "it says what a sign between two names means"),
    ],
)
def test_what_signs_and_operators_mean_is_not_verified(formula: str, reason: str) -> None:
    found = claim(f"Here $${formula}$$", formula)
    assert (found.status, found.reason) == ("unchecked", reason)


def test_products_with_the_same_sign_are_computed() -> None:
    assert claim(r"Here $$p \cdot (q + 1) = pq + p$$", "pq").status == "verified"
