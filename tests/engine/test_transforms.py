"""vjp, jvp, grad, jacobian, hessian, hvp, checkpoint: values, nesting, forms of arguments."""

import warnings

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultbp.engine import (
    DisconnectedWarning,
    ShapeError,
    Tensor,
    UntrackedError,
    checkpoint,
    complex_step,
    detach,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    numeric_jacobian,
    sigmoid,
    value_and_grad,
    vjp,
)


def test_derivatives_of_orders_one_to_four_to_working_precision():
    def f(x):
        return np.sin(x * x) * np.exp(x) + np.tanh(x)

    with mpmath.workdps(50):
        truth = lambda x: mpmath.sin(x * x) * mpmath.exp(x) + mpmath.tanh(x)  # noqa: E731
        exact = [float(mpmath.diff(truth, mpmath.mpf(0.3), n)) for n in range(1, 5)]
    d = f
    for value in exact:
        d = grad(d)
        assert d(0.3) == pytest.approx(value, rel=1e-13)


def test_no_perturbation_confusion():
    """d/dx [x · d/dy (x + y)] = 1, not 2."""
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(1.0))(3.0) == 6.0
    inner = lambda x: jvp(lambda y: x * y * y, (2.0,), (1.0,))[1]  # noqa: E731
    assert grad(inner)(3.0) == pytest.approx(4.0)


def test_results_are_plain_unless_an_outer_derivative_needs_them():
    x = Tensor(3.0)
    assert not isinstance(grad(lambda w: w * w)(2.0), Tensor)
    inner = grad(lambda w: w * w * x)(2.0)
    assert isinstance(inner, Tensor)
    inner.backward()
    assert x.grad == 4.0


def test_under_no_grad_a_gradient_is_still_taken_and_is_plain():
    x = Tensor(3.0)
    with no_grad():
        g = grad(lambda w: w * w * x)(2.0)
    assert g == 12.0
    assert not isinstance(g, Tensor)


def test_argnums_and_nested_arguments():
    def f(params, x, *, scale):
        return np.sum(params["layers"][0] * x) * scale + params["b"]

    params = {"layers": [np.array([1.0, 2.0])], "b": 3.0}
    value, (by_params, by_x) = value_and_grad(f, (0, 1))(params, np.array([5.0, 7.0]), scale=2.0)
    assert value == 41.0
    np.testing.assert_array_equal(by_params["layers"][0], [10.0, 14.0])
    assert by_params["b"] == 1.0
    np.testing.assert_array_equal(by_x, [2.0, 4.0])


def test_auxiliary_results():
    (value, aux), g = value_and_grad(lambda x: (x * x, "extra"), has_aux=True)(3.0)
    assert (value, aux, g) == (9.0, "extra", 6.0)


def test_vjp_of_several_outputs():
    def f(x, y):
        return {"sum": x + y, "product": [x * y]}

    out, pull = vjp(f, 2.0, 3.0)
    assert out == {"sum": 5.0, "product": [6.0]}
    assert pull({"sum": 1.0, "product": [10.0]}) == (31.0, 21.0)
    assert pull({"sum": 1.0, "product": [0.0]}) == (1.0, 1.0)


def test_jacobian_and_hessian_by_hand():
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(
        jacobian(lambda x: np.outer(x, x)[0])(x), [[2, 0, 0], [2, 1, 0], [3, 0, 1]]
    )
    a = np.arange(9.0).reshape(3, 3)
    np.testing.assert_allclose(hessian(lambda x: x @ a @ x)(x), a + a.T)
    np.testing.assert_allclose(hvp(lambda x: x @ a @ x, x, x), (a + a.T) @ x)
    np.testing.assert_array_equal(hessian(lambda x: np.sum(2.0 * x))(x), np.zeros((3, 3)))


def test_jacobian_of_a_matrix_by_a_matrix_has_both_shapes():
    j = jacobian(lambda x: x @ x)(np.eye(2))
    assert j.shape == (2, 2, 2, 2)
    np.testing.assert_allclose(j, numeric_jacobian(lambda x: x @ x, np.eye(2)).value, atol=1e-11)


def test_jvp_equals_jacobian_times_tangent():
    rng = np.random.default_rng(0)
    x, t, w = rng.normal(size=4), rng.normal(size=4), rng.normal(size=(3, 4))
    f = lambda x: np.cumsum(np.tanh(w @ x)) * np.max(x)  # noqa: E731
    y, forward = jvp(f, (x,), (t,))
    np.testing.assert_allclose(y, f(x))
    np.testing.assert_allclose(forward, jacobian(f)(x) @ t, rtol=1e-12)


def test_jvp_passes_constants_and_shapes():
    _, t = jvp(lambda x: (x * 2.0, 5.0), (np.ones(3),), (np.ones(3),))
    np.testing.assert_array_equal(t[0], [2.0, 2.0, 2.0])
    assert t[1] == 0.0
    with pytest.raises(ShapeError, match="tangent"):
        jvp(np.sin, (np.ones(3),), (np.ones(2),))


