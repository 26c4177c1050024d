"""Products of arrays: matmul, dot, tensordot, einsum, outer, kron, inner, cross."""

from __future__ import annotations

from functools import lru_cache
from string import ascii_letters
from typing import Any

import numpy as np

from vaultbp.engine.backward import unbroadcast
from vaultbp.engine.errors import ShapeError
from vaultbp.engine.fastpath import Pair
from vaultbp.engine.op import Op
from vaultbp.engine.table import BY_FUNCTION, TABLE, composed, general, register
from vaultbp.engine.tensor import Array, Tensor, conjugated


def swap(x: Any) -> Any:
    """The last two axes exchanged."""
    return x.T if len(x.shape) == 2 else np.swapaxes(x, -1, -2)


def rows_of(x: Any) -> Any:
    """All leading axes as one."""
    return x if len(x.shape) == 2 else x.reshape((-1, x.shape[-1]))


SMALL = 4096
"""Entries of a result up to which `dot`, which has no machinery of a ufunc but clears the result
before it calls BLAS, is faster than `@`."""


def product(x: Any, y: Any) -> Any:
    """x @ y of matrices."""
    if type(x) is type(y) is np.ndarray and len(x) * y.shape[1] <= SMALL:
        return x.dot(y)
    return x @ y


def vector_product(x: Any, y: Any) -> Any:
    """x @ y of a matrix and a vector."""
    return x.dot(y) if type(x) is type(y) is np.ndarray else x @ y


def matrix_product(x: Array, y: Array) -> Array:
    """np.matmul."""
    if x.ndim == 2 and (y.ndim == 1 or (y.ndim == 2 and len(x) * y.shape[1] <= SMALL)):
        return x.dot(y)
    return np.matmul(x, y)


def _matmul_x(g: Any, x_shape: tuple[int, ...], y: Any) -> Any:
    if len(x_shape) == 2 and len(y.shape) == 2:
        return product(g, y.T)
    if len(y.shape) == 1:
        return unbroadcast(g[..., None] * y, x_shape)
    if len(x_shape) == 1:
        return unbroadcast((y @ g[..., None])[..., 0], x_shape)
    return unbroadcast(g @ swap(y), x_shape)


def _matmul_y(g: Any, x: Any, y_shape: tuple[int, ...]) -> Any:
    if len(x.shape) == 2 and len(y_shape) == 2:
        return product(x.T, g)
    if len(x.shape) == 1:
        return unbroadcast(x[:, None] * g[..., None, :] if len(y_shape) > 1 else x * g, y_shape)
    if len(y_shape) == 1:
        return vector_product(rows_of(x).T, g.reshape((-1,)))
    return unbroadcast(swap(x) @ g, y_shape)


matmul = register(
    Pair(
        matrix_product,
        {"x": _matmul_x, "y": _matmul_y},
        name="matmul",
        example="x @ y",
        shapes={"x": (2, 3, 4), "y": (4, 2)},
        doc="Matrix product; leading axes broadcast.",
    ),
    (np.matmul,),
)
_product: Any = matmul.apply
setattr(Tensor, "__matmul__", _product)  # noqa: B010
setattr(Tensor, "__rmatmul__", lambda self, other: _product(other, self))  # noqa: B010


def _dot_x(g: Any, x_shape: tuple[int, ...], y: Any) -> Any:
    if not x_shape or not np.shape(y):
        return unbroadcast(g * y, x_shape)
    if len(y.shape) == 1:
        return g[..., None] * y
    rows = np.moveaxis(y, -2, -1).reshape((-1, y.shape[-2]))
    return g.reshape((*x_shape[:-1], rows.shape[0])) @ rows


def _dot_y(g: Any, x: Any, y_shape: tuple[int, ...]) -> Any:
    if not np.shape(x) or not y_shape:
        return unbroadcast(g * x, y_shape)
    rows = x.reshape((-1, x.shape[-1]))
    if len(y_shape) == 1:
        return g.reshape((rows.shape[0],)) @ rows
    flat = rows.T @ g.reshape((rows.shape[0], -1))
    return np.moveaxis(flat.reshape((x.shape[-1], *y_shape[:-2], y_shape[-1])), 0, -2)


@general(
    np.dot,
    attach="dot",
    about={"example": "np.dot(x, y)", "shapes": {"x": (2, 3), "y": (3, 4)}},
    x=_dot_x,
    y=_dot_y,
)
def dot(x: Array, y: Array) -> Array:
    """np.dot: last axis of x against the last but one of y."""
    return np.dot(x, y)


@composed(
    np.einsum,
    about={"example": "np.einsum('ij,jk->ik', x, y)", "shapes": {"x": (2, 3), "y": (3, 4)}},
)
def einsum(*operands: Any, optimize: Any = True) -> Any:
    """Einstein summation: subscripts as a string first, or as a list after each operand."""
    subscripts, *arrays = operands if isinstance(operands[0], str) else lettered(operands)
    ranks = tuple(len(np.shape(operand)) for operand in arrays)
    return _einsum_op(explicit(subscripts, ranks), bool(optimize) and len(ranks) > 2)(*arrays)


