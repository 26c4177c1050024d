"""np.linalg on the last two axes: inverse, solve, determinants, factorisations, norms.

Sources: M. Giles, "Collected matrix derivative results" (2008); J. Townsend, "Differentiating the
singular value decomposition" (2016); S. Walter and L. Lehmann (2012) for qr; I. Murray (2016) for
cholesky. cholesky and eigh read the lower triangle only, so that is where their adjoint lies.
Factorisations return one packed array inside, cut up by indexing: the graph has one-output nodes.
"""

from __future__ import annotations

from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from vaultbp.engine.backward import unbroadcast
from vaultbp.engine.errors import UnsupportedError
from vaultbp.engine.op import Domain, Kink, refuse_complex, warn_step
from vaultbp.engine.ops.products import swap
from vaultbp.engine.ops.reductions import add_up, restore
from vaultbp.engine.table import composed, general
from vaultbp.engine.tensor import Array, conjugated, values

REGULAR = Domain("regular matrices")
DEFINITE = Domain("symmetric positive definite matrices (the lower triangle is read)")
SIMPLE = Domain("distinct eigenvalues")
SPD = "(x @ np.swapaxes(x, -1, -2) + 2 * np.eye(3))"


def eye_like(x: Any) -> Array:
    return np.eye(x.shape[-1])


def outer_scale(g: Any) -> Any:
    """A number per matrix, shaped to scale the matrices."""
    return g[..., None, None]


@general(
    np.linalg.inv,
    about={
        "name": "linalg.inv",
        "domain": REGULAR,
        "example": f"np.linalg.inv{SPD}",
        "shapes": {"x": (2, 3, 3)},
    },
    x=lambda g, out: -(swap(out) @ g @ swap(out)),
)
def inv(x: Array) -> Array:
    """Inverse matrix."""
    return np.linalg.inv(x)