def test_forward_over_reverse_over_forward():
    x = 0.7
    f = lambda x: np.sin(x) ** 3  # noqa: E731
    first = lambda x: jvp(f, (x,), (1.0,))[1]  # noqa: E731
    third = grad(lambda x: jvp(lambda y: grad(f)(y), (x,), (1.0,))[1])
    assert grad(first)(x) == pytest.approx(float(mpmath.diff(lambda x: mpmath.sin(x) ** 3, x, 2)))
    assert third(x) == pytest.approx(float(mpmath.diff(lambda x: mpmath.sin(x) ** 3, x, 3)))


def test_a_gradient_is_of_one_number():
    with pytest.raises(ShapeError, match="jacobian"):
        grad(lambda x: x * 2.0)(np.ones(3))
    with pytest.raises(ShapeError, match="several values"):
        grad(lambda x: (x, x))(1.0)


def test_a_lost_input_warns_and_gives_zero():
    with pytest.warns(DisconnectedWarning, match="Comparisons"):
        assert grad(lambda x: (x > 0) * 1.0)(2.0) == 0.0
    with pytest.warns(DisconnectedWarning, match="input 1"):
        assert grad(lambda x, y: x * 2.0, (0, 1))(1.0, 1.0) == (2.0, 0.0)


def test_a_wanted_constant_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(lambda x: detach(x) * x)(3.0) == 3.0


def test_checkpoint_gives_the_same_derivatives_of_any_order():
    w = np.random.default_rng(1).normal(size=(3, 3))

    def block(x):
        return np.tanh(w @ sigmoid(w @ x))

    plain = lambda x: np.sum(block(block(x)) ** 2)  # noqa: E731
    saved = lambda x: np.sum(checkpoint(block)(checkpoint(block)(x)) ** 2)  # noqa: E731
    x = np.array([0.1, -0.4, 0.8])
    np.testing.assert_allclose(grad(saved)(x), grad(plain)(x), rtol=1e-13)
    np.testing.assert_allclose(hessian(saved)(x), hessian(plain)(x), rtol=1e-11)


def test_checkpoint_refuses_to_lose_a_gradient():
    outside = Tensor(2.0)
    with pytest.raises(UntrackedError, match="argument"):
        checkpoint(lambda x: x * outside)(Tensor(1.0))


def test_checkpoint_saves_memory():
    import tracemalloc

    def block(x):
        for _ in range(10):
            x = np.tanh(x)
        return x

    def peak(f):
        def loss(x):
            for _ in range(4):
                x = f(x)
            return np.sum(x)

        x = np.ones(100_000)
        tracemalloc.start()
        grad(loss)(x)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(checkpoint(block)) < 0.6 * peak(block)


FUNCTIONS = [
    np.sin, np.tanh, np.exp, np.square, sigmoid,
    lambda x: x * 0.5, lambda x: x + 1.0, lambda x: 1.0 / (x * x + 1.0),
]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, len(FUNCTIONS) - 1), min_size=1, max_size=6),
    st.integers(0, 2**32 - 1),
)
def test_random_programs_agree_with_the_complex_step_and_with_forward_mode(picks, seed):
    rng = np.random.default_rng(seed)
    x, w = rng.uniform(-1, 1, (2, 3)), rng.uniform(-1, 1, (3, 3))

    def f(x):
        h, skip = x, x
        for pick in picks:
            h, skip = np.tanh(FUNCTIONS[pick](h) @ w) + skip[:, ::-1], h
        return np.sum(h * skip, axis=0)

    engine = jacobian(f)(x)
    units = np.eye(x.size).reshape(-1, *x.shape)
    exact = np.stack([complex_step(f, x, e) for e in units], axis=-1).reshape(engine.shape)
    np.testing.assert_allclose(engine, exact, rtol=1e-10, atol=1e-12)
    t = rng.standard_normal(x.shape)
    np.testing.assert_allclose(
        jvp(f, (x,), (t,))[1], np.tensordot(engine, t, 2), rtol=1e-10, atol=1e-12
    )


SHAPES = st.sampled_from([(), (1,), (3,), (2, 1), (1, 3), (2, 3), (4, 2, 3), (4, 1, 1)])


@settings(deadline=None, max_examples=80)
@given(
    SHAPES, SHAPES, st.sampled_from(["+", "-", "*", "/", "maximum", "hypot"]), st.integers(0, 99)
)
def test_broadcasting_of_any_two_shapes(first, second, sign, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0.5, 2.0, first), rng.uniform(0.5, 2.0, second)
    f = {
        "+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y,
        "/": lambda x, y: x / y, "maximum": np.maximum, "hypot": np.hypot,
    }[sign]  # fmt: skip
    out, pull = vjp(f, x, y)
    v = rng.standard_normal(np.shape(out))
    by_x, by_y = pull(v)
    assert np.shape(by_x) == first
    assert np.shape(by_y) == second
    tx, ty = rng.standard_normal(first), rng.standard_normal(second)
    _, t = jvp(f, (x, y), (tx, ty))
    assert np.shape(t) == np.shape(out)
    left, right = np.vdot(v, t), np.vdot(by_x, tx) + np.vdot(by_y, ty)
    assert left == pytest.approx(right, rel=1e-10, abs=1e-12)


def test_a_function_that_returns_an_older_tensor_leaves_its_graph_alone():
    w = Tensor(3.0)
    outer = w * w
    with no_grad(), pytest.warns(DisconnectedWarning):
        assert grad(lambda x: outer)(1.0) == 0.0
    outer.backward()
    assert w.grad == 6.0
