"""Tests generated from the op table: every entry, at random points of its domain."""

import warnings

import numpy as np
import pytest

from tests.engine.examples import OPS, example, points, random_like
from vaultbp.engine import StepFunctionWarning, Tensor, gradcheck, jvp, op_table, ops_markdown, vjp
from vaultbp.engine.protocols import CONSTANT
from vaultbp.engine.reference import example_shapes
from vaultbp.engine.table import BY_FUNCTION, TABLE, Composed
from vaultbp.engine.tensor import values
from vaultbp.engine.trees import leaves

pytestmark = pytest.mark.filterwarnings("ignore::vaultbp.engine.StepFunctionWarning")


@pytest.fixture(params=OPS)
def op(request):
    return TABLE[request.param]


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_gradients_of_first_and_second_order(op, rng):
    report = gradcheck(example(op), *points(op, rng), order=2)
    assert report.compared > 0


def test_forward_mode_is_the_transpose_of_reverse_mode(op, rng):
    f, xs = example(op), points(op, rng)
    y, pull = vjp(f, *xs)
    v, tangents = random_like(y, rng), [random_like(x, rng) for x in xs]
    adjoints = pull(v) if len(xs) > 1 else (pull(v),)
    forward = np.vdot(v, jvp(f, xs, tangents)[1])
    reverse = sum(np.vdot(a, t) for a, t in zip(adjoints, tangents, strict=True))
    assert forward == pytest.approx(reverse, rel=1e-9, abs=1e-11)


def test_value_is_the_same_with_and_without_a_graph(op, rng):
    f, xs = example(op), points(op, rng)
    plain, tracked = f(*xs), f(*[Tensor(x) for x in xs])
    assert isinstance(tracked, Tensor)
    np.testing.assert_allclose(values(tracked), values(plain), rtol=1e-12, atol=1e-13)


def spread(x):
    """Equal to `x`, every other entry of a larger array in each direction, backwards."""
    larger = np.full([2 * n for n in np.shape(x)], np.nan)
    view = larger[(slice(None, None, -2),) * np.ndim(x)]
    view[...] = x
    return view


@pytest.mark.parametrize("laid", [np.asfortranarray, spread], ids=["columns first", "spread"])
def test_gradients_do_not_depend_on_the_layout_in_memory(op, laid, rng):
    f, xs = example(op), points(op, rng)
    y, pull = vjp(f, *xs)
    v = random_like(y, rng)
    again, pull_again = vjp(f, *[laid(x) if x.ndim else x for x in xs])
    np.testing.assert_allclose(again, y, rtol=1e-12, atol=1e-13)
    one_by_one = zip(leaves(pull(v)), leaves(pull_again(laid(v) if np.ndim(v) else v)), strict=True)
    for one, two in one_by_one:
        np.testing.assert_allclose(two, one, rtol=1e-11, atol=1e-12)


def test_adjoints_keep_shape_and_precision(op, rng):
    xs = [x.astype(np.float32) for x in points(op, rng)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some examples hold float64 constants
        y, pull = vjp(example(op), *xs)
        adjoints = pull(np.ones_like(values(y)))
    for x, a in zip(xs, adjoints if len(xs) > 1 else (adjoints,), strict=True):
        assert np.shape(a) == x.shape
        assert np.asarray(a).dtype == np.float32


def test_every_rule_is_exercised_by_its_example(op, rng):
    """An argument with a rule must be an array of the example, or of another op's example."""
    names = list(example_shapes(op))
    assert names, f"{op.name} has no example"
    ruled = [n for n, rule in zip(op.arguments, op.rules, strict=True) if rule is not None]
    if not isinstance(op, Composed) and op.name not in BIASES:
        assert len(names) >= len(ruled)


BIASES = {"affine", "affine_relu", "affine_tanh", "affine_sigmoid"}


@pytest.mark.parametrize("name", sorted(BIASES))
def test_bias_of_the_fused_layers(name, rng):
    x, w, b = rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
    gradcheck(TABLE[name], x, w, b, order=2)


def test_steps_warn_and_give_zero(rng):
    for op in TABLE.values():
        if op.step:
            xs = points(op, rng)
            with pytest.warns(StepFunctionWarning, match=op.name):
                y, pull = vjp(example(op), *xs)
            for a in np.atleast_1d(np.asarray(pull(np.ones_like(y)), dtype=object)):
                assert not np.any(a)


def test_documentation_names_every_op_and_says_what_it_does():
    rows = op_table()
    assert {row.name for row in rows} == set(TABLE)
    assert all(row.doc for row in rows)
    text = ops_markdown()
    assert all(f"| `{name}` |" in text for name in TABLE)


def test_no_function_is_both_differentiable_and_constant():
    assert not CONSTANT & set(BY_FUNCTION)