def _solve_a(g: Any, out: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    back = np.linalg.solve(swap(a), g)
    product = back[..., None] * out if len(b_shape) == 1 else back @ swap(out)
    return unbroadcast(-product, a.shape)


def _solve_b(g: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    if len(b_shape) == 1 and len(a.shape) > 2:
        return unbroadcast(np.linalg.solve(swap(a), g[..., None])[..., 0], b_shape)
    return unbroadcast(np.linalg.solve(swap(a), g), b_shape)


@general(
    np.linalg.solve,
    about={
        "name": "linalg.solve",
        "domain": REGULAR,
        "example": f"np.linalg.solve({SPD}, y)",
        "shapes": {"x": (3, 3), "y": (3, 2)},
    },
    a=_solve_a,
    b=_solve_b,
)
def solve(a: Array, b: Array) -> Array:
    """Solution x of a @ x = b."""
    return np.linalg.solve(a, b)


@general(
    np.linalg.det,
    about={
        "name": "linalg.det",
        "domain": REGULAR,
        "example": f"np.linalg.det{SPD}",
        "shapes": {"x": (2, 3, 3)},
        "kinks": (Kink("singular matrix", "LinAlgError"),),
    },
    x=lambda g, out, x: outer_scale(g * out) * swap(np.linalg.inv(x)),
)
def det(x: Array) -> Array:
    """Determinant."""
    return np.linalg.det(x)


@general(
    about={"example": f"logabsdet({SPD})", "shapes": {"x": (3, 3)}, "domain": REGULAR},
    x=lambda g, x: outer_scale(g) * swap(np.linalg.inv(x)),
)
def logabsdet(x: Array) -> Array:
    """Logarithm of the absolute determinant."""
    return np.linalg.slogdet(x)[1]


class Slogdet(NamedTuple):
    sign: Any
    logabsdet: Any


@composed(
    np.linalg.slogdet,
    about={
        "name": "linalg.slogdet",
        "domain": REGULAR,
        "example": f"np.linalg.slogdet{SPD}[1]",
        "shapes": {"x": (3, 3)},
    },
)
def slogdet(a: Any) -> Slogdet:
    """Sign (a constant) and logarithm of the determinant."""
    return Slogdet(np.linalg.slogdet(values(a))[0], logabsdet(a))


def lower_half(x: Any) -> Any:
    """The lower triangle with the diagonal halved."""
    return np.tril(x) * (1.0 - 0.5 * eye_like(x))


def on_lower(s: Any) -> Any:
    """The adjoint of a symmetric matrix moved to the lower triangle, which alone is read."""
    return np.tril(s + swap(s)) * (1.0 - 0.5 * eye_like(s))


def _cholesky_back(g: Any, out: Any) -> Any:
    refuse_complex(out, "linalg.cholesky")
    middle = lower_half(swap(out) @ g)
    s = np.linalg.solve(swap(out), swap(np.linalg.solve(swap(out), swap(middle))))
    return on_lower(0.5 * (s + swap(s)))


@general(
    np.linalg.cholesky,
    about={
        "name": "linalg.cholesky",
        "domain": DEFINITE,
        "example": f"np.linalg.cholesky{SPD}",
        "shapes": {"x": (2, 3, 3)},
    },
    x=_cholesky_back,
)
def cholesky(x: Array) -> Array:
    """Lower triangular L with L @ L.T = x."""
    return np.linalg.cholesky(x)


def inverse_gaps(lengths: Any) -> Any:
    """1 / (λ_j - λ_i) off the diagonal, 0 on it and where two agree."""
    gaps = lengths[..., None, :] - lengths[..., :, None]
    same = np.equal(values(gaps), 0.0)
    return np.where(same, 0.0, 1.0 / np.where(same, 1.0, gaps))


def _eigh_back(g: Any, out: Any, UPLO: str) -> Any:
    refuse_complex(out, "linalg.eigh")
    lengths, vectors = out[..., 0, :], out[..., 1:, :]
    inner = inverse_gaps(lengths) * (swap(vectors) @ g[..., 1:, :])
    inner = inner + g[..., 0, :, None] * eye_like(vectors)
    lower = on_lower(0.5 * _symmetric(vectors @ inner @ swap(vectors)))
    return lower if UPLO == "L" else swap(lower)


def _symmetric(x: Any) -> Any:
    return x + swap(x)


@general(
    about={"example": f"eigh_packed({SPD})[..., 0, :]", "shapes": {"x": (3, 3)}, "domain": SIMPLE},
    x=_eigh_back,
)
def eigh_packed(x: Array, UPLO: Any = "L") -> Array:
    """Eigenvalues as row 0, eigenvectors as the rows below."""
    lengths, vectors = np.linalg.eigh(x, UPLO)
    return np.concatenate([lengths[..., None, :], vectors], axis=-2)


class Eigh(NamedTuple):
    eigenvalues: Any
    eigenvectors: Any


@composed(
    np.linalg.eigh,
    about={
        "name": "linalg.eigh",
        "domain": SIMPLE,
        "example": f"np.linalg.eigh{SPD}[1] ** 2",
        "shapes": {"x": (3, 3)},
        "kinks": (Kink("equal eigenvalues", "0 for mixing their eigenvectors"),),
    },
)
def eigh(a: Any, UPLO: str = "L") -> Eigh:
    """Eigenvalues and eigenvectors of symmetric matrices."""
    packed = eigh_packed(a, UPLO.upper())
    return Eigh(packed[..., 0, :], packed[..., 1:, :])


@composed(
    np.linalg.eigvalsh,
    about={
        "name": "linalg.eigvalsh",
        "domain": SIMPLE,
        "example": f"np.linalg.eigvalsh{SPD}",
        "shapes": {"x": (3, 3)},
    },
)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """Eigenvalues of symmetric matrices."""
    return eigh_packed(a, UPLO.upper())[..., 0, :]


def _svd_cut(packed: Any, m: int) -> tuple[Any, Any, Any]:
    return packed[..., 1 : m + 1, :], packed[..., 0, :], packed[..., m + 1 :, :]


def _svd_back(g: Any, out: Any, x_shape: tuple[int, ...]) -> Any:
    refuse_complex(out, "linalg.svd")
    m, n = x_shape[-2:]
    u, s, v = _svd_cut(out, m)
    gu, gs, gv = _svd_cut(g, m)
    f = inverse_gaps(s * s)
    left, right = swap(u) @ gu, swap(v) @ gv
    inner = f * (left - swap(left)) * s[..., None, :] + s[..., :, None] * (
        f * (right - swap(right))
    )
    inner = inner + gs[..., None] * np.eye(s.shape[-1])
    total = u @ inner @ swap(v)
    if m > n:
        total = total + ((gu - u @ left) / s[..., None, :]) @ swap(v)
    if n > m:
        total = total + (u / s[..., None, :]) @ swap(gv - v @ right)
    return total


@general(
    about={
        "example": "svd_packed(x)[..., 0, :]",
        "shapes": {"x": (3, 2)},
        "domain": Domain("distinct singular values"),
    },
    x=_svd_back,
)
def svd_packed(x: Array) -> Array:
    """Singular values as row 0, then left, then right singular vectors, in columns."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([s[..., None, :], u, np.swapaxes(vt, -1, -2)], axis=-2)


class Svd(NamedTuple):
    U: Any
    S: Any
    Vh: Any


@composed(
    np.linalg.svd,
    about={
        "name": "linalg.svd",
        "domain": Domain("distinct singular values"),
        "example": "np.linalg.svd(x, full_matrices=False)[2] ** 2",
        "shapes": {"x": (2, 3)},
        "kinks": (Kink("equal singular values", "0 for mixing their vectors"),),
    },
)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Singular value decomposition, with full_matrices=False or compute_uv=False."""
    m, n = a.shape[-2:]
    if full_matrices and compute_uv and m != n:
        raise UnsupportedError(
            "np.linalg.svd of a tensor: the extra vectors of full_matrices=True have no "
            "derivative; write full_matrices=False"
        )
    u, s, v = _svd_cut(svd_packed(a), m)
    return Svd(u, s, swap(v)) if compute_uv else s


def _qr_back(g: Any, out: Any, x_shape: tuple[int, ...]) -> Any:
    refuse_complex(out, "linalg.qr")
    m = x_shape[-2]
    q, r = out[..., :m, :], swap(out[..., m:, :])
    gq, gr = g[..., :m, :], swap(g[..., m:, :])
    middle = r @ swap(gr) - swap(gq) @ q
    mirrored = np.tril(middle) + swap(np.tril(middle, -1))
    return swap(np.linalg.solve(r, swap(gq + q @ mirrored)))


@general(
    about={"example": "qr_packed(x)[..., :3, :]", "shapes": {"x": (3, 2)}},
    x=_qr_back,
)
def qr_packed(x: Array) -> Array:
    """q above the transpose of r, for at least as many rows as columns."""
    q, r = np.linalg.qr(x)
    return np.concatenate([q, np.swapaxes(r, -1, -2)], axis=-2)


class Qr(NamedTuple):
    Q: Any
    R: Any


@composed(
    np.linalg.qr,
    about={
        "name": "linalg.qr",
        "domain": Domain("full rank"),
        "example": "np.linalg.qr(x)[1]",
        "shapes": {"x": (3, 4)},
    },
)
def qr(a: Any, mode: str = "reduced") -> Any:
    """Orthonormal q and triangular r with q @ r = a (mode "reduced" or "r")."""
    m, n = a.shape[-2:]
    if mode not in ("reduced", "r") and not (mode == "complete" and m <= n):
        raise UnsupportedError(f"np.linalg.qr of a tensor: mode={mode!r}; write mode='reduced'")
    packed = qr_packed(a if m >= n else a[..., :, :m])
    q, r = packed[..., :m, :], swap(packed[..., m:, :])
    if m < n:
        r = np.concatenate([r, swap(conjugated(q)) @ a[..., :, m:]], axis=-1)
    return r if mode == "r" else Qr(q, r)


def _pinv_back(g: Any, out: Any, x: Any) -> Any:
    p, pt, gt = out, swap(out), swap(g)
    ph = conjugated(pt)
    left = np.eye(x.shape[-2]) - x @ p
    right = np.eye(x.shape[-1]) - p @ x
    return conjugated(left @ gt @ p @ ph + ph @ p @ gt @ right) - pt @ g @ pt


@general(
    np.linalg.pinv,
    about={
        "name": "linalg.pinv",
        "domain": Domain("matrices of constant rank"),
        "example": "np.linalg.pinv(x)",
        "shapes": {"x": (3, 2)},
    },
    x=_pinv_back,
)
def pinv(x: Array) -> Array:
    """Moore-Penrose inverse (Golub and Pereyra 1973)."""
    return np.linalg.pinv(x)


@composed(
    np.linalg.matrix_power,
    about={
        "name": "linalg.matrix_power",
        "example": "np.linalg.matrix_power(x, 3)",
        "shapes": {"x": (2, 2)},
    },
)
def matrix_power(a: Any, n: int) -> Any:
    """Product of n copies of a matrix, of its inverse if n < 0."""
    if n < 0:
        a, n = np.linalg.inv(a), -n
    result: Any = a * 0.0 + eye_like(a) if n == 0 else None
    while n:
        if n % 2:
            result = a if result is None else result @ a
        n //= 2
        a = a @ a if n else a
    return result


@composed(
    np.linalg.multi_dot,
    about={
        "name": "linalg.multi_dot",
        "example": "np.linalg.multi_dot([x, y, x])",
        "shapes": {"x": (2, 3), "y": (3, 2)},
    },
)
def multi_dot(arrays: Any) -> Any:
    """Product of several matrices."""
    return reduce(np.dot, arrays)


@composed(np.trace, attach="trace", about={"example": "np.trace(x)", "shapes": {"x": (3, 3)}})
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Sum of a diagonal."""
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


@composed(
    np.linalg.trace,
    about={
        "name": "linalg.trace",
        "example": "np.linalg.trace(x)",
        "shapes": {"x": (2, 3, 3)},
    },
)
def last_trace(x: Any, *, offset: int = 0) -> Any:
    """Sum of the diagonal of the last two axes."""
    return trace(x, offset, -2, -1)


@composed(
    np.linalg.diagonal,
    about={
        "name": "linalg.diagonal",
        "example": "np.linalg.diagonal(x)",
        "shapes": {"x": (2, 3, 3)},
    },
)
def last_diagonal(x: Any, *, offset: int = 0) -> Any:
    """The diagonal of the last two axes."""
    return np.diagonal(x, offset, -2, -1)


@composed(
    np.linalg.lstsq,
    about={
        "name": "linalg.lstsq",
        "example": "np.linalg.lstsq(x, y)[0]",
        "shapes": {"x": (4, 2), "y": (4,)},
    },
)
def lstsq(a: Any, b: Any, rcond: Any = None) -> tuple[Any, Any, Any, Any]:
    """x with the least |b - a x|, the sums of squares left, the rank, the singular values of a."""
    found = pinv(a) @ b
    rank = int(np.linalg.matrix_rank(values(a)))
    rows, columns = a.shape
    off = b - a @ found
    squares = np.sum(np.real(off * conjugated(off)), axis=0)
    left = np.atleast_1d(squares) if rank == columns < rows else np.zeros(0)
    return found, left, rank, svdvals(a)


@composed(
    np.linalg.svdvals,
    about={
        "name": "linalg.svdvals",
        "example": "np.linalg.svdvals(x)",
        "shapes": {"x": (2, 3)},
    },
)
def svdvals(x: Any) -> Any:
    """Singular values, the largest first."""
    return svd(x, compute_uv=False)


@composed(
    np.linalg.cond,
    about={"name": "linalg.cond", "example": "np.linalg.cond(x)", "shapes": {"x": (3, 3)}},
)
def cond(x: Any, p: Any = None) -> Any:
    """Condition number: how much larger relative errors may become."""
    if p is None or p in (2, -2):
        singular = svdvals(x)
        large, small = singular[..., 0], singular[..., -1]
        return small / large if p == -2 else large / small
    return norm(x, p, (-2, -1)) * norm(inv(x), p, (-2, -1))


@composed(
    np.linalg.tensorsolve,
    about={
        "name": "linalg.tensorsolve",
        "example": "np.linalg.tensorsolve(x, y)",
        "shapes": {"x": (2, 2, 4), "y": (2, 2)},
    },
)
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """x with tensordot(a, x) = b."""
    rank, ndim = len(np.shape(b)), len(np.shape(a))
    if axes is not None:
        rest = [k for k in range(ndim) if k not in axes]
        a = np.transpose(a, (*rest, *axes))
    shape = a.shape[rank:]
    return np.reshape(solve(np.reshape(a, (np.size(b), -1)), np.reshape(b, (-1,))), shape)


@composed(
    np.linalg.tensorinv,
    about={
        "name": "linalg.tensorinv",
        "example": "np.linalg.tensorinv(x, ind=1)",
        "shapes": {"x": (4, 2, 2)},
    },
)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of tensordot with `a`."""
    first, last = a.shape[:ind], a.shape[ind:]
    size = int(np.prod(first))
    return np.reshape(inv(np.reshape(a, (size, -1))), (*last, *first))


def _euclidean_back(g: Any, out: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    zero = np.equal(values(out), 0.0)
    scale = np.where(zero, 0.0, g / np.where(zero, 1.0, out))
    return restore(scale, x.shape, axis, keepdims) * conjugated(x)


@general(
    about={
        "example": "euclidean_norm(x, axis=1)",
        "shapes": {"x": (2, 3)},
        "kinks": (Kink("x = 0", "0"),),
    },
    x=_euclidean_back,
)
def euclidean_norm(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """Square root of the sum of squares over `axis`."""
    return np.sqrt(add_up(np.abs(x) ** 2, axis=axis, keepdims=keepdims))


@composed(
    np.linalg.norm,
    about={
        "name": "linalg.norm",
        "example": "np.linalg.norm(x, axis=1)",
        "shapes": {"x": (2, 3)},
        "kinks": (Kink("the zero vector", "0"),),
    },
)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Vector or matrix norm."""
    ndim = len(x.shape)
    if ord is None or (ord == "fro" and (axis is not None or ndim == 2)):
        return euclidean_norm(x, axis, keepdims)
    if axis is None:
        axis = tuple(range(ndim))
    axes = (axis,) if isinstance(axis, int) else tuple(a % ndim for a in axis)
    if len(axes) == 1:
        return _vector_norm(x, ord, axes, keepdims)
    return _matrix_norm(x, ord, axes, keepdims)


def _vector_norm(x: Any, ord: Any, axes: Any, keepdims: bool) -> Any:
    if ord == 2:
        return euclidean_norm(x, axes, keepdims)
    if ord in (np.inf, -np.inf):
        return (np.max if ord > 0 else np.min)(np.abs(x), axis=axes, keepdims=keepdims)
    if ord == 1:
        return np.sum(np.abs(x), axis=axes, keepdims=keepdims)
    if ord == 0:
        warn_step("linalg.norm with ord=0")
        return np.linalg.norm(values(x), 0, axes[0], keepdims)
    return np.sum(np.abs(x) ** ord, axis=axes, keepdims=keepdims) ** (1.0 / ord)


def _matrix_norm(x: Any, ord: Any, axes: Any, keepdims: bool) -> Any:
    if ord in ("nuc", 2, -2):
        singular = np.linalg.svd(np.moveaxis(x, axes, (-2, -1)), compute_uv=False)
        choose: dict[Any, Any] = {"nuc": np.sum, 2: np.max, -2: np.min}
        total = choose[ord](singular, axis=-1)
        return np.expand_dims(total, axes) if keepdims else total
    if ord not in (1, -1, np.inf, -np.inf):
        raise UnsupportedError(f"np.linalg.norm of a tensor has no matrix norm {ord!r}")
    summed, chosen = axes if abs(ord) == 1 else axes[::-1]
    sums = np.sum(np.abs(x), axis=summed, keepdims=True)
    extreme = (np.max if ord > 0 else np.min)(sums, axis=chosen, keepdims=True)
    return extreme if keepdims else np.squeeze(extreme, axes)


@composed(
    np.linalg.vector_norm,
    about={
        "name": "linalg.vector_norm",
        "example": "np.linalg.vector_norm(x, ord=3)",
        "shapes": {"x": (2, 3)},
        "kinks": (Kink("the zero vector", "0"),),
    },
)
def vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Norm of the entries along `axis`, of all of them if None, as of one vector."""
    axes = tuple(range(len(x.shape))) if axis is None else axis
    axes = (axes,) if isinstance(axes, int) else tuple(axes)
    return _vector_norm(x, ord, axes, keepdims)


@composed(
    np.linalg.matrix_norm,
    about={
        "name": "linalg.matrix_norm",
        "example": "np.linalg.matrix_norm(x)",
        "shapes": {"x": (2, 2, 3)},
    },
)
def matrix_norm(x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Norm of the matrices in the last two axes."""
    return norm(x, ord, (-2, -1), keepdims)
