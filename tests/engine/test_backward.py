"""The backward pass: adjoints at leaves and inside, freeing, depth, sharing."""

import gc
import sys
import threading
import tracemalloc
import weakref
from time import process_time

import numpy as np
import pytest

from vaultbp.engine import (
    GraphFreedError,
    InPlaceError,
    ShapeError,
    Tensor,
    UntrackedError,
    gradcheck,
    gradients,
    no_grad,
)


def test_gradients_at_leaves_and_intermediate_nodes_in_one_pass():
    w1, w2 = Tensor(0.7), Tensor(-0.2)
    x, y = np.array([0.5, 1.5, -1.0]), np.array([1.0, 0.0, 2.0])
    line = w1 * x + w2
    residual = y - line
    cost = np.mean(residual**2)
    at_cost, at_residual, at_line, at_w1, at_w2 = gradients(cost, [cost, residual, line, w1, w2])
    np.testing.assert_allclose(at_cost, 1.0)
    np.testing.assert_allclose(at_residual, 2 * residual.data / 3)
    np.testing.assert_allclose(at_line, -2 * residual.data / 3)
    assert at_w1 == pytest.approx(np.sum(-2 * residual.data * x) / 3)
    assert at_w2 == pytest.approx(np.sum(-2 * residual.data) / 3)


def test_gradients_of_a_batch_of_points_are_per_point():
    points = np.linspace(0.2, 1.5, 8)
    x = Tensor(points)
    y = np.sin(x) * x
    [adjoint] = gradients(y, [x])
    np.testing.assert_allclose(adjoint, np.cos(points) * points + np.sin(points))


def test_unconnected_inputs_are_none():
    x, other = Tensor(1.0), Tensor(2.0)
    later = np.exp(x) * 3.0
    assert gradients(x * x, [x, other, later]) == [2.0, None, None]


def test_an_input_may_be_the_output_and_may_occur_twice():
    x = Tensor([1.0, 2.0])
    first, second = gradients(x, [x, x])
    np.testing.assert_array_equal(first, [1.0, 1.0])
    first += 1.0
    np.testing.assert_array_equal(second, [1.0, 1.0])


def test_second_derivatives_with_create_graph():
    x = Tensor(0.3)
    y = np.sin(x * x)
    [first] = gradients(y, [x], create_graph=True)
    [second] = gradients(first, [x])
    assert first.item() == pytest.approx(2 * 0.3 * np.cos(0.09))
    assert second == pytest.approx(2 * np.cos(0.09) - 4 * 0.09 * np.sin(0.09))


def test_backward_leaves_adjoints_on_every_tensor_still_held():
    x = Tensor(2.0)
    z = x * x
    y = np.exp(z) + 1.0
    y.backward()
    assert y.grad == 1.0
    assert z.grad == pytest.approx(np.exp(4.0))
    assert x.grad == pytest.approx(4.0 * np.exp(4.0))


def test_backward_replaces_gradients_instead_of_adding_up():
    x = Tensor(3.0)
    for _ in range(3):
        (x * x).backward()
    assert x.grad == 6.0


def test_the_graph_is_released_and_says_so():
    x = Tensor(2.0)
    z = np.exp(x)
    (z * z).backward()
    with pytest.raises(GraphFreedError, match=r"exp.*retain_graph"):
        (z * 2.0).backward()


def test_retain_graph_allows_a_second_pass():
    x = Tensor(2.0)
    y = x**3
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad == pytest.approx(12.0)


def test_nodes_keep_no_values_that_their_rules_do_not_read():
    x = Tensor(np.ones(1000))
    y = x + 1.0
    array = weakref.ref(y._data)
    z = np.sum(np.sin(y) * 3.0)
    kept = z.backward
    assert array() is not None  # sin reads it
    x2 = Tensor(np.ones(1000))
    y2 = (x2 + 1.0) * 2.0
    array2 = weakref.ref(y2._data)
    z2 = np.sum(y2)
    del y2
    assert array2() is None  # sum reads the shape alone
    kept()
    z2.backward()
    np.testing.assert_allclose(x2.grad, 2.0)


def test_a_chain_of_100_000_nodes_needs_no_recursion():
    x = Tensor(0.5)
    y = x
    for _ in range(50_000):
        y = y * 0.999 + x
    y.backward()
    assert x.grad == pytest.approx(1000.0, rel=1e-6)
    del y
    gc.collect()


