"""What a user can get wrong: each is refused with words that help, or warned about."""

import contextlib
import math
import warnings
from pathlib import Path

import numpy as np
import pytest

from vaultbp.engine import (
    DisconnectedWarning,
    DtypeError,
    EngineError,
    InPlaceError,
    PrecisionWarning,
    ShapeError,
    StepFunctionWarning,
    Tensor,
    UnsupportedError,
    UntrackedError,
    at_add,
    at_set,
    check_inplace,
    custom_op,
    grad,
    hessian,
    hvp,
    linear,
    mean_squared_error,
    no_grad,
    softmax_cross_entropy,
)

X = Tensor([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("attempt", "error", "words"),
    [
        (lambda: X + np.ones(4), ShapeError, r"add of shapes \(3,\) and \(4,\)"),
        (lambda: X @ np.ones((4, 2)), ShapeError, r"matmul of shapes \(3,\) and \(4, 2\)"),
        (lambda: np.concatenate([X, np.ones((2, 2))]), ShapeError, r"\(3,\), \(2, 2\)"),
        (lambda: np.stack([X, np.ones(2)]), ShapeError, "one shape"),
        (lambda: np.einsum("ij->i", X), ShapeError, "1 axes"),
        (lambda: np.reshape(X, (2, 2)), ShapeError, "reshape"),
        (lambda: np.split(X, 2), ShapeError, "equal parts"),
        (lambda: mean_squared_error(X, np.ones((3, 1))), ShapeError, r"\(3, 1\)"),
        (lambda: linear(X, np.ones((4, 2)), np.ones(2)), ShapeError, r"\(4, 2\)"),
        (lambda: linear(X, Tensor(np.ones((3, 2))), np.ones(3)), ShapeError, "bias"),
        (lambda: linear(X, np.ones((3, 2)), None, "rellu"), ValueError, "relu"),
        (lambda: softmax_cross_entropy(Tensor(np.ones((2, 3))), [0, 3]), ShapeError, "0 to 2"),
        (lambda: softmax_cross_entropy(Tensor(np.ones((2, 3))), [0, -1]), ShapeError, "0 to 2"),
        (
            lambda: softmax_cross_entropy(Tensor(np.ones((2, 3))), [0.0, 1.0]),
            ShapeError,
            "integers",
        ),
        (lambda: softmax_cross_entropy(Tensor(np.ones((2, 3))), [0]), ShapeError, r"\(2,\)"),
        (lambda: Tensor(["a"]), DtypeError, "numbers"),
        (lambda: Tensor([None]), DtypeError, "object"),
        (lambda: Tensor([X[0], X[1]]), UntrackedError, "np.stack"),
        (lambda: X * np.array([None, 1, 2], dtype=object), TypeError, "NoneType"),
        (lambda: X * np.array([1, 2, 3], dtype=object), DtypeError, "object"),
        (lambda: X.__setitem__(0, 1.0), InPlaceError, "at_set"),
        (lambda: np.add(X, 1.0, out=np.ones(3)), InPlaceError, "without out="),
        (lambda: add_in_place(np.ones(3)), InPlaceError, r"y = y \+ t"),
        (lambda: np.array([X[0], X[1]]), UntrackedError, "np.stack"),
        (lambda: np.asarray(X), UntrackedError, "lose its gradient"),
        (lambda: math.exp(X[0]), UntrackedError, "np.exp"),
        (lambda: float(X[0]), UntrackedError, "item"),
        (lambda: [1, 2, 3][X[0]], UntrackedError, "index"),
        (lambda: np.linalg.eig(X), UnsupportedError, "eig"),
        (lambda: np.frexp(X), UnsupportedError, "frexp"),
        (lambda: np.linalg.svd(Tensor(np.ones((2, 3)))), UnsupportedError, "full_matrices=False"),
        (lambda: np.sum(X, dtype=np.float32), UnsupportedError, "dtype="),
        (lambda: np.exp(X, where=[True, False, True]), UnsupportedError, "where="),
        (lambda: X.astype(int), ValueError, "no derivative"),
        (lambda: next(iter(Tensor(1.0))), TypeError, "0-d"),
    ],
)
def test_mistakes_are_refused_with_help(attempt, error, words):
    with pytest.raises(error, match=words):
        attempt()


def add_in_place(y):
    y += X


def test_writing_a_tensor_into_an_array_is_refused():
    y = np.ones(3)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (numpy's own words)
        y[0] = X[0]
    assert "loses its gradient" in str(caught.value.__cause__)


def test_errors_are_also_the_builtin_ones():
    for error in (ShapeError, DtypeError, InPlaceError, UntrackedError, UnsupportedError):
        assert issubclass(error, EngineError)
        assert issubclass(error, ValueError | TypeError)


def test_a_tracked_argument_without_a_rule_is_refused():
    with pytest.raises(UnsupportedError, match="condition"):
        np.where(Tensor([1.0, 0.0, 1.0]), X, 0.0)


def test_functional_writes():
    x, y = Tensor([1.0, 2.0, 3.0]), Tensor([10.0, 20.0])
    z = at_add(at_set(x, slice(0, 2), y), [2, 2], y)
    np.testing.assert_array_equal(z.data, [10.0, 20.0, 33.0])
    np.sum(z * np.array([1.0, 2.0, 3.0])).backward()
    np.testing.assert_array_equal(x.grad, [0.0, 0.0, 3.0])
    np.testing.assert_array_equal(y.grad, [4.0, 5.0])


def test_augmented_assignment_rebinds_and_is_right():
    x = Tensor([1.0, 2.0])
    y = x
    y += 1.0
    y *= x
    np.sum(y).backward()
    np.testing.assert_array_equal(x.data, [1.0, 2.0])
    np.testing.assert_array_equal(x.grad, [3.0, 5.0])


def test_mixed_precision_warns():
    x = Tensor(np.ones(3, np.float32))
    with pytest.warns(PrecisionWarning, match="float32 and float64"):
        y = x * np.ones(3)
    np.sum(y).backward()
    assert x.grad.dtype == np.float32
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.sum(x.astype(np.float64) * np.ones(3)).backward()
        np.sum(x * 2.0).backward()
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize("step", [np.sign, np.floor, np.ceil, np.rint, np.trunc, np.round])
def test_step_functions_warn_instead_of_silent_zeros(step):
    with pytest.warns(StepFunctionWarning, match="smooth stand-in"):
        y = np.sum(step(X) * X)
    y.backward()
    np.testing.assert_array_equal(X.grad, step(X.data))


def test_comparisons_lose_the_gradient_with_a_warning():
    with pytest.warns(DisconnectedWarning):
        grad(lambda x: np.sum((x > 0) * 1.0))(np.ones(3))


def test_integers_become_floats():
    assert Tensor(3).dtype == np.float64
    assert Tensor([1, 2]).dtype == np.float64
    assert grad(lambda x: x**2)(3) == 6.0


def test_printing_and_reading_a_tensor():
    x = Tensor(0.5, name="w")
    assert repr(x) == "Tensor(0.5, name='w')"
    assert f"{x:.2f}" == "0.50"
    assert repr(x.detach()) == "Tensor(0.5, constant)"
    assert x.item() == 0.5
    assert X.tolist() == [1.0, 2.0, 3.0]
    assert len(X) == 3
    assert [v.item() for v in X] == [1.0, 2.0, 3.0]
    assert (X.shape, X.ndim, X.size) == ((3,), 1, 3)
    assert bool(x > 0.4)
    assert float(x.detach()) == 0.5
    np.testing.assert_array_equal(np.asarray(X.detach()), X.data)


def test_builtin_sum_abs_and_reflected_operators():
    x = Tensor(-2.0)
    y = sum([x, x * x, 1.0 - x, 2.0 / x, 2.0**x, abs(x), -x, +x])
    y.backward()
    expected = 1 - 4 - 1 - 0.5 + np.log(2) / 4 - 1 - 1 + 1
    assert x.grad == pytest.approx(expected)


def test_a_gradient_of_a_truth_value_is_refused():
    with pytest.raises(UntrackedError, match="True"):
        grad(lambda x: np.allclose(x, x))(np.ones(3))


def test_a_training_loop_by_hand():
    w = Tensor([1.0, -2.0])
    for _ in range(50):
        y = np.sum((w - np.array([3.0, 4.0])) ** 2)
        y.backward()
        w.data = w.data - 0.3 * w.grad
    np.testing.assert_allclose(w.data, [3.0, 4.0])
    b = Tensor(1.0)
    (b * b).backward()
    b.data -= 0.25 * b.grad
    assert b.data == 0.5
    b.grad = None
    assert b.grad is None


def test_new_values_leave_earlier_results_right():
    w = Tensor([1.0, 2.0])
    y = np.sum(w * w)
    w.data = np.array([10.0, 20.0])
    y.backward()
    np.testing.assert_array_equal(w.grad, [2.0, 4.0])


def test_only_leaves_take_new_values_of_their_shape():
    w = Tensor([1.0, 2.0])
    with pytest.raises(InPlaceError, match="leaf"):
        (w * 2).data = np.ones(2)
    with pytest.raises(ShapeError, match=r"\(2,\)"):
        w.data = np.ones(3)
    with pytest.raises(ValueError, match="read-only"):
        w.data[0] = 5.0


@pytest.mark.parametrize(
    "number", [np.float64(2.0), 2, 2.0, np.array(2.0), np.array([2.0, 2.0, 2.0])]
)
def test_numbers_and_arrays_on_either_side(number):
    x = Tensor([1.0, 2.0, 3.0])
    y = (
        number * x
        + x * number
        + number / x
        + number**x
        + (number - x)
        + (number @ x if np.ndim(number) else 0)
    )
    assert isinstance(y, Tensor)
    assert np.all((number < x) == (x > number))
    np.sum(y).backward()
    assert x.grad.shape == (3,)


def test_reductions_through_ufunc_methods():
    x = Tensor(np.arange(1.0, 7.0).reshape(2, 3))
    np.testing.assert_array_equal(np.add.reduce(x).data, x.data.sum(axis=0))
    np.testing.assert_array_equal(np.maximum.reduce(x, axis=1).data, [3.0, 6.0])
    np.testing.assert_array_equal(np.add.accumulate(x, axis=1).data, x.data.cumsum(axis=1))
    assert (x.argmax(), x.argmin(axis=1).tolist()) == (5, [0, 0])
    with pytest.raises(UnsupportedError, match=r"subtract\.reduce"):
        np.subtract.reduce(x)


# --- writes to plain arrays, found on request ------------------------------------------------------


def overwritten_between(loss, *, check):
    batch, w = np.ones((4, 3)), Tensor(np.ones(3))
    with check_inplace() if check else contextlib.nullcontext():
        y = loss(batch, w)
        batch[0] = 100.0
        y.backward()
    return w.grad


READING_THE_BATCH = [
    lambda batch, w: np.sum(batch @ w),
    lambda batch, w: np.sum(batch * w),
    lambda batch, w: np.sum(linear(batch, np.reshape(w, (3, 1)), Tensor(np.zeros(1)), "tanh")),
    lambda batch, w: np.sum(np.einsum("ij,j->i", batch, w)),
]


@pytest.mark.parametrize("loss", READING_THE_BATCH)
def test_a_write_before_the_backward_pass_is_found_on_request(loss):
    with pytest.raises(InPlaceError, match=r"shape \(4, 3\).*test_errors.py:\d+.*copy"):
        overwritten_between(loss, check=True)


def test_a_write_that_no_rule_reads_is_allowed():
    np.testing.assert_array_equal(
        overwritten_between(lambda batch, w: np.sum(w + batch), check=True), np.full(3, 4.0)
    )


def test_looking_for_writes_changes_no_gradient():
    def f(x):
        return np.sum(np.tanh(x * x) + np.sin(x) / x)

    x = np.array([0.3, -0.7, 1.2])
    with check_inplace():
        checked = grad(f)(x), hessian(f)(x), hvp(f, x, x)
    for a, b in zip(checked, (grad(f)(x), hessian(f)(x), hvp(f, x, x)), strict=True):
        np.testing.assert_array_equal(a, b)


def test_looking_for_writes_does_not_record_what_is_not_recorded():
    with no_grad(), check_inplace():
        assert not (X * 2.0).tracked


# --- adjoints are added up in place, but never in an array that is someone else's ------------------


def test_a_rule_of_the_user_may_return_an_array_of_its_own():
    half_square = custom_op(lambda x: 0.5 * np.sum(x * x), x=lambda g, x: x)  # right for g = 1
    x = Tensor([1.0, 2.0])
    y = half_square(x) + np.sum(3.0 * x)
    y.backward()
    np.testing.assert_array_equal(x.grad, [4.0, 5.0])
    np.testing.assert_array_equal(x.data, [1.0, 2.0])


def test_adjoints_left_inside_are_not_changed_by_later_sums():
    x = Tensor([1.0, 2.0])
    a = x * 2.0
    b = a * 3.0
    y = np.sum(b * b + a * 5.0 + a)
    y.backward()
    np.testing.assert_array_equal(b.grad, 2.0 * b.data)
    np.testing.assert_array_equal(a.grad, 6.0 * b.data + 6.0)
    np.testing.assert_array_equal(x.grad, 2.0 * a.grad)


# --- warnings point at the line of the user --------------------------------------------------------


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: np.floor(X),
        lambda: X // 2.0,
        lambda: X * np.float32(1.0) + Tensor(np.ones(3, np.float32)),
        lambda: np.multiply(X, Tensor(np.ones(3, np.float32))),
        lambda: Tensor(np.ones((1, 3), np.float32)) @ X,
        lambda: linear(np.ones((2, 3)), Tensor(np.ones((3, 1), np.float32)), Tensor(np.ones(1))),
    ],
)
def test_warnings_name_this_file(attempt):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        attempt()
    assert {Path(w.filename).name for w in caught} == {"test_errors.py"}
    assert caught
