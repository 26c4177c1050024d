"""numpy's functions on tensors give what they give on arrays, in their various forms."""

import numpy as np
import pytest

from vaultbp.engine import DtypeError, Tensor, UnsupportedError, grad, gradcheck
from vaultbp.engine.tensor import values
from vaultbp.engine.trees import leaves

pytestmark = pytest.mark.filterwarnings("ignore::vaultbp.engine.StepFunctionWarning")

rng = np.random.default_rng(5)
V, W, A, B, C = (rng.normal(size=s) for s in (5, 3, (3, 4), (3, 4), (2, 3, 3)))
HOLED = np.where(rng.random((3, 4)) < 0.3, np.nan, A)

CALLS = {
    "apply_along_axis": lambda x: np.apply_along_axis(lambda v: np.outer(v, v), 0, x),
    "apply_along_axis to a number": lambda x: np.apply_along_axis(np.sum, 1, x),
    "around": lambda x: np.around(x, 1) + x,
    "astype": lambda x: np.astype(x, np.float64) if hasattr(np, "astype") else x,
    "block of rows": lambda x: np.block([x, x * 2]),
    "block of a number": lambda x: np.block(x),
    "block": lambda x: np.block([[x, np.zeros((3, 1))], [np.ones((1, 5))]]),
    "block of vectors": lambda x: np.block([[x[0], 1.0], [x[1], 2.0]]),
    "broadcast_arrays": lambda x: np.broadcast_arrays(x, x[0], 1.0),
    "compress": lambda x: np.compress([True, False, True], x, axis=0),
    "compress flat": lambda x: np.compress([True, False, True], x),
    "cond": lambda x: np.linalg.cond(x[:, :3]),
    "cond 1": lambda x: np.linalg.cond(x[:, :3], 1),
    "cond fro": lambda x: np.linalg.cond(x[:, :3], "fro"),
    "corrcoef": lambda x: np.corrcoef(x[0], x[1]),
    "correlate": lambda x: np.correlate(x[0], x[1, :2]),
    "correlate full": lambda x: np.correlate(x[0], x[1, :2], "full"),
    "correlate same": lambda x: np.correlate(x[0], x[1, :3], "same"),
    "correlate the shorter": lambda x: np.correlate(x[0, :2], x[1], "full"),
    "cov": lambda x: np.cov(x),
    "cov of columns": lambda x: np.cov(x, rowvar=False, bias=True),
    "cov of two": lambda x: np.cov(x[0], x[1], ddof=0),
    "cov of one": lambda x: np.cov(x[0]),
    "cumulative_prod": lambda x: np.cumulative_prod(x, axis=0),
    "cumulative_sum": lambda x: np.cumulative_sum(x, axis=1, include_initial=True),
    "delete": lambda x: np.delete(x, 1, axis=1),
    "delete flat": lambda x: np.delete(x, [0, -1]),
    "delete slice": lambda x: np.delete(x, slice(0, 2), 0),
    "diagonal": lambda x: np.linalg.diagonal(x[:, :3], offset=1),
    "divmod": lambda x: np.divmod(x, 0.4),
    "ediff1d": lambda x: np.ediff1d(x, to_end=x[0], to_begin=0.5),
    "extract": lambda x: np.extract(np.arange(12).reshape(3, 4) % 2 == 0, x),
    "fix": lambda x: np.fix(x) + x,
    "geomspace": lambda x: np.geomspace(np.abs(x[0]), 7.0, 5),
    "geomspace downwards": lambda x: np.geomspace(-5.0, -np.abs(x[0]), 4, endpoint=False),
    "i0": lambda x: np.i0(x * 2),
    "insert": lambda x: np.insert(x, 1, x[0], axis=0),
    "insert a number": lambda x: np.insert(x, 2, 7.0, axis=1),
    "insert at several": lambda x: np.insert(x, [0, 2], x[:, :2] * 2, axis=1),
    "insert flat": lambda x: np.insert(x, [1, 1, 5], x[0, :3]),
    "insert rows": lambda x: np.insert(x, 1, x[:2] * 2, axis=0),
    "interp": lambda x: np.interp(x * 2, [-1.0, 0.2, 1.0], [3.0, 1.0, 4.0]),
    "interp outside": lambda x: np.interp(x * 2, np.array([-1.0, 1.0]), x[0, :2], left=-9.0),
    "ldexp": lambda x: np.ldexp(x, np.array([1, 0, -2, 3])),
    "linalg.cross": lambda x: np.linalg.cross(x[:, :3], x[:, 1:]),
    "linalg.matmul": lambda x: np.linalg.matmul(x, x.T),
    "linalg.outer": lambda x: np.linalg.outer(x[0], x[1]),
    "linalg.tensordot": lambda x: np.linalg.tensordot(x, x, axes=2),
    "linalg.vecdot": lambda x: np.linalg.vecdot(x, x[0]),
    "logspace": lambda x: np.logspace(0.0, x[0], 5, base=2.0),
    "lstsq": lambda x: np.linalg.lstsq(x.T, x[0])[0],
    "lstsq residuals": lambda x: np.linalg.lstsq(x.T, np.ones((4, 2)) * x[1, 0])[1],
    "matrix_norm": lambda x: np.linalg.matrix_norm(x, ord=1, keepdims=True),
    "matrix_transpose": lambda x: np.matrix_transpose(x),
    "meshgrid": lambda x: np.meshgrid(x[0], x[1, :3], [1.0, 2.0]),
    "meshgrid ij": lambda x: np.meshgrid(x[0], x[1, :3], indexing="ij"),
    "meshgrid sparse": lambda x: np.meshgrid(x[0], x[1, :3], sparse=True),
    "modf": lambda x: np.modf(x * 3),
    "percentile": lambda x: np.percentile(x, [5.0, 50.0, 100.0], axis=1),
    "polyadd": lambda x: np.polyadd(x[0], [1.0, 2.0]),
    "polyder": lambda x: np.polyder(x[0]),
    "polyfit": lambda x: np.polyfit([0.0, 1.0, 2.0, 4.0], x[0], 2),
    "polyint": lambda x: np.polyint(x[0]),
    "polymul": lambda x: np.polymul([1.0, 2.0], x[0]),
    "polysub": lambda x: np.polysub([1.0], x[0]),
    "polyval": lambda x: np.polyval(x[0], x),
    "quantile": lambda x: np.quantile(x, 0.37),
    "quantile 0-d": lambda x: np.quantile(x[0], [0.0, 1.0, 0.5]),
    "quantile of axes": lambda x: np.quantile(x, [[0.1], [0.9]], axis=(0, 1), keepdims=True),
    "resize": lambda x: np.resize(x, (4, 5)),
    "resize to one axis": lambda x: np.resize(x, 5),
    "svdvals": lambda x: np.linalg.svdvals(x),
    "tensorinv": lambda x: np.linalg.tensorinv(x.reshape(3, 4)[:, :3].reshape(3, 3, 1), ind=1),
    "tensorsolve": lambda x: np.linalg.tensorsolve(x[:, :3].reshape(3, 3), x[:, 3]),
    "trace": lambda x: np.linalg.trace(x[:, :3], offset=-1),
    "unstack": lambda x: np.unstack(x, axis=1) if hasattr(np, "unstack") else x,
    "unwrap": lambda x: np.unwrap(x * 5, axis=0),
    "unwrap by one": lambda x: np.unwrap(x, period=1.0),
    "vander": lambda x: np.vander(x[0]),
    "vander increasing": lambda x: np.vander(x[0], 3, increasing=True),
    "vecdot": lambda x: np.vecdot(x, x + 1, axis=0),
    "vector_norm": lambda x: np.linalg.vector_norm(x, axis=0, keepdims=True),
    "vector_norm 1": lambda x: np.linalg.vector_norm(x, ord=1),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_values_and_gradients(call):
    tracked = [values(y) for y in leaves(call(Tensor(A)))]
    plain = list(leaves(call(A)))
    assert len(tracked) == len(plain)
    for ours, numpys in zip(tracked, plain, strict=True):
        assert np.shape(ours) == np.shape(numpys)
        np.testing.assert_allclose(ours, numpys, rtol=1e-9, atol=1e-12)

    def total(x):
        return sum(np.sum(np.sin(y + 0.3)) for y in leaves(call(x)))

    gradcheck(total, A)


NANS = [
    np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin, np.nancumsum,
    np.nancumprod,
]  # fmt: skip


@pytest.mark.parametrize("function", NANS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_nan_does_not_count(function, axis):
    np.testing.assert_allclose(function(Tensor(HOLED), axis=axis).data, function(HOLED, axis=axis))
    holes = np.isnan(HOLED)

    def total(x):
        return np.sum(np.sin(function(np.where(holes, np.nan, x), axis=axis)))

    filled = np.where(holes, 0.5, HOLED)
    gradcheck(total, filled)
    assert not np.any(grad(total)(filled)[holes])


def test_a_row_of_nan_has_no_largest_entry():
    empty = np.array([[np.nan, np.nan], [1.0, 2.0]])
    assert np.isnan(np.nanmax(Tensor(empty), axis=1).data).tolist() == [True, False]


@pytest.mark.parametrize(
    "call", [lambda z: np.interp(z, [0.0, 1.0], [2.0, 3.0]), lambda z: np.quantile(z, 0.5), np.i0]
)
def test_what_has_no_order_is_refused(call):
    with pytest.raises(DtypeError, match="real numbers only"):
        call(Tensor(np.array([1 + 2j, 0.5])))


def test_another_rule_between_entries_is_refused():
    with pytest.raises(UnsupportedError, match="method 'lower'"):
        np.quantile(Tensor(V), 0.3, method="lower")


def test_matvec_and_vecmat_of_stacks():
    if not hasattr(np, "matvec"):
        pytest.skip("since numpy 2.2")
    for f, xs in ((np.matvec, (C, W)), (np.vecmat, (W, C))):
        np.testing.assert_allclose(f(*map(Tensor, xs)).data, f(*xs))
        gradcheck(f, *xs)