def test_shared_nodes_are_visited_once():
    """y = y + y nested 60 deep has 2^60 paths and 60 nodes."""
    x = Tensor(1.0)
    y = x
    for _ in range(60):
        y = y + y
    start = process_time()
    y.backward()
    assert process_time() - start < 1.0
    assert x.grad == 2.0**60


def test_contributions_are_not_written_over():
    """x + x hands the same array to both sides; the sum must not change the seed or a sibling."""
    x, w = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    y = x + w
    z = y + x + x
    seed = np.array([1.0, 10.0])
    at_y, at_x, at_w = gradients(z, [y, x, w], seed)
    np.testing.assert_array_equal(seed, [1.0, 10.0])
    np.testing.assert_array_equal(at_y, seed)
    np.testing.assert_array_equal(at_w, seed)
    np.testing.assert_array_equal(at_x, 3 * seed)


def test_gradients_are_not_aliases_of_each_other():
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    at_a, at_b = gradients(a + b, [a, b])
    at_a *= 100.0
    np.testing.assert_array_equal(at_b, [1.0, 1.0])
    (np.sum(a + b)).backward()
    with pytest.raises(ValueError, match="read-only"):
        a.grad[0] = 5.0


def test_backward_needs_one_number_or_a_seed():
    x = Tensor([1.0, 2.0])
    with pytest.raises(ShapeError, match=r"shape \(2,\).*mean"):
        (x * 2).backward()
    (x * 2).backward(np.array([1.0, 3.0]))
    np.testing.assert_array_equal(x.grad, [2.0, 6.0])
    with pytest.raises(ShapeError, match="cotangent"):
        gradients(x * 2, [x], np.ones(3))


def test_untracked_tensors_are_refused():
    x = Tensor(1.0)
    with pytest.raises(UntrackedError, match="constant"):
        x.detach().backward()
    with pytest.raises(UntrackedError, match="constant"):
        gradients(x * 2, [np.array(1.0)])
    with no_grad():
        y = x * 2
    with pytest.raises(UntrackedError, match="no_grad"):
        y.backward()


def test_no_grad_belongs_to_its_thread():
    x = Tensor(2.0)
    entered, done = threading.Event(), threading.Event()

    def hold():
        with no_grad():
            entered.set()
            done.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(5)
    y = x * x
    done.set()
    thread.join()
    y.backward()
    assert x.grad == 4.0


def test_broadcasting_is_summed_back():
    column, row, scalar = Tensor(np.ones((3, 1))), Tensor(np.ones(4)), Tensor(2.0)
    y = np.sum(column * row * scalar)
    y.backward()
    np.testing.assert_allclose(column.grad, np.full((3, 1), 8.0))
    np.testing.assert_allclose(row.grad, np.full(4, 6.0))
    assert scalar.grad == 12.0


def test_float32_stays_float32():
    x = Tensor(np.ones(3, np.float32))
    y = np.sum(np.tanh(x) * 2.0)
    y.backward()
    assert y.dtype == x.grad.dtype == np.float32


def test_a_leaf_is_a_copy_and_its_data_cannot_be_written():
    array = np.array([1.0, 2.0])
    x = Tensor(array)
    y = np.sum(x * x)
    array[:] = 100.0
    with pytest.raises(ValueError, match="read-only"):
        x.data[0] = 5.0
    with pytest.raises(InPlaceError):
        x[0] = 5.0
    y.backward()
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])


def test_memory_of_a_chain_is_what_its_rules_save():
    n, arrays = 200_000, 20
    x = Tensor(np.ones(n))
    tracemalloc.start()
    y = x
    for _ in range(arrays):
        y = np.tanh(y)  # saves one array each
    np.sum(y).backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < (arrays + 4) * n * 8


@pytest.mark.skipif(sys.gettrace() is not None, reason="tracing changes the timing")
def test_cost_grows_linearly_with_depth():
    def cost(n):
        x = Tensor(0.5)
        y = x
        for _ in range(n):
            y = y * 0.9 + x
        start = process_time()
        y.backward()
        return process_time() - start

    small = min(cost(2_000) for _ in range(3))
    assert min(cost(20_000) for _ in range(3)) < 40 * small


def test_real_and_complex_contributions_add_up():
    def f(x):
        z = np.fft.fft(x)
        return np.sum(np.real(z) + 2 * np.real(z) + np.real(z * z) + np.abs(z) + np.imag(z))

    gradcheck(f, np.array([0.3, -0.5, 1.1, 0.7]), order=2)