def lettered(operands: tuple[Any, ...]) -> list[Any]:
    """The form `einsum(x, [0, 1], y, [1, 2], [0, 2])` with letters for the numbers."""

    def term(places: Any) -> str:
        return "".join("..." if p is Ellipsis else ascii_letters[p] for p in places)

    arrays, lists = list(operands[: len(operands) // 2 * 2 : 2]), operands[1::2]
    text = ",".join(term(places) for places in lists)
    if len(operands) % 2:
        text += "->" + term(operands[-1])
    return [text, *arrays]


def explicit(subscripts: str, ranks: tuple[int, ...]) -> str:
    """Subscripts with an arrow, and capitals or unused letters in place of `...`."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(ranks):
        raise ShapeError(f"einsum {subscripts!r} names {len(terms)} operands, {len(ranks)} given")
    spare = [c for c in ascii_letters if c not in inputs][::-1]
    widths = [rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=True)]
    most = max([w for t, w in zip(terms, widths, strict=True) if "..." in t], default=0)
    dots = "".join(spare[:most])
    for place, (term, width) in enumerate(zip(terms, widths, strict=True)):
        if width < 0 or (width and "..." not in term):
            raise ShapeError(
                f"einsum {subscripts!r}: operand {place + 1} has {ranks[place]} axes, "
                f"{term!r} names {len(term.replace('...', ''))}"
            )
        terms[place] = term.replace("...", dots[most - width :])
    if not arrow:
        letters = inputs.replace(",", "").replace(".", "")
        output = "..." * bool(dots) + "".join(sorted(c for c in letters if letters.count(c) == 1))
    return ",".join(terms) + "->" + output.replace("...", dots)


@lru_cache(maxsize=512)
def _einsum_op(subscripts: str, optimize: bool) -> Op:
    """The op of one set of subscripts: the derivative of an einsum is an einsum."""
    inputs, _, output = subscripts.partition("->")
    terms = inputs.split(",")
    names = tuple(f"x{k}" for k in range(len(terms)))
    return Op(
        lambda *operands: np.einsum(subscripts, *operands, optimize=optimize),
        {name: _einsum_rule(terms, output, k) for k, name in enumerate(names)},
        name="einsum",
        arguments=names,
    )


def _einsum_rule(terms: list[str], output: str, k: int) -> Any:
    others = [n for n in range(len(terms)) if n != k]
    term = terms[k]
    unique = "".join(dict.fromkeys(term))
    elsewhere = set(output).union(*[set(terms[n]) for n in others])
    found = "".join(c for c in unique if c in elsewhere)
    inputs = ",".join([output, *[terms[n] for n in others]])

    def rule(g: Any, shape: tuple[int, ...], *arrays: Any) -> Any:
        new = np.einsum(f"{inputs}->{found}", g, *arrays, optimize=len(arrays) > 1)
        sizes = dict(zip(term, shape, strict=True))
        if found != unique:  # a letter summed inside its own term: every entry gets the same
            met = dict(zip(found, new.shape, strict=True))
            new = new.reshape([met.get(c, 1) for c in unique])
            new = np.broadcast_to(new, [met.get(c, sizes[c]) for c in unique])
        # an axis of length 1 may have been repeated against a longer one
        new = unbroadcast(new, tuple([sizes[c] for c in unique]))
        return new if unique == term else _on_diagonal(new, unique, term, sizes)

    rule.reads = (f"x{k}_shape", *[f"x{n}" for n in others])  # type: ignore[attr-defined]
    return rule


def _on_diagonal(new: Any, unique: str, term: str, sizes: dict[str, int]) -> Any:
    """Entries placed where a repeated letter has equal indices (`ii`), zeros elsewhere."""
    same = np.ones([sizes[c] for c in term])
    for first in range(len(term)):
        for second in range(first + 1, len(term)):
            if term[first] == term[second]:
                shape = [sizes[c] if p in (first, second) else 1 for p, c in enumerate(term)]
                same = same * np.eye(sizes[term[first]]).reshape(shape)
    spread = new.reshape([sizes[c] if term.index(c) == p else 1 for p, c in enumerate(term)])
    return spread * same


@composed(
    np.tensordot, about={"example": "np.tensordot(x, y, 1)", "shapes": {"x": (2, 3), "y": (3, 2)}}
)
def tensordot(x: Any, y: Any, axes: Any = 2) -> Any:
    """Sum over pairs of axes."""
    m, n = len(np.shape(x)), len(np.shape(y))
    if isinstance(axes, int | np.integer):
        left, right = list(range(m - axes, m)), list(range(axes))
    else:
        left, right = [list(np.atleast_1d(a)) for a in axes]
    left, right = [a % m for a in left], [a % n for a in right]
    a = list(ascii_letters[:m])
    b = list(ascii_letters[m : m + n])
    for i, j in zip(left, right, strict=True):
        b[j] = a[i]
    out = [c for i, c in enumerate(a) if i not in left] + [
        c for j, c in enumerate(b) if j not in right
    ]
    return einsum(f"{''.join(a)},{''.join(b)}->{''.join(out)}", x, y)


@composed(np.outer, about={"example": "np.outer(x, y)", "shapes": {"x": (2,), "y": (3,)}})
def outer(x: Any, y: Any) -> Any:
    """All products of an entry of x and an entry of y (both flattened)."""
    return np.reshape(x, (-1, 1)) * np.reshape(y, (1, -1))


@composed(np.inner, about={"example": "np.inner(x, y)", "shapes": {"x": (2, 3), "y": (4, 3)}})
def inner(x: Any, y: Any) -> Any:
    """Sum over the last axes."""
    if not np.shape(x) or not np.shape(y):
        return x * y
    return tensordot(x, y, (-1, -1))


@composed(np.vdot, about={"example": "np.vdot(x, y)", "shapes": {"x": (3,), "y": (3,)}})
def vdot(x: Any, y: Any) -> Any:
    """Sum of products of all entries, those of a complex x conjugated."""
    return conjugated(np.reshape(x, (-1,))) @ np.reshape(y, (-1,))


@composed(np.kron, about={"example": "np.kron(x, y)", "shapes": {"x": (2, 3), "y": (3, 2)}})
def kron(x: Any, y: Any) -> Any:
    """Kronecker product."""
    rank = max(len(np.shape(x)), len(np.shape(y)))
    a = (1,) * (rank - len(np.shape(x))) + np.shape(x)
    b = (1,) * (rank - len(np.shape(y))) + np.shape(y)
    left = np.reshape(x, [n for size in a for n in (size, 1)])
    right = np.reshape(y, [n for size in b for n in (1, size)])
    return np.reshape(left * right, [m * n for m, n in zip(a, b, strict=True)])


@composed(np.cross, about={"example": "np.cross(x, y)", "shapes": {"x": (2, 3), "y": (2, 3)}})
def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """Vector product of 3-vectors along an axis."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if a.shape[-1:] != (3,) or b.shape[-1:] != (3,):
        raise ShapeError(f"cross takes vectors of 3, got {a.shape} and {b.shape}")
    after, before = [1, 2, 0], [2, 0, 1]
    product = a[..., after] * b[..., before] - a[..., before] * b[..., after]
    return np.moveaxis(product, -1, axisc) if len(product.shape) > 1 else product


@composed(np.convolve, about={"example": "np.convolve(x, y)", "shapes": {"x": (4,), "y": (3,)}})
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """Discrete convolution of two vectors."""
    n, m = len(a), len(v)
    if n < m:
        a, v, n, m = v, a, m, n
    # row i of the table holds a, shifted so that it meets v reversed
    places = np.arange(n + m - 1)[:, None] - np.arange(m)[None, :]
    inside = (places >= 0) & (places < n)
    full = np.where(inside, a[np.where(inside, places, 0)], 0.0) @ v
    cut = {"full": (0, n + m - 1), "same": ((m - 1) // 2, (m - 1) // 2 + n), "valid": (m - 1, n)}
    start, stop = cut[mode]
    return full[start:stop]


@composed(np.correlate, about={"example": "np.correlate(x, y)", "shapes": {"x": (4,), "y": (3,)}})
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """Sums of products with `v` laid at each place of `a`."""
    if len(a) < len(v):
        return conjugated(convolve(conjugated(v), a[::-1], mode)[::-1])[...]
    return convolve(a, conjugated(v[::-1]), mode)


def _vecdot(x1: Any, x2: Any, *, axis: int = -1) -> Any:
    """Sum of products along an axis, the entries of a complex `x1` conjugated."""
    return np.sum(conjugated(x1) * x2, axis=axis)


def _matvec(x1: Any, x2: Any) -> Any:
    """Matrices times vectors in the last axis."""
    return (x1 @ x2[..., None])[..., 0]


def _vecmat(x1: Any, x2: Any) -> Any:
    """Vectors in the last axis, conjugated, times matrices."""
    return (conjugated(x1)[..., None, :] @ x2)[..., 0, :]


# Since numpy 2.0, 2.2 and 2.2.
for _name, _form, _shapes in (
    ("vecdot", _vecdot, {"x": (2, 3), "y": (2, 3)}),
    ("matvec", _matvec, {"x": (2, 3), "y": (3,)}),
    ("vecmat", _vecmat, {"x": (3,), "y": (3, 2)}),
):
    if hasattr(np, _name):
        _about = {"name": _name, "example": f"np.{_name}(x, y)", "shapes": _shapes}
        composed(getattr(np, _name), about=_about)(_form)
BY_FUNCTION.update(
    {
        np.linalg.matmul: matmul,
        np.linalg.tensordot: BY_FUNCTION[np.tensordot],
        np.linalg.outer: BY_FUNCTION[np.outer],
        np.linalg.cross: BY_FUNCTION[np.cross],
        np.linalg.vecdot: TABLE["vecdot"],
    }
)
