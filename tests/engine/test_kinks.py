"""The stated answers where a derivative does not exist."""

import numpy as np
import pytest

from vaultbp.engine import Tensor, grad, kink_table, kinks_markdown, relu
from vaultbp.engine.kinks import COMPARISONS
from vaultbp.engine.table import TABLE


@pytest.mark.parametrize("row", COMPARISONS, ids=lambda row: row.expression)
def test_the_table_tells_the_truth_about_this_engine(row):
    x = Tensor(row.at)
    with np.errstate(all="ignore"):
        eval(row.expression, {"np": np, "x": x, "relu": relu}).backward()
    np.testing.assert_equal(float(x.grad), float(row.engine))


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (np.max, [1.0, 1.0, 0.0], [0.5, 0.5, 0.0]),
        (np.min, [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]),
        (lambda x: np.sum(np.abs(x)), [0.0, -1.0], [0.0, -1.0]),
        (lambda x: np.sum(np.minimum(x, 0.0)), [0.0, -1.0], [0.5, 1.0]),
        (np.linalg.norm, [0.0, 0.0], [0.0, 0.0]),
        (np.std, [2.0, 2.0], [0.0, 0.0]),
        (lambda x: np.sum(np.clip(x, 0, 1)), [0.0, 0.5, 1.0, 2.0], [0.5, 1.0, 0.5, 0.0]),
        (lambda x: np.sum(np.sort(x) * [1.0, 2.0]), [3.0, 3.0], [1.0, 2.0]),
    ],
)
def test_conventions(f, x, expected):
    np.testing.assert_allclose(grad(f)(np.array(x)), expected)


def test_a_mask_before_the_singularity_keeps_nan_out():
    def safe_log(x):
        inside = np.where(x > 0, x, 1.0)
        return np.sum(np.where(x > 0, np.log(inside), 0.0))

    np.testing.assert_array_equal(grad(safe_log)(np.array([0.0, 2.0])), [0.0, 0.5])


def test_every_kink_is_listed():
    listed = {row.op for row in kink_table()}
    assert listed == {op.name for op in TABLE.values() if op.kinks}
    assert {"absolute", "maximum", "relu", "max", "sqrt", "sign"} <= listed
    assert all(row.op in kinks_markdown() for row in kink_table())
